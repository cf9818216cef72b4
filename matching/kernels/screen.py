"""The screening scan: how near could each row be, by the first words of its permuted code alone?

For every row the least over codes and rotations of `256 · differing - slope · common` over those words' bits: a line
through (common, differing) that `screening` bounds. Branch-free, eight rows at a time: six vector instructions a word
and rotation for eight rows.
"""

from collections.abc import Sequence

import numba
import numpy as np
from numba import types
from numpy.typing import NDArray

from matching.kernels import lanes as v
from matching.kernels.threading_layer import require_safe_threading

require_safe_threading()

SCALE = 256
NOTHING = np.int32(2**30)
"""Nearer than this is every row."""
_CHUNK = 64
"""Groups that one thread takes at a time: 512 rows."""
_FEW = 2048
"""Fewer rows than this are scanned faster by one thread than threads are started."""

_ADDRESSES = types.Array(types.int64, 1, "C", readonly=True)
_PROBES = types.Array(types.uint64, 3, "C", readonly=True)
_SCAN = types.void(_ADDRESSES, types.int64, types.int64, _PROBES, types.int64[::1], types.int32[:, ::1])


@numba.njit(inline="always")
def _group(base, probes, slope, pooled_slope, out, pooled_out):  # type: ignore[no-untyped-def]
    words = probes.shape[1]
    nearest = pooled = v.spread(np.uint64(NOTHING))
    for p in range(probes.shape[0]):
        at = probes.ctypes.data + p * words * 16
        common = differing = v.spread(np.uint64(0))
        for w in range(words):
            shared = v.both(v.read_lanes(base + w * 128 + 64), v.spread(v.read_word(at + w * 16 + 8)))
            unlike = v.unlike(v.read_lanes(base + w * 128), v.spread(v.read_word(at + w * 16)))
            common = v.plus(common, v.count(shared))
            differing = v.plus(differing, v.count(v.both(unlike, shared)))
        differing = v.scaled(differing, np.uint64(SCALE))
        nearest = v.least(nearest, v.minus(differing, v.scaled(common, slope)))
        pooled = v.least(pooled, v.minus(differing, v.scaled(common, pooled_slope)))
    v.write_narrow(nearest, out)
    v.write_narrow(pooled, pooled_out)


@numba.njit(_SCAN, parallel=True, nogil=True, cache=True)
def _scan_many(blocks, block_groups, groups, probes, slopes, out):  # type: ignore[no-untyped-def]
    for chunk in numba.prange((groups + _CHUNK - 1) // _CHUNK):
        for g in range(chunk * _CHUNK, min(groups, (chunk + 1) * _CHUNK)):
            base = blocks[g // block_groups] + (g % block_groups) * (probes.shape[1] * 128)
            at = out.ctypes.data + g * 32
            _group(base, probes, np.uint64(slopes[0]), np.uint64(slopes[1]), at, at + out.shape[1] * 4)


@numba.njit(_SCAN, nogil=True, cache=True)
def _scan_few(blocks, block_groups, groups, probes, slopes, out):  # type: ignore[no-untyped-def]
    for g in range(groups):
        base = blocks[g // block_groups] + (g % block_groups) * (probes.shape[1] * 128)
        at = out.ctypes.data + g * 32
        _group(base, probes, np.uint64(slopes[0]), np.uint64(slopes[1]), at, at + out.shape[1] * 4)


def nearest(
    planes: Sequence[NDArray[np.uint64]], rows: int, probes: NDArray[np.uint64], slopes: tuple[int, int]
) -> NDArray[np.int32]:
    """`SCALE · differing - slope · common` of every row at its nearest code and rotation: int32, (2, rows), by slope.

    planes: uint64 (groups, words, 2, 8), the first words of eight permuted rows a group, all of one size; rows: how
    many are in use; probes: permuted, uint64 (codes, rotations, 2, 32).
    """
    groups = -(-rows // v.LANES) if len(probes) else 0
    out = np.empty((2, groups * v.LANES), np.int32)
    if groups:
        words = planes[0].shape[1]
        blocks = np.array([plane.ctypes.data for plane in planes], np.int64)
        first = np.ascontiguousarray(probes[..., :words].reshape(-1, 2, words).swapaxes(1, 2))
        scan = _scan_few if rows < _FEW else _scan_many
        scan(blocks, len(planes[0]), groups, first, np.array(slopes), out)
    return out


_COUNTS, _NEAREST = types.Array(types.int8, 1, "C", readonly=True), types.Array(types.int32, 2, "C", readonly=True)
_FIRST = types.Array(types.int64, 1, "C", readonly=True)
_PASS = types.void(_FIRST, _COUNTS, _NEAREST, _FIRST, _COUNTS, _NEAREST, types.int64, types.int64, types.uint8[::1])


@numba.njit(inline="always")
def _least_of(first, count, found):  # type: ignore[no-untyped-def]
    least, pooled = np.int64(NOTHING), np.int64(NOTHING)
    for row in range(first, first + (count if found.shape[1] else 0)):
        least, pooled = min(least, np.int64(found[0, row])), min(pooled, np.int64(found[1, row]))
    return least, pooled


@numba.njit(_PASS, parallel=True, nogil=True, cache=True)
def survivors(first_left, codes_left, left, first_right, codes_right, right, single, pooled, out):  # type: ignore[no-untyped-def]
    """out[slot] = 1 where an eye of the slot, or both together, could be under the threshold."""
    for slot in numba.prange(out.shape[0]):
        one, part = _least_of(first_left[slot], codes_left[slot], left)
        other, counterpart = _least_of(first_right[slot], codes_right[slot], right)
        out[slot] = one <= single or other <= single or part + counterpart <= pooled
