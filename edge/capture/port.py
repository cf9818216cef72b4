"""The tablet's scanner socket: opened when first needed, opened again after it was unplugged."""

from collections.abc import Callable

from devices.interfaces import Scanner


class ReopeningPort:
    """Implements `edge.capture.encounter.ScannerPort`."""

    def __init__(self, open_scanner: Callable[[], Scanner]) -> None:
        self._open_scanner = open_scanner
        self._scanner: Scanner | None = None

    def scanner(self) -> Scanner:
        if self._scanner is None:
            self._scanner = self._open_scanner()
        return self._scanner

    def lost(self) -> None:
        if self._scanner is not None:
            self._scanner.close()
            self._scanner = None

    def close(self) -> None:
        self.lost()
