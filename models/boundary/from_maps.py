"""The first hypothesis: circles through the edges of the network's maps."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from models.boundary import robust
from models.boundary.circles import Boundaries, Circle
from models.segmentation import Maps


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameters:
    smallest_iris: float = 8.0
    """Pixels of the view; below it nothing could be refined."""
    margin: int = 2
    """An edge this near the view's own border is the border, not the iris."""


def largest_part(chance: NDArray[np.float32]) -> NDArray[np.uint8] | None:
    """0/1 (h, w): the biggest connected region over one half, holes filled; None if there is none."""
    contours, _ = cv2.findContours((chance > 0.5).astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    if not contours:
        return None
    part = np.zeros(chance.shape, np.uint8)
    cv2.drawContours(part, [max(contours, key=cv2.contourArea)], -1, 1, cv2.FILLED)
    return part


def edge_points(part: NDArray[np.uint8], margin: int) -> NDArray[np.float64]:
    contours, _ = cv2.findContours(part, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    points = np.concatenate([c[:, 0] for c in contours]).astype(np.float64)
    height, width = part.shape
    inside = (points >= margin).all(axis=1) & (points[:, 0] < width - margin) & (points[:, 1] < height - margin)
    return points[inside]


def circle_of(chance: NDArray[np.float32], parameters: Parameters, *, about: Circle | None = None) -> Circle | None:
    """The circle of one map; with `about`, one whose centre lies within a third of that circle's radius."""
    part = largest_part(chance)
    if part is None:
        return None
    guess = float(np.sqrt(part.sum() / np.pi))
    found = robust.fit(
        edge_points(part, parameters.margin),
        low=0.7 * guess,
        high=1.6 * guess,
        about=None if about is None else (about.x, about.y),
        reach=float("inf") if about is None else about.r / 3,
    )
    return None if found is None else found[0]


def fit(maps: Maps, parameters: Parameters = Parameters()) -> Boundaries | None:
    """Both circles in the view's pixels, or None where the maps show no eye."""
    iris = circle_of(maps.disc, parameters)
    if iris is None or iris.r < parameters.smallest_iris:
        return None
    pupil = circle_of(maps.pupil, parameters, about=iris)
    if pupil is None:
        return None
    found = Boundaries(pupil, iris)
    return found if found.is_plausible() else None
