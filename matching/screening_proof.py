"""The loss of screening, counted on pairs: own captures at and under the threshold, each under a new permutation."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching.kernels.layout import DEEP, PLANE
from matching.kernels.reference import score_counts
from matching.kernels.screen import SCALE
from matching.scoring import DEFAULT_NORMALISATION, score_table
from matching.screening import limits
from matching.simulation import Capture, capture, simulate_irises
from matching.template import BITS

NEAR = 0.04
"""Half of the pairs score within this of the threshold."""
_BIN = 0.01
_BATCH = 4000
_ONE_ORDER = 50
"""Pairs that share a permutation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """missed: pairs that one eye's screening ruled out; by_bin: (score up to, missed, pairs), the nearest last."""

    threshold: float
    missed: int
    of: int
    by_bin: tuple[tuple[float, int, int], ...]

    @property
    def at_most(self) -> float:
        """Upper 95 % bound of the share: 3/n where none was missed, else by the normal approximation of a count."""
        return (3.0 if self.missed == 0 else self.missed + 1.645 * self.missed**0.5 + 1) / self.of


def count_losses(rng: np.random.Generator, *, threshold: float, pairs: int) -> Loss:
    """Simulated captures of one eye, `pairs` of them, half with a score within NEAR of the threshold.

    Only the true rotation is looked at: in a search the others can only help.
    """
    near, far = _Tally(threshold), _Tally(threshold)
    while min(near.pairs, far.pairs) < pairs // 2:
        words = _own_pairs(rng, threshold)
        scores, bits = _scores(words)
        for tally, chosen in (
            (near, (scores > threshold - NEAR) & (scores <= threshold)),
            (far, scores <= threshold - NEAR),
        ):
            kept = np.flatnonzero(chosen)[: pairs // 2 - tally.pairs]
            tally.add(scores[kept], _lost(rng, words[kept], bits[kept], threshold))
    return Loss(
        threshold=threshold,
        missed=near.missed + far.missed,
        of=near.pairs + far.pairs,
        by_bin=tuple(sorted([*far.bins(), *near.bins()])),
    )


class _Tally:
    def __init__(self, threshold: float) -> None:
        self._threshold, self.missed, self.pairs = threshold, 0, 0
        self._bins: dict[int, list[int]] = {}

    def add(self, scores: NDArray[np.float64], lost: NDArray[np.bool_]) -> None:
        self.pairs += len(scores)
        self.missed += int(lost.sum())
        for number in np.unique(below := ((self._threshold - scores) // _BIN).astype(int)):
            taken = self._bins.setdefault(int(number), [0, 0])
            taken[0] += int(lost[below == number].sum())
            taken[1] += int((below == number).sum())

    def bins(self) -> list[tuple[float, int, int]]:
        return [(round(self._threshold - k * _BIN, 3), missed, of) for k, (missed, of) in self._bins.items()]


def _own_pairs(rng: np.random.Generator, threshold: float) -> NDArray[np.uint64]:
    """uint64 (pairs, 2, 2, 32): captures of one eye each, about as noisy as the threshold; three make three pairs."""
    irises = simulate_irises(rng, _BATCH)
    how = Capture(noise=threshold - 0.03, noise_spread=0.03)
    still = np.zeros(_BATCH, np.int64)
    a, b, c = (capture(rng, irises, how, turns=still).words for _ in range(3))
    return np.concatenate([np.stack(pair, axis=1) for pair in ((a, b), (b, c), (c, a))])


def _scores(words: NDArray[np.uint64]) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """The full score of each pair, and the valid bits of its first capture."""
    shared = words[:, 0, 1] & words[:, 1, 1]
    common = np.bitwise_count(shared).sum(axis=1, dtype=np.int32)
    differing = np.bitwise_count((words[:, 0, 0] ^ words[:, 1, 0]) & shared).sum(axis=1, dtype=np.int32)
    common = np.where(common >= DEFAULT_NORMALISATION.floor, common, 0)
    scores = score_counts(np.stack((differing, common, common), axis=1), score_table(DEFAULT_NORMALISATION))
    return scores, np.bitwise_count(words[:, 0, 1]).sum(axis=1, dtype=np.int64)


def _lost(
    rng: np.random.Generator, words: NDArray[np.uint64], bits: NDArray[np.int64], threshold: float
) -> NDArray[np.bool_]:
    unpacked = np.unpackbits(words.view(np.uint8), axis=-1, bitorder="little").astype(bool)
    lost = np.zeros(len(words), bool)
    for start in range(0, len(words), _ONE_ORDER):
        part = slice(start, start + _ONE_ORDER)
        order = rng.permutation(BITS)[: DEEP * 64]
        taken = unpacked[part][..., order]
        shared = taken[:, 0, 1] & taken[:, 1, 1]
        unlike = (taken[:, 0, 0] ^ taken[:, 1, 0]) & shared
        for seen in (PLANE, DEEP):
            slope, most = _lines(bits[part], threshold, seen)
            drawn = slice(0, seen * 64)
            value = SCALE * unlike[:, drawn].sum(axis=1) - slope * shared[:, drawn].sum(axis=1)
            lost[part] |= value > most
    return lost


def _lines(bits: NDArray[np.int64], threshold: float, words: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Slope and limit of one eye for each number of valid bits."""
    found = [limits(threshold, int(count), DEFAULT_NORMALISATION, words) for count in bits]
    return np.array([one.slopes[0] for one in found]), np.array([one.single for one in found])
