"""numba's threads do not survive a fork: a forked child that searches is told so, instead of hanging for ever."""

import os

from matching.errors import SearchedAfterFork


class FirstUse:
    """The process that searched first. One for all galleries, since they share numba's threads."""

    def __init__(self) -> None:
        self._process: int | None = None

    def demand_here(self) -> None:
        """Errors: SearchedAfterFork in a child forked after its parent's first search."""
        here = os.getpid()
        if self._process is None:
            self._process = here
        elif self._process != here:
            raise SearchedAfterFork(self._process, here)


FIRST_USE = FirstUse()
