"""One thread of this process runs every search: whoever searches waits in its queue, and numba's threads serve one
search at a time, so that 32 at once are as fast together as one after the other.

Waiting probes are not read against a block together: with eight at once a row costs 6.4 ns instead of 7.3 (plane of
400,000 rows, one core), for the scan is arithmetic and not memory. What a batch would gain there it would lose in
waiting for its slowest.
"""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from matching.forking import FIRST_USE

T = TypeVar("T")


class Dispatcher:
    """Its thread starts with the first search and ends with the process."""

    def __init__(self) -> None:
        self._starting = threading.Lock()
        self._thread: ThreadPoolExecutor | None = None

    def run(self, search: Callable[[], T]) -> T:
        """What `search` returns or raises, in its turn. Errors: SearchedAfterFork."""
        FIRST_USE.demand_here()
        return self._started().submit(search).result()

    def _started(self) -> ThreadPoolExecutor:
        with self._starting:
            if self._thread is None:
                self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="matching")
            return self._thread


DISPATCHER = Dispatcher()
"""One a process, as numba's threads are."""
