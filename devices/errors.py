"""What can go wrong at the end of a cable, in words a patrol can act on."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


class DeviceError(Exception):
    """Anything a device, or a file played in its place, did wrong."""


class PortMissing(DeviceError):
    def __init__(self, port: str) -> None:
        super().__init__(f"There is no device at {port}. Plug it in, or choose another port.")
        self.port = port


class PortBusy(DeviceError):
    def __init__(self, port: str) -> None:
        super().__init__(f"Another program is using {port}. Close it and try again.")
        self.port = port


class PortForbidden(DeviceError):
    def __init__(self, port: str) -> None:
        super().__init__(f"This user may not open {port}. Add the user to the group that owns it (usually dialout).")
        self.port = port


class ScannerUnplugged(DeviceError):
    def __init__(self, port: str) -> None:
        super().__init__(f"The scanner at {port} was unplugged or closed. Plug it in again; what was saved is safe.")
        self.port = port


class ScannerSilent(DeviceError):
    def __init__(self, port: str, seconds: float) -> None:
        super().__init__(
            f"The scanner at {port} gave no whole picture for {seconds:g} s. Unplug it and plug it in again."
        )
        self.port, self.seconds = port, seconds


class NotAScanner(DeviceError):
    """Something may be there, but it did not say that it is a scanner."""

    def __init__(self, port: str, received: int) -> None:
        heard = f"sent {received} bytes that are not the scanner's protocol" if received else "did not answer"
        super().__init__(f"The device at {port} {heard}. Check that this is the scanner's port.")
        self.port, self.received = port, received


class FrameDamaged(DeviceError):
    """A message whose parts contradict each other. The driver counts it and goes on."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"A message from the device is damaged: {reason}.")
        self.reason = reason


class ImageUnreadable(DeviceError):
    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"The image {path} cannot be read: {reason}.")
        self.path, self.reason = path, reason


class ImageUnsupported(DeviceError):
    """A whole image, of a kind that no iris scanner makes."""

    def __init__(self, source: str, reason: str) -> None:
        super().__init__(f"The image {source} is not an 8-bit grey picture: {reason}.")
        self.source, self.reason = source, reason


@dataclass(frozen=True, slots=True)
class Wrong:
    """One thing that is wrong with a manifest."""

    english: str
    persian: str


class ManifestInvalid(DeviceError):
    """`missing` has every file that the manifest names and that is not there; `problems` everything else."""

    def __init__(self, path: Path, *, problems: Sequence[Wrong] = (), missing: Sequence[Path] = ()) -> None:
        facts = list(problems[:5])
        if missing:
            named = ", ".join(str(file) for file in missing[:5]) + (", …" if len(missing) > 5 else "")
            files = f"{len(missing)} missing file{'s' if len(missing) > 1 else ''}: {named}"
            facts.append(Wrong(files, f"{len(missing)} تصویر سر جایش نیست: {named}"))
        super().__init__(f"The manifest {path} cannot be played: {'; '.join(fact.english for fact in facts)}.")
        self.path, self.problems, self.missing = path, tuple(problems), tuple(missing)
        self.persian = f"فهرست {path} به کار نمی‌آید: {'؛ '.join(fact.persian for fact in facts)}."
