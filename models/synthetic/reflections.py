"""What shines: the lamp in the cornea, tears on the lower lid, spectacles."""

from collections.abc import Callable
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from models.synthetic.conditions import Conditions
from models.synthetic.geometry import Pose
from models.synthetic.lids import Lids

Layer = NDArray[np.uint8]
_SUBPIXEL_BITS = 4


def draw_reflections(pose: Pose, lids: Lids, conditions: Conditions, rng: np.random.Generator) -> Layer:
    """(H, W) uint8 brightness of the cornea's and the tears' reflections; 0 is none."""
    layer = np.zeros((conditions.height, conditions.width), dtype=np.uint8)
    if conditions.reflection == "none":
        return layer
    # The lamp's image lies near the pupil's centre and moves against the gaze.
    x = pose.center[0] + pose.radius * float(rng.normal(0, 0.09) - 0.6 * np.sin(np.deg2rad(conditions.gaze_x_deg)))
    y = pose.center[1] + pose.radius * float(rng.normal(0, 0.09) - 0.6 * np.sin(np.deg2rad(conditions.gaze_y_deg)))
    _SHAPES[conditions.reflection](layer, x, y, pose.radius)
    tear_x = np.array([rng.normal(0, 0.2), rng.normal(0.1, 0.5)], dtype=np.float32)
    tears = np.stack([tear_x, lids.edges(tear_x)[1] - 0.04], axis=1).astype(np.float64)
    for (px, py), size in zip(pose.from_head(tears), (0.035, 0.025), strict=True):
        _ellipse(layer, float(px), float(py), pose.radius * size * 1.4, pose.radius * size, -1)
    soft: Layer = cv2.GaussianBlur(layer, (0, 0), 0.5)
    return soft


def draw_glare(pose: Pose, conditions: Conditions, rng: np.random.Generator) -> Layer:
    """(H, W) uint8 brightness of reflections in spectacles: soft-edged patches and a streak."""
    layer = np.zeros((conditions.height, conditions.width), dtype=np.uint8)
    if not conditions.glare:
        return layer
    for _ in range(1 + int(3 * conditions.glare)):
        away, where = rng.uniform(0.5, 2.0) * pose.radius, rng.uniform(0, 2 * np.pi)
        size = pose.radius * float(rng.uniform(0.12, 0.2 + 0.4 * conditions.glare))
        x, y = pose.center[0] + away * np.cos(where), pose.center[1] + away * np.sin(where)
        _ellipse(
            layer, float(x), float(y), size, size * float(rng.uniform(0.4, 0.9)), -1, angle=float(rng.uniform(0, 180))
        )
    if rng.uniform() < conditions.glare * 0.6:
        _ellipse(
            layer, pose.center[0], pose.center[1] + pose.radius * float(rng.uniform(-1.2, 1.2)),
            pose.radius * 3, pose.radius * 0.05, -1, angle=float(rng.uniform(-25, 25)),
        )  # fmt: skip
    soft: Layer = cv2.GaussianBlur(layer, (0, 0), max(0.6, pose.radius * 0.03))
    return soft


def _ellipse(layer: Layer, x: float, y: float, a: float, b: float, thickness: int, *, angle: float = 0.0) -> None:
    unit = 1 << _SUBPIXEL_BITS
    center = (round(np.clip(x, -4000, 20000) * unit), round(np.clip(y, -4000, 20000) * unit))
    axes = (max(round(a * unit), unit // 2), max(round(b * unit), unit // 2))
    cv2.ellipse(layer, center, axes, angle, 0, 360, 255, thickness, cv2.LINE_AA, _SUBPIXEL_BITS)


def _point(layer: Layer, x: float, y: float, r: float) -> None:
    _ellipse(layer, x, y, r * 0.08, r * 0.07, -1)


def _double(layer: Layer, x: float, y: float, r: float) -> None:
    _ellipse(layer, x - r * 0.13, y, r * 0.07, r * 0.07, -1)
    _ellipse(layer, x + r * 0.13, y, r * 0.07, r * 0.07, -1)


def _bar(layer: Layer, x: float, y: float, r: float) -> None:
    _ellipse(layer, x, y, r * 0.2, r * 0.05, -1, angle=100)


def _ring(layer: Layer, x: float, y: float, r: float) -> None:
    _ellipse(layer, x, y, r * 0.15, r * 0.15, max(1, round(r * 0.04)))


_SHAPES: dict[str, Callable[[Any, float, float, float], None]] = {
    "point": _point,
    "double": _double,
    "bar": _bar,
    "ring": _ring,
}
