"""The lower tail of strangers' scores: how often does one of them come as close as this?

Model: at one rotation a stranger's score is normal around 0.5 with deviation sigma (the binomial of Daugman's
independent bits has a lighter tail, so the normal errs on the safe side); the search keeps the least of
`rotations` independent ones, fewer than the 15 tried because neighbours look alike:

    F(s) = 1 - (1 - Φ((s - 0.5) / sigma)) ^ rotations

Fitted by maximum likelihood to the scores under a cut, all above it counted as "above". People differ, so the
bound comes from refitting to people drawn again with replacement; a pair weighs as often as both were drawn.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching.calibration.models import ImpostorModel, TailFit
from matching.calibration.shares import Array, log_share_under
from matching.errors import CalibrationInvalid

_BINS = 120
_GRID = 25
_ZOOMS = 6
_CUT = 0.02
"""The share of scores that the fit looks at. Of real single eyes the fit to a fifth of all puts a third of the pairs
under 0.34 that are there, the fit to a fiftieth three quarters, and its bound all of them."""
_LEAST_UNDER, _MOST = 400, 0.2
"""With few pairs the fit looks at so many scores, but never at more than this share."""
MIN_PAIRS = 1000
MIN_PEOPLE = 10


@dataclass(frozen=True, slots=True, eq=False)
class ScoredPairs:
    """Scores of strangers, each with the numbers of its two people (0..people-1)."""

    scores: Array
    first: NDArray[np.intp]
    second: NDArray[np.intp]
    people: int

    def where(self, keep: NDArray[np.bool_]) -> "ScoredPairs":
        """Only the pairs for which `keep` is true; people are numbered anew, for those without a pair tell nothing."""
        first, second = self.first[keep], self.second[keep]
        everyone, numbers = np.unique(np.concatenate([first, second]), return_inverse=True)
        first, second = numbers[: len(first)].astype(np.intp), numbers[len(first) :].astype(np.intp)
        return ScoredPairs(self.scores[keep], first, second, len(everyone))


def fit_impostors(
    pairs: ScoredPairs, *, rng: np.random.Generator, resamples: int = 100, seen: int | None = None
) -> ImpostorModel:
    """`seen`: pairs of different shots behind the scores, where captures share shots.

    Errors: CalibrationInvalid for NaN, too few pairs or too few people.
    """
    if not np.isfinite(pairs.scores).all():
        raise CalibrationInvalid("there are NaN among the impostor scores")
    if len(pairs.scores) < MIN_PAIRS or pairs.people < MIN_PEOPLE:
        raise CalibrationInvalid(
            f"{len(pairs.scores)} impostor pairs of {pairs.people} people; "
            f"{MIN_PAIRS} pairs of {MIN_PEOPLE} people are the least"
        )
    edges, where = _bins(pairs.scores)
    ones = np.ones(len(pairs.scores))
    point = _fit(edges, np.bincount(where, ones, _BINS + 1).astype(float))
    drawn = []
    for _ in range(resamples):
        times = np.bincount(rng.integers(0, pairs.people, pairs.people), minlength=pairs.people)
        weights = (times[pairs.first] * times[pairs.second]).astype(float)
        drawn.append(_fit(edges, np.bincount(where, weights, _BINS + 1).astype(float)))
    return ImpostorModel(
        pairs=min(len(pairs.scores), seen or len(pairs.scores)),
        people=pairs.people,
        least=float(pairs.scores.min()),
        point=point,
        resampled=tuple(drawn),
    )


def _bins(scores: Array) -> tuple[Array, NDArray[np.intp]]:
    """Edges of equal bins from the least score to the cut; each score's bin, the last one being "above"."""
    low, cut = float(scores.min()), float(np.quantile(scores, min(_MOST, max(_CUT, _LEAST_UNDER / len(scores)))))
    edges = np.linspace(min(low, cut - 0.01), cut, _BINS + 1)
    where = np.searchsorted(edges, scores, side="left") - 1
    return edges, np.clip(where, 0, _BINS)


def _fit(edges: Array, counts: Array) -> TailFit:
    """Maximum likelihood on a grid of (sigma, rotations) that closes in on the best point."""
    log_sigma, log_rotations = math.log(0.035), math.log(6.0)
    reach_sigma, reach_rotations = 1.0, 3.0
    for _ in range(_ZOOMS):
        sigmas = np.exp(np.linspace(log_sigma - reach_sigma, log_sigma + reach_sigma, _GRID))
        turns = np.exp(np.linspace(log_rotations - reach_rotations, log_rotations + reach_rotations, _GRID))
        best = np.unravel_index(int(np.argmax(_likelihood(edges, counts, sigmas, turns))), (_GRID, _GRID))
        log_sigma, log_rotations = math.log(sigmas[best[0]]), math.log(turns[best[1]])
        reach_sigma, reach_rotations = reach_sigma / 4, reach_rotations / 4
    return TailFit(sigma=math.exp(log_sigma), rotations=math.exp(log_rotations))


def _likelihood(edges: Array, counts: Array, sigmas: Array, turns: Array) -> Array:
    """(sigmas, turns). The lowest bin takes everything under its upper edge."""
    under = np.exp(log_share_under(edges[None, None, 1:], sigmas[:, None, None], turns[None, :, None]))
    share = np.diff(under, axis=2, prepend=0.0)
    logs = np.log(np.maximum(share, 1e-300))
    above = np.log(np.maximum(1 - under[:, :, -1], 1e-300))
    return np.asarray(logs @ counts[:-1] + above * counts[-1])
