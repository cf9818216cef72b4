"""Eyelids and lashes: what covers an iris."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from models.synthetic.conditions import Conditions
from models.synthetic.geometry import Plane, Pose

_SUBPIXEL_BITS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class LidShape:
    """One eye's fissure, in iris radii. `skew` moves the height of the arch to the nose, `tilt` raises a corner."""

    half_width: float
    skew: float
    tilt: float
    upper_power: float
    nose: int
    """-1: the nose is at the image's left; 1: at its right."""

    @classmethod
    def draw(cls, rng: np.random.Generator, *, nose: int) -> "LidShape":
        return cls(
            half_width=float(rng.uniform(2.2, 2.7)),
            skew=float(nose * rng.uniform(0, 0.15)),
            tilt=float(nose * rng.uniform(0, 0.12)),
            upper_power=float(rng.uniform(1.9, 2.5)),
            nose=nose,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Lids:
    """Both lids of one picture. Heights are at the middle of the fissure, in iris radii from its centre line."""

    shape: LidShape
    middle: tuple[float, float]
    """The fissure's centre in head coordinates: the eye moves in it as the gaze turns."""
    upper: float
    lower: float

    @classmethod
    def of(cls, shape: LidShape, conditions: Conditions) -> "Lids":
        lower = 0.74 + 0.3 * conditions.openness
        upper = -lower + conditions.openness * (lower + 1.25)
        gaze_x, gaze_y = np.deg2rad([conditions.gaze_x_deg, conditions.gaze_y_deg])
        # The eyeball is about two iris radii in radius; the lids follow a vertical gaze most of the way.
        middle = (float(-2 * np.sin(gaze_x)), float(-0.7 * np.sin(gaze_y)))
        return cls(shape=shape, middle=middle, upper=upper, lower=lower)

    def along(self, x: Plane) -> Plane:
        """Head coordinate x as a share of the fissure: -1 and 1 are the corners of the eye."""
        return (x - np.float32(self.middle[0])) / np.float32(self.shape.half_width)

    def edges(self, x: Plane) -> tuple[Plane, Plane]:
        """y of the upper and the lower lid at head coordinate x; beyond the corners both are the centre line."""
        along = self.along(x)
        inside = np.clip(along, -1, 1)
        skewed = np.abs(inside - np.float32(self.shape.skew) * (1 - inside * inside))
        upper_arch: Plane = np.maximum(1 - skewed ** np.float32(self.shape.upper_power), 0).astype(np.float32)
        lower_arch: Plane = np.maximum(1 - skewed * skewed, 0)
        line: Plane = np.float32(self.middle[1]) + np.float32(self.shape.tilt) * along
        upper: Plane = line - np.float32(self.upper) * upper_arch
        lower: Plane = line + np.float32(self.lower) * lower_arch
        return upper, lower


def draw_lashes(
    lids: Lids, pose: Pose, conditions: Conditions, identity: np.random.Generator, rng: np.random.Generator
) -> NDArray[np.uint8]:
    """(H, W) uint8, how much of each pixel a lash covers. Roots belong to the eye, the tips move in each picture."""
    layer = np.zeros((conditions.height, conditions.width), dtype=np.uint8)
    count = int(conditions.lashes * 170)
    if not count:
        return layer
    upper = _lash_lines(lids, identity, rng, count=count, droop=conditions.lash_droop, is_upper=True)
    lower = _lash_lines(lids, identity, rng, count=count // 2, droop=0.0, is_upper=False)
    fine = max(1, round(pose.radius / 70))
    # A lash is thick at its root: every line once whole, and its first half again.
    for lines, thick, dark in (
        (upper, fine, 190),
        (lower, fine, 150),
        (upper[:, :3], max(fine, round(pose.radius / 45)), 235),
    ):
        points = [_fixed_point(pose.from_head(line)) for line in lines]
        cv2.polylines(layer, points, False, dark, thick, cv2.LINE_AA, _SUBPIXEL_BITS)
    return layer


def _lash_lines(
    lids: Lids, identity: np.random.Generator, rng: np.random.Generator, *, count: int, droop: float, is_upper: bool
) -> NDArray[np.float64]:
    """(count, 6, 2) head coordinates: a root on the lid's edge, then a curve outward."""
    roots = np.sort(identity.uniform(-0.93, 0.97, count)) * lids.shape.half_width
    length = identity.uniform(0.25, 0.85, count) * (1.0 if is_upper else 0.62)
    lean = identity.normal(0, 0.3, count) + 0.85 * roots / lids.shape.half_width + rng.normal(0, 0.06, count)
    x = roots + lids.middle[0]
    edge = lids.edges(x.astype(np.float32))[0 if is_upper else 1].astype(np.float64)
    step = np.linspace(0, 1, 6)[None, :]
    # y grows downwards: a drooping upper lash hangs over the eye, another one stands off and curls up.
    leave, curl = (1.15 * droop - 0.3, -0.8 + 0.7 * droop) if is_upper else (0.35, 0.6)
    rise = leave * step + curl * step**2
    lines_x = x[:, None] + length[:, None] * np.sin(lean)[:, None] * (0.5 * step + 0.8 * step**2)
    lines_y = edge[:, None] + length[:, None] * rise
    return np.stack([lines_x, lines_y], axis=2)


def draw_eyebrow(lids: Lids, pose: Pose, conditions: Conditions, identity: np.random.Generator) -> NDArray[np.uint8]:
    """(H, W) uint8 cover of the eyebrow's hairs, which slant away from the nose."""
    layer = np.zeros((conditions.height, conditions.width), dtype=np.uint8)
    hairs = 170
    along = identity.uniform(-1, 1, hairs)
    x = along * lids.shape.half_width + lids.middle[0]
    y = lids.middle[1] - identity.normal(2.9, 0.16, hairs) + 0.5 * along**2
    slant = -lids.shape.nose * identity.uniform(0.35, 0.7, hairs)
    step = np.linspace(0, 1, 3)[None, :]
    lines = np.stack([x[:, None] + slant[:, None] * step, y[:, None] - 0.25 * step * (1 - step)], axis=2)
    points = [_fixed_point(pose.from_head(line)) for line in lines]
    cv2.polylines(layer, points, False, 200, max(1, round(pose.radius / 45)), cv2.LINE_AA, _SUBPIXEL_BITS)
    return layer


def _fixed_point(points: NDArray[np.float64]) -> NDArray[np.int32]:
    """OpenCV's fixed-point coordinates. Far outside the image they are clipped, which bends what nobody sees."""
    return (np.clip(points, -2000, 20000) * (1 << _SUBPIXEL_BITS)).round().astype(np.int32)
