"""What answers at a port: for the person who plugs a device in and wants to know that it works."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from devices.errors import DeviceError, ScannerSilent
from devices.models import DeviceProfile
from devices.serial.scanner import SerialScanner


@dataclass(frozen=True, slots=True, kw_only=True)
class PortReport:
    """`problem` is a sentence, or None if the scanner works. What was learnt before a problem is kept."""

    port: str
    serial: str | None = None
    firmware: str | None = None
    profile: DeviceProfile | None = None
    frames: int = 0
    frames_per_second: float = 0.0
    damaged_frames: int = 0
    missed_messages: int = 0
    sizes: tuple[tuple[int, int], ...] = field(default=())
    """(width, height) of the frames, each size once."""
    problem: str | None = None

    @property
    def works(self) -> bool:
        return self.problem is None


def check_port(port: str, *, seconds: float = 3.0, monotonic: Callable[[], float] = time.monotonic) -> PortReport:
    """Identify the scanner at a port and read frames for some seconds; the lamp is lit meanwhile.

    Never raises for what is wrong with the device: that is the report's `problem`.
    """
    try:
        scanner = SerialScanner(port, monotonic=monotonic)
    except DeviceError as error:
        return PortReport(port=port, problem=str(error))
    try:
        return _watch(scanner, seconds, monotonic)
    finally:
        scanner.close()


def _watch(scanner: SerialScanner, seconds: float, monotonic: Callable[[], float]) -> PortReport:
    frames, sizes, problem = 0, set(), None
    began = last = monotonic()
    stream = scanner.frames(timeout_s=seconds)
    try:
        for frame in stream:
            frames, last = frames + 1, monotonic()
            sizes.add((frame.image.shape[1], frame.image.shape[0]))
            if last - began >= seconds:
                break
    except ScannerSilent as error:
        problem = None if frames else str(error)
    except DeviceError as error:
        problem = str(error)
    finally:
        stream.close()
    return PortReport(
        port=scanner.port,
        serial=scanner.serial,
        firmware=scanner.firmware,
        profile=scanner.profile,
        frames=frames,
        frames_per_second=frames / (last - began) if last > began else 0.0,
        damaged_frames=scanner.damaged_frames,
        missed_messages=scanner.missed_messages,
        sizes=tuple(sorted(sizes)),
        problem=problem,
    )
