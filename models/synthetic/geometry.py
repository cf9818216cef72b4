"""Where an eye lies in the image: ellipses, and the way between pixels and the iris's own coordinates.

The eye frame has its origin in the middle of the iris, the limbus at radius 1, x to the image's right and y down
before the head is turned.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.synthetic.conditions import Conditions

Plane = NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ellipse:
    """Centre and half axes in pixels; `angle_deg` turns the major axis clockwise from the image's x axis."""

    cx: float
    cy: float
    major: float
    minor: float
    angle_deg: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class EyeShape:
    """What is not round about one eye. Waves: (4, 2) cosine and sine of 2 to 5 waves a turn, in iris radii."""

    pupil_offset: tuple[float, float]
    pupil_waves: Plane
    iris_waves: Plane

    @classmethod
    def draw(cls, rng: np.random.Generator, *, nose: int) -> "EyeShape":
        """`nose` is -1 if the nose is at the image's left: a pupil sits a little to the nose and below."""
        fall = (1 / np.arange(2, 6, dtype=np.float32))[:, None]
        return cls(
            pupil_offset=(float(nose * rng.uniform(0, 0.05)), float(rng.uniform(-0.02, 0.04))),
            pupil_waves=(rng.normal(0, 0.022, (4, 2)) * fall).astype(np.float32),
            iris_waves=(rng.normal(0, 0.010, (4, 2)) * fall).astype(np.float32),
        )

    def pupil_radius(self, angle: Plane, ratio: float) -> Plane:
        return np.float32(ratio) * (1 + _waves(self.pupil_waves, angle))

    def iris_radius(self, angle: Plane) -> Plane:
        return 1 + _waves(self.iris_waves, angle)


def _waves(waves: Plane, angle: Plane) -> Plane:
    """Sum of 2..5 waves a turn, by the multiple-angle recurrence: one sine and one cosine a pixel."""
    cos, sin = np.cos(angle), np.sin(angle)
    c, s = cos, sin
    total = np.zeros_like(angle)
    for along, across in waves:
        c, s = c * cos - s * sin, s * cos + c * sin
        total += along * c + across * s
    return total


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Pose:
    """The eye frame in the image: pixel = centre + matrix @ eye."""

    center: tuple[float, float]
    radius: float
    roll: float
    """Radians, clockwise."""
    matrix: NDArray[np.float64]

    @classmethod
    def of(cls, conditions: Conditions) -> "Pose":
        roll = float(np.deg2rad(conditions.roll_deg))
        turn = np.array([[np.cos(roll), -np.sin(roll)], [np.sin(roll), np.cos(roll)]])
        gaze = np.deg2rad([conditions.gaze_x_deg, conditions.gaze_y_deg])
        away = float(np.hypot(*gaze))
        towards = gaze / away if away else np.array([1.0, 0.0])
        flat = np.eye(2) - (1 - np.cos(away)) * np.outer(towards, towards)
        center = conditions.center or (conditions.width / 2, conditions.height / 2)
        return cls(
            center=center, radius=conditions.iris_radius_px, roll=roll, matrix=conditions.iris_radius_px * turn @ flat
        )

    def to_pixels(self, eye: NDArray[np.float64]) -> NDArray[np.float64]:
        """(n, 2) eye coordinates to (n, 2) pixels."""
        pixels: NDArray[np.float64] = eye @ self.matrix.T + np.array(self.center)
        return pixels

    def to_eye(self, x: Plane, y: Plane) -> tuple[Plane, Plane]:
        """Pixel coordinates (broadcast) to eye coordinates."""
        (a, b), (c, d) = np.linalg.inv(self.matrix).astype(np.float32)
        dx, dy = x - np.float32(self.center[0]), y - np.float32(self.center[1])
        return a * dx + b * dy, c * dx + d * dy

    def to_head(self, x: Plane, y: Plane) -> tuple[Plane, Plane]:
        """Pixel coordinates to iris radii about the iris, turned with the head but not with the gaze."""
        cos, sin = np.float32(np.cos(self.roll) / self.radius), np.float32(np.sin(self.roll) / self.radius)
        dx, dy = x - np.float32(self.center[0]), y - np.float32(self.center[1])
        return cos * dx + sin * dy, cos * dy - sin * dx

    def from_head(self, head: NDArray[np.float64]) -> NDArray[np.float64]:
        """(n, 2) of `to_head`'s coordinates back to pixels."""
        cos, sin = np.cos(self.roll) * self.radius, np.sin(self.roll) * self.radius
        pixels: NDArray[np.float64] = head @ np.array([[cos, sin], [-sin, cos]]) + np.array(self.center)
        return pixels

    def ellipse(self, offset: tuple[float, float], radius: float) -> Ellipse:
        """The ellipse that a circle of the eye frame becomes."""
        (cx, cy) = self.to_pixels(np.array([offset]))[0]
        turn, (major, minor), _ = np.linalg.svd(self.matrix * radius)
        angle = float(np.rad2deg(np.arctan2(turn[1, 0], turn[0, 0]))) % 180
        return Ellipse(cx=float(cx), cy=float(cy), major=float(major), minor=float(minor), angle_deg=angle)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Polar:
    """The rubber sheet over a window of the image: depth (0 pupil edge, 1 limbus, beyond outside) and angle.

    `width_px` is the width of the iris along each pixel's own ray.
    """

    window: tuple[slice, slice]
    depth: Plane
    angle: Plane
    width_px: Plane


def window_around(pose: Pose, shape: tuple[int, int], *, reach: float = 1.2) -> tuple[slice, slice]:
    """The rows and columns within `reach` radii of the iris's centre, cut to the image; may be empty."""
    (x, y), far = pose.center, pose.radius * reach
    rows = slice(*(int(np.clip(edge, 0, shape[0])) for edge in (y - far, y + far + 1)))
    columns = slice(*(int(np.clip(edge, 0, shape[1])) for edge in (x - far, x + far + 1)))
    return rows, columns


def polar(pose: Pose, shape: EyeShape, ratio: float, size: tuple[int, int]) -> Polar:
    """The rubber sheet between the pupil and the limbus, which are not concentric.

    A point at depth s lies on the ray from the centre that is (1 - s) of the way to the pupil's centre. Two rounds
    of putting s into its own equation leave an error under 1e-3 for the offsets drawn here.
    """
    rows, columns = window_around(pose, size)
    y = np.arange(rows.start, rows.stop, dtype=np.float32)[:, None]
    x = np.arange(columns.start, columns.stop, dtype=np.float32)[None, :]
    u, v = pose.to_eye(x, y)
    ox, oy = np.float32(shape.pupil_offset[0]), np.float32(shape.pupil_offset[1])
    depth = (np.hypot(u, v) - np.float32(ratio)) / np.float32(1 - ratio)
    for _ in range(2):
        toward = 1 - np.clip(depth, 0, 1)
        dx, dy = u - toward * ox, v - toward * oy
        depth = (np.hypot(dx, dy) - np.float32(ratio)) / np.float32(1 - ratio)
    toward = 1 - np.clip(depth, 0, 1)
    dx, dy = u - toward * ox, v - toward * oy
    angle = np.arctan2(dy, dx)
    inner, outer = shape.pupil_radius(angle, ratio), shape.iris_radius(angle)
    depth = (np.hypot(dx, dy) - inner) / (outer - inner)
    return Polar(window=(rows, columns), depth=depth, angle=angle, width_px=(outer - inner) * np.float32(pose.radius))
