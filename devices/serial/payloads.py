"""What the messages of the serial protocol carry."""

import json
import struct
import zlib
from dataclasses import asdict, dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from devices.errors import FrameDamaged
from devices.models import DeviceProfile, Eye

_FRAME = struct.Struct("<BBHHI")
_STATUS = struct.Struct("<BBHB")
_EYES: tuple[Eye | None, ...] = (None, "left", "right")
_RAW, _DEFLATED = 0, 1
Encoding = Literal["raw", "deflated"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    serial: str
    firmware: str
    profile: DeviceProfile


class _Profile(BaseModel):
    model_config = ConfigDict(extra="ignore", strict=True)
    name: str = Field(min_length=1, max_length=80)
    wavelength_nm: int = Field(ge=600, le=1100)
    pixels_per_mm: float = Field(gt=0, le=200)
    distance_mm: tuple[int, int] = Field(strict=False)
    mirrored: bool = False
    rotation: Literal[0, 90, 180, 270] = 0


class _Identity(BaseModel):
    model_config = ConfigDict(extra="ignore", strict=True)
    serial: str = Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9._-]+$")
    firmware: str = Field(max_length=64)
    profile: _Profile


def build_identity(identity: Identity) -> bytes:
    return json.dumps(asdict(identity)).encode()


def parse_identity(payload: bytes) -> Identity:
    """Unknown fields of newer firmware are ignored. Errors: FrameDamaged."""
    try:
        told = _Identity.model_validate_json(payload)
    except ValidationError as error:
        raise FrameDamaged(f"the identity does not hold ({error.error_count()} fields)") from error
    return Identity(serial=told.serial, firmware=told.firmware, profile=DeviceProfile(**told.profile.model_dump()))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Picture:
    """image: (H, W) uint8, read-only. `device_ms` is the scanner's own clock, wrapping at 2**32."""

    image: NDArray[np.uint8]
    eye: Eye | None
    device_ms: int


def build_frame(picture: Picture, encoding: Encoding = "raw") -> bytes:
    """Eye, encoding, width, height, device clock; then the rows, top first, raw or as one zlib stream."""
    height, width = picture.image.shape
    rows = np.ascontiguousarray(picture.image).tobytes()
    code = _RAW if encoding == "raw" else _DEFLATED
    head = _FRAME.pack(_EYES.index(picture.eye), code, width, height, picture.device_ms & 0xFFFFFFFF)
    return head + (rows if code == _RAW else zlib.compress(rows, 1))


def parse_frame(payload: bytes) -> Picture:
    """Errors: FrameDamaged where the parts contradict each other; never a picture of the wrong size."""
    if len(payload) < _FRAME.size:
        raise FrameDamaged("the frame has no header")
    eye, code, width, height, device_ms = _FRAME.unpack_from(payload)
    if eye >= len(_EYES) or not width or not height:
        raise FrameDamaged("the frame's header makes no sense")
    rows = _rows(payload[_FRAME.size :], code, width * height)
    if len(rows) != width * height:
        raise FrameDamaged(f"the frame has {len(rows)} of {width * height} pixels")
    image = np.frombuffer(rows, dtype=np.uint8).reshape(height, width)
    return Picture(image=image, eye=_EYES[eye], device_ms=device_ms)


def _rows(data: bytes, code: int, size: int) -> bytes:
    if code == _RAW:
        return data
    if code != _DEFLATED:
        raise FrameDamaged(f"the frame's encoding {code} is unknown")
    inflater = zlib.decompressobj()
    try:
        # One byte more than wanted shows a stream that is too long, without inflating all of it.
        rows = inflater.decompress(data, size + 1)
    except zlib.error as error:
        raise FrameDamaged("the frame's rows do not inflate") from error
    if len(rows) == size and not inflater.eof:
        raise FrameDamaged("the frame's rows are cut short")
    return rows


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """The scanner's answer to the command with sequence `reply_to`. `code` 0 is good."""

    lamp_on: bool
    streaming: bool
    reply_to: int
    code: int = 0


def build_status(status: Status) -> bytes:
    return _STATUS.pack(status.lamp_on, status.streaming, status.reply_to, status.code)


def parse_status(payload: bytes) -> Status:
    """Errors: FrameDamaged."""
    if len(payload) != _STATUS.size:
        raise FrameDamaged("the status has the wrong length")
    lamp_on, streaming, reply_to, code = _STATUS.unpack(payload)
    return Status(lamp_on=bool(lamp_on), streaming=bool(streaming), reply_to=reply_to, code=code)
