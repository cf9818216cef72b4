"""The search compiled with numba for the machine's own instructions.

A row is 512 bytes (code and mask of 2,048 bits); 15 rotations read it once from memory and the probe's 7.5 KB
from the first-level cache, so arithmetic is the wall: 15 × 32 words × two popcounts a row. LLVM turns the inner
loop over 32 words into VPOPCNTQ where the machine has AVX-512 VPOPCNTDQ, and into PSHUFB counting with AVX2.
"""

import math
from typing import Any

import numba
import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import intrinsic
from numpy.typing import NDArray

from matching.kernels.checks import check_probes, check_rows
from matching.kernels.result import Found
from matching.kernels.threading_layer import require_safe_threading

THREADING_LAYER = require_safe_threading()

_U64_2 = types.Array(types.uint64, 2, "C", readonly=True)
_U64_3 = types.Array(types.uint64, 3, "C", readonly=True)
_U64_4 = types.Array(types.uint64, 4, "C", readonly=True)
_TABLE = types.Array(types.float64, 2, "C", readonly=True)
_SCAN = types.void(_U64_3, _U64_4, _TABLE, types.int64, types.int32[:, ::1], types.float64[::1])


@intrinsic  # type: ignore[untyped-decorator]
def popcount(_typing_context: Any, word: Any) -> Any:
    """Bits set in a uint64, as int64: LLVM's ctpop."""
    if word != types.uint64:
        return None

    def generate(_context: Any, builder: ir.IRBuilder, _signature: Any, arguments: Any) -> ir.Instruction:
        return builder.ctpop(arguments[0])

    return types.int64(types.uint64), generate


@numba.njit(inline="always")
def score_of(differing, common, table):  # type: ignore[no-untyped-def]
    """`Normalisation.score` from the table; the caller has checked the floor."""
    nearness = 0.5 - differing / common
    if nearness > 0:
        return 0.5 - 0.5 * math.exp(table[common, 0] * math.log(2 * nearness))
    return 0.5 - nearness * table[common, 1]


@numba.njit(inline="always")
def _scan_row(row, probes, table, floor, counts, scores, index):  # type: ignore[no-untyped-def]
    best_score, best_differing, best_common, best_rotation = np.nan, np.int64(0), np.int64(0), np.int64(0)
    for k in range(probes.shape[0]):
        least_differing, least_common, least_rotation = np.int64(0), np.int64(0), np.int64(0)
        for r in range(probes.shape[1]):
            probe = probes[k, r]
            differing, common = np.int64(0), np.int64(0)
            for w in range(32):
                shared = row[1, w] & probe[1, w]
                common += popcount(shared)
                differing += popcount((row[0, w] ^ probe[0, w]) & shared)
            if common < floor:
                continue
            ours, theirs = differing * least_common, least_differing * common
            if least_common == 0 or ours < theirs or (ours == theirs and common > least_common):
                least_differing, least_common, least_rotation = differing, common, np.int64(r)
        if least_common == 0:
            continue
        score = score_of(least_differing, least_common, table)
        if best_common == 0 or score < best_score or (score == best_score and least_common > best_common):
            best_score, best_rotation = score, least_rotation
            best_differing, best_common = least_differing, least_common
    counts[index, 0], counts[index, 1], counts[index, 2] = best_differing, best_common, best_rotation
    scores[index] = best_score


@numba.njit(_SCAN, parallel=True, nogil=True, cache=True)
def _scan_many(rows, probes, table, floor, counts, scores):  # type: ignore[no-untyped-def]
    for i in numba.prange(rows.shape[0]):
        _scan_row(rows[i], probes, table, floor, counts, scores, i)


@numba.njit(_SCAN, nogil=True, cache=True)
def _scan_few(rows, probes, table, floor, counts, scores):  # type: ignore[no-untyped-def]
    for i in range(rows.shape[0]):
        _scan_row(rows[i], probes, table, floor, counts, scores, i)


_FEW = 128
"""Fewer rows than this are scanned faster by one thread than threads are started."""


def scan(rows: NDArray[np.uint64], probes: NDArray[np.uint64], table: NDArray[np.float64], floor: int) -> Found:
    """Score every row against the probe codes, on all of numba's threads.

    rows: uint64 (rows, 2, 32); probes: uint64 (codes, rotations, 2, 32); table: `scoring.score_table`.
    Errors: TypeError, ValueError for anything else.
    """
    rows, probes = check_rows(rows), check_probes(probes)
    found = Found(np.zeros((len(rows), 3), np.int32), np.empty(len(rows)))
    kernel = _scan_few if len(rows) < _FEW else _scan_many
    kernel(rows, probes, table, floor, found.counts, found.scores)
    return found


@numba.njit(types.uint64(_U64_2), parallel=True, nogil=True, cache=True)
def _read_all(rows):  # type: ignore[no-untyped-def]
    total = np.uint64(0)
    for i in numba.prange(rows.shape[0]):
        part = np.uint64(0)
        # one run of words: two side by side are read four times slower than memory gives them
        for w in range(rows.shape[1]):
            part += rows[i, w]
        total += part
    return total


def read_all(rows: NDArray[np.uint64]) -> int:
    """Add up every word, on all threads: the least time in which the rows can be read at all, for the bench."""
    return int(_read_all(check_rows(rows).reshape(len(rows), -1)))
