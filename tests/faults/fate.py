"""When a part dies, and what dying means: nothing catches it, and no thread of that life passes another point."""

import threading
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field


class Killed(BaseException):
    """The process is gone: the product catches this nowhere."""


@dataclass(frozen=True, slots=True)
class Death:
    point: str
    passing: int = 1
    """Counted from the part's last death, or from its first start."""

    def __str__(self) -> str:
        return f"{self.point}#{self.passing}"


@dataclass
class Fate:
    """All lives of one part. `passed` counts every point over all of them."""

    plan: Sequence[Death] = ()
    passed: Counter[str] = field(default_factory=Counter)
    died: list[Death] = field(default_factory=list)
    _since: Counter[str] = field(default_factory=Counter)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def fulfilled(self) -> bool:
        return len(self.died) == len(self.plan)

    def pass_by(self, name: str) -> bool:
        """True when the part dies here."""
        with self._lock:
            self.passed[name] += 1
            self._since[name] += 1
            due = None if self.fulfilled else self.plan[len(self.died)]
            if due is None or name != due.point or self._since[name] != due.passing:
                return False
            self.died.append(due)
            self._since.clear()
            return True


class Life:
    """One run of a part. `end` cuts its connections at the very moment of death."""

    def __init__(self, fate: Fate, *, end: Callable[[], None]) -> None:
        self._fate, self._end, self._over = fate, end, threading.Event()

    @property
    def over(self) -> bool:
        return self._over.is_set()

    def __call__(self, name: str, /) -> None:
        if self._over.is_set():
            raise Killed(name)
        if self._fate.pass_by(name):
            self._over.set()
            self._end()
            raise Killed(name)
