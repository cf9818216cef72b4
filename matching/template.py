"""The iris template: what one capture of a child leaves behind for matching."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from matching.errors import TemplateInvalid, TemplateVersionUnknown

Eye = Literal["left", "right"]

COLUMNS = 128
"""Angular columns of a code; a turn of the head by one column is 360/128 = 2.8125 degrees."""
BITS_PER_COLUMN = 16
BITS = COLUMNS * BITS_PER_COLUMN
WORDS = BITS // 64
"""A code is 2,048 bits: column c holds bits 16c..16c+15, so a rotation moves whole 16-bit lanes (little-endian)."""
MAX_CODES_PER_EYE = 4
VERSION = 1

_MAGIC = b"PNH"
_HEADER = struct.Struct("<3sB16sBB")
_CODE = struct.Struct(f"<{WORDS * 8}s{WORDS * 8}sfff")


@dataclass(frozen=True, slots=True, eq=False)
class EyeCode:
    """One code of one eye.

    code, mask: uint64, (32,), read-only; a mask bit of 1 means that the code bit is valid. A code bit under
    a mask bit of 0 is 0. quality and confidence are 0..1 (higher is better); pupil_ratio is pupil radius
    over iris radius, 0..1.
    """

    code: NDArray[np.uint64]
    mask: NDArray[np.uint64]
    quality: float = 1.0
    confidence: float = 1.0
    """How well two independent boundary fits agreed; 1 is full agreement."""
    pupil_ratio: float = 0.4

    def __post_init__(self) -> None:
        for name in ("code", "mask"):
            words = getattr(self, name)
            if not isinstance(words, np.ndarray) or words.dtype != np.uint64 or words.shape != (WORDS,):
                raise TemplateInvalid(f"{name} must be a uint64 array of shape ({WORDS},)")
        code, mask = np.ascontiguousarray(self.code & self.mask), np.ascontiguousarray(self.mask).copy()
        code.flags.writeable = mask.flags.writeable = False
        object.__setattr__(self, "code", code)
        object.__setattr__(self, "mask", mask)

    @property
    def valid_bits(self) -> int:
        return int(np.bitwise_count(self.mask).sum())

    @classmethod
    def from_bits(
        cls,
        code: NDArray[np.bool_],
        mask: NDArray[np.bool_],
        *,
        quality: float = 1.0,
        confidence: float = 1.0,
        pupil_ratio: float = 0.4,
    ) -> EyeCode:
        """From two boolean arrays of shape (128, 16): angular column, bit within the column."""
        packed = []
        for bits in (code, mask):
            if bits.shape != (COLUMNS, BITS_PER_COLUMN):
                raise TemplateInvalid(f"bits must have shape ({COLUMNS}, {BITS_PER_COLUMN}), not {bits.shape}")
            packed.append(np.packbits(bits.astype(bool), axis=None, bitorder="little").view(np.uint64))
        return cls(packed[0], packed[1], quality, confidence, pupil_ratio)


@dataclass(frozen=True, slots=True, eq=False)
class Template:
    """Codes of one child's left and right eye, the preferred one of each eye first.

    More than one code an eye means another boundary hypothesis or another frame; the least distance of any
    pair counts. `encoder` names the encoder that made the codes (at most 16 ASCII characters); templates of
    different encoders cannot be compared.
    """

    left: tuple[EyeCode, ...] = ()
    right: tuple[EyeCode, ...] = ()
    encoder: str = "gabor-2"
    version: int = field(default=VERSION)

    def __post_init__(self) -> None:
        if not 0 < len(self.encoder.encode()) <= 16 or not self.encoder.isascii():
            raise TemplateInvalid("the encoder's name must be 1 to 16 ASCII characters")
        for codes in (self.left, self.right):
            if len(codes) > MAX_CODES_PER_EYE:
                raise TemplateInvalid(f"{len(codes)} codes for one eye; {MAX_CODES_PER_EYE} are allowed")

    def eye(self, eye: Eye) -> tuple[EyeCode, ...]:
        return self.left if eye == "left" else self.right

    @staticmethod
    def join(*templates: Template) -> Template:
        """One template with the codes of all: eyes side by side, several codes of one eye in the order given.

        Beyond MAX_CODES_PER_EYE the later ones are left out. Errors: ValueError for nothing to join,
        TemplateVersionUnknown when encoders differ.
        """
        if not templates:
            raise TemplateInvalid("nothing to join")
        for other in templates[1:]:
            if other.encoder != templates[0].encoder:
                raise TemplateVersionUnknown(other.encoder, templates[0].encoder)
        left = tuple(code for t in templates for code in t.left)[:MAX_CODES_PER_EYE]
        right = tuple(code for t in templates for code in t.right)[:MAX_CODES_PER_EYE]
        return Template(left, right, templates[0].encoder)

    def to_bytes(self) -> bytes:
        """About 524 bytes a code. The same template always gives the same bytes."""
        head = _HEADER.pack(_MAGIC, self.version, self.encoder.encode(), len(self.left), len(self.right))
        return head + b"".join(_pack(code) for code in (*self.left, *self.right))

    @classmethod
    def from_bytes(cls, data: bytes) -> Template:
        """Errors: TemplateInvalid (not a template, or cut short), TemplateVersionUnknown."""
        if len(data) < _HEADER.size or data[:3] != _MAGIC:
            raise TemplateInvalid("these bytes are not an iris template")
        _, version, encoder, lefts, rights = _HEADER.unpack_from(data)
        if version != VERSION:
            raise TemplateVersionUnknown(str(version), str(VERSION))
        if len(data) != _HEADER.size + (lefts + rights) * _CODE.size:
            raise TemplateInvalid("the template is cut short or too long")
        codes = []
        for k in range(lefts + rights):
            code, mask, quality, confidence, ratio = _CODE.unpack_from(data, _HEADER.size + k * _CODE.size)
            bits, valid = (np.frombuffer(raw, "<u8").astype(np.uint64) for raw in (code, mask))
            codes.append(EyeCode(bits, valid, quality, confidence, ratio))
        return cls(tuple(codes[:lefts]), tuple(codes[lefts:]), encoder.rstrip(b"\0").decode())


def _pack(code: EyeCode) -> bytes:
    bits, valid = code.code.astype("<u8").tobytes(), code.mask.astype("<u8").tobytes()
    return _CODE.pack(bits, valid, code.quality, code.confidence, code.pupil_ratio)
