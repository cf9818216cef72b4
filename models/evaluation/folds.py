"""Each person's figures by weights that never saw them: the two tables that training again is judged by.

With weights trained without a sensor this is the table "sensor unseen"; with weights of several folds by person it is
their cross-validation; with the shipped weights alone it covers the people kept apart, and says how many are missing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from devices.manifest import ManifestRow
from models.evaluation import comparisons, metrics, scoring, sensors
from models.evaluation.comparisons import Comparisons, Labels
from models.evaluation.extraction import Setting, extract_all
from models.evaluation.run import Step


@dataclass(frozen=True, slots=True, kw_only=True)
class Folds:
    people: int
    covered: int
    """People whom some of the weights never saw: only they are counted."""
    weights: int
    """Folders of weights that somebody was counted with."""
    trained_on_some: bool
    """Somebody in the manifest was trained on by some of the weights used, so the sensor was, too."""
    rates: metrics.Rates | None

    @property
    def kind(self) -> str:
        if not self.covered:
            return "nobody unseen"
        return "other people of a sensor trained on" if self.trained_on_some else "sensor unseen"


def assigned(rows: Sequence[ManifestRow], settings: Sequence[Setting]) -> NDArray[np.intp]:
    """For each picture the first of the weights that never saw its person; -1: none."""
    seen = [setting.trained_on() for setting in settings]
    return np.array([next((k for k, s in enumerate(seen) if row.subject not in s), -1) for row in rows], np.intp)


def folds(
    rows: Sequence[ManifestRow],
    settings: Sequence[Setting],
    *,
    workers: int | None,
    step: Step = lambda _name, _total: lambda _count: None,
) -> Folds:
    """Pairs are compared within each of the weights and then counted together."""
    which, labels = assigned(rows, settings), Labels.of(rows)
    genuine: list[Comparisons] = []
    impostor: list[Comparisons] = []
    used = [k for k in range(len(settings)) if (which == k).any()]
    for k in used:
        chosen = which == k
        setting = sensors.with_shapes(rows, settings[k], workers=workers, step=step)
        scores = _scores(rows, chosen, setting, workers, step)
        genuine.append(comparisons.genuine(scores, labels, chosen))
        impostor.append(comparisons.impostor(scores, labels, chosen))
    subjects = {row.subject for row in rows}
    return Folds(
        people=labels.people,
        covered=len(np.unique(labels.person[which >= 0])),
        weights=len(used),
        trained_on_some=any(subjects & settings[k].trained_on() for k in used),
        rates=metrics.rates(comparisons.joined(genuine), comparisons.joined(impostor), labels) if used else None,
    )


def _scores(
    rows: Sequence[ManifestRow], chosen: NDArray[np.bool_], setting: Setting, workers: int | None, step: Step
) -> NDArray[np.float32]:
    """(n, n), NaN outside the chosen."""
    index = np.flatnonzero(chosen).tolist()
    done = step(f"Pictures by {setting.folder.name}", len(index))
    records = extract_all([rows[k] for k in index], setting=setting, workers=workers, done=lambda _: done(1))
    scores = np.full((len(rows), len(rows)), np.nan, np.float32)
    scores[np.ix_(index, index)] = scoring.all_scores(records)
    return scores


def sentence(name: str, found: Folds) -> str:
    counted = f"{name}: {found.covered} of {found.people} people never seen by {found.weights} of the weights"
    if found.rates is None:
        return f"{counted}; no figure. Weights that were trained without them are needed."
    rates = found.rates
    fnmr = "; ".join(_told(fmr, rate) for fmr, rate in rates.fnmr_at.items())
    eer = "–" if rates.eer is None else f"{rates.eer:.2%}"
    return f"{counted} ({found.kind}): EER {eer}; FNMR {fnmr}"


def _told(fmr: str, rate: metrics.Rate) -> str:
    value = "" if rate.value is None else f"{rate.value:.2%} "
    return f"{value}at {fmr}" + ("" if rate.resolved else " (not resolved)")
