"""The window of a picture that the boundary finders work on: always 320 × 240, the eye at about the same size."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from models.boundary.circles import Boundaries, Circle

WIDTH, HEIGHT = 320, 240


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """image: uint8 (240, 320). A pixel (x, y) of it lies at (x / scale + left, y / scale + top) of the picture."""

    image: NDArray[np.uint8]
    scale: float
    left: float
    top: float

    def to_picture(self, circles: Boundaries) -> Boundaries:
        return Boundaries(self._circle(circles.pupil), self._circle(circles.iris))

    def _circle(self, circle: Circle) -> Circle:
        return Circle(circle.x / self.scale + self.left, circle.y / self.scale + self.top, circle.r / self.scale)

    def mask_to_picture(self, mask: NDArray[np.uint8], shape: tuple[int, int]) -> NDArray[np.uint8]:
        """A mask over the view (240, 320) as one over the picture (h, w), 0 outside the view."""
        if self.scale == 1 and not (self.left or self.top) and shape == mask.shape:
            return mask
        back = np.array([[1 / self.scale, 0, self.left], [0, 1 / self.scale, self.top]])
        return cv2.warpAffine(mask, back, shape[::-1], flags=cv2.INTER_LINEAR)


def whole(picture: NDArray[np.uint8]) -> View:
    """All of the picture, in the middle of the view, its own sides kept in proportion."""
    height, width = picture.shape
    scale = min(WIDTH / width, HEIGHT / height)
    return _window(picture, scale, (width - 1) / 2, (height - 1) / 2)


def around(picture: NDArray[np.uint8], iris: Circle, *, radius: float) -> View:
    """The surroundings of an iris, enlarged or reduced until its radius is `radius` view pixels."""
    return _window(picture, radius / iris.r, iris.x, iris.y)


def _window(picture: NDArray[np.uint8], scale: float, x: float, y: float) -> View:
    left, top = x - (WIDTH - 1) / 2 / scale, y - (HEIGHT - 1) / 2 / scale
    if scale == 1 and picture.shape == (HEIGHT, WIDTH) and abs(left) + abs(top) < 1e-6:
        return View(picture, 1.0, 0.0, 0.0)
    # reducing without blurring first would alias lashes and texture into false edges
    soft = cv2.GaussianBlur(picture, (0, 0), 0.4 / scale) if scale < 0.8 else picture
    matrix = np.array([[scale, 0, -left * scale], [0, scale, -top * scale]])
    image = cv2.warpAffine(soft, matrix, (WIDTH, HEIGHT), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return View(image, float(scale), float(left), float(top))
