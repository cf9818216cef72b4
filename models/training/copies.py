"""Hard copies: a picture spoilt in one way, and where its circles went."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from models.boundary.circles import Boundaries, Circle

Picture = NDArray[np.uint8]
Copier = Callable[[Picture, Boundaries, np.random.Generator], tuple[Picture, Boundaries]]


def _moved(
    picture: Picture, circles: Boundaries, matrix: NDArray[Any], size: tuple[int, int]
) -> tuple[Picture, Boundaries]:
    """By a similarity, (2, 3); size: (width, height)."""
    scale = float(np.hypot(matrix[0, 0], matrix[0, 1]))

    def moved(circle: Circle) -> Circle:
        x, y = matrix @ np.array([circle.x, circle.y, 1.0])
        return Circle(float(x), float(y), circle.r * scale)

    flags = {"flags": cv2.INTER_LINEAR, "borderMode": cv2.BORDER_REPLICATE}
    image = cv2.warpAffine(picture, matrix, size, **flags)
    return image, Boundaries(moved(circles.pupil), moved(circles.iris))


def turned(degrees: float) -> Copier:
    """About the middle of the picture."""

    def copy(picture: Picture, circles: Boundaries, _rng: np.random.Generator) -> tuple[Picture, Boundaries]:
        height, width = picture.shape
        matrix = cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), degrees, 1.0)
        return _moved(picture, circles, matrix, (width, height))

    return copy


def resized(share: float) -> Copier:
    """To that share of its width and height."""

    def copy(picture: Picture, circles: Boundaries, _rng: np.random.Generator) -> tuple[Picture, Boundaries]:
        height, width = picture.shape
        method = cv2.INTER_AREA if share < 1 else cv2.INTER_LINEAR
        small = cv2.resize(picture, (round(width * share), round(height * share)), interpolation=method)
        factors = (small.shape[1] / width, small.shape[0] / height)
        return small, Boundaries(circles.pupil.scaled(*factors), circles.iris.scaled(*factors))

    return copy


def cropped(share: float) -> Copier:
    """To the square around the iris whose half side is that share of the iris radius; below 1 the rim is cut."""

    def copy(picture: Picture, circles: Boundaries, _rng: np.random.Generator) -> tuple[Picture, Boundaries]:
        iris, reach = circles.iris, share * circles.iris.r
        left, top = (max(int(at - reach), 0) for at in (iris.x, iris.y))
        image = picture[top : int(iris.y + reach) + 1, left : int(iris.x + reach) + 1]
        pupil, iris = (Circle(c.x - left, c.y - top, c.r) for c in (circles.pupil, circles.iris))
        return np.ascontiguousarray(image), Boundaries(pupil, iris)

    return copy


def in_wide_frame(share: float, size: tuple[int, int] = (640, 480)) -> Copier:
    """The whole picture at that share of its size, somewhere in a larger frame of one grey level and noise."""

    def copy(picture: Picture, circles: Boundaries, rng: np.random.Generator) -> tuple[Picture, Boundaries]:
        small, moved = resized(share)(picture, circles, rng)
        frame = np.full(size[::-1], np.median(picture), np.float32) + rng.normal(0, 4, size[::-1])
        left, top = (int(rng.integers(0, big - part + 1)) for big, part in zip(size, small.shape[::-1], strict=True))
        frame[top : top + small.shape[0], left : left + small.shape[1]] = small
        pupil, iris = (Circle(c.x + left, c.y + top, c.r) for c in (moved.pupil, moved.iris))
        return np.clip(frame, 0, 255).astype(np.uint8), Boundaries(pupil, iris)

    return copy


def lit(function: Callable[[NDArray[np.float32], np.random.Generator], NDArray[Any]]) -> Copier:
    """Other grey levels (0..255, clipped), the same places."""

    def copy(picture: Picture, circles: Boundaries, rng: np.random.Generator) -> tuple[Picture, Boundaries]:
        grey = function(picture.astype(np.float32), rng)
        return np.clip(np.rint(grey), 0, 255).astype(np.uint8), circles

    return copy


def _sunlit(grey: NDArray[np.float32], rng: np.random.Generator) -> NDArray[Any]:
    slope = np.linspace(-1, 1, grey.shape[1])[None, :] * (1 if rng.random() < 0.5 else -1)
    return grey * (1 + 0.6 * slope)


def _compressed(grey: NDArray[np.float32], _rng: np.random.Generator) -> NDArray[Any]:
    _, packed = cv2.imencode(".jpg", grey.astype(np.uint8), [cv2.IMWRITE_JPEG_QUALITY, 25])
    return np.asarray(cv2.imdecode(packed, cv2.IMREAD_GRAYSCALE))


def _filled(picture: Picture, circles: Boundaries, rng: np.random.Generator) -> tuple[Picture, Boundaries]:
    """A ring of lamps and a blob that hide most of the pupil."""
    image, pupil = picture.copy(), circles.pupil
    centre = (round(pupil.x + rng.normal(0, 0.1) * pupil.r), round(pupil.y + rng.normal(0, 0.1) * pupil.r))
    cv2.circle(image, centre, round(0.55 * pupil.r), 250, max(2, round(0.3 * pupil.r)), cv2.LINE_AA)
    return image, circles


def _flattened(level: float) -> Copier:
    """The pupil painted with one grey level, as some sensors' makers do."""

    def copy(picture: Picture, circles: Boundaries, _rng: np.random.Generator) -> tuple[Picture, Boundaries]:
        inside = circles.pupil.disc(picture.shape)
        return np.where(inside, np.uint8(level), picture).astype(np.uint8), circles

    return copy


COPIES: dict[str, Copier] = {
    "turned +12°": turned(12),
    "turned −12°": turned(-12),
    "blurred σ 1.6": lit(lambda grey, _: cv2.GaussianBlur(grey, (0, 0), 1.6)),
    "dimmed to 0.3": lit(lambda grey, _: 0.3 * grey),
    "brightened ×1.5+30": lit(lambda grey, _: 1.5 * grey + 30),
    "gamma 2": lit(lambda grey, _: 255 * (grey / 255) ** 2),
    "shrunk to 0.7": resized(0.7),
    "enlarged to 2": resized(2.0),
    "JPEG 25": lit(_compressed),
    "cropped at the rim": cropped(1.02),
    "cut by the frame": cropped(0.9),
    "noise 12": lit(lambda grey, rng: grey + rng.normal(0, 12, grey.shape)),
    "dim and noisy": lit(lambda grey, rng: 0.35 * grey + rng.normal(0, 8, grey.shape)),
    "sunlit from one side": lit(_sunlit),
    "pupil full of lamps": _filled,
    "pupil painted black": _flattened(0),
    "pupil painted bright": _flattened(210),
    "small in a wide frame": in_wide_frame(0.8),
}
"""The spoilings that boundaries are measured under."""
