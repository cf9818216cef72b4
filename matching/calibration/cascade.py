"""The ways in which a search finds somebody, and what share of strangers each may let through.

The policy allows a share of strangers' searches to go to a reviewer; the ways of the cascade divide it among them.
Turned round, this gives one number for a pair of own captures: its *cost*, the share of strangers that would have
to be let through until one of the ways finds it. A search that lets through more than the cost finds the pair.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from matching.calibration.models import ImpostorModel, Kind

Way = Literal["usual", "single_of_two", "late"]

PARTS: dict[Kind, dict[Way, float]] = {
    "both_eyes": {"usual": 0.6, "single_of_two": 0.1, "late": 0.2},
    "one_eye": {"usual": 0.8, "single_of_two": 0.0, "late": 0.2},
}
"""Of the share allowed: both eyes pooled, each of them alone, and the late searches together."""
LATE_TRIALS = 6
"""The late searches try 14 + 15 + 15 + 15 rotations where the first one tried 15; the bound is generous."""


def way_share(allowed: float, kind: Kind, way: Way) -> float:
    """The share of strangers' comparisons that one way may let through, of the share allowed to the whole cascade."""
    return allowed * PARTS[kind][way] / (LATE_TRIALS if way == "late" else 1)


@dataclass(frozen=True, slots=True, eq=False)
class OwnScores:
    """Scores of pairs of own captures, float (pairs,), NaN where there is none."""

    usual: NDArray[np.float64]
    late: NDArray[np.float64]
    """With the late searches' rotations."""
    eyes: tuple[NDArray[np.float64], ...] = ()
    """Each eye alone, of two-eyed captures."""


def costs(own: OwnScores, kind: Kind, *, scored_by: ImpostorModel, eyes_by: ImpostorModel) -> NDArray[np.float64]:
    """Decimal logarithm of each pair's cost, at most 0. scored_by: strangers' model of `kind`; eyes_by: of one eye."""
    ways = [_cost(own.usual, scored_by, kind, "usual"), _cost(own.late, scored_by, kind, "late")]
    if PARTS[kind]["single_of_two"]:
        ways += [_cost(eye, eyes_by, kind, "single_of_two") for eye in own.eyes]
    return np.asarray(np.minimum.reduce(ways), float)


def _cost(scores: NDArray[np.float64], model: ImpostorModel, kind: Kind, way: Way) -> NDArray[np.float64]:
    known = np.where(np.isnan(scores), 1.0, scores)
    return np.asarray(np.minimum(model.log10_share_under(known) - np.log10(way_share(1.0, kind, way)), 0.0), float)
