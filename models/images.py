"""Pictures come in here, and only 8-bit grey ones get through."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from models.errors import CaptureRejected


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameters:
    smallest: int = 64
    """Pixels of the shorter side."""
    largest: int = 16_000_000
    """Pixels in all; a picture of one eye has no use for more, and it must not fill a tablet's memory."""
    colour: int = 12
    """Grey levels by which the channels may differ (JPEG rounds them apart) in all but 1 % of the pixels."""
    lost: float = 0.02
    """A JPEG without an end is accepted as long as no more than this share of its rows is missing."""
    deviation: float = 3.0
    """A picture with less contrast than this shows nothing."""


def load_image(path: Path, parameters: Parameters = Parameters()) -> NDArray[np.uint8]:
    """An image file (BMP, JPEG, PNG) as uint8 (height, width).

    Errors: FileNotFoundError; CaptureRejected (unreadable, or any reason of `checked`).
    """
    try:
        data = np.frombuffer(path.read_bytes(), np.uint8)
    except IsADirectoryError as error:
        raise CaptureRejected("unreadable", path.name) from error
    if not data.size:
        raise CaptureRejected("empty", path.name)
    try:
        image = _decoded(data, parameters)
    except cv2.error as error:  # OpenCV refuses pictures beyond its own size limit by raising
        raise CaptureRejected("unreadable", path.name) from error
    if image is None:
        raise CaptureRejected("unreadable", path.name)
    return checked(image, parameters)


_AS_STORED = cv2.IMREAD_ANYCOLOR | cv2.IMREAD_ANYDEPTH
"""Channels and depth as they are, turned as EXIF says; without ANYDEPTH sixteen bits would be cut to eight unseen."""
_JPEG_BEGINS, _JPEG_ENDS = b"\xff\xd8", b"\xff\xd9"


def _decoded(data: NDArray[np.uint8], parameters: Parameters) -> NDArray[np.uint8] | None:
    image = cv2.imdecode(data, _AS_STORED)
    if image is not None or data[:2].tobytes() != _JPEG_BEGINS:
        return image
    # some frame grabbers leave out a JPEG's end marker, and OpenCV then refuses the whole picture
    image = cv2.imdecode(np.frombuffer(data.tobytes() + _JPEG_ENDS, np.uint8), _AS_STORED)
    return None if image is None or _lost(image) > parameters.lost else image


def _lost(image: NDArray[np.uint8]) -> float:
    """Share of rows at the bottom that are one grey: what the decoder paints where a file was cut short."""
    told = np.flatnonzero(image.reshape(len(image), -1).std(axis=1) > 0)
    return 1 - (told[-1] + 1) / len(image) if len(told) else 1.0


def checked(image: object, parameters: Parameters = Parameters()) -> NDArray[np.uint8]:
    """The image as contiguous uint8 (height, width); three or four channels pass when they are equal.

    Errors: CaptureRejected (not_an_image, empty, sixteen_bit, too_small, too_large, coloured, flat).
    """
    if not isinstance(image, np.ndarray) or image.ndim not in (2, 3):
        raise CaptureRejected("not_an_image", type(image).__name__)
    if not image.size:
        raise CaptureRejected("empty")
    if image.dtype != np.uint8:
        raise CaptureRejected("sixteen_bit" if image.dtype.kind in "iu" else "not_an_image", str(image.dtype))
    height, width = image.shape[:2]
    if height * width > parameters.largest:
        raise CaptureRejected("too_large", f"{width} × {height}")
    if min(height, width) < parameters.smallest:
        raise CaptureRejected("too_small", f"{width} × {height}")
    grey = np.ascontiguousarray(image if image.ndim == 2 else _single_channel(image, parameters))
    if grey.std() < parameters.deviation:
        raise CaptureRejected("flat")
    return grey


def _single_channel(image: NDArray[np.uint8], parameters: Parameters) -> NDArray[np.uint8]:
    if image.shape[2] not in (1, 3, 4):
        raise CaptureRejected("not_an_image", f"{image.shape[2]} channels")
    channels = image[:, :, : min(image.shape[2], 3)]
    spread = channels.max(axis=2).astype(np.int16) - channels.min(axis=2)
    if (spread > parameters.colour).mean() > 0.01:
        raise CaptureRejected("coloured")
    return channels[:, :, channels.shape[2] // 2]
