"""A picture of an iris record → grey pixels, upright. The size is read from the codec's own header before decoding."""

import struct

import cv2
import numpy as np
from numpy.typing import NDArray

from abis.codes import Failure
from abis.errors import Refused
from abis.iris_record import IrisPicture, PictureFormat

MAX_PIXELS = 16_000_000
_PNG = b"\x89PNG\r\n\x1a\n"
_JPEG = b"\xff\xd8"
_JPEG2000 = b"\xff\x4f\xff\x51"
"""Start of codestream and size marker; in a JP2 file boxes come before them."""
_RAW_CHANNELS = {PictureFormat.MONO_RAW: 1, PictureFormat.RGB_RAW: 3}

Pixels = NDArray[np.uint8]


def decoded(picture: IrisPicture) -> Pixels:
    """uint8, (height, width) or three channels as they came; whether it is a grey picture of an eye is not looked at.

    What the data say goes before the format code, which devices often leave wrong. Errors: Refused (16).
    """
    channels = _RAW_CHANNELS.get(picture.format)
    pixels = _compressed(picture.data) if channels is None else _raw(picture, channels)
    if picture.mirrored:
        pixels = pixels[:, ::-1]
    if picture.upside_down:
        pixels = pixels[::-1]
    return np.ascontiguousarray(pixels)


def _raw(picture: IrisPicture, channels: int) -> Pixels:
    if picture.bit_depth not in (0, 8):
        raise Refused(Failure.INVALID_CBEFF, f"a raw picture of {picture.bit_depth} bits; 8 are read here")
    expected = picture.width * picture.height * channels
    if not expected or expected != len(picture.data):
        raise Refused(Failure.INVALID_CBEFF, f"a raw picture of {len(picture.data)} bytes instead of {expected}")
    _check_size(picture.width, picture.height)
    shape = (picture.height, picture.width) if channels == 1 else (picture.height, picture.width, channels)
    return np.frombuffer(picture.data, np.uint8).reshape(shape)


def _compressed(data: bytes) -> Pixels:
    try:
        _check_size(*_size(data))
        found = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    except (struct.error, cv2.error) as exc:
        raise Refused(Failure.INVALID_CBEFF, "a picture that is damaged or cut short") from exc
    if found is None or found.dtype != np.uint8:
        raise Refused(Failure.INVALID_CBEFF, "a picture that cannot be decoded to 8 bits")
    return np.asarray(found, np.uint8)


def _size(data: bytes) -> tuple[int, int]:
    """Width and height. Errors: Refused for another codec, struct.error for a header cut short."""
    if data.startswith(_PNG):
        width, height = struct.unpack_from(">II", data, 16)
        return width, height
    if data.startswith(_JPEG):
        return _jpeg_size(data)
    at = data.find(_JPEG2000)
    if at < 0:
        raise Refused(Failure.INVALID_CBEFF, "a picture that is neither PNG, JPEG nor JPEG 2000")
    right, bottom, left, top = struct.unpack_from(">IIII", data, at + 8)
    return right - left, bottom - top


def _jpeg_size(data: bytes) -> tuple[int, int]:
    """By the start of frame, which the segments before it lead to."""
    at = 2
    while True:
        mark, kind, length = struct.unpack_from(">BBH", data, at)
        if mark != 0xFF:
            raise struct.error("no marker")
        if 0xC0 <= kind <= 0xCF and kind not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack_from(">HH", data, at + 5)
            return width, height
        at += 1 if kind == 0xFF else 2 + length


def _check_size(width: int, height: int) -> None:
    if width < 1 or height < 1 or width * height > MAX_PIXELS:
        raise Refused(Failure.INVALID_CBEFF, f"a picture of {width} × {height}; {MAX_PIXELS} pixels are the most")
