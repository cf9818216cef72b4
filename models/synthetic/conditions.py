"""Everything about one picture that is not the child's identity."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

Reflection = Literal["none", "point", "double", "bar", "ring"]
"""The shape of the lamp as the cornea mirrors it."""
Difficulty = Literal["good", "field", "hard", "blurred"]

_RANGES: dict[str, tuple[float, float]] = {
    "pupil_ratio": (0.2, 0.7),
    "gaze_x_deg": (-35, 35),
    "gaze_y_deg": (-35, 35),
    "roll_deg": (-45, 45),
    "openness": (0, 1),
    "lashes": (0, 1),
    "lash_droop": (0, 1),
    "glare": (0, 1),
    "focus_blur_px": (0, 40),
    "motion_blur_px": (0, 80),
    "motion_angle_deg": (-360, 360),
    "noise": (0, 60),
    "pupil_brightness": (0, 255),
    "iris_brightness": (0, 255),
    "sclera_brightness": (0, 255),
    "skin_brightness": (0, 255),
    "contrast": (0, 1),
    "change": (0, 1),
    "light_gradient": (0, 1),
    "iris_radius_px": (10, 1000),
    "width": (32, 8192),
    "height": (32, 8192),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditions:
    """How an eye is held, lit and photographed. Errors: ValueError, naming the field, for a value out of range."""

    pupil_ratio: float = 0.4
    """Pupil radius over iris radius, 0.2..0.7."""
    gaze_x_deg: float = 0.0
    """Degrees the eye looks to the image's right of the camera; the iris becomes an ellipse."""
    gaze_y_deg: float = 0.0
    """Degrees the eye looks below the camera."""
    roll_deg: float = 0.0
    """Turn of the head, degrees clockwise in the image."""
    openness: float = 0.9
    """0 is a shut eye, 1 shows the whole iris, at about 0.6 the lid reaches the pupil."""
    lashes: float = 0.5
    """0 has none, 1 has many."""
    lash_droop: float = 0.2
    """0: the upper lashes curl up; 1: they hang over the iris."""
    reflection: Reflection = "point"
    glare: float = 0.0
    """Reflections in spectacles: 0 is no glasses, 1 covers much of the eye."""
    focus_blur_px: float = 0.7
    """Standard deviation of the blur of the lens."""
    motion_blur_px: float = 0.0
    motion_angle_deg: float = 0.0
    noise: float = 2.5
    """Standard deviation of the sensor's noise at mid grey, in grey levels."""
    pupil_brightness: float = 18.0
    iris_brightness: float = 85.0
    sclera_brightness: float = 178.0
    skin_brightness: float = 190.0
    contrast: float = 0.08
    """Standard deviation of the iris texture as a share of the iris's brightness."""
    change: float = 0.4
    """How far the iris looks unlike itself in this picture (0..1): other shadows, swelling, focus within its depth.

    Two pictures that differ in nothing else still agree only to 1 - change²; without it synthetic eyes would be
    far easier than real ones."""
    light_gradient: float = 0.15
    """How unevenly the lamp lights the face."""
    iris_radius_px: float = 55.0
    center: tuple[float, float] | None = None
    """(x, y) of the iris in pixels; None is the middle of the image."""
    eyebrow: bool = False
    jpeg_quality: int | None = None
    """1..100; None was never compressed."""
    width: int = 320
    height: int = 240

    def __post_init__(self) -> None:
        for name, (low, high) in _RANGES.items():
            value = getattr(self, name)
            if not low <= value <= high:
                raise ValueError(f"{name} must be between {low} and {high}, not {value}")
        if self.jpeg_quality is not None and not 1 <= self.jpeg_quality <= 100:
            raise ValueError(f"jpeg_quality must be between 1 and 100, not {self.jpeg_quality}")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Spread:
    """What one difficulty draws from: ranges are uniform, `_up_to` fields are symmetrical."""

    pupil: tuple[float, float]
    gaze_up_to: float
    roll_up_to: float
    openness: tuple[float, float]
    lashes: tuple[float, float]
    droop: tuple[float, float]
    blur: tuple[float, float]
    motion: tuple[float, float]
    noise: tuple[float, float]
    radius: tuple[float, float]
    change: tuple[float, float]
    contrast: tuple[float, float]
    off_centre: float
    jpeg: tuple[float, int]
    glasses: float


_SPREADS: dict[Difficulty, _Spread] = {
    "good": _Spread(
        pupil=(0.3, 0.5), gaze_up_to=5, roll_up_to=6, openness=(0.8, 1), lashes=(0.1, 0.7),
        droop=(0, 0.3), blur=(0.5, 0.9),
        motion=(0, 0), noise=(1.5, 3), radius=(48, 75),
        change=(0.32, 0.52), contrast=(0.05, 0.1), off_centre=0.05, jpeg=(0, 95), glasses=0,
    ),
    "field": _Spread(
        pupil=(0.25, 0.6), gaze_up_to=12, roll_up_to=12, openness=(0.62, 1), lashes=(0.1, 0.9),
        droop=(0, 0.6), blur=(0.6, 1.2),
        motion=(0, 2.5), noise=(2, 5), radius=(42, 85),
        change=(0.3, 0.55), contrast=(0.045, 0.095), off_centre=0.12, jpeg=(0.5, 65), glasses=0.1,
    ),
    "hard": _Spread(
        pupil=(0.2, 0.7), gaze_up_to=22, roll_up_to=15, openness=(0.38, 0.95), lashes=(0.2, 1),
        droop=(0, 1), blur=(0.7, 2),
        motion=(0, 6), noise=(3, 9), radius=(35, 110),
        change=(0.35, 0.65), contrast=(0.04, 0.09), off_centre=0.2, jpeg=(0.6, 30), glasses=0.35,
    ),
    "blurred": _Spread(
        pupil=(0.3, 0.55), gaze_up_to=6, roll_up_to=8, openness=(0.75, 1), lashes=(0.1, 0.7),
        droop=(0, 0.4), blur=(5, 8),
        motion=(4, 14), noise=(2, 4), radius=(48, 75),
        change=(0.3, 0.55), contrast=(0.045, 0.095), off_centre=0.08, jpeg=(0.3, 65), glasses=0,
    ),
}  # fmt: skip


def random_conditions(
    rng: np.random.Generator, difficulty: Difficulty = "field", *, width: int = 320, height: int = 240
) -> Conditions:
    """Conditions of one difficulty. Lengths grow with the image: the figures above are for 240 lines.

    good: a held head and a clean lens. field: a van at night. hard: what a shift's worst tenth looks like.
    blurred: out of focus and moving; quality should refuse it.
    """
    spread, scale = _SPREADS[difficulty], height / 240
    off = spread.off_centre * height
    tilt = rng.uniform(0, 2 * np.pi)
    gaze = spread.gaze_up_to * np.sqrt(rng.uniform())
    center = (width / 2 + float(rng.uniform(-off, off)), height / 2 + float(rng.uniform(-off, off)))
    skin = rng.uniform(140, 228)
    compressed = rng.uniform() < spread.jpeg[0]
    return Conditions(
        pupil_ratio=float(rng.uniform(*spread.pupil)),
        gaze_x_deg=float(gaze * np.cos(tilt)),
        gaze_y_deg=float(gaze * np.sin(tilt)),
        roll_deg=float(rng.uniform(-spread.roll_up_to, spread.roll_up_to)),
        openness=float(rng.uniform(*spread.openness)),
        lashes=float(rng.uniform(*spread.lashes)),
        lash_droop=float(rng.uniform(*spread.droop)),
        reflection=_REFLECTIONS[int(rng.integers(len(_REFLECTIONS)))],
        glare=float(rng.uniform(0.2, 1)) if rng.uniform() < spread.glasses else 0.0,
        focus_blur_px=float(rng.uniform(*spread.blur)) * scale,
        motion_blur_px=float(rng.uniform(*spread.motion)) * scale,
        motion_angle_deg=float(rng.uniform(0, 180)),
        noise=float(rng.uniform(*spread.noise)),
        pupil_brightness=float(rng.uniform(8, 35)),
        iris_brightness=float(rng.uniform(62, 118)),
        sclera_brightness=float(skin * rng.uniform(0.85, 1.02)),
        skin_brightness=float(skin),
        contrast=float(rng.uniform(*spread.contrast)),
        change=float(rng.uniform(*spread.change)),
        light_gradient=float(rng.uniform(0, 0.4)),
        iris_radius_px=float(rng.uniform(*spread.radius)) * scale,
        center=center,
        eyebrow=bool(rng.uniform() < 0.4),
        jpeg_quality=int(rng.integers(spread.jpeg[1], 96)) if compressed else None,
        width=width,
        height=height,
    )


_REFLECTIONS: tuple[Reflection, ...] = ("point", "point", "double", "bar", "ring", "none")
