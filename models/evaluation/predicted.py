"""Rates beyond what the pairs can show, by the strangers' tail model of `matching.calibration.tail`; always marked.

The threshold is the upper 95 % bound's: a rate predicted this way is rather too high than too low.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

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
    model: ImpostorModel | None,
    genuine: Comparisons,
    impostor: Comparisons,
    fmrs: tuple[float, ...],
    *,
    even_without_own: bool = False,
) -> list[Prediction]:
    """Threshold and FNMR for each FMR, beside what the pairs show there."""
    if model is None or not (len(genuine) or even_without_own) or not len(impostor):
        return []
    return [_prediction(fmr, model.threshold(fmr), genuine, impostor) for fmr in fmrs]


def _prediction(fmr: float, limit: float, genuine: Comparisons, impostor: Comparisons) -> Prediction:
    return Prediction(
        fmr=fmr,
        threshold=limit,
        fnmr=metrics.missed(genuine.scores, limit) / max(len(genuine), 1),
        fmr_seen=int(np.searchsorted(impostor.scores, np.float32(limit), "left")) / len(impostor),
        checked=fmr * len(impostor) >= metrics.ENOUGH,
    )


KINDS = 12
"""Each tail costs seconds, and nobody reads the hundreds of them that a list of many picture sizes would give."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OfSensors:
    """One rate for strangers before two sensors, or before one: by their own tail, and by that of all together."""

    first: str
    second: str
    people: int
    stranger_pairs: int
    genuine_pairs: int
    fmr: float
    threshold: float
    """Of their own tail, upper 95 % bound."""
    fnmr: float | None
    """Counted there; None where nobody stood before both."""
    fmr_seen: float
    checked: bool
    fmr_seen_by_all: float
    """Counted at the threshold that all strangers together predict: over `fmr`, these are closer than others."""


def of_sensors(
    all_together: ImpostorModel | None,
    genuine: Comparisons,
    impostor: Comparisons,
    labels: Labels,
    sensors: Sequence[str],
    fmrs: tuple[float, ...],
) -> list[OfSensors]:
    """sensors: of each picture. Empty for one sensor alone; without those of too few pairs or people for a tail, and of
    many sensors only the KINDS with most pairs of strangers."""
    names, number = np.unique(sensors, return_inverse=True)
    if all_together is None or len(names) < 2:
        return []
    found = []
    mine, theirs = (_kinds(pairs, number, len(names)) for pairs in (genuine, impostor))
    counts = np.bincount(theirs, minlength=len(names) ** 2)
    for kind in np.sort(np.argsort(-counts, kind="stable")[:KINDS]):
        one, other = divmod(int(kind), len(names))
        own, strange = genuine.where(mine == kind), impostor.where(theirs == kind)
        tail = fitted(strange, labels)
        if tail is None:
            continue
        for p in predictions(tail, own, strange, fmrs, even_without_own=True):
            by_all = int(np.searchsorted(strange.scores, np.float32(all_together.threshold(p.fmr)), "left"))
            found.append(
                OfSensors(
                    first=str(names[one]),
                    second=str(names[other]),
                    people=tail.people,
                    stranger_pairs=len(strange),
                    genuine_pairs=len(own),
                    fmr=p.fmr,
                    threshold=p.threshold,
                    fnmr=p.fnmr if len(own) else None,
                    fmr_seen=p.fmr_seen,
                    checked=p.checked,
                    fmr_seen_by_all=by_all / len(strange),
                )
            )
    return found


def _kinds(pairs: Comparisons, number: NDArray[np.intp], sensors: int) -> NDArray[np.intp]:
    """For each pair one number that stands for its two sensors, in whichever order."""
    first, second = number[pairs.first], number[pairs.second]
    return np.asarray(np.minimum(first, second) * sensors + np.maximum(first, second), dtype=np.intp)
