"""Ground truth for the segmentation network from a hand-drawn mask of the visible iris.

The mask says nothing of what the lids cover, so the pupil's and the iris's circle are fitted to the mask's own
contours and settled on the image by the integro-differential operator.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from models.boundary import robust, specular
from models.boundary.circles import Boundaries, Circle
from models.boundary.daugman import Search, best_circle, full_turn, side_arcs


@dataclass(frozen=True, slots=True, eq=False)
class Example:
    """One training image: uint8 (h, w), its maps (3, h, w) of 0/255 for visible iris, pupil, iris disc, its person."""

    image: NDArray[np.uint8]
    maps: NDArray[np.uint8]
    person: str


def contour_points(mask: NDArray[np.uint8]) -> NDArray[np.float64]:
    contours, _ = cv2.findContours(mask, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    return np.concatenate([c[:, 0] for c in contours if len(c) > 20] or [np.zeros((0, 2))]).astype(np.float64)


def side_points(mask: NDArray[np.uint8]) -> NDArray[np.float64]:
    """The first and last mask pixel of each row: mostly limbus, where the whole contour is half lids."""
    rows = np.flatnonzero(mask.any(axis=1))
    first = mask[rows].argmax(axis=1)
    last = mask.shape[1] - 1 - mask[rows][:, ::-1].argmax(axis=1)
    return np.column_stack([np.concatenate([first, last]), np.concatenate([rows, rows])]).astype(np.float64)


def largest_part(mask: NDArray[np.uint8]) -> NDArray[np.uint8]:
    _, labels, stats, _ = cv2.connectedComponentsWithStats((mask > 127).astype(np.uint8))
    return (labels == 1 + int(stats[1:, cv2.CC_STAT_AREA].argmax())).astype(np.uint8) if len(stats) > 1 else mask * 0


def circles_of(image: NDArray[np.uint8], mask: NDArray[np.uint8]) -> Boundaries | None:
    """Both circles, or None where the mask is too small to tell."""
    smooth = cv2.GaussianBlur(specular.paint_over(image, specular.find(image)), (0, 0), 1.2).astype(np.float32)
    part = largest_part(mask)
    sides = side_points(part)
    if len(sides) < 16:
        return None
    half_width = np.ptp(sides[:, 0]) / 2
    middle = (sides[:, 0].min() + half_width, float(sides[:, 1].mean()))
    outer = robust.fit(sides, low=0.97 * half_width, high=1.15 * half_width, about=middle, reach=0.5 * half_width)
    if outer is None:
        return None
    iris = settle(smooth, outer[0], side_arcs(48))
    points = contour_points(part)
    inside = np.hypot(points[:, 0] - iris.x, points[:, 1] - iris.y) < 0.82 * iris.r
    inner = robust.fit(
        points[inside], low=0.15 * iris.r, high=0.7 * iris.r, about=(iris.x, iris.y), reach=0.25 * iris.r
    )
    if inner is None:
        return None
    lower = np.linspace(-0.25 * np.pi, 1.25 * np.pi, 48, dtype=np.float32)
    pupil = settle(smooth, inner[0], lower if inner[1] < 0.5 else full_turn(48))
    found = Boundaries(pupil, levelled(smooth, iris, pupil))
    return found if found.is_plausible() else None


def levelled(image: NDArray[np.float32], iris: Circle, pupil: Circle) -> Circle:
    """The iris's circle at the height where left and right limbus bend, between its own and the pupil's.

    Where both lids cover the iris, a mask says little of the height of its middle; the pupil's says more.
    """
    start = Circle(iris.x, (iris.y + pupil.y) / 2, iris.r)
    search = Search(reach=3, step=1, low=iris.r - 2.5, high=iris.r + 2.5, radius_step=0.5)
    return best_circle(image, start, search, side_arcs(48), width=2, pull=0.5)[0]


def settle(image: NDArray[np.float32], start: Circle, angles: NDArray[np.float32]) -> Circle:
    """The strongest edge within two pixels: a hand draws no better than that."""
    search = Search(reach=2, step=1, low=start.r - 2.5, high=start.r + 2.5, radius_step=0.5)
    return best_circle(image, start, search, angles, width=2, pull=0.5)[0]


def example(image: NDArray[np.uint8], mask: NDArray[np.uint8], person: str) -> Example | None:
    circles = circles_of(image, mask)
    if circles is None:
        return None
    maps = [mask > 127, circles.pupil.disc(image.shape), circles.iris.disc(image.shape)]
    return Example(image, np.stack(maps).astype(np.uint8) * 255, person)
