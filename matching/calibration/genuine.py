"""How often a search misses somebody who is enrolled, by how much the probe can be trusted.

A pair of own captures has a cost (`cascade`); it is missed where fewer strangers are let through. Beyond the worst
twentieth of the pairs the share missed falls exponentially with the cost's logarithm, as fast as the pairs beyond that
point say, or stays at what was counted, whichever is more. The bound beside it uses no tail: people, not pairs, are
counted as the trials of a binomial, so that no person's misses pass for many people's.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching.calibration.models import LOG_COSTS, GenuineBin, GenuineModel
from matching.errors import CalibrationInvalid
from matching.template import EyeCode, Template

Array = NDArray[np.float64]
_EDGES = (0.0, 0.1, 0.25, 0.5)
"""Quantiles of trusted bits at which bins begin: narrow ones at the weak end, where the misses are."""
_TAIL = 0.05
_BOUND = 0.95
MIN_PAIRS = 50
_FINE = 500
"""With fewer pairs than this all probes are one bin."""
ENOUGH_BITS = 600
ENOUGH_CONFIDENCE = 0.25
"""What an eye needs to be called new, or to prove a mixed capture: the policy's defaults, and what genuine pairs are
fitted on. On MMU1 and MMU2, 7 % of own pairs with a confidence under 0.2 lie where strangers do, 0.6 % of the rest."""


def trusted_bits(codes: tuple[EyeCode, ...]) -> float:
    """Valid bits weighed with the boundary's confidence, of an eye's best code; 0 for no code.

    The two things that make a child's own template miss: little iris seen, or circles in the wrong place.
    """
    return max((code.valid_bits * code.confidence for code in codes), default=0.0)


def enrollable(template: Template) -> bool:
    """Whether one eye at least has the bits and the confidence that "new" asks for by default."""
    codes = (*template.left, *template.right)
    return any(c.valid_bits >= ENOUGH_BITS and c.confidence >= ENOUGH_CONFIDENCE for c in codes)


@dataclass(frozen=True, slots=True, eq=False)
class OwnPairs:
    """One entry a pair: decimal logarithm of its cost, its probe's trusted bits (eyes added), its person's number."""

    costs: Array
    trusted: Array
    person: NDArray[np.intp]


def fit_genuine(pairs: OwnPairs, *, frames: int) -> GenuineModel:
    """frames: what each eye of the probes was taken from. Errors: CalibrationInvalid for too few pairs, or NaN."""
    count = len(pairs.costs)
    if count < MIN_PAIRS:
        raise CalibrationInvalid(f"{count} genuine pairs; {MIN_PAIRS} are the least")
    if not np.isfinite(pairs.costs).all():
        raise CalibrationInvalid("there are NaN among the genuine pairs' costs")
    edges = np.unique(np.quantile(pairs.trusted, _EDGES if count >= _FINE else _EDGES[:1]))
    edges[0] = 0.0
    member = np.searchsorted(edges, pairs.trusted, side="right") - 1
    bins = [np.flatnonzero(member == k) for k in range(len(edges))]
    edges, bins = edges[[len(b) > 0 for b in bins]], [b for b in bins if len(b)]
    predicted = _falling_with_trust(np.stack([_misses(pairs, b) for b in bins]), np.array([len(b) for b in bins]))
    at_most = np.minimum.accumulate([_bound(pairs, np.concatenate(bins[: k + 1])) for k in range(len(bins))], axis=0)
    return GenuineModel(
        frames=frames,
        pairs=count,
        people=len(np.unique(pairs.person)),
        bins=tuple(
            GenuineBin(
                trusted_bits_from=float(edges[k]),
                pairs=len(bins[k]),
                people=len(np.unique(pairs.person[bins[k]])),
                predicted=_curve(predicted[k]),
                at_most=_curve(at_most[k]),
            )
            for k in range(len(bins))
        ),
    )


def _misses(pairs: OwnPairs, members: NDArray[np.intp]) -> Array:
    """The share missed at each of LOG_COSTS: counted, and beyond the tail's beginning no less than its exponential."""
    at, costs = np.array(LOG_COSTS), pairs.costs[members]
    counted = (costs[None, :] >= at[:, None]).mean(axis=1)
    start = float(np.quantile(pairs.costs, 1 - _TAIL))
    excess = max(float(np.mean(pairs.costs[pairs.costs >= start] - start)), 0.1)
    beginning = (np.sum(costs >= start) + 0.5) / (len(costs) + 1)
    tail = np.where(at > start, beginning * np.exp(-(at - start) / excess), 0.0)
    return np.asarray(np.maximum(counted, tail), float)


def _falling_with_trust(misses: Array, weights: NDArray[np.int64]) -> Array:
    """Pool neighbouring bins, (bins, costs), wherever the more trusted one misses more (isotonic regression)."""
    out = np.empty_like(misses)
    for column in range(misses.shape[1]):
        blocks: list[tuple[float, int, int]] = []
        for value, weight in zip(misses[:, column].tolist(), weights.tolist(), strict=True):
            block = (value, weight, 1)
            while blocks and blocks[-1][0] < block[0]:
                before = blocks.pop()
                total = before[1] + block[1]
                block = ((before[0] * before[1] + block[0] * block[1]) / total, total, before[2] + block[2])
            blocks.append(block)
        out[:, column] = np.repeat([b[0] for b in blocks], [b[2] for b in blocks])
    return out


def _bound(pairs: OwnPairs, members: NDArray[np.intp]) -> Array:
    """Upper 95 % bound of the share missed at each of LOG_COSTS, over the mean of each person's own share."""
    _, person = np.unique(pairs.person[members], return_inverse=True)
    missed = pairs.costs[members][None, :] >= np.array(LOG_COSTS)[:, None]
    of_each = np.bincount(person).astype(float)
    shares = [float((np.bincount(person, row) / of_each).mean()) for row in missed.astype(float)]
    return np.array([upper_share(share * len(of_each), len(of_each)) for share in shares])


def upper_share(misses: float, trials: int) -> float:
    """Clopper and Pearson's one-sided upper 95 % bound; misses may be a fraction. 0 of 95: 3.1 %."""
    if misses >= trials:
        return 1.0
    p = np.linspace(0, 1, 20_001)[1:-1]
    logs = misses * np.log(p) + (trials - misses - 1) * np.log1p(-p)
    mass = np.cumsum(np.exp(logs - logs.max()))
    return float(p[min(int(np.searchsorted(mass, _BOUND * mass[-1])), len(p) - 1)])


def _curve(values: Array) -> tuple[float, ...]:
    return tuple(float(v) for v in np.minimum.accumulate(np.round(values, 7)))
