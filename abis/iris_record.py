"""ISO/IEC 19794-6:2011 iris image record → the pictures in it, undecoded. Numbers are big-endian.

General header (Table 3): "IIR\\0", "020\\0", record length u32, representations u16, certification u8, eyes u8.
Each representation (Table 4): length u32, capture time 9 bytes, device 5 bytes, quality blocks u8 × 5 bytes, number
u16, eye u8, kind u8, format u8, properties u8, width u16, height u16, bit depth u8, range u16, roll angle u16 and its
uncertainty u16, iris centre and diameter 6 × u16, image length u32, image.
"""

import struct
from dataclasses import dataclass
from enum import IntEnum
from typing import NoReturn

from abis.codes import Failure
from abis.errors import Refused
from matching.template import Eye

_GENERAL = struct.Struct(">4s4sIHBB")
_REPRESENTATION = struct.Struct(">I9sBHHB")
_IMAGE = struct.Struct(">HBBBBHHBHHH12sI")
_QUALITY_BYTES = 5
_EYES: dict[int, Eye | None] = {0: None, 1: "right", 2: "left"}
_FLIPPED = 2
MAX_REPRESENTATIONS = 16


class PictureFormat(IntEnum):
    MONO_RAW = 2
    RGB_RAW = 4
    MONO_JPEG = 6
    RGB_JPEG = 8
    MONO_JPEG2000 = 10
    RGB_JPEG2000 = 12
    MONO_PNG = 14
    RGB_PNG = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class IrisPicture:
    eye: Eye | None
    """By the record's eye label."""
    format: PictureFormat
    width: int
    height: int
    bit_depth: int
    """0 where the record does not say."""
    mirrored: bool
    """Left and right are exchanged, by the record's orientation."""
    upside_down: bool
    data: bytes


def iris_pictures(record: bytes) -> tuple[IrisPicture, ...]:
    """Every representation of one record, undecoded. Bytes after the image or the last representation are passed over.

    Errors: Refused (16) for another format or version, a record cut short, an unknown picture format.
    """
    try:
        magic, version, length, count, _certified, _eyes = _GENERAL.unpack_from(record)
    except struct.error as exc:
        raise Refused(Failure.INVALID_CBEFF, "the iris record is shorter than its header") from exc
    if magic != b"IIR\0" or version != b"020\0":
        _wrong("not an iris record of ISO/IEC 19794-6:2011")
    if length > len(record):
        _wrong(f"it says {length} bytes and has {len(record)}")
    if not 1 <= count <= MAX_REPRESENTATIONS:
        _wrong(f"{count} representations")
    pictures, at = [], _GENERAL.size
    for _ in range(count):
        try:
            picture, at = _representation(record, at)
        except struct.error as exc:
            raise Refused(Failure.INVALID_CBEFF, "the iris record: a representation is cut short") from exc
        pictures.append(picture)
    return tuple(pictures)


def _representation(record: bytes, at: int) -> tuple[IrisPicture, int]:
    length, _time, _technology, _vendor, _device, qualities = _REPRESENTATION.unpack_from(record, at)
    start = at + _REPRESENTATION.size + qualities * _QUALITY_BYTES
    _number, label, _kind, code, properties, width, height, depth, *_geometry, size = _IMAGE.unpack_from(record, start)
    first = start + _IMAGE.size
    if not first + size <= at + length <= len(record):
        _wrong("a representation is longer than the space it has")
    picture = IrisPicture(
        eye=_EYES.get(label),
        format=_format(code),
        width=width,
        height=height,
        bit_depth=depth,
        mirrored=properties & 3 == _FLIPPED,
        upside_down=properties >> 2 & 3 == _FLIPPED,
        data=record[first : first + size],
    )
    return picture, at + length


def _format(code: int) -> PictureFormat:
    try:
        return PictureFormat(code)
    except ValueError as exc:
        raise Refused(Failure.INVALID_CBEFF, f"the iris record: picture format {code} is unknown") from exc


def _wrong(detail: str) -> NoReturn:
    raise Refused(Failure.INVALID_CBEFF, f"the iris record: {detail}")
