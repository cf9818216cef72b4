"""The last pixels of a fit: the integro-differential operator near a first guess."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from models.boundary import specular
from models.boundary.circles import Boundaries, Circle
from models.boundary.daugman import Search, best_circle, full_turn, side_arcs

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameters:
    reach: float = 3.0
    """Pixels of the view that a centre may still move."""
    spread: float = 0.08
    """Share by which a radius may still change."""
    pull: float = 0.6
    """Grey levels of edge that one pixel of movement must be worth."""
    blur: float = 1.2


@dataclass(frozen=True, slots=True)
class Fit:
    """A hypothesis and the strength (grey levels) of its two edges."""

    circles: Boundaries
    pupil_edge: float
    iris_edge: float


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


def refined(image: Floats, start: Boundaries, parameters: Parameters = Parameters()) -> Fit:
    """Both circles settled; where that leaves anatomy, the start is kept. image: from `smooth`."""
    pupil, pupil_edge = settle(image, start.pupil, full_turn(48), parameters)
    iris, iris_edge = settle(image, start.iris, side_arcs(48), parameters)
    found = Boundaries(pupil, iris)
    return Fit(found if found.is_plausible() else start, pupil_edge, iris_edge)
