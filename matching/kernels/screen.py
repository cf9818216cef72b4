"""The screening scan: who could be near, by more and more words of the permuted codes?

At each rotation a row is looked at by its plane, then by DEEP words, then by all bits, and whoever is too far by one
of them goes no further at that rotation. Strangers seldom get beyond the plane, so nearly all the time goes there:
eight rows at once, held in registers for all rotations, six vector instructions a word. How many bits may differ is a
curve over the common ones (`screening`). A table cannot be asked for eight rows at once, so they are held to the
higher of two lines above it, and who is left to the curve: a row that is left costs as much as counting two rotations.
The rest of such a row has to come from memory, so it is asked for at once and used some hundred rows later.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numba
import numpy as np
from numba import types
from numpy.typing import NDArray

from matching.kernels import lanes as v
from matching.kernels.layout import GROUP_BYTES, PART_BYTES, PARTS, PLANE
from matching.kernels.threading_layer import require_safe_threading

require_safe_threading()

SCALE = 256
DEEP = PLANE + v.LANES
"""Words of the second look."""
_WAITING = 256
"""Rows that wait for their second look."""
_TASK = 512
"""Groups that a thread takes at a time, so that a thread which is held up leaves the rest to others."""
_AHEAD = 4
"""Groups that memory is asked for in advance. A processor guesses this by itself or not, as the compiled code happens
to lie: without asking, the same scan took 9.3 ms in the process that compiled it and 2.8 ms in the next."""
_FEW = 256
"""Fewer groups than this are scanned faster by one thread than threads are started."""

_ADDRESSES = types.Array(types.int64, 1, "C", readonly=True)
_PLANE_PROBES = types.Array(types.uint64, 3, "C", readonly=True)
_REST_PROBES = types.Array(types.uint64, 4, "C", readonly=True)
_CURVE = types.Array(types.int32, 1, "C", readonly=True)
_NEAR = types.Array(types.uint8, 1, "C")
_BLOCKS = types.Tuple((_ADDRESSES, _ADDRESSES, types.int64))
_PROBES = types.Tuple((_PLANE_PROBES, _REST_PROBES))
_LIMITS = types.Tuple((types.uint64, types.int64, types.uint64, types.int64, _CURVE, _CURVE, _CURVE))
_SCAN = types.void(_BLOCKS, types.int64, _PROBES, _LIMITS, _NEAR)


class Line(NamedTuple):
    """`SCALE · differing - slope · common` may be at most the limit."""

    slope: int
    limit: int


@dataclass(frozen=True, slots=True, eq=False)
class Looks:
    """What a row that could be near does not exceed.

    lines: for the plane; a row need only be under one of them. plane (513,), deep (1025,), full (2049,): int32, how
    many of so many common bits may differ in PLANE, in DEEP and in all words; under 0: none may be common.
    """

    lines: tuple[Line, Line]
    plane: NDArray[np.int32]
    deep: NDArray[np.int32]
    full: NDArray[np.int32]


@numba.njit(inline="always")
def _count_plane(base, probe):  # type: ignore[no-untyped-def]
    common = differing = v.spread(np.uint64(0))
    for w in range(PLANE):
        shared = v.both(v.read_settled(base + w * 128 + 64), v.spread(v.read_word(probe + w * 16 + 8)))
        unlike = v.unlike(v.read_settled(base + w * 128), v.spread(v.read_word(probe + w * 16)))
        common = v.plus(common, v.count(shared))
        differing = v.plus(differing, v.count(v.both(unlike, shared)))
    return common, differing


@numba.njit(inline="always")
def _under(scaled, common, slope, limit):  # type: ignore[no-untyped-def]
    return v.within(v.minus(scaled, v.scaled(common, slope)), limit)


@numba.njit(inline="always")
def _look_at_planes(base, rest, group, probes, limits, seen, rows, found):  # type: ignore[no-untyped-def]
    """Of eight rows. Returns how many rows wait: rows has row and rotation, common and differing bits."""
    for p in range(probes.shape[0]):
        common, differing = _count_plane(base, probes.ctypes.data + p * (PLANE * 16))
        scaled = v.scaled(differing, np.uint64(SCALE))
        near = _under(scaled, common, limits[0], limits[1]) | _under(scaled, common, limits[2], limits[3])
        if near:
            v.write_lanes(common, seen)
            v.write_lanes(differing, seen + 64)
            while near:
                lane = v.lowest(near)
                near &= near - 1
                ours, theirs = np.int64(v.read_word(seen + lane * 8)), np.int64(v.read_word(seen + 64 + lane * 8))
                if theirs <= limits[4][ours]:
                    v.fetch(rest + lane * PART_BYTES)
                    v.fetch(rest + lane * PART_BYTES + 64)
                    rows[found, 0], rows[found, 1] = ((group * v.LANES + lane) << 24) | p, (ours << 32) | theirs
                    found += 1
    return found


@numba.njit(inline="always")
def _add_part(at, other, common, differing):  # type: ignore[no-untyped-def]
    shared = v.both(v.read_lanes(at + 64), v.read_lanes(other + 64))
    unlike = v.both(v.unlike(v.read_lanes(at), v.read_lanes(other)), shared)
    return common + v.total(v.count(shared)), differing + v.total(v.count(unlike))


@numba.njit(inline="always")
def _look_at_rests(rests, block, probes, limits, rows, found, near):  # type: ignore[no-untyped-def]
    """Sets the bits of rows that are near, one byte a group."""
    for k in range(found):
        row, p, seen = rows[k, 0] >> 24, rows[k, 0] & 0xFFFFFF, rows[k, 1]
        at, probe = rests[row // block] + row % block * PART_BYTES, probes.ctypes.data + p * (PARTS * PART_BYTES)
        common, differing = _add_part(at, probe, seen >> 32, seen & 0xFFFFFFFF)
        if differing <= limits[5][common]:
            for part in range(1, PARTS):
                further = at + part * block * PART_BYTES
                common, differing = _add_part(further, probe + part * PART_BYTES, common, differing)
            if differing <= limits[6][common]:
                near[row // v.LANES] |= np.uint8(1 << (row % v.LANES))


@numba.njit(inline="always")
def _scan_task(blocks, first, last, probes, limits, near):  # type: ignore[no-untyped-def]
    planes, rests, block_groups = blocks
    rows = np.empty((_WAITING + probes[0].shape[0] * v.LANES, 2), np.int64)
    seen, found = np.empty(2 * v.LANES, np.int64), 0
    for group in range(first, last):
        block, at = group // block_groups, group % block_groups
        base, rest = planes[block] + at * GROUP_BYTES, rests[block] + at * (v.LANES * PART_BYTES)
        for line in range(0, GROUP_BYTES, 64):
            v.fetch(base + _AHEAD * GROUP_BYTES + line)
        found = _look_at_planes(base, rest, group, probes[0], limits, seen.ctypes.data, rows, found)
        if found >= _WAITING or group + 1 == last:
            _look_at_rests(rests, block_groups * v.LANES, probes[1], limits, rows, found, near)
            found = 0


@numba.njit(_SCAN, parallel=True, nogil=True, cache=True)
def _scan_many(blocks, groups, probes, limits, near):  # type: ignore[no-untyped-def]
    for task in numba.prange((groups + _TASK - 1) // _TASK):
        _scan_task(blocks, task * _TASK, min(groups, (task + 1) * _TASK), probes, limits, near)


@numba.njit(_SCAN, nogil=True, cache=True)
def _scan_few(blocks, groups, probes, limits, near):  # type: ignore[no-untyped-def]
    _scan_task(blocks, 0, groups, probes, limits, near)


def near_rows(
    planes: NDArray[np.int64],
    rests: NDArray[np.int64],
    block: int,
    rows: int,
    probes: NDArray[np.uint64],
    looks: Looks,
) -> NDArray[np.int64]:
    """The numbers of rows that all looks let by at one rotation of one code, ascending: int64.

    planes, rests: addresses of the blocks; block: rows of one, a multiple of eight; rows: how many are in use; probes:
    permuted, uint64 (codes, rotations, 2, 32).
    """
    groups = -(-rows // v.LANES) if len(probes) else 0
    near = np.zeros(groups, np.uint8)
    if groups:
        low, high = looks.lines
        lines = np.uint64(low.slope), low.limit, np.uint64(high.slope), high.limit
        limits = *lines, looks.plane, looks.deep, looks.full
        scan = _scan_few if groups < _FEW else _scan_many
        with numba.parallel_chunksize(1):
            scan((planes, rests, block // v.LANES), groups, _split(probes), limits, near)
    hit = np.flatnonzero(near)
    which, lane = np.nonzero(np.unpackbits(near[hit, None], axis=1, bitorder="little"))
    return hit[which] * v.LANES + lane


def _split(probes: NDArray[np.uint64]) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """The plane's words, (codes and rotations, PLANE, 2), and the rest in parts, (…, PARTS, 2, 8)."""
    flat = probes.reshape(-1, 2, probes.shape[-1])
    rest = flat[..., PLANE:].reshape(-1, 2, PARTS, v.LANES)
    return np.ascontiguousarray(flat[..., :PLANE].swapaxes(1, 2)), np.ascontiguousarray(rest.swapaxes(1, 2))
