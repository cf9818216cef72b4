"""Rates beyond what the pairs can show, by the strangers' tail model of `matching.calibration.tail`; always marked.

The threshold is the upper 95 % bound's: a rate predicted this way is rather too high than too low.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from matching.calibration.models import ImpostorModel
from matching.calibration.tail import MIN_PAIRS, MIN_PEOPLE, ScoredPairs, fit_impostors
from models.evaluation import metrics
from models.evaluation.comparisons import Comparisons, Labels

_MOST = 1_000_000
"""Pairs the model is fitted to: more of them tell it nothing, for the spread comes from the people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prediction:
    fmr: float
    threshold: float
    fnmr: float
    """Counted at the predicted threshold."""
    fmr_seen: float
    """What the pairs themselves show at that threshold: the check of the prediction."""
    checked: bool
    """Ten or more impostor pairs are expected under the threshold, so that the check means something."""


def fitted(impostor: Comparisons, labels: Labels, *, seed: int = 0) -> ImpostorModel | None:
    """The strangers' tail; None for too few pairs or people."""
    finite = np.isfinite(impostor.scores)
    first, second = labels.person[impostor.first][finite], labels.person[impostor.second][finite]
    everyone, numbers = np.unique(np.concatenate([first, second]), return_inverse=True)
    if len(first) < MIN_PAIRS or len(everyone) < MIN_PEOPLE:
        return None
    scores = impostor.scores[finite].astype(np.float64)
    rng = np.random.default_rng(seed)
    kept = rng.choice(len(scores), _MOST, replace=False) if len(scores) > _MOST else np.arange(len(scores))
    one, other = numbers[: len(first)][kept], numbers[len(first) :][kept]
    pairs = ScoredPairs(scores[kept], one.astype(np.intp), other.astype(np.intp), len(everyone))
    return fit_impostors(pairs, rng=rng)


def predictions(
    model: ImpostorModel | None, genuine: Comparisons, impostor: Comparisons, fmrs: tuple[float, ...]
) -> list[Prediction]:
    """Threshold and FNMR for each FMR, beside what the pairs show there."""
    if model is None or not len(genuine) or not len(impostor):
        return []
    return [_prediction(fmr, model.threshold(fmr), genuine, impostor) for fmr in fmrs]


def _prediction(fmr: float, limit: float, genuine: Comparisons, impostor: Comparisons) -> Prediction:
    return Prediction(
        fmr=fmr,
        threshold=limit,
        fnmr=metrics.missed(genuine.scores, limit) / len(genuine),
        fmr_seen=int(np.searchsorted(impostor.scores, np.float32(limit), "left")) / len(impostor),
        checked=fmr * len(impostor) >= metrics.ENOUGH,
    )
