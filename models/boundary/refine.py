"""The last pixels of a fit: the integro-differential operator near a first guess."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from models.boundary import specular
from models.boundary.circles import Boundaries, Circle, between
from models.boundary.daugman import Search, best_circle, full_turn, side_arcs

Floats = NDArray[np.floating[Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameters:
    reach: float = 3.0
    """Pixels of the view that a centre may still move."""
    spread: float = 0.08
    """Share by which a radius may still change."""
    pull: float = 0.6
    """Grey levels of edge that one pixel of movement must be worth."""
    blur: float = 1.2
    pupil_reach: float = 0.28
    """Share of the iris radius by which a pupil's centre may lie beside the iris's, in the search without a guess."""
    pupil_radius: tuple[float, float] = (0.17, 0.64)
    """Shares of the iris radius between which that search looks for the pupil."""
    ceiling: float = 65.0
    """Percentile of brightness within the iris that nothing exceeds in that search."""
    better: float = 1.25
    """The searched pupil replaces the guessed one when its edge is this many times stronger."""


@dataclass(frozen=True, slots=True)
class Fit:
    """A hypothesis and the strength (grey levels) of its two edges."""

    circles: Boundaries
    pupil_edge: float
    iris_edge: float


def between_fits(a: Fit, b: Fit) -> Fit:
    """Half way between two fits."""
    edges = ((a.pupil_edge + b.pupil_edge) / 2, (a.iris_edge + b.iris_edge) / 2)
    return Fit(between(a.circles, b.circles), *edges)


def smooth(view: NDArray[np.uint8], parameters: Parameters = Parameters()) -> Floats:
    """The view as the operator wants it: reflections painted over, noise blurred away."""
    painted = specular.paint_over(view, specular.find(view))
    return cv2.GaussianBlur(painted, (0, 0), parameters.blur).astype(np.float32)


def settle(image: Floats, start: Circle, angles: Floats, parameters: Parameters = Parameters()) -> tuple[Circle, float]:
    """The strongest circle near `start`: whole pixels first, then halves."""
    span = max(2.0, parameters.spread * start.r)
    wide = Search(reach=parameters.reach, step=1, low=start.r - span, high=start.r + span)
    found, _ = best_circle(image, start, wide, angles, pull=parameters.pull)
    fine = Search(reach=0.5, step=0.5, low=found.r - 1, high=found.r + 1, radius_step=0.5)
    return best_circle(image, found, fine, angles, width=2.0)


def searched_pupil(image: Floats, iris: Circle, parameters: Parameters = Parameters()) -> tuple[Circle, float]:
    """The strongest dark circle inside an iris, wherever it is: networks misplace pupils that are little darker."""
    low, high = (share * iris.r for share in parameters.pupil_radius)
    # sclera and skin are cut down to the iris's own brightness: only the pupil may be an edge
    disc = Circle(iris.x, iris.y, 0.9 * iris.r).disc(image.shape)
    ceiling = float(np.percentile(image[disc], parameters.ceiling)) if disc.any() else 255.0
    image = np.minimum(image, ceiling)
    search = Search(reach=parameters.pupil_reach * iris.r, step=2, low=low, high=high, radius_step=1.5)
    found, _ = best_circle(image, iris, search, full_turn(24), pull=0.25, within=(iris, 0.85))
    return settle(image, found, full_turn(48), parameters)


def refined(image: Floats, start: Boundaries, parameters: Parameters = Parameters()) -> Fit:
    """Both circles settled; where that leaves anatomy, the start is kept. image: from `smooth`."""
    iris, iris_edge = settle(image, start.iris, side_arcs(48), parameters)
    pupil, pupil_edge = settle(image, start.pupil, full_turn(48), parameters)
    other, other_edge = searched_pupil(image, iris, parameters)
    if other_edge > parameters.better * max(pupil_edge, 1.0):
        pupil, pupil_edge = other, other_edge
    found = Boundaries(pupil, iris)
    return Fit(found if found.is_plausible() else start, pupil_edge, iris_edge)
