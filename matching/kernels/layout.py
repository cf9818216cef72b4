"""How a gallery's rows lie in memory, and the kernels that put them there and take them out.

The bits of a row are permuted, so its first words are a fair sample of all. Those (the plane) lie apart, eight rows
to a group with their words side by side, since every search reads them all; the rest of a row is read only when the
plane did not rule the row out.
"""

import numba
import numpy as np
from numba import types
from numpy.typing import NDArray

from matching.kernels import lanes as v
from matching.template import BITS, WORDS

PLANE = 8
"""Words of the plane: 512 of 2,048 bits. Measured at 100,000 identities: with 6 the plane is read a quarter faster and
lets five times as many strangers pass, with 10 a quarter slower and a fifth; 8 took the least time at every size."""
DEEP = 16
"""Words of the second look at those that the plane did not rule out."""
GROUP_BYTES = PLANE * 2 * v.LANES * 8

Plane = NDArray[np.uint64]
"""(groups, PLANE, 2, 8): words of code and mask of eight rows."""
Rest = NDArray[np.uint64]
"""(rows, 2, WORDS - PLANE)."""

_U64_3, _U64_4 = types.Array(types.uint64, 3, "C"), types.Array(types.uint64, 4, "C")
_WORDS_IN, _ORDER = types.Array(types.uint64, 3, "C", readonly=True), types.Array(types.uint16, 1, "C", readonly=True)
_ADDRESSES = types.Array(types.int64, 1, "C", readonly=True)


def new_block(rows: int) -> tuple[Plane, Rest]:
    """An empty block of `rows` rows, a multiple of eight. The plane begins on a cache line."""
    groups = rows // v.LANES
    raw = np.zeros(groups * GROUP_BYTES + 64, np.uint8)
    start = -raw.ctypes.data % 64
    plane = raw[start : start + groups * GROUP_BYTES].view(np.uint64).reshape(groups, PLANE, 2, v.LANES)
    return plane, np.zeros((rows, 2, WORDS - PLANE), np.uint64)


@numba.njit(types.void(_WORDS_IN, _ORDER, _U64_3), nogil=True, cache=True)
def permute(words, order, out):  # type: ignore[no-untyped-def]
    """Codes and masks, (rows, 2, 32), with bit `order[k]` at place k."""
    bits, taken = np.empty(BITS, np.uint8), np.empty(BITS, np.uint8)
    for row in range(words.shape[0]):
        for w in range(WORDS):
            code, mask = words[row, 0, w], words[row, 1, w]
            for k in range(64):
                at = np.uint64(k)
                bits[w * 64 + k] = ((code >> at) & np.uint64(1)) | (((mask >> at) & np.uint64(1)) << np.uint64(1))
        for k in range(BITS):
            taken[k] = bits[order[k]]
        for w in range(WORDS):
            out[row, 0, w] = v.first_marks(taken.ctypes.data + w * 64)
            out[row, 1, w] = v.second_marks(taken.ctypes.data + w * 64)


@numba.njit(types.void(_WORDS_IN, types.int64, _U64_4, _U64_3), nogil=True, cache=True)
def put(words, at, plane, rest):  # type: ignore[no-untyped-def]
    """Permuted rows into a block, from row `at` on."""
    for k in range(words.shape[0]):
        group, lane = (at + k) // v.LANES, (at + k) % v.LANES
        for side in range(2):
            for w in range(PLANE):
                plane[group, w, side, lane] = words[k, side, w]
            for w in range(PLANE, WORDS):
                rest[at + k, side, w - PLANE] = words[k, side, w]


@numba.njit(inline="always")
def _place(row, planes, rests, block):  # type: ignore[no-untyped-def]
    number, at = row // block, row % block
    plane = planes[number] + (at // v.LANES) * GROUP_BYTES + (at % v.LANES) * 8
    return plane, rests[number] + at * ((WORDS - PLANE) * 16)


@numba.njit(inline="always")
def _word(plane, rest, side, w):  # type: ignore[no-untyped-def]
    if w < PLANE:
        return v.read_word(plane + (w * 2 + side) * (v.LANES * 8))
    return v.read_word(rest + (side * (WORDS - PLANE) + w - PLANE) * 8)


@numba.njit(types.void(types.int64[::1], _ADDRESSES, _ADDRESSES, types.int64, _U64_3), nogil=True, cache=True)
def take(rows, planes, rests, block, out):  # type: ignore[no-untyped-def]
    """Whole permuted rows of given numbers; planes, rests: the blocks' addresses; block: rows of one."""
    for k in range(rows.shape[0]):
        plane, rest = _place(rows[k], planes, rests, block)
        for side in range(2):
            for w in range(WORDS):
                out[k, side, w] = _word(plane, rest, side, w)


@numba.njit(
    types.void(types.int64[::1], _ADDRESSES, _ADDRESSES, types.int64, _U64_4), parallel=True, nogil=True, cache=True
)
def take_groups(rows, planes, rests, block, out):  # type: ignore[no-untyped-def]
    """The first words of rows of given numbers, eight rows a group: out, (groups, words, 2, 8)."""
    for group in numba.prange(out.shape[0]):
        for lane in range(min(v.LANES, rows.shape[0] - group * v.LANES)):
            plane, rest = _place(rows[group * v.LANES + lane], planes, rests, block)
            for w in range(out.shape[1]):
                for side in range(2):
                    out[group, w, side, lane] = _word(plane, rest, side, w)
