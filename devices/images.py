"""Image files to grey pixels: the one place where a picture from outside becomes an array.

BMP, JPEG and PNG. Size is read from the header before anything is decoded, so that a small file cannot ask for
gigabytes; a file cut short is an error and never a picture with a grey half.
"""

import struct
import zlib
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from devices.errors import ImageUnreadable, ImageUnsupported

MAX_PIXELS = 40_000_000
_MAX_FILE_BYTES = 256 << 20
_SAME_GREY = 12
_COLOURED_SHARE = 0.01
"""A picture is coloured if the channels of more than this share of its pixels differ by more than `_SAME_GREY`
levels. Less is what compression and a sensor's three amplifiers do to a grey picture."""
_PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"


def read_grey(path: Path) -> NDArray[np.uint8]:
    """The picture as (H, W) uint8, rotated as stored (EXIF is ignored: an iris scanner writes none).

    Three equal channels are a grey picture. Whether it shows an eye is NOT checked.
    Errors: ImageUnreadable (missing, empty, damaged, cut short), ImageUnsupported (another format, over 40
    megapixels, 16-bit, coloured), both naming the file.
    """
    try:
        if path.stat().st_size > _MAX_FILE_BYTES:
            raise ImageUnsupported(str(path), f"the file has more than {_MAX_FILE_BYTES >> 20} MiB")
        content = path.read_bytes()
    except OSError as error:
        raise ImageUnreadable(path, error.strerror or "it cannot be opened") from error
    if not content:
        raise ImageUnreadable(path, "the file is empty")
    width, height = _size(content, path)
    _check_size(width, height, str(path))
    try:
        pixels = cv2.imdecode(np.frombuffer(content, dtype=np.uint8), cv2.IMREAD_UNCHANGED)
    except cv2.error as error:
        raise ImageUnreadable(path, "it is damaged") from error
    if pixels is None:
        raise ImageUnreadable(path, "it is damaged")
    return as_grey(pixels, source=str(path))


def as_grey(pixels: NDArray[np.generic], *, source: str) -> NDArray[np.uint8]:
    """Decoded pixels (H, W) or (H, W, 1|3|4) as (H, W) uint8; `source` names the picture in an error.

    A fourth channel is transparency and must be opaque. Errors: ImageUnsupported.
    """
    if pixels.dtype != np.uint8:
        raise ImageUnsupported(source, f"its pixels are {pixels.dtype}, not 8-bit")
    if pixels.ndim not in (2, 3) or (pixels.ndim == 3 and pixels.shape[2] not in (1, 3, 4)):
        raise ImageUnsupported(source, f"its shape is {pixels.shape}")
    _check_size(pixels.shape[1], pixels.shape[0], source)
    if pixels.ndim == 2:
        return np.asarray(pixels, dtype=np.uint8)
    if pixels.shape[2] == 4 and pixels[..., 3].min() < 255:
        raise ImageUnsupported(source, "it is partly transparent")
    channels = pixels[..., :3].astype(np.int16)
    if float(np.mean(channels.max(axis=2) - channels.min(axis=2) > _SAME_GREY)) > _COLOURED_SHARE:
        raise ImageUnsupported(source, "it is in colour")
    return np.ascontiguousarray(pixels[..., min(1, pixels.shape[2] - 1)], dtype=np.uint8)


def _check_size(width: int, height: int, source: str) -> None:
    if width < 1 or height < 1:
        raise ImageUnsupported(source, "it has no pixels")
    if width * height > MAX_PIXELS:
        raise ImageUnsupported(
            source, f"it has {width}×{height} pixels, more than {MAX_PIXELS // 1_000_000} megapixels"
        )


def _size(content: bytes, path: Path) -> tuple[int, int]:
    """Width and height by the header, after checking that the file is whole."""
    try:
        if content.startswith(_PNG_SIGNATURE):
            return _png_size(content)
        if content.startswith(b"BM"):
            return _bmp_size(content)
        if content.startswith(b"\xff\xd8"):
            return _jpeg_size(content)
    except (struct.error, ValueError) as error:
        raise ImageUnreadable(path, "it is damaged or cut short") from error
    raise ImageUnsupported(str(path), "it is not a BMP, JPEG or PNG file")


def _png_size(content: bytes) -> tuple[int, int]:
    """Every chunk's CRC up to IEND is checked: a PNG decoder would paint a cut file grey and say nothing."""
    at = len(_PNG_SIGNATURE)
    while True:
        length, kind = struct.unpack_from(">I4s", content, at)
        (crc,) = struct.unpack_from(">I", content, at + 8 + length)
        if zlib.crc32(content[at + 4 : at + 8 + length]) != crc:
            raise ValueError(kind)
        at += 12 + length
        if kind == b"IEND":
            break
    width, height = struct.unpack_from(">II", content, len(_PNG_SIGNATURE) + 8)
    return width, height


def _bmp_size(content: bytes) -> tuple[int, int]:
    start, header = struct.unpack_from("<II", content, 10)
    if header == 12:  # OS/2's, still written by some frame grabbers
        width, height, _, depth = struct.unpack_from("<HHHH", content, 18)
        compression = 0
    else:
        width, height, _, depth, compression = struct.unpack_from("<iiHHI", content, 18)
    width, height = abs(width), abs(height)
    if not compression and len(content) < start + (width * depth + 31) // 32 * 4 * height:
        raise ValueError("cut short")
    return width, height


def _jpeg_size(content: bytes) -> tuple[int, int]:
    """Walks the segments to the start of frame; the picture must also have an end."""
    at = 2
    while True:
        mark, kind, length = struct.unpack_from(">BBH", content, at)
        if mark != 0xFF:
            raise ValueError("not a marker")
        if kind == 0xFF:  # padding
            at += 1
            continue
        if 0xC0 <= kind <= 0xCF and kind not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack_from(">HH", content, at + 5)
            if content.rfind(b"\xff\xd9") < at:
                raise ValueError("cut short")
            return width, height
        at += 2 + length
