"""The search in plain numpy: slow, short, and what `compiled` is proven equal to."""

import numpy as np
from numpy.typing import NDArray

from matching.kernels.checks import check_probes, check_rows
from matching.kernels.result import Found


def scan(rows: NDArray[np.uint64], probes: NDArray[np.uint64], table: NDArray[np.float64], floor: int) -> Found:
    """Score every row against the probe codes.

    rows: uint64 (rows, 2, 32); probes: uint64 (codes, rotations, 2, 32); table: `scoring.score_table`.
    """
    rows, probes = check_rows(rows), check_probes(probes)
    best = Found(np.zeros((len(rows), 3), np.int32), np.full(len(rows), np.nan))
    for probe in probes:
        counts = _best_rotation(rows, probe, floor)
        scores = score_counts(counts, table)
        with np.errstate(invalid="ignore"):
            tied = (scores == best.scores) & (counts[:, 1] > best.counts[:, 1])
            better = ~np.isnan(scores) & (np.isnan(best.scores) | (scores < best.scores) | tied)
        best.counts[better] = counts[better]
        best.scores[better] = scores[better]
    return best


def score_counts(counts: NDArray[np.int32], table: NDArray[np.float64]) -> NDArray[np.float64]:
    """Scores of counted bits, int32 (rows, 3); NaN where no bit was common."""
    differing, common = counts[:, 0].astype(float), counts[:, 1]
    with np.errstate(invalid="ignore", divide="ignore"):
        nearness = 0.5 - differing / common
        power = 0.5 - 0.5 * np.exp(table[common, 0] * np.log(2 * nearness))
    scores = np.where(nearness > 0, power, 0.5 - nearness * table[common, 1])
    return np.where(common > 0, scores, np.nan)


def _best_rotation(rows: NDArray[np.uint64], probe: NDArray[np.uint64], floor: int) -> NDArray[np.int32]:
    """The rotation with the least fraction of differing bits; of equal ones that with more bits, then the first."""
    best = np.zeros((len(rows), 3), np.int32)
    for index, (code, mask) in enumerate(probe):
        shared = rows[:, 1] & mask
        common = np.bitwise_count(shared).sum(axis=1, dtype=np.int64)
        differing = np.bitwise_count((rows[:, 0] ^ code) & shared).sum(axis=1, dtype=np.int64)
        ours, theirs = differing * best[:, 1], best[:, 0] * common
        better = (common >= floor) & ((best[:, 1] == 0) | (ours < theirs) | ((ours == theirs) & (common > best[:, 1])))
        best[better] = np.stack((differing, common, np.full_like(common, index)), axis=1)[better]
    return best
