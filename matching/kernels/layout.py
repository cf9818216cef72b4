"""How a gallery's rows lie in memory, and the kernels that put them there and take them out.

The bits of a row are permuted, so its first words are a fair sample of all. Those (the plane) lie apart, eight rows
to a group with their words side by side, since every search reads them all; the rest of a row is read only when the
plane did not rule the row out.
"""

import mmap

import numba
import numpy as np
from numba import types
from numpy.typing import NDArray

from matching.kernels import lanes as v
from matching.template import BITS, WORDS

PLANE = 8
"""Words of the plane: 512 of 2,048 bits."""
PARTS = (WORDS - PLANE) // v.LANES
GROUP_BYTES = PLANE * 2 * v.LANES * 8
PART_BYTES = 2 * v.LANES * 8
_HUGE = 1 << 21
"""A page of 2 MB, where the system gives one: rests are read in no order, and finding small pages costs more than
reading them."""

Plane = NDArray[np.uint64]
"""(groups, PLANE, 2, 8): words of code and mask of eight rows."""
Rest = NDArray[np.uint64]
"""(PARTS, rows, 2, 8): of every row eight words of the code and the same of the mask, then the next eight."""

_U64_3, _U64_4 = types.Array(types.uint64, 3, "C"), types.Array(types.uint64, 4, "C")
_WORDS_IN, _ORDER = types.Array(types.uint64, 3, "C", readonly=True), types.Array(types.uint16, 1, "C", readonly=True)
_ADDRESSES = types.Array(types.int64, 1, "C", readonly=True)


def new_block(rows: int) -> tuple[Plane, Rest]:
    """An empty block of `rows` rows, a multiple of eight. Plane and rest begin on a cache line."""
    size = rows * WORDS * 16
    memory = mmap.mmap(-1, size + _HUGE, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    if hasattr(mmap, "MADV_HUGEPAGE"):
        memory.madvise(mmap.MADV_HUGEPAGE)
    raw = np.frombuffer(memory, np.uint8)
    start = -raw.ctypes.data % _HUGE
    words = raw[start : start + size].view(np.uint64)
    groups, plane = rows // v.LANES, rows * PLANE * 2
    return words[:plane].reshape(groups, PLANE, 2, v.LANES), words[plane:].reshape(PARTS, rows, 2, v.LANES)


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


@numba.njit(types.void(_WORDS_IN, types.int64, _U64_4, _U64_4), nogil=True, cache=True)
def put(words, at, plane, rest):  # type: ignore[no-untyped-def]
    """Permuted rows into a block, from row `at` on."""
    for k in range(words.shape[0]):
        group, lane = (at + k) // v.LANES, (at + k) % v.LANES
        for side in range(2):
            for w in range(PLANE):
                plane[group, w, side, lane] = words[k, side, w]
            for w in range(PLANE, WORDS):
                rest[(w - PLANE) // v.LANES, at + k, side, w % v.LANES] = words[k, side, w]


@numba.njit(inline="always")
def _place(row, planes, rests, block):  # type: ignore[no-untyped-def]
    number, at = row // block, row % block
    plane = planes[number] + (at // v.LANES) * GROUP_BYTES + (at % v.LANES) * 8
    return plane, rests[number] + at * PART_BYTES


@numba.njit(inline="always")
def _word(plane, rest, block, side, w):  # type: ignore[no-untyped-def]
    if w < PLANE:
        return v.read_word(plane + (w * 2 + side) * (v.LANES * 8))
    return v.read_word(rest + (w - PLANE) // v.LANES * block * PART_BYTES + side * (v.LANES * 8) + w % v.LANES * 8)


@numba.njit(types.void(types.int64[::1], _ADDRESSES, _ADDRESSES, types.int64, _U64_3), nogil=True, cache=True)
def take(rows, planes, rests, block, out):  # type: ignore[no-untyped-def]
    """Whole permuted rows of given numbers; planes, rests: the blocks' addresses; block: rows of one."""
    for k in range(rows.shape[0]):
        plane, rest = _place(rows[k], planes, rests, block)
        for side in range(2):
            for w in range(WORDS):
                out[k, side, w] = _word(plane, rest, block, side, w)
