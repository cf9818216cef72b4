"""A counter that pages watch: something that the screen shows has changed."""

import threading


class Changes:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._version = 0

    @property
    def version(self) -> int:
        return self._version

    def tell(self) -> None:
        with self._lock:
            self._version += 1
