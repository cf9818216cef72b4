"""The bound of screening: how near must the first words of a true pair come, however its bits fell?

A look sees some of a row's 2,048 bits, drawn by a secret permutation. For a pair with n common bits of which D differ,
the draws of common and of differing bits are multivariate hypergeometric. A pair at the threshold T has
D = n · distance(T, n) (`scoring`); for every n up to the probe's valid bits, on a grid, the limits are the least that
such a pair exceeds with a probability of at most the look's share of LOSS. A pair that is nearer than T, or that has a
second chance (another rotation, code or eye), is lost more seldom. The last step sees every bit and loses nobody.

A row is judged by itself: a person goes on where either eye does. Both eyes pooled come to T when each is farther from
it than one eye alone may be, for more bits are compared: D = n · distance(T, 2n) in each. Such a pair is lost only if
both eyes are, and each has a permutation of its own, so each eye may be lost with √LOSS. Where one eye is nearer than
the other the product is less, since the logarithm of a tail is concave.
"""

import math
from dataclasses import dataclass
from functools import lru_cache
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from matching.kernels.layout import PLANE
from matching.kernels.screen import DEEP, SCALE, Line, Looks
from matching.scoring import Normalisation
from matching.template import BITS

LOSS = 1e-4
"""Of pairs exactly at the threshold, in all looks together."""
CURVE, SECOND, BEYOND = 0.78, 0.2, 0.02
"""Of LOSS: what the plane's curve and the second look may lose, and how often a pair's common bits in the plane may be
fewer or more than the lines above the curve reach."""
WORTH = 0.33
"""At looser thresholds so many strangers pass that every bit of every row is compared instead."""
_GRID, _BITS_GRID = 0.004, 64
"""Thresholds and bits are rounded up to these, so that few limits are ever computed."""
_ABOUT = 60
"""Lines lie closest to the curve this far to either side of where they meet."""
_STEPS = 8
_STEP = SCALE // 16
"""Limits are rounded up to a sixteenth of a bit."""


def effective(threshold: float | None, within: float | None) -> float | None:
    """The threshold of a search: `within` where it is tight enough to be worth screening for."""
    if within is None or within > WORTH:
        return threshold
    return within if threshold is None else min(within, threshold)


def looks(threshold: float, most_bits: int, normalisation: Normalisation, eyes: int = 1) -> Looks:
    """For a threshold on the score of left, right or both eyes.

    most_bits: valid ones of the probe's better eye; eyes: that the probe has, 1 or 2.
    """
    most = min(BITS, max(-(-most_bits // _BITS_GRID) * _BITS_GRID, normalisation.floor))
    return _looks(round(math.ceil(threshold / _GRID - 1e-9) * _GRID, 6), most, normalisation, eyes)


@lru_cache(maxsize=1024)
def _looks(threshold: float, most: int, normalisation: Normalisation, eyes: int) -> Looks:
    def pairs(words: int, share: float) -> list[_Pairs]:
        return [_Pairs(threshold, normalisation, most, words, e, share * LOSS ** (1 / e)) for e in range(1, eyes + 1)]

    def curve(words: int, share: float) -> NDArray[np.int32]:
        return np.asarray(np.max([one.curve(slope) for one in pairs(words, share)], axis=0))

    slope = _slope(pairs(PLANE, CURVE))
    plane = curve(PLANE, CURVE)
    full = _full(threshold, normalisation, most if eyes == 2 else 0)
    lines = _lines(plane, normalisation.floor, most)
    return Looks(lines=lines, plane=plane, deep=curve(DEEP, SECOND), full=full)


def _lines(curve: NDArray[np.int32], floor: int, most: int) -> tuple[Line, Line]:
    """The higher of them lies nowhere under the curve, from the fewest bits of the plane that are common to the most.
    They meet where strangers usually are; where they do costs time, never a loss."""
    drawn = len(curve) - 1
    low, high = _reach(floor, most, drawn)
    middle = min(max(most * most * drawn // BITS**2, low), high)
    left, right = np.arange(low, middle + 1), np.arange(middle, high + 1)
    return _above(curve, left, left[-_ABOUT:]), _above(curve, right, right[:_ABOUT])


def _above(curve: NDArray[np.int32], common: NDArray[np.int64], close: NDArray[np.int64]) -> Line:
    """Of the lines over the curve at `common`, the one that is nearest to it at `close`."""
    slopes = np.arange(SCALE)
    limits = (SCALE * curve[common] - slopes[:, None] * common).max(axis=1)
    slope = int(np.argmin(limits * len(close) + slopes * close.sum()))
    return Line(slope, int(limits[slope]))


def _reach(floor: int, most: int, drawn: int) -> tuple[int, int]:
    """Of all drawn bits, how few are common to a pair with the fewest common bits, and how many to one with the most:
    but for half of BEYOND on either side. A pair with other numbers of bits is beyond more seldom."""
    bits, half = np.arange(drawn + 1), BEYOND * LOSS / 2
    fewer = np.cumsum(_hypergeometric(BITS, floor, drawn, bits))
    more = np.cumsum(_hypergeometric(BITS, most, drawn, bits)[::-1])
    return int(np.searchsorted(fewer, half)), drawn - int(np.searchsorted(more, half))


def _full(threshold: float, normalisation: Normalisation, other: int) -> NDArray[np.int32]:
    """How many of all common bits may differ; other: bits that the other eye may add to the score."""
    full = np.full(BITS + 1, -1, np.int32)
    for common in range(normalisation.floor, BITS + 1):
        full[common] = int(common * normalisation.distance(threshold, common + other) + 1e-6)
    return full


@dataclass(frozen=True, slots=True)
class _Pairs:
    """One eye of pairs at the threshold, by its own bits (eyes: 1) or those of both, with up to `most` common bits;
    loss: what a look at so many words may lose."""

    threshold: float
    normalisation: Normalisation
    most: int
    words: int
    eyes: int
    loss: float

    def curve(self, slope: int) -> NDArray[np.int32]:
        """The most differing bits for each number of common ones: the upper edge of a line for each of some pairs,
        lifted until no pair in between is lost too often. slope: of a line that does for all."""
        common, drawn = self._commons(_STEPS), self.words * 64
        edge = np.array([self._about(np.array([slope]), n)[0] + slope * n * drawn / BITS for n in common])
        slopes = np.gradient(edge, common * drawn / BITS).astype(int)
        limits = np.array([self._limit(int(s), n) for s, n in zip(slopes, common, strict=True)])
        curve = ((limits[:, None] + slopes[:, None] * np.arange(drawn + 1)) // SCALE).max(axis=0).astype(np.int32)
        for n in self._commons(2 * _STEPS):
            while self._lost(n, curve) > self.loss:
                curve += 1
        return np.asarray(curve)

    def about(self, slopes: NDArray[np.int64]) -> NDArray[np.float64]:
        """The line's limit in the normal approximation, for many slopes."""
        return np.asarray(np.max([self._about(slopes, n) for n in self._commons(_STEPS)], axis=0))

    def _commons(self, steps: int) -> NDArray[np.int64]:
        return np.linspace(self.normalisation.floor, self.most, steps).astype(int)

    def _differing(self, common: int) -> int:
        return int(common * self.normalisation.distance(self.threshold, self.eyes * common))

    def _about(self, slopes: NDArray[np.int64], common: int) -> NDArray[np.float64]:
        drawn, differing = self.words * 64, self._differing(common)
        mean = (SCALE * differing - slopes * common) / BITS
        square = ((SCALE - slopes) ** 2 * differing + slopes**2 * (common - differing)) / BITS
        spread = np.sqrt(drawn * (1 - drawn / BITS) * (square - mean**2))
        return np.asarray(drawn * mean + NormalDist().inv_cdf(1 - self.loss) * spread)

    def _limit(self, slope: int, common: int) -> int:
        """The least number that `SCALE · differing - slope · common` of the draw exceeds with at most that loss."""
        chance, same, unlike = _draws(int(common), self._differing(common), self.words * 64)
        values = SCALE * unlike - slope * (same + unlike)
        least = int(values.min())
        bins = np.bincount(((values - least) // _STEP).ravel(), chance.ravel())
        over = np.cumsum(bins[::-1]) + max(0.0, 1 - bins.sum())
        place = len(bins) - 1 - int(np.searchsorted(over, self.loss))
        return least + (place + 1) * _STEP

    def _lost(self, common: int, curve: NDArray[np.int32]) -> float:
        chance, same, unlike = _draws(int(common), self._differing(common), self.words * 64)
        beyond = unlike > curve[np.minimum(same + unlike, len(curve) - 1)]
        return float(chance[beyond].sum() + max(0.0, 1 - chance.sum()))


def _slope(pairs: list[_Pairs]) -> int:
    """Of the line that would let by the fewest strangers with the usual number of common bits, if one had to do."""
    slopes, usual = np.arange(SCALE), pairs[0].most ** 2 / BITS
    limits = np.max([one.about(slopes) for one in pairs], axis=0)
    return int(np.argmin(limits + slopes * (usual * pairs[0].words * 64 / BITS)))


@lru_cache(maxsize=64)
def _draws(common: int, differing: int, drawn: int) -> tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.int64]]:
    """Chances, (agreeing, differing), of numbers of agreeing bits, (agreeing, 1), and of differing ones, (1, …)."""
    agreeing = common - differing
    same, unlike = _likely(agreeing, drawn)[:, None], _likely(differing, drawn)[None, :]
    # Given the agreeing bits drawn, the differing ones come from the bits that do not agree.
    share = _hypergeometric(BITS - agreeing, differing, drawn - same, unlike)
    return _hypergeometric(BITS, agreeing, drawn, same) * share, same, unlike


def _likely(marked: int, drawn: int) -> NDArray[np.int64]:
    """The numbers of marked bits in a draw, as far as they are likelier than one in a million."""
    mean = drawn * marked / BITS
    reach = 5 * np.sqrt(mean * (1 - marked / BITS) + 1)
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
    return np.concatenate(([0.0], np.cumsum(np.log(np.arange(1, BITS + 1)))))
