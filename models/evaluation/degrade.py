"""Hard copies: what hands, lamps and networks do to a picture, one thing at a time and always the same way."""

from __future__ import annotations

import zlib

import cv2
import numpy as np
from numpy.typing import NDArray

from models.evaluation.extraction import Change

Picture = NDArray[np.uint8]


def turned(picture: Picture, name: str) -> Picture:
    """By 12 degrees, half of the pictures to either side."""
    height, width = picture.shape
    angle = 12 if zlib.crc32(name.encode()) % 2 else -12
    matrix = cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), angle, 1.0)
    out = cv2.warpAffine(picture, matrix, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(out, dtype=np.uint8)


def blurred(picture: Picture, _name: str) -> Picture:
    """Gaussian, deviation 1.6 pixels."""
    return np.asarray(cv2.GaussianBlur(picture, (0, 0), 1.6), dtype=np.uint8)


def dimmed(picture: Picture, _name: str) -> Picture:
    """To 0.45 of the light."""
    return _scaled(picture, 0.45)


def brightened(picture: Picture, _name: str) -> Picture:
    """To 1.5 of the light and 20 levels more; what was bright burns out."""
    return _scaled(picture, 1.5, 20)


def shrunk(picture: Picture, _name: str) -> Picture:
    """To 0.7 of the size."""
    height, width = picture.shape
    size = (round(0.7 * width), round(0.7 * height))
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def compressed(picture: Picture, _name: str) -> Picture:
    """JPEG of quality 25."""
    _, data = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, 25])
    return np.asarray(cv2.imdecode(data, cv2.IMREAD_GRAYSCALE), dtype=np.uint8)


def cropped(picture: Picture, _name: str) -> Picture:
    """A twelfth cut away at every rim."""
    height, width = picture.shape
    y, x = height // 12, width // 12
    return np.ascontiguousarray(picture[y : height - y, x : width - x])


def noisy(picture: Picture, name: str) -> Picture:
    """Gaussian noise of 6 grey levels, the same whenever the picture has the same name."""
    rng = np.random.default_rng(zlib.crc32(name.encode()))
    return _rounded(picture + rng.normal(0, 6, picture.shape))


def dimmed_noisy(picture: Picture, name: str) -> Picture:
    """What a weak lamp gives: 0.45 of the light, and the noise stays."""
    return noisy(dimmed(picture, name), name)


CHANGES: dict[str, Change] = {
    "turned": turned,
    "blurred": blurred,
    "dimmed": dimmed,
    "brightened": brightened,
    "shrunk": shrunk,
    "compressed": compressed,
    "cropped": cropped,
    "noisy": noisy,
    "dimmed_noisy": dimmed_noisy,
}


def _scaled(picture: Picture, factor: float, more: float = 0.0) -> Picture:
    return _rounded(picture.astype(np.float32) * factor + more)


def _rounded(values: NDArray[np.floating]) -> Picture:
    return np.clip(np.round(values), 0, 255).astype(np.uint8)
