"""The rubber sheet: the ring between the two circles, unrolled to a rectangle.

J. Daugman, "How iris recognition works", IEEE CSVT 14(1), 2004: x(r, t) = (1 - r) * pupil(t) + r * iris(t).
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from models.boundary.circles import Boundaries

ROWS, COLUMNS = 64, 512


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """texture: float32 (64, 512) of grey levels; valid: bool (64, 512), True where it is visible iris.

    Row 0 lies at the pupil, column 0 points to the image's right, columns run clockwise as the image is seen.
    """

    texture: NDArray[np.float32]
    valid: NDArray[np.bool_]


def sampling_grid(circles: Boundaries) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """x and y in the image of every pixel of the sheet, float32 (64, 512) each."""
    angle = np.arange(COLUMNS, dtype=np.float32) * np.float32(2 * np.pi / COLUMNS)
    depth = ((np.arange(ROWS, dtype=np.float32) + 0.5) / ROWS)[:, None]
    pupil, iris = circles.pupil, circles.iris
    inner, outer = ((c.x + c.r * np.cos(angle), c.y + c.tall * c.r * np.sin(angle)) for c in (pupil, iris))
    x, y = ((1 - depth) * i + depth * o for i, o in zip(inner, outer, strict=True))
    return x.astype(np.float32), y.astype(np.float32)


def unroll(image: NDArray[np.uint8], visible: NDArray[np.uint8], circles: Boundaries) -> Sheet:
    """The sheet of an image (h, w); `visible` (same size, 0..255) is over 127 at visible iris.

    What lies outside the image is not valid.
    """
    x, y = sampling_grid(circles)
    texture = cv2.remap(image, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE).astype(np.float32)
    valid = cv2.remap(visible, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=0) > 127
    return Sheet(texture, valid)
