"""The loss of screening, counted on own pairs of one eye at and under the threshold, each under a new permutation.

The gallery's own rows and looks are asked (`screened.EyePair`), at the true rotation alone: in a search the others can
only help. A proof in which nothing was ruled out would prove nothing, so the strangers that got by are counted too.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numba
import numpy as np
from numpy.typing import NDArray

from matching.errors import MatchingError
from matching.kernels.reference import score_counts
from matching.rotations import Rotations
from matching.scoring import DEFAULT_NORMALISATION, score_table
from matching.screened import EyePair
from matching.search import DEFAULT_SCORER
from matching.template import WORDS, EyeCode, Template

OwnPairs = Callable[[np.random.Generator], NDArray[np.uint64]]
"""Draws codes and masks of pairs, each pair of one eye and not turned: uint64 (pairs, 2, 2, 32)."""

NEAR = 0.04
"""Half of the pairs score within this of the threshold."""
_BIN = 0.01
_ONE_ORDER = 50
"""Pairs that share a permutation, and are strangers to each other."""
_BARREN = 400
_STILL = Rotations(0)
_NOBODY = np.zeros((0, 2, WORDS), np.uint64)


class ProofVoid(MatchingError):
    """A count of losses that would say nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """missed: pairs that one eye's screening ruled out; by_bin: (score up to, missed, pairs), the nearest last."""

    threshold: float
    missed: int
    of: int
    by_bin: tuple[tuple[float, int, int], ...]
    strangers_passed: float
    """The share of strangers that screening let by: under 1, it was at work."""

    @property
    def at_most(self) -> float:
        """Upper 95 % bound of the share: 3/n where none was missed, else by the normal approximation of a count."""
        return (3.0 if self.missed == 0 else self.missed + 1.645 * self.missed**0.5 + 1) / self.of


def count_losses(rng: np.random.Generator, *, threshold: float, pairs: int, own_pairs: OwnPairs) -> Loss:
    """`pairs` of them, half with a score within NEAR of the threshold.

    Errors: ProofVoid where the draws hold no such pairs, or where screening let every stranger by.
    """
    tally = Tally(threshold, pairs // 2)
    with _one_thread():
        _fill(tally, rng, own_pairs)
    if tally.strangers and tally.passed == tally.strangers:
        raise ProofVoid(f"screening ruled nobody out at {threshold:.3f}: there is no loss to count")
    return tally.loss()


def _fill(tally: "Tally", rng: np.random.Generator, own_pairs: OwnPairs) -> None:
    barren = 0
    while not tally.full:
        words = own_pairs(rng)
        scores = _scores(words)
        chosen = tally.wanted(scores)
        barren = 0 if len(chosen) else barren + 1
        if barren > _BARREN:
            raise ProofVoid(f"{_BARREN} draws held no own pair in the part of the scores that is still wanted")
        for start in range(0, len(chosen), _ONE_ORDER):
            part = chosen[start : start + _ONE_ORDER]
            tally.add(scores[part], *_screened(rng, words[part], tally.threshold))


@contextmanager
def _one_thread() -> Iterator[None]:
    """Fifty rows are looked at sooner than other threads are woken."""
    before = numba.get_num_threads()
    numba.set_num_threads(1)
    try:
        yield
    finally:
        numba.set_num_threads(before)


class Tally:
    """Counts pairs near the threshold and farther from it, as many of each."""

    def __init__(self, threshold: float, half: int) -> None:
        self.threshold, self._half = threshold, half
        self._near = self._far = self._missed = 0
        self._bins: dict[int, list[int]] = {}
        self.passed = self.strangers = 0

    @property
    def full(self) -> bool:
        return self._near >= self._half and self._far >= self._half

    def wanted(self, scores: NDArray[np.float64]) -> NDArray[np.int64]:
        """Which of these pairs fill a half that is not full."""
        near = np.flatnonzero((scores > self.threshold - NEAR) & (scores <= self.threshold))
        far = np.flatnonzero(scores <= self.threshold - NEAR)
        return np.concatenate((near[: self._half - self._near], far[: self._half - self._far])).astype(np.int64)

    def add(self, scores: NDArray[np.float64], lost: NDArray[np.bool_], passed: int) -> None:
        near = scores > self.threshold - NEAR
        self._near, self._far = self._near + int(near.sum()), self._far + int((~near).sum())
        self._missed += int(lost.sum())
        self.passed, self.strangers = self.passed + passed, self.strangers + len(scores) * (len(scores) - 1)
        below = ((self.threshold - scores) // _BIN).astype(int)
        for number in np.unique(below):
            taken = self._bins.setdefault(int(number), [0, 0])
            taken[0] += int(lost[below == number].sum())
            taken[1] += int((below == number).sum())

    def loss(self) -> Loss:
        bins = [(round(self.threshold - k * _BIN, 3), missed, of) for k, (missed, of) in self._bins.items()]
        return Loss(
            threshold=self.threshold,
            missed=self._missed,
            of=self._near + self._far,
            by_bin=tuple(sorted(bins)),
            strangers_passed=self.passed / max(self.strangers, 1),
        )


def _scores(words: NDArray[np.uint64]) -> NDArray[np.float64]:
    """The full score of each pair; NaN under the floor."""
    shared = words[:, 0, 1] & words[:, 1, 1]
    common = np.bitwise_count(shared).sum(axis=1, dtype=np.int32)
    differing = np.bitwise_count((words[:, 0, 0] ^ words[:, 1, 0]) & shared).sum(axis=1, dtype=np.int32)
    common = np.where(common >= DEFAULT_NORMALISATION.floor, common, 0)
    return score_counts(np.stack((differing, common, common), axis=1), score_table(DEFAULT_NORMALISATION))


def _screened(rng: np.random.Generator, words: NDArray[np.uint64], threshold: float) -> tuple[NDArray[np.bool_], int]:
    """Which first captures are not among those whose every bit is compared with the second's; strangers that are."""
    rows = EyePair.with_secret(int(rng.integers(2**63)))
    for slot in range(len(words)):
        rows.add(words[slot, :1], _NOBODY, slot)
    lost, passed = np.ones(len(words), bool), 0
    for k, (code, mask) in enumerate(words[:, 1]):
        probe = Template(left=(EyeCode(code, mask),))
        survived = rows.search(probe, len(words), threshold, _STILL, DEFAULT_SCORER).slots
        lost[k] = k not in survived
        passed += len(survived) - int(not lost[k])
    return lost, passed
