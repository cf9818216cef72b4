"""Why another picture would be better: what strict capture refuses for, and everybody else may read as advice.

Refused are 3 of 945 pictures of MMU1 and MMU2 (adults, 320 x 240; two blurred, one half closed), none of 40 synthetic
"good" eyes, 2 of 40 "field", 28 of 30 "blurred".
"""

from __future__ import annotations

from dataclasses import dataclass

from devices.models import DeviceProfile
from models.boundary.circles import Boundaries
from models.factors import Factors
from models.reasons import Reason

IRIS_RADIUS_MM = 5.9
"""Of children from about two years on, and of adults: an iris hardly grows afterwards."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    least_bits: int = 420
    """Fewer valid bits of 2,048 than this say too little about anybody."""
    least_focus: float = 0.16
    """Focus under which the picture is blurred, by three pixels of the view or more."""
    least_edge: float = 0.05
    """Strength of the limbus, in deviations of the view's brightness, under which the eye is rather closed."""
    least_pupil: float = 0.18
    """Contrast of iris and pupil under which what was taken for a pupil is rather the shadow of a lid."""
    least_area: float = 0.32
    """Share of the ring that is seen, under which the eye is half closed. Open eyes of MMU have 0.39 or more."""
    most_glare: float = 0.06
    """Share of the iris that a reflection has burnt out."""
    spectacles: int = 2
    """Burnt spots about the iris from which that reflection is one of spectacles."""
    least_gaze: float = 0.72
    """Cosine of the gaze's angle, 44 degrees. Pixels that are not square take it down to 0.78 on MMU2."""
    least_radius: float = 24.0
    """Iris radius, in pixels of the picture, under which there is too little texture on any device."""
    far: float = 0.45
    """Share of the iris radius in the middle of the device's range under which the eye is too far for this device."""
    near: float = 0.4
    """Share of the picture's shorter side from which an iris that touches the picture's edge is too near."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What the findings are read from. limbus: its strength in deviations of the view's brightness."""

    circles: Boundaries
    shape: tuple[int, ...]
    measured: Factors
    focus: float
    limbus: float
    valid_bits: int


def findings(seen: Seen, profile: DeviceProfile | None = None, limits: Limits = Limits()) -> tuple[Reason, ...]:
    """What is wrong, the likeliest cause first; empty when all is well."""
    found = [*_of_the_eye(seen, limits), *_of_its_place(seen, profile, limits)]
    return tuple(dict.fromkeys(reason for is_so, reason in found if is_so))


def glare(burnt: float, spots: int, limits: Limits = Limits()) -> Reason | None:
    """A lamp or the sun mirrored on the iris, or in spectacles before it. burnt, spots: see `models.factors`."""
    if burnt <= limits.most_glare:
        return None
    return "glasses_glare" if spots >= limits.spectacles else "glare"


def _of_the_eye(seen: Seen, limits: Limits) -> list[tuple[bool, Reason]]:
    measured = seen.measured
    mirrored = glare(measured.burnt, measured.spots, limits)
    shut = measured.iris_pupil_contrast < limits.least_pupil or measured.usable_area < limits.least_area
    return [
        (seen.focus < limits.least_focus, "too_blurred"),
        *([(True, mirrored)] if mirrored else []),
        (seen.limbus < limits.least_edge or shut, "eye_closed"),
        (measured.gaze < limits.least_gaze, "off_gaze"),
    ]


def _of_its_place(seen: Seen, profile: DeviceProfile | None, limits: Limits) -> list[tuple[bool, Reason]]:
    """Too far for this device, too near to fit, partly outside the picture, or too little left for whatever reason."""
    iris, (height, width) = seen.circles.iris, seen.shape
    usual = 0.0 if profile is None else IRIS_RADIUS_MM * profile.pixels_per_mm
    least = max(limits.least_radius, limits.far * usual)
    too_near = iris.r > limits.near * min(height, width) and seen.measured.margin == 0
    inside = iris.x >= 0.8 * iris.r and iris.x + 0.8 * iris.r <= width and 0 <= iris.y < height
    return [
        (iris.r < least, "too_far"),
        (too_near, "too_near"),
        (not inside, "cut_off"),
        (seen.valid_bits < limits.least_bits, "too_little_iris"),
    ]
