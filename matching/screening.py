"""The bound of screening: how near must the plane of a true pair come, however its bits fell?

The plane is 512 of a row's 2,048 bits, drawn by a secret permutation. For a pair with n common bits of which D
differ, the draws of common and of differing bits are multivariate hypergeometric. A pair at the threshold T has
D = n · distance(T, n) (`scoring`); for every n up to the
probe's valid bits the limit on `256 · differing - slope · common` is the least that such a
pair exceeds with a probability of at most LOSS, and the screening's limit is the largest of them. A pair that is
nearer than T, or that has a second chance (another rotation, code or eye), is lost more seldom.

Both eyes pooled are twice the draws from twice the bits. In fact each eye is drawn from by itself; fixing how many
come from each spreads the sum no more than drawing from the union, whose tail is counted here.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from matching.kernels.layout import PLANE
from matching.kernels.screen import SCALE
from matching.scoring import Normalisation
from matching.template import BITS

LOSS = 1e-4
"""Of pairs exactly at the threshold, in both looks together."""
WORTH = 0.33
"""At looser thresholds so many strangers pass that every bit of every row is compared instead."""
_GRID, _BITS_GRID = 0.004, 256
"""Thresholds and bits are rounded up to these, so that few limits are ever computed."""
_STEPS = 8
_STEP = SCALE // 16
"""Limits are rounded up to a sixteenth of a bit."""
_SIGMAS = 3.9
"""Of a normal tail of LOSS / 2."""


@dataclass(frozen=True, slots=True)
class Limits:
    """A row passes with `SCALE · differing - slope · common` at most `single`; or, with its other eye's and the second
    slope, `pooled`."""

    slopes: tuple[int, int]
    single: int
    pooled: int


def effective(threshold: float | None, within: float | None) -> float | None:
    """The threshold of a search: `within` where it is tight enough to be worth screening for."""
    if within is None or within > WORTH:
        return threshold
    return within if threshold is None else min(within, threshold)


def limits(threshold: float, most_bits: int, normalisation: Normalisation, words: int = PLANE) -> Limits:
    """For a threshold on the score of left, right or both eyes, looking at the first `words` of every row.

    most_bits: valid ones of the probe's better eye.
    """
    most = min(BITS, max(-(-most_bits // _BITS_GRID) * _BITS_GRID, normalisation.floor))
    return _limits(round(np.ceil(threshold / _GRID - 1e-9) * _GRID, 6), most, normalisation, words)


@lru_cache(maxsize=256)
def _limits(threshold: float, most: int, normalisation: Normalisation, words: int) -> Limits:
    one, two = (_Eyes(threshold, normalisation, words, eyes) for eyes in (1, 2))
    (slope, single), (pooled_slope, pooled) = one.line(most), two.line(most)
    return Limits(slopes=(slope, pooled_slope), single=single, pooled=pooled)


@dataclass(frozen=True, slots=True)
class _Eyes:
    """Pairs at the threshold, of one eye or of both."""

    threshold: float
    normalisation: Normalisation
    words: int
    eyes: int

    def limit(self, slope: int, common: int) -> int:
        differing = max(0, int(common * self.normalisation.distance(self.threshold, common)))
        return _limit(self.eyes * BITS, common, differing, self.eyes * self.words * 64, slope)

    def line(self, most: int) -> tuple[int, int]:
        """Slope and limit: pairs with the fewest and with the most bits held equally tight, so that the fewest
        strangers get by. The limit is the largest over all numbers of bits, looked for on a grid and again around
        its best point."""
        fewest, most = self.eyes * self.normalisation.floor, self.eyes * most
        slope = self._balanced(fewest, most)
        coarse = np.linspace(fewest, most, _STEPS).astype(int)
        found = [self.limit(slope, int(n)) for n in coarse]
        best = int(np.argmax(found))
        fine = np.linspace(coarse[max(best - 1, 0)], coarse[min(best + 1, _STEPS - 1)], _STEPS).astype(int)
        return slope, max(*found, *(self.limit(slope, int(n)) for n in fine)) + SCALE // 8

    def _balanced(self, fewest: int, most: int) -> int:
        """Where the two limits are equal in the normal approximation; which slope is taken costs time, never a loss."""
        slopes = np.arange(SCALE)
        low, high = (self._about(slopes, common) for common in (fewest, most))
        return int(np.argmin(np.abs(low - high)))

    def _about(self, slopes: NDArray[np.int64], common: int) -> NDArray[np.float64]:
        bits, drawn = self.eyes * BITS, self.eyes * self.words * 64
        differing = common * self.normalisation.distance(self.threshold, common)
        mean = (SCALE * differing - slopes * common) / bits
        square = ((SCALE - slopes) ** 2 * differing + slopes**2 * (common - differing)) / bits
        about = drawn * mean + _SIGMAS * np.sqrt(drawn * (1 - drawn / bits) * (square - mean**2))
        return np.asarray(about)


def _limit(bits: int, common: int, differing: int, drawn: int, slope: int) -> int:
    """The least number that `SCALE · differing - slope · common` of the draw exceeds with at most LOSS."""
    agreeing = common - differing
    same = _likely(bits, agreeing, drawn)
    weights = _hypergeometric(bits, agreeing, drawn, same)
    unlike = _likely(bits, differing, drawn)
    # Given the agreeing bits drawn, the differing ones come from the bits that do not agree.
    share = _hypergeometric(bits - agreeing, differing, drawn - same[:, None], unlike[None, :])
    values = SCALE * unlike[None, :] - slope * (same[:, None] + unlike[None, :])
    least = int(values.min())
    bins = np.bincount(((values - least) // _STEP).ravel(), (weights[:, None] * share).ravel())
    over = np.cumsum(bins[::-1]) + max(0.0, 1 - bins.sum())
    place = len(bins) - 1 - int(np.searchsorted(over, LOSS / 2))
    return least + (place + 1) * _STEP


def _likely(bits: int, marked: int, drawn: int) -> NDArray[np.int64]:
    """The numbers of marked bits in a draw, as far as they are likelier than one in a million."""
    mean = drawn * marked / bits
    reach = 5 * np.sqrt(mean * (1 - marked / bits) + 1)
    return np.arange(max(0, int(mean - reach)), min(drawn, marked, int(mean + reach)) + 1)


def _hypergeometric(
    bits: int, marked: int, drawn: NDArray[np.int64] | int, hits: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Probability of `hits` marked bits among `drawn` of `bits`; 0 where it cannot be."""
    logs = _log_factorials()

    def choose(n: NDArray[np.int64] | int, k: NDArray[np.int64]) -> NDArray[np.float64]:
        possible = (k >= 0) & (k <= n)
        k = np.clip(k, 0, n)
        return np.where(possible, logs[n] - logs[k] - logs[n - k], -np.inf)

    total = np.asarray(drawn)
    return np.asarray(np.exp(choose(marked, hits) + choose(bits - marked, total - hits) - choose(bits, total)))


@lru_cache(maxsize=1)
def _log_factorials() -> NDArray[np.float64]:
    return np.concatenate(([0.0], np.cumsum(np.log(np.arange(1, 2 * BITS + 1)))))
