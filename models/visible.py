"""Which pixels between the circles are iris: not lid, not lash, not reflection."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from models.boundary import specular
from models.boundary.circles import Boundaries


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameters:
    spread: float = 2.6
    """Without the network: deviations from the median of the sides beyond which a pixel is lash, lid or light."""
    erode: int = 3
    """Pixels of the view across which nothing may be hidden around a pixel that is coded: lashes begin at the edge."""


def ring(circles: Boundaries, shape: tuple[int, int]) -> NDArray[np.bool_]:
    """Between pupil and limbus, a little inside both edges."""
    inner = circles.pupil.disc(shape)
    return circles.iris.disc(shape) & ~inner


def from_network(view: NDArray[np.uint8], chance: NDArray[np.float32]) -> NDArray[np.uint8]:
    """0/255 (240, 320) from the map of visible iris, reflections taken out. It does not depend on the circles."""
    seen = (chance > 0.5).astype(np.uint8) * 255
    seen[specular.find(view) > 0] = 0
    return seen


def surely(seen: NDArray[np.uint8], parameters: Parameters = Parameters()) -> NDArray[np.uint8]:
    """What of a mask may be coded: all but its edge."""
    return cv2.erode(seen, np.ones((parameters.erode, parameters.erode), np.uint8))


def within(seen: NDArray[np.uint8], circles: Boundaries) -> NDArray[np.uint8]:
    """What of a mask lies between pupil and limbus."""
    return np.where(ring(circles, seen.shape), seen, np.uint8(0))


def from_brightness(
    view: NDArray[np.uint8], circles: Boundaries, parameters: Parameters = Parameters()
) -> NDArray[np.uint8]:
    """0/255 (240, 320) without the network: pixels as bright as the iris's left and right, which lids seldom reach."""
    between = ring(circles, view.shape)
    rows = np.abs(np.arange(view.shape[0]) - circles.iris.y)[:, None] < 0.4 * circles.iris.r
    sides = view[between & rows].astype(np.float32)
    if sides.size < 50:
        return np.zeros(view.shape, np.uint8)
    middle = float(np.median(sides))
    deviation = 1.4826 * float(np.median(np.abs(sides - middle))) + 3.0
    soft = cv2.GaussianBlur(view, (0, 0), 1.0).astype(np.float32)
    seen = between & (np.abs(soft - middle) < parameters.spread * deviation + 4)
    seen &= specular.find(view) == 0
    # above a lid's edge nothing is iris, though skin may be as dark
    return cv2.morphologyEx(seen.astype(np.uint8) * 255, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
