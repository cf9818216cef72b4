"""A satellite receiver on a serial port."""

import logging
import threading
import time
from collections.abc import Callable

from devices.errors import DeviceError
from devices.gps.nmea import Position, Sentences
from devices.models import Fix
from devices.ports import open_port, read_some

log = logging.getLogger(__name__)


class SerialPosition:
    """Reads a port in a thread of its own. A port that is missing, busy or pulled out is tried again for ever.

    A fix older than `max_age_s` is not shown: a van moves, and yesterday's place is worse than none.
    """

    def __init__(
        self,
        port: str,
        *,
        baud: int = 9600,
        max_age_s: float = 10.0,
        retry_s: float = 2.0,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.port = port
        self._baud, self._max_age_s, self._retry_s, self._monotonic = baud, max_age_s, retry_s, monotonic
        self._fix: Fix | None = None
        self._sentences = Sentences()
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._run, name="gps", daemon=True)
        self._thread.start()

    @property
    def damaged_sentences(self) -> int:
        return self._sentences.damaged

    def latest(self) -> Fix | None:
        fix = self._fix
        return fix if fix and self._monotonic() - fix.monotonic <= self._max_age_s else None

    def close(self) -> None:
        self._closed.set()
        self._thread.join()
        self._fix = None

    def _run(self) -> None:
        was_lost = False
        while not self._closed.is_set():
            try:
                self._read()
            except (DeviceError, OSError) as error:
                if not was_lost:
                    log.warning("No satellite receiver: %s Positions are left empty until it is back.", error)
                was_lost = True
            else:
                was_lost = False
            self._fix = None
            self._closed.wait(self._retry_s)

    def _read(self) -> None:
        with open_port(self.port, baud=self._baud) as line:
            while not self._closed.is_set():
                for event in self._sentences.feed(read_some(line)):
                    self._fix = self._fix_of(event) if isinstance(event, Position) else None

    def _fix_of(self, position: Position) -> Fix:
        return Fix(
            latitude=position.latitude,
            longitude=position.longitude,
            accuracy_m=position.accuracy_m,
            utc=position.utc,
            monotonic=self._monotonic(),
        )
