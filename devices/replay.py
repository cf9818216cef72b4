"""A scanner that plays pictures instead of taking them."""

import time
from collections.abc import Callable, Generator, Iterable
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from devices.errors import ScannerUnplugged
from devices.images import as_grey, read_grey
from devices.manifest import ManifestRow, read_manifest
from devices.models import DeviceProfile, Eye, Frame

REPLAY_PROFILE = DeviceProfile(name="replay", wavelength_nm=850, pixels_per_mm=9.0, distance_mm=(50, 200))

Shot = tuple[NDArray[np.uint8] | Path, Eye | None]
"""A picture, (H, W) uint8 or the file that holds one, and the eye it shows."""


def _now() -> datetime:
    return datetime.now(UTC)


class ReplayScanner:
    """Plays shots in order, each once; a second `frames` goes on where the first was closed.

    Files are read when they are played. Errors of `frames`: ImageUnreadable and ImageUnsupported, naming the
    file (the next `frames` goes on behind it); ScannerUnplugged after `close`.
    """

    def __init__(
        self,
        shots: Iterable[Shot],
        *,
        serial: str = "replay",
        profile: DeviceProfile = REPLAY_PROFILE,
        clock: Callable[[], datetime] = _now,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._shots = iter(shots)
        self._serial, self._profile, self._clock, self._monotonic = serial, profile, clock, monotonic
        self._closed = False
        self.lamp_on = False

    @classmethod
    def from_manifest(cls, path: Path, **settings: object) -> "ReplayScanner":
        """Errors: ManifestInvalid, before anything is played."""
        return cls.of_rows(read_manifest(path), **settings)

    @classmethod
    def of_rows(cls, rows: Iterable[ManifestRow], **settings: object) -> "ReplayScanner":
        return cls(((row.path, row.eye) for row in rows), **settings)  # type: ignore[arg-type]

    @property
    def serial(self) -> str:
        return self._serial

    @property
    def profile(self) -> DeviceProfile:
        return self._profile

    def frames(self, *, timeout_s: float) -> Generator[Frame, None, None]:  # noqa: ARG002 a file is never silent
        if self._closed:
            raise ScannerUnplugged(self._serial)
        return self._play()

    def _play(self) -> Generator[Frame, None, None]:
        self.lamp_on = True
        try:
            for picture, eye in self._shots:
                if self._closed:
                    raise ScannerUnplugged(self._serial)
                yield self._frame(picture, eye)
        finally:
            self.lamp_on = False

    def _frame(self, picture: NDArray[np.uint8] | Path, eye: Eye | None) -> Frame:
        pixels = read_grey(picture) if isinstance(picture, Path) else as_grey(picture, source="in memory")
        image = pixels.copy()
        image.flags.writeable = False
        return Frame(
            image=image,
            eye=eye,
            monotonic=self._monotonic(),
            utc=self._clock(),
            device_serial=self._serial,
            profile=self._profile,
        )

    def close(self) -> None:
        self._closed = True
        self.lamp_on = False
