"""Mirror images of the lamp: bright spots that would draw every edge detector to them."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameters:
    level: int = 235
    """Grey level from which a pixel is a reflection whatever lies around it."""
    contrast: int = 55
    """Or this much brighter than the same place after a grey opening (spots smaller than `spot` pixels)."""
    spot: int = 15
    grow: int = 2
    largest: float = 0.012
    """A bright region larger than this share of the image is skin or sclera, not a reflection."""


def find(image: NDArray[np.uint8], parameters: Parameters = Parameters()) -> NDArray[np.uint8]:
    """0/255 (h, w): small bright spots, grown by a margin."""
    # a noisy sensor's single bright pixels are no lamps
    image = cv2.GaussianBlur(image, (3, 3), 0)
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (parameters.spot, parameters.spot))
    top_hat = cv2.morphologyEx(image, cv2.MORPH_TOPHAT, kernel)
    bright = ((top_hat > parameters.contrast) | ((image >= parameters.level) & (top_hat > 10))).astype(np.uint8)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(bright, connectivity=8)
    small = stats[:, cv2.CC_STAT_AREA] <= parameters.largest * image.size
    small[0] = False
    spots = small[labels].astype(np.uint8) * 255
    side = 2 * parameters.grow + 1
    return cv2.dilate(spots, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side)))


def paint_over(image: NDArray[np.uint8], spots: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The image with the spots filled from their darker surroundings.

    A grey opening instead of a true in-painting: 20 times faster, and inside the pupil it gives the same dark.
    """
    if not spots.any():
        return image
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (19, 19))
    opened = cv2.morphologyEx(image, cv2.MORPH_OPEN, kernel)
    return np.where(spots > 0, cv2.blur(opened, (5, 5)), image).astype(np.uint8)
