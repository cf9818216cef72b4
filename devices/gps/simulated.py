"""A satellite receiver at the other end of a pseudo-terminal."""

import os
import select
import threading
import time
import tty
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from pynmeagps import NMEAMessage


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    latitude: float
    longitude: float
    hdop: float = 1.2


def _now() -> datetime:
    return datetime.now(UTC)


def sentences(spot: Spot | None, at: datetime) -> bytes:
    """GGA and RMC of one second; no spot is a receiver that sees no sky."""
    clock = {"time": at.time().replace(microsecond=0)}
    if spot is None:
        gga = NMEAMessage("GP", "GGA", 0, **clock, quality=0, numSV=0)
        rmc = NMEAMessage("GP", "RMC", 0, **clock, status="V", date=at.date(), posMode="N")
        return bytes(gga.serialize() + rmc.serialize())
    place = {
        "lat": spot.latitude,
        "NS": "N" if spot.latitude >= 0 else "S",
        "lon": spot.longitude,
        "EW": "E" if spot.longitude >= 0 else "W",
    }
    gga = NMEAMessage("GP", "GGA", 0, **clock, **place, quality=1, numSV=8, HDOP=spot.hdop, alt=1200.0, altUnit="M")
    rmc = NMEAMessage("GP", "RMC", 0, **clock, **place, status="A", date=at.date(), posMode="A")
    return bytes(gga.serialize() + rmc.serialize())


class SimulatedReceiver:
    """Says `spot` once every `period_s` at `port`. The spot may be changed while it runs, also to None."""

    def __init__(self, spot: Spot | None, *, period_s: float = 1.0, clock: Callable[[], datetime] = _now) -> None:
        self.spot = spot
        self._period_s, self._clock = period_s, clock
        self._gone = threading.Event()
        self._pending: list[bytes] = []
        self._device_end, self._tablet_end = os.openpty()
        tty.setraw(self._tablet_end)
        os.set_blocking(self._device_end, False)
        self.port = os.ttyname(self._tablet_end)
        self._thread = threading.Thread(target=self._run, name="simulated-gps", daemon=True)
        self._thread.start()

    def say(self, line: bytes) -> None:
        """Say this too, before the next sentence, exactly as it is."""
        self._pending.append(line)

    def unplug(self) -> None:
        self._gone.set()
        self._thread.join()

    def close(self) -> None:
        self.unplug()

    def _run(self) -> None:
        due = time.monotonic()
        while not self._gone.is_set():
            while self._pending:
                self._write(self._pending.pop(0))
            if time.monotonic() >= due:
                due = time.monotonic() + self._period_s
                self._write(sentences(self.spot, self._clock()))
            self._gone.wait(min(self._period_s, 0.02))
        os.close(self._device_end)
        os.close(self._tablet_end)

    def _write(self, data: bytes) -> None:
        """What nobody reads is lost, as on a real line."""
        if select.select([], [self._device_end], [], 0)[1]:
            os.write(self._device_end, data)
