"""How wide a sensor's pixels show what is round, told by the pupils of many of its pictures.

Pupils are round but for a hundredth, lids hide little of them, and their edge is the sharpest in a picture. A single
picture says too little: pictures of one eye that are taken for differently shaped ones no longer match. So it is a fact
of the sensor, learned from dozens of pictures once.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from models.boundary.circles import Circle
from models.boundary.daugman import full_turn

Floats = NDArray[np.floating[Any]]
LEAST, MOST = 0.75, 1.35
"""Shapes beyond these are failed fits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameters:
    angles: int = 64
    points: int = 44
    """Edge points, of `angles`, that must lie on one ellipse."""
    reach: float = 0.25
    """Share of the pupil's radius within which its edge is looked for."""
    pictures: int = 20
    """Fewer measured pupils say nothing of a sensor."""
    square: float = 0.04
    """Nearer to 1 than this, pixels are square: living pupils differ as much."""
    round: float = 0.99
    """Width of living pupils over their height (MMU1, whose pixels are square)."""


def of_sensor(pupils: Iterable[float | None], parameters: Parameters = Parameters()) -> float:
    """Width over height of a round thing in the sensor's pictures, from `of_pupil` of many; 1 where nothing is sure."""
    measured = [shape for shape in pupils if shape is not None]
    if len(measured) < parameters.pictures:
        return 1.0
    shape = float(np.median(measured)) / parameters.round
    return 1.0 if abs(shape - 1) < parameters.square else round(shape, 3)


def of_pupil(picture: NDArray[np.uint8], pupil: Circle, parameters: Parameters = Parameters()) -> float | None:
    """Width over height of one pupil, or None where too little of its edge lies on an upright ellipse."""
    points, strength = _edge(cv2.GaussianBlur(picture, (0, 0), 1.0).astype(np.float32), pupil, parameters)
    sharp = strength > 0.5 * np.median(strength)
    keep, shape = sharp, None
    for _ in range(4):
        if keep.sum() < parameters.points // 2:
            return None
        rows = np.column_stack([points**2, points])
        fitted, *_ = np.linalg.lstsq(rows[keep], np.ones(int(keep.sum())), rcond=None)
        if min(fitted[:2]) <= 0:
            return None
        shape, away = float(np.sqrt(fitted[1] / fitted[0])), np.abs(rows @ fitted - 1) / 2
        keep = sharp & (away < np.clip(2 * np.median(away[keep]), 0.05, 0.1))
    return shape if keep.sum() >= parameters.points and shape is not None and LEAST < shape < MOST else None


def _edge(soft: Floats, pupil: Circle, parameters: Parameters) -> tuple[Floats, Floats]:
    """Where the picture brightens most along each ray, (angles, 2) in pupil radii from its middle, and by how much."""
    reach, angles = max(3.0, parameters.reach * pupil.r), full_turn(parameters.angles)[:, None]
    radii = np.linspace(pupil.r - reach, pupil.r + reach, int(8 * reach) + 1, dtype=np.float32)[None, :]
    x, y = pupil.x + radii * np.cos(angles), pupil.y + radii * np.sin(angles)
    lines = cv2.remap(soft, x.astype(np.float32), y.astype(np.float32), cv2.INTER_LINEAR)
    steps = lines[:, 8:] - lines[:, :-8]
    found = radii[0, 4:-4][steps.argmax(axis=1)] / pupil.r
    return np.column_stack([found * np.cos(angles[:, 0]), found * np.sin(angles[:, 0])]), steps.max(axis=1)
