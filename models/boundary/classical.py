"""The second hypothesis, which shares nothing with the network: a dark round blob, then the strongest circles.

Told where the network saw an iris, it starts inside it (nose pads of glasses are dark and round too) and fits on its
own. It fails on dark irises with little pupil contrast, frames of glasses and heavy lashes; the network fails on flat
pupils and mis-sizes large irises. Their errors are nearly independent, which is why both are kept.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from models.boundary.circles import Boundaries, Circle
from models.boundary.daugman import Search, best_circle, full_turn, side_arcs
from models.boundary.refine import Fit, ring_median, searched_pupil

Floats = NDArray[np.floating[Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameters:
    """Lengths in pixels of the 320 x 240 view."""

    thresholds: int = 10
    darkest: tuple[float, float] = (0.5, 22.0)
    """Percentiles of brightness between which the thresholds lie."""
    pupil: tuple[float, float] = (9.0, 48.0)
    iris: tuple[float, float] = (28.0, 100.0)
    roundness: float = 0.62
    candidates: int = 3
    around: tuple[float, float] = (0.75, 1.35)
    """Shares of the seen iris's radius between which the limbus is looked for."""
    shining: float = 25.0
    """Edge, in grey levels, from which a bright disc in the iris is tried as its pupil."""


@dataclass(frozen=True, slots=True)
class Blob:
    circle: Circle
    score: float


def dark_blobs(image: Floats, parameters: Parameters) -> list[Blob]:
    """Round dark regions over several thresholds, best first, no two about the same place."""
    small = cv2.resize(image, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    levels = np.percentile(small, np.linspace(*parameters.darkest, parameters.thresholds))
    found = [blob for level in np.unique(levels) for blob in _blobs_under(small, float(level), parameters)]
    chosen: list[Blob] = []
    for blob in sorted(found, key=lambda b: -b.score):
        apart = all(np.hypot(blob.circle.x - c.circle.x, blob.circle.y - c.circle.y) > 8 for c in chosen)
        if apart and len(chosen) < parameters.candidates:
            chosen.append(blob)
    return chosen


def _blobs_under(small: Floats, level: float, parameters: Parameters) -> list[Blob]:
    dark = cv2.morphologyEx((small <= level).astype(np.uint8), cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    count, _, stats, centres = cv2.connectedComponentsWithStats(dark, connectivity=4)
    blobs = []
    for k in range(1, count):
        _, _, width, height, area = (float(v) for v in stats[k])
        radius = 2 * np.sqrt(area / np.pi)
        roundness = area / (np.pi / 4 * max(width, height) ** 2)
        if parameters.pupil[0] <= radius <= parameters.pupil[1] and roundness >= parameters.roundness:
            circle = Circle(2 * centres[k][0] + 0.5, 2 * centres[k][1] + 0.5, radius)
            blobs.append(Blob(circle, roundness * _contrast(small, circle)))
    return blobs


def _contrast(small: Floats, circle: Circle) -> float:
    """How much brighter a ring around the blob is than the blob, in grey levels, at most 40: beyond it says no more."""
    inside, outside = (_ring_mean(small, circle, share) for share in (0.6, 1.35))
    return min(max(outside - inside, 0.0), 40.0)


def _ring_mean(small: Floats, circle: Circle, share: float) -> float:
    """Mean brightness on the circle of that share of the radius. small: half the view's size."""
    angles, radius = full_turn(24), share * circle.r / 2
    rows = _clip(circle.y / 2 + radius * np.sin(angles), small.shape[0])
    columns = _clip(circle.x / 2 + radius * np.cos(angles), small.shape[1])
    return float(small[rows, columns].mean())


def _clip(values: Floats, size: int) -> NDArray[np.intp]:
    return np.clip(np.round(values), 0, size - 1).astype(np.intp)


def fit(
    image: Floats, parameters: Parameters = Parameters(), *, seen: Circle | None = None, plain: Floats | None = None
) -> Fit | None:
    """The best pair of circles in a smoothed view (float32, 240 x 320), or None without a round dark blob.

    seen: an iris that another method saw; the pupil is then looked for inside it, and the limbus near its size.
    plain: the view with its reflections; given that and `seen`, a pupil brighter than its iris is looked for as well.
    """
    starts = [blob.circle for blob in dark_blobs(image, parameters)]
    if seen is not None:
        low, high = (max(parameters.iris[0], share * seen.r) for share in parameters.around)
        parameters = replace(parameters, iris=(low, high))
        starts = [c for c in starts if np.hypot(c.x - seen.x, c.y - seen.y) < 0.6 * seen.r and c.r < 0.7 * seen.r]
        starts.append(searched_pupil(image, seen)[0])
    fits = [f for start in starts if (f := _grown(image, image, start, parameters)) is not None]
    if seen is not None and plain is not None:
        pupil, edge = searched_pupil(255.0 - plain, seen)
        if edge > parameters.shining and not _lies_in_the_dark(plain, pupil, seen):
            fits += [f] if (f := _grown(image, 255.0 - plain, pupil, parameters)) is not None else []
    return max(fits, key=lambda f: min(f.pupil_edge, 40.0) + 1.5 * min(f.iris_edge, 40.0), default=None)


def _lies_in_the_dark(plain: Floats, bright: Circle, iris: Circle) -> bool:
    """Whether darkness surrounds a bright disc: then it is a lamp in a dark pupil, and no pupil."""
    around = ring_median(plain, bright, (1.2, 1.35), full_turn(48))
    return around < ring_median(plain, iris, (0.75, 0.88), side_arcs(48)) - 8


def _grown(image: Floats, pupils: Floats, start: Circle, parameters: Parameters) -> Fit | None:
    """From the blob to the pupil (dark in `pupils`), from the pupil to the limbus (in `image`)."""
    near = Search(reach=4, step=2, low=max(0.75 * start.r, 7), high=1.3 * start.r + 2)
    pupil, _ = best_circle(pupils, start, near, full_turn(40))
    fine = Search(reach=1, step=0.5, low=pupil.r - 1.5, high=pupil.r + 1.5, radius_step=0.5)
    pupil, pupil_edge = best_circle(pupils, pupil, fine, full_turn(48), width=2.0)
    low = max(parameters.iris[0], 1.35 * pupil.r)
    wide = Search(reach=8, step=2, low=low, high=min(parameters.iris[1], 7 * pupil.r), radius_step=1.5)
    iris, _ = best_circle(image, pupil, wide, side_arcs(32), width=4.5, pull=0.4)
    close = Search(reach=1.5, step=0.5, low=iris.r - 2, high=iris.r + 2, radius_step=0.5)
    iris, iris_edge = best_circle(image, iris, close, side_arcs(48), width=3.0)
    found = Boundaries(pupil, iris)
    return Fit(found, pupil_edge, iris_edge) if found.is_plausible() else None
