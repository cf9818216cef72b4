"""The two cables of a van's tablet, as tiny interfaces."""

from collections.abc import Generator
from typing import Protocol

from devices.models import DeviceProfile, Fix, Frame


class Scanner(Protocol):
    """An iris scanner. Its lamp is dark except while `frames` is being read."""

    @property
    def serial(self) -> str: ...

    @property
    def profile(self) -> DeviceProfile: ...

    def frames(self, *, timeout_s: float) -> Generator[Frame, None, None]:
        """Light the lamp and yield frames of either eye until the iterator is closed; then the lamp goes dark.

        A frame that arrives damaged is dropped and counted, never yielded. The image is handed over as the
        sensor gave it: mirroring and rotation are NOT undone here.

        Errors: ScannerUnplugged if the device goes away; ScannerSilent after `timeout_s` without a whole frame.
        """
        ...

    def close(self) -> None:
        """Put the lamp out and free the device. Safe to call twice."""
        ...


class PositionSource(Protocol):
    """A satellite receiver."""

    def latest(self) -> Fix | None:
        """The newest fix, or None when there was none yet or the receiver is gone.

        Never blocks, never stale by guess.
        """
        ...

    def close(self) -> None: ...
