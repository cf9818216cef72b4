"""The window of a picture that the boundary finders work on: always 320 × 240, the eye at about the same size.

It is squeezed to the sides, so that circles can be looked for whatever the shape of a sensor's pixels: pupils are 0.99
times as wide as high on MMU1, 1.16 times on MMU2 (`models.pixel_shape`). In the picture, what was found are ellipses.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from models.boundary.circles import Boundaries, Circle

WIDTH, HEIGHT = 320, 240
SQUEEZE = 0.97
"""Width of a view's eye over its width in a picture of square pixels, at the same height."""


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """image: uint8 (240, 320). A pixel (x, y) of it lies at (x / across + left, y / scale + top) of the picture."""

    image: NDArray[np.uint8]
    scale: float
    left: float
    top: float
    squeeze: float = SQUEEZE

    @property
    def across(self) -> float:
        """The scale to the sides."""
        return self.scale * self.squeeze

    def to_picture(self, circles: Boundaries) -> Boundaries:
        """The view's circles as the picture's ellipses."""
        return Boundaries(self._there(circles.pupil), self._there(circles.iris))

    def from_picture(self, circles: Boundaries) -> Boundaries:
        return Boundaries(self._here(circles.pupil), self._here(circles.iris))

    def _there(self, circle: Circle) -> Circle:
        x, y = circle.x / self.across + self.left, circle.y / self.scale + self.top
        return Circle(x, y, circle.r / self.across, circle.tall * self.squeeze)

    def _here(self, circle: Circle) -> Circle:
        x, y = (circle.x - self.left) * self.across, (circle.y - self.top) * self.scale
        return Circle(x, y, circle.r * self.across, circle.tall / self.squeeze)

    def mask_to_picture(self, mask: NDArray[np.uint8], shape: tuple[int, int]) -> NDArray[np.uint8]:
        """A mask over the view (240, 320) as one over the picture (h, w), 0 outside the view."""
        back = np.array([[1 / self.across, 0, self.left], [0, 1 / self.scale, self.top]])
        return cv2.warpAffine(mask, back, shape[::-1], flags=cv2.INTER_LINEAR)


def whole(picture: NDArray[np.uint8], squeeze: float = SQUEEZE) -> View:
    """All of the picture, in the middle of the view, its own sides kept in proportion."""
    height, width = picture.shape
    scale = min(WIDTH / (squeeze * width), HEIGHT / height)
    return _window(picture, scale, (width - 1) / 2, (height - 1) / 2, squeeze)


def around(picture: NDArray[np.uint8], iris: Circle, *, radius: float, squeeze: float = SQUEEZE) -> View:
    """The surroundings of an iris, enlarged or reduced until its radius is `radius` view pixels."""
    return _window(picture, radius / (squeeze * iris.r), iris.x, iris.y, squeeze)


def _window(picture: NDArray[np.uint8], scale: float, x: float, y: float, squeeze: float) -> View:
    across = squeeze * scale
    left, top = x - (WIDTH - 1) / 2 / across, y - (HEIGHT - 1) / 2 / scale
    # reducing without blurring first would alias lashes and texture into false edges
    soft = cv2.GaussianBlur(picture, (0, 0), 0.4 / scale) if scale < 0.8 else picture
    matrix = np.array([[across, 0, -left * across], [0, scale, -top * scale]])
    image = cv2.warpAffine(soft, matrix, (WIDTH, HEIGHT), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return View(image, float(scale), float(left), float(top), squeeze)
