"""Error rates of verification, with 95 % intervals, and a plain "not resolved" where too few pairs stand behind one.

Scores are dissimilarities. A picture without a code counts as one that matches nobody (ISO/IEC 19795-1: these are
generalised rates). Whole people are drawn again for the intervals: pictures of one person err together.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.evaluation.comparisons import Comparisons, Labels

FMRS = (1e-2, 1e-3, 1e-4, 1e-5)
ENOUGH = 10
"""Pairs that must stand behind a rate: with fewer the rate may as well be twice or half as large."""
RESAMPLES = 400
_LEVELS = (0.025, 0.975)

Floats = NDArray[np.float64]
Interval = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """A share of pairs. value: None where not even one pair stands behind the threshold."""

    value: float | None
    interval: Interval | None
    resolved: bool
    """Ten or more pairs stand behind the threshold it is read at, and it is not a share of fewer than ten."""
    pairs: int
    """Pairs counted, of `of`; for a share of misses the misses."""
    of: int
    at_most: float | None = None
    """Where nothing was counted: the upper 95 % bound by the number of people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    genuine_pairs: int
    impostor_pairs: int
    people: int
    eer: float | None
    eer_interval: Interval | None
    fnmr: dict[str, float | None]
    """By FMR; None where not even one impostor pair would be allowed."""
    fnmr_at: dict[str, Rate]
    thresholds: dict[str, float | None]
    genuine_median: float | None
    impostor_median: float | None
    decidability: float | None
    """Distance of the two means over their common deviation (Daugman's d')."""


def at(genuine: NDArray[np.float32], impostor: NDArray[np.float32], thresholds: Floats) -> tuple[Floats, Floats]:
    """FMR and FNMR when scores at or under the threshold match. Both arrays rise."""
    fmr = np.searchsorted(impostor, thresholds, "right") / max(len(impostor), 1)
    fnmr = 1 - np.searchsorted(genuine, thresholds, "right") / max(len(genuine), 1)
    return fmr, fnmr


def threshold_at(impostor: NDArray[np.float32], fmr: float) -> float | None:
    """The score under which fewer than `fmr` of the impostors lie; None when even one pair would be more than that."""
    allowed = int(np.floor(fmr * len(impostor)))
    return float(impostor[allowed]) if 1 <= allowed < len(impostor) and np.isfinite(impostor[allowed]) else None


def missed(genuine: NDArray[np.float32], limit: float) -> int:
    """Pairs of one eye at or over the limit."""
    return len(genuine) - int(np.searchsorted(genuine, np.float32(limit), "left"))


def equal_error(genuine: NDArray[np.float32], impostor: NDArray[np.float32]) -> float | None:
    """Where FMR and FNMR meet; None when there are no pairs of one kind."""
    if not len(genuine) or not len(impostor):
        return None
    # FNMR only changes at genuine scores, so one of them or the impostor just beside it is the crossing
    own = np.unique(genuine[np.isfinite(genuine)])
    beside = np.clip(np.searchsorted(impostor, own)[:, None] + np.arange(-1, 2), 0, len(impostor) - 1)
    tried = np.unique(np.concatenate([own, impostor[beside].ravel(), _across(genuine, impostor)]))
    fmr, fnmr = at(genuine, impostor, tried[np.isfinite(tried)].astype(np.float32))
    if not len(fmr):
        return 1.0
    best = int(np.abs(fmr - fnmr).argmin())
    return float((fmr[best] + fnmr[best]) / 2)


def _across(genuine: NDArray[np.float32], impostor: NDArray[np.float32]) -> NDArray[np.float32]:
    """Impostor scores at which FMR takes each value that FNMR can take."""
    shares = np.arange(len(genuine) + 1) / max(len(genuine), 1)
    return impostor[np.clip((shares * len(impostor)).astype(np.int64), 0, len(impostor) - 1)]


def rates(genuine: Comparisons, impostor: Comparisons, labels: Labels, *, seed: int = 0) -> Rates:
    """All figures of one group of pictures, reproducible for a seed."""
    thresholds = {f"{fmr:g}": threshold_at(impostor.scores, fmr) for fmr in FMRS}
    eer = equal_error(genuine.scores, impostor.scores)
    drawn = _Resampled.of(genuine, impostor, labels, eer, seed=seed)
    fnmr = {f"{fmr:g}": _rate(genuine, impostor, fmr, drawn) for fmr in FMRS}
    return Rates(
        genuine_pairs=len(genuine),
        impostor_pairs=len(impostor),
        people=_people(genuine, labels),
        eer=eer,
        eer_interval=None if drawn is None or eer is None else drawn.interval(drawn.eers),
        fnmr={name: rate.value for name, rate in fnmr.items()},
        fnmr_at=fnmr,
        thresholds=thresholds,
        genuine_median=_median(genuine.scores),
        impostor_median=_median(impostor.scores),
        decidability=_decidability(genuine.scores, impostor.scores),
    )


def _rate(genuine: Comparisons, impostor: Comparisons, fmr: float, drawn: _Resampled | None) -> Rate:
    limit = threshold_at(impostor.scores, fmr)
    if limit is None or not len(genuine):
        return Rate(value=None, interval=None, resolved=False, pairs=0, of=len(genuine))
    count = missed(genuine.scores, limit)
    return Rate(
        value=count / len(genuine),
        interval=None if drawn is None else drawn.interval(drawn.missed(fmr)),
        resolved=bool(fmr * len(impostor) >= ENOUGH and count >= ENOUGH),
        pairs=count,
        of=len(genuine),
        at_most=at_most(len(drawn.people)) if count == 0 and drawn is not None else None,
    )


def at_most(people: int) -> float | None:
    """Upper 95 % bound of the share of people with a miss when none of so many had one (binomial, two-sided)."""
    return 1 - _LEVELS[0] ** (1 / people) if people else None


def _people(pairs: Comparisons, labels: Labels) -> int:
    return len(np.unique(labels.person[pairs.first]))


def _median(values: NDArray[np.float32]) -> float | None:
    finite = values[np.isfinite(values)]
    return float(np.median(finite)) if len(finite) else None


def _decidability(genuine: NDArray[np.float32], impostor: NDArray[np.float32]) -> float | None:
    own, other = (v[np.isfinite(v)] for v in (genuine, impostor))
    if not len(own) or not len(other):
        return None
    spread = float(np.sqrt((own.var(dtype=np.float64) + other.var(dtype=np.float64)) / 2))
    return float((other.mean(dtype=np.float64) - own.mean(dtype=np.float64)) / spread) if spread > 0 else None


_TAIL = 0.05
_MOST = 1_000_000


@dataclass(frozen=True, slots=True, eq=False)
class _Resampled:
    """People drawn again with replacement; a pair of strangers weighs as often as both were drawn.

    Only the impostors' lower tail is carried along, because every threshold lies in it; the weight of all of them
    follows from how many pairs each two people have.
    """

    people: NDArray[np.int32]
    eers: Floats
    fnmr: dict[float, Floats]

    @classmethod
    def of(
        cls, genuine: Comparisons, impostor: Comparisons, labels: Labels, eer: float | None, *, seed: int
    ) -> _Resampled | None:
        people = np.unique(labels.person[genuine.first])
        if eer is None or len(people) < 2:
            return None
        rng = np.random.default_rng(seed)
        tail = _tail_of(impostor, eer)
        between = _pairs_between(impostor, labels)
        everyone = np.unique(np.concatenate([people, np.flatnonzero(between.any(axis=0))]))
        eers, fnmr = np.empty(RESAMPLES), {fmr: np.empty(RESAMPLES) for fmr in FMRS}
        for k in range(RESAMPLES):
            times = np.bincount(rng.choice(everyone, len(everyone)), minlength=labels.people).astype(np.float64)
            eers[k], missed = _once(genuine, tail, labels, times, float(times @ between @ times) / 2)
            for fmr in FMRS:
                fnmr[fmr][k] = missed[fmr]
        return cls(people, eers, fnmr)

    def missed(self, fmr: float) -> Floats:
        return self.fnmr[fmr]

    @staticmethod
    def interval(values: Floats) -> Interval | None:
        sound = values[np.isfinite(values)]
        if len(sound) < 0.9 * len(values):
            return None
        low, high = np.quantile(sound, _LEVELS)
        return float(low), float(high)


def _tail_of(impostor: Comparisons, eer: float) -> Comparisons:
    size = min(int(np.ceil(max(_TAIL, min(1.0, 4 * eer)) * len(impostor))), max(_MOST, len(impostor) // 100))
    return Comparisons(impostor.first[:size], impostor.second[:size], impostor.scores[:size])


def _pairs_between(impostor: Comparisons, labels: Labels) -> Floats:
    """How many impostor pairs each two people have: (people, people), symmetric."""
    n = labels.people
    flat = labels.person[impostor.first].astype(np.int64) * n + labels.person[impostor.second]
    counts = np.bincount(flat, minlength=n * n).reshape(n, n).astype(np.float64)
    return np.asarray(counts + counts.T)


def _once(
    genuine: Comparisons, tail: Comparisons, labels: Labels, times: Floats, total: float
) -> tuple[float, dict[float, float]]:
    """EER and FNMR at each of FMRS for one drawing; NaN where nobody stands behind it."""
    own = times[labels.person[genuine.first]]
    if total <= 0 or own.sum() <= 0:
        return np.nan, dict.fromkeys(FMRS, np.nan)
    strange = np.cumsum(times[labels.person[tail.first]] * times[labels.person[tail.second]]) / total
    matched = np.concatenate([[0.0], np.cumsum(own) / own.sum()])
    fnmr_along = 1 - matched[np.searchsorted(genuine.scores, tail.scores, "right")]
    crossing = int(np.searchsorted(strange - fnmr_along, 0.0))
    last = min(crossing, len(strange) - 1)
    rate = (strange[last] + fnmr_along[last]) / 2 if len(strange) else np.nan
    return float(rate), {fmr: _missed_at(genuine, tail, strange, matched, fmr) for fmr in FMRS}


def _missed_at(genuine: Comparisons, tail: Comparisons, strange: Floats, matched: Floats, fmr: float) -> float:
    place = int(np.searchsorted(strange, fmr, "right"))
    if place >= len(tail):
        return np.nan
    return float(1 - matched[np.searchsorted(genuine.scores, tail.scores[place], "left")])
