"""Work that comes round by the clock: looking who has to be told, forgetting what was kept long enough."""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from registry.errors import DatabaseUnavailable

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """`go` may be called in several processes at once: it does nothing twice."""

    name: str
    every_s: float
    go: Callable[[], object]


class Rounds:
    """One thread for all of them, one after the other. As a context manager it runs inside the block."""

    def __init__(self, rounds: Sequence[Round], *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._rounds, self._monotonic = rounds, monotonic
        self._next = {one.name: 0.0 for one in rounds}
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="rounds", daemon=True)

    def run_due(self) -> float:
        """Do what is due, and say in how many seconds something is due again. What fails is tried the next time."""
        for one in self._rounds:
            if self._monotonic() >= self._next[one.name]:
                _try(one)
                self._next[one.name] = self._monotonic() + one.every_s
        return max(0.0, min(self._next.values(), default=1.0) - self._monotonic())

    def _run(self) -> None:
        while not self._stop.is_set():
            self._stop.wait(self.run_due())

    def stop(self) -> None:
        """Let what was begun end."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(timeout=10)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, exc: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def _try(one: Round) -> None:
    try:
        one.go()
    except DatabaseUnavailable as exc:
        log.warning("%s waits: %s", one.name, exc)
    except Exception:  # whatever one of them does, the others must go on
        log.exception("%s failed; it is tried again", one.name)
