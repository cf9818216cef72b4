"""How codes and masks are drawn, so that what is drawn has the measured statistics."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from matching.population.facts import LEVELS, PLACES, Facts
from matching.population.fields import (
    FRAGILE,
    NEAR,
    Array,
    Fields,
    Texture,
    code_texture,
    field_correlation,
    mask_texture,
    quantile,
)
from matching.template import BITS, BITS_PER_COLUMN, COLUMNS

_OPEN = (0.002, 0.998)
_ROOT_3 = 3**0.5
_TRIED = 400
"""Fields that the two numbers without a formula are tried on."""


@dataclass(frozen=True, slots=True, eq=False)
class Law:
    """limit, cover: float32 (2048,), where the sign changes, and under what a bit is not covered."""

    code: Texture
    mask: Texture
    limit: NDArray[np.float32]
    cover: NDArray[np.float32]
    own_distance: Array
    confidence: Array
    encoder: str
    lids: float = 0.0
    """Share of a covering field's variance that the whole capture has in common: eyes are open more or less."""
    mask_kept: float = 0.9
    """Correlation of the covering fields of one eye's captures."""

    @classmethod
    def of(cls, facts: Facts) -> "Law":
        """Drawn on a generator of its own: the same facts always give the same law."""
        mean = _by_column(facts.mean) / 1000
        opened = np.clip(_by_column(facts.valid) / 1000 / (1 - FRAGILE), *_OPEN)
        rough = cls(
            code=code_texture(facts),
            mask=mask_texture(facts, opened),
            limit=_sign_limit(mean).astype(np.float32).reshape(BITS),
            cover=quantile(opened).astype(np.float32).reshape(BITS),
            own_distance=np.array(facts.own_distance),
            confidence=np.array(facts.confidence),
            encoder=facts.encoder,
        )
        rng = np.random.default_rng(0)
        lids = _nearest(np.linspace(0, 0.4, 21), lambda share: rough.with_lids(share).spread(rng), _spread(facts))
        found = rough.with_lids(lids)
        kept = _nearest(np.linspace(0.4, 1, 25), lambda share: found.with_kept(share).shared(rng), facts.same_eye_mask)
        return found.with_kept(kept)

    def with_lids(self, share: float) -> "Law":
        return replace(self, lids=float(share))

    def with_kept(self, share: float) -> "Law":
        return replace(self, mask_kept=float(share))

    def codes(self, rng: np.random.Generator, count: int) -> Fields:
        return self.code.draw(rng, count)

    def covers(self, rng: np.random.Generator, count: int) -> Fields:
        whole = rng.uniform(-_ROOT_3, _ROOT_3, (count, 1, 1)).astype(np.float32)
        return np.asarray(_root(1 - self.lids) * self.mask.draw(rng, count) + _root(self.lids) * whole, np.float32)

    def again(self, rng: np.random.Generator, codes: Fields, covers: Fields) -> tuple[Fields, Fields]:
        """Another capture of the same eyes, as far from the first as own captures are."""
        distance = np.interp(rng.random(len(codes)), LEVELS, self.own_distance)
        kept = field_correlation(np.clip(1 - 2 * distance, 0, 1))
        return (
            _mixed(codes, self.codes(rng, len(codes)), kept),
            _mixed(covers, self.covers(rng, len(codes)), np.full(len(codes), self.mask_kept)),
        )

    def valid(self, codes: Fields, covers: Fields) -> NDArray[np.bool_]:
        """(fields, 2048)."""
        steady = np.abs(codes.reshape(-1, BITS) - self.limit) > NEAR
        return np.asarray(steady & (covers.reshape(-1, BITS) < self.cover), bool)

    def spread(self, rng: np.random.Generator) -> float:
        """Standard deviation of the valid bits of a capture."""
        valid = self.valid(self.codes(rng, _TRIED), self.covers(rng, _TRIED))
        return float(valid.sum(axis=1).std())

    def shared(self, rng: np.random.Generator) -> float:
        """Covariance of a mask bit in two captures of one eye."""
        codes, covers = self.codes(rng, _TRIED), self.covers(rng, _TRIED)
        first, second = self.valid(codes, covers), self.valid(*self.again(rng, codes, covers))
        expected = (first.mean(axis=0) + second.mean(axis=0)) / 2
        return float(np.mean((first - expected) * (second - expected)))


def _by_column(values: tuple[int, ...]) -> Array:
    by_place = np.array(values, float).reshape(PLACES, BITS_PER_COLUMN)
    return np.repeat(by_place, COLUMNS // PLACES, axis=0)


def _sign_limit(mean: Array) -> Array:
    """Where the sign must change so that bits that are not fragile have this mean."""
    limits, under = np.linspace(-3, 3, 601), np.vectorize(NormalDist().cdf)
    upper, lower = under(-(limits + NEAR)), under(limits - NEAR)
    return np.interp(-mean, (lower - upper) / (upper + lower), limits)


def _spread(facts: Facts) -> float:
    return float(np.std(np.interp(np.linspace(0, 1, 2001), LEVELS, facts.valid_bits)))


def _nearest(tried: Array, measured: Callable[[float], float], wanted: float) -> float:
    """By halves: `measured` rises with what is tried."""
    low, high = 0, len(tried) - 1
    while low < high:
        middle = (low + high) // 2
        if measured(float(tried[middle])) < wanted:
            low = middle + 1
        else:
            high = middle
    return float(tried[low])


def _mixed(first: Fields, second: Fields, kept: Array) -> Fields:
    weight = kept.astype(np.float32)[:, None, None]
    return np.asarray(weight * first + np.sqrt(1 - weight**2) * second, np.float32)


def _root(share: float) -> np.float32:
    return np.float32(np.sqrt(share))
