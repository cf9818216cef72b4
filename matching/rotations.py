"""Turns of the head: rotations of a code by whole columns (360/128 = 2.8125 degrees each)."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from matching.template import COLUMNS, WORDS, EyeCode


@dataclass(frozen=True, slots=True)
class Rotations:
    """The rotations that one search tries: `around` ± `reach` columns, nearest to `around` first.

    The order settles ties: of two equally good rotations the smaller turn is reported.
    """

    reach: int
    around: int = 0

    def __post_init__(self) -> None:
        if not 0 <= self.reach < COLUMNS // 2:
            raise ValueError(f"rotations must reach 0 to {COLUMNS // 2 - 1} columns, not {self.reach}")

    @property
    def columns(self) -> tuple[int, ...]:
        """Signed columns, each within -64..63."""
        turns = [0] + [sign * k for k in range(1, self.reach + 1) for sign in (-1, 1)]
        half = COLUMNS // 2
        return tuple((self.around + turn + half) % COLUMNS - half for turn in turns)


USUAL = Rotations(7)
"""15 rotations, ±19.7 degrees."""
WIDE = Rotations(14)
"""29 rotations, ±39.4 degrees: tried before a child is called new."""
TURNED = Rotations(7, around=COLUMNS // 2)
"""The scanner was held upside down."""
TURNED_WIDE = Rotations(14, around=COLUMNS // 2)


def rotate(words: NDArray[np.uint64], columns: int) -> NDArray[np.uint64]:
    """A code or mask, uint64 (..., 32), with column c moved to column c + columns (modulo 128)."""
    return _take(words, (columns,))[..., 0, :]


def rotated(codes: tuple[EyeCode, ...], rotations: Rotations) -> NDArray[np.uint64]:
    """All rotations of the codes of one eye: uint64, (codes, rotations, 2, 32); [..., 0, :] code, [..., 1, :] mask."""
    return np.ascontiguousarray(_take(packed(codes), rotations.columns).swapaxes(1, 2))


def packed(codes: tuple[EyeCode, ...]) -> NDArray[np.uint64]:
    """Codes as rows of a gallery: uint64, (codes, 2, 32)."""
    out = np.empty((len(codes), 2, WORDS), np.uint64)
    for k, code in enumerate(codes):
        out[k, 0], out[k, 1] = code.code, code.mask
    return out


def _take(words: NDArray[np.uint64], turns: tuple[int, ...]) -> NDArray[np.uint64]:
    """(..., 32) -> (..., turns, 32). A column is one little-endian 16-bit lane."""
    lanes = np.ascontiguousarray(words).view("<u2")
    return np.ascontiguousarray(lanes[..., _sources(turns)]).view(np.uint64)


@lru_cache(maxsize=64)
def _sources(turns: tuple[int, ...]) -> NDArray[np.intp]:
    sources: NDArray[np.intp] = (np.arange(COLUMNS)[None, :] - np.array(turns)[:, None]) % COLUMNS
    return sources
