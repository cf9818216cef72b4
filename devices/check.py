"""What answers at a port: for the person who plugs a device in and wants to know that it works."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from devices import target
from devices.errors import DeviceError, NotAScanner, ScannerSilent
from devices.gps.nmea import NoFix, Position, Sentences
from devices.models import DeviceProfile
from devices.ports import open_port, read_some
from devices.serial.scanner import SerialScanner

_NMEA_BAUD = 9600


@dataclass(frozen=True, slots=True, kw_only=True)
class PortReport:
    """`problem` is a sentence, or None if the scanner works. What was learnt before a problem is kept."""

    port: str
    kind: Literal["scanner", "receiver"] | None = None
    """What answered: an iris scanner, a satellite receiver, or nothing known."""
    has_position: bool = False
    """A satellite receiver knows where it is."""
    serial: str | None = None
    firmware: str | None = None
    profile: DeviceProfile | None = None
    frames: int = 0
    frames_per_second: float = 0.0
    damaged_frames: int = 0
    missed_messages: int = 0
    sizes: tuple[tuple[int, int], ...] = field(default=())
    """(width, height) of the frames, each size once."""
    seen: target.TargetSeen | None = None
    """How the scanner shows the printed target, when it was asked for and found."""
    problem: str | None = None

    @property
    def works(self) -> bool:
        return self.problem is None


def check_port(
    port: str,
    *,
    seconds: float = 3.0,
    answer_s: float = 3.0,
    look_for_target: bool = False,
    monotonic: Callable[[], float] = time.monotonic,
) -> PortReport:
    """Identify the scanner at a port and read frames for some seconds; the lamp is lit meanwhile.

    look_for_target: the printed target is held before it. The first frame that shows it tells whether the device's
    profile is right about which way round it sees; then nothing more is read.

    What does not say within `answer_s` that it is a scanner is listened to for `seconds` as a satellite receiver.
    Never raises for what is wrong with the device: that is the report's `problem`.
    """
    try:
        scanner = SerialScanner(port, answer_s=answer_s, monotonic=monotonic)
    except NotAScanner as error:
        return _listen(port, seconds, monotonic) or PortReport(port=port, problem=str(error))
    except DeviceError as error:
        return PortReport(port=port, problem=str(error))
    try:
        return _watch(scanner, seconds, monotonic, look_for_target=look_for_target)
    finally:
        scanner.close()


def _listen(port: str, seconds: float, monotonic: Callable[[], float]) -> PortReport | None:
    """The report of a satellite receiver; None if there is none."""
    sentences, began = Sentences(), monotonic()
    events: list[Position | NoFix] = []
    try:
        with open_port(port, baud=_NMEA_BAUD) as line:
            while monotonic() - began < seconds:
                events += sentences.feed(read_some(line))
    except (DeviceError, OSError) as error:
        return PortReport(port=port, problem=str(error))
    if not events:
        return None
    has_position = isinstance(events[-1], Position)
    problem = None if has_position else "The satellite receiver works but sees too little sky. Take it outside."
    return PortReport(port=port, kind="receiver", has_position=has_position, problem=problem)


def _watch(
    scanner: SerialScanner, seconds: float, monotonic: Callable[[], float], *, look_for_target: bool
) -> PortReport:
    frames, sizes, problem, seen = 0, set(), None, None
    began = last = monotonic()
    stream = scanner.frames(timeout_s=seconds)
    try:
        for frame in stream:
            frames, last = frames + 1, monotonic()
            sizes.add((frame.image.shape[1], frame.image.shape[0]))
            seen = target.find(frame.image) if look_for_target else None
            if last - began >= seconds or (seen is not None and seen.is_straight):
                break
    except ScannerSilent as error:
        problem = None if frames else str(error)
    except DeviceError as error:
        problem = str(error)
    finally:
        stream.close()
    return PortReport(
        port=scanner.port,
        kind="scanner",
        serial=scanner.serial,
        firmware=scanner.firmware,
        profile=scanner.profile,
        frames=frames,
        frames_per_second=frames / (last - began) if last > began else 0.0,
        damaged_frames=scanner.damaged_frames,
        missed_messages=scanner.missed_messages,
        sizes=tuple(sorted(sizes)),
        seen=seen,
        problem=problem or (_of_target(seen, scanner.profile) if look_for_target else None),
    )


def _of_target(seen: target.TargetSeen | None, profile: DeviceProfile) -> str | None:
    """What is wrong with the profile by what was seen."""
    if seen is None:
        return "The target was not seen. Is it printed by laser, flat, whole in the picture, and as far as an eye?"
    if not seen.is_straight:
        return "The target is held too far askew to tell which way is up. Hold it straight, the arrow up."
    if seen.fits(profile):
        return None
    must, says = (f"rotation {one.rotation} and mirrored {str(one.mirrored).lower()}" for one in (seen, profile))
    return (
        f"The device's profile is wrong about which way round it sees: it must say {must}, and says {says}. "
        "Left and right eyes would be taken for each other, or eyes upside down; do not use it before that is set."
    )
