"""What an evaluation says, as plain data: report.json. `page` makes the same readable."""

from __future__ import annotations

import dataclasses
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from devices.manifest import ManifestRow
from matching.calibration.models import ImpostorModel
from models import advice
from models.encoding import ENCODER
from models.evaluation import comparisons, metrics, predicted, rejection, strata, suspects, worst
from models.evaluation.comparisons import Comparisons, Labels
from models.evaluation.extraction import SHIPPED, Record, Setting, device_of
from models.reasons import SENTENCES

HEADLINE_FMR = 1e-3


@dataclass(frozen=True, slots=True, eq=False)
class Evaluated:
    """Everything that report and page are made of. The pairs are those of the headline's people."""

    setting: Setting
    rows: Sequence[ManifestRow]
    records: Sequence[Record]
    scores: NDArray[np.float32]
    labels: Labels
    seen: NDArray[np.bool_]
    chosen: NDArray[np.bool_]
    """Pictures behind headline, curves and lists: of people never trained on, or all where there are no others."""
    genuine: Comparisons
    impostor: Comparisons
    tail: ImpostorModel | None
    predictions: list[predicted.Prediction]
    refusing: list[rejection.Refused]


def evaluated(
    rows: Sequence[ManifestRow], records: Sequence[Record], scores: NDArray[np.float32], setting: Setting = SHIPPED
) -> Evaluated:
    labels = Labels.of(rows)
    trained = setting.trained_on()
    seen = np.array([row.subject in trained for row in rows])
    chosen = ~seen if (~seen).any() else np.ones(len(rows), np.bool_)
    genuine = comparisons.genuine(scores, labels, chosen)
    impostor = comparisons.impostor(scores, labels, chosen)
    tail = predicted.fitted(impostor, labels)
    quality = np.array([record.quality if record.template is not None else -1.0 for record in records])
    return Evaluated(
        setting=setting,
        rows=rows,
        records=records,
        scores=scores,
        labels=labels,
        seen=seen,
        chosen=chosen,
        genuine=genuine,
        impostor=impostor,
        tail=tail,
        predictions=predicted.predictions(tail, genuine, impostor, (*metrics.FMRS, 1e-6)),
        refusing=rejection.curve(genuine, impostor, quality, chosen),
    )


def build(of: Evaluated, *, seconds: float) -> dict[str, Any]:
    """`headline` leaves out the people trained on; where nobody else is left it is None."""
    figures = _figures(of)
    return {
        "pictures": len(of.rows),
        "people": of.labels.people,
        "eyes": len(np.unique(of.labels.eye)),
        "people_trained_on": len(np.unique(of.labels.person[of.seen])),
        "hypothesis": of.setting.choice,
        "encoder": ENCODER,
        "models": of.setting.pins(),
        "pixel_shapes": dict(of.setting.shapes),
        "headline": figures.get("unseen"),
        "figures": figures,
        "any_side": _group(of, of.chosen, comparisons.impostor_any_side),
        "predicted": [dataclasses.asdict(p) for p in of.predictions],
        "predicted_by_sensors": [dataclasses.asdict(p) for p in _by_sensors(of)],
        "tail": None if of.tail is None else dataclasses.asdict(_Tail.of(of.tail)),
        "reject_curve": [dataclasses.asdict(p) for p in of.refusing],
        "strata": _strata(of),
        "no_code": dict(Counter(r.refused for r in of.records if r.refused)),
        "would_be_refused": dict(Counter(r.findings[0] for r in of.records if r.findings)),
        "advised": dict(Counter(name for r in of.records for name in r.advice)),
        "after_strict_capture": _after_strict(of),
        "sentences": {reason: SENTENCES[reason] for reason in _reasons(of) if reason in SENTENCES} | advice.SENTENCES,
        "alternates": round(float(np.mean([len(r.origins) > 1 for r in of.records])), 4),
        "dice": _mean(
            [r.dice for r, known in zip(of.records, of.seen, strict=True) if not known and r.dice is not None]
        ),
        "milliseconds": _times(of.records),
        "seconds": round(seconds, 2),
        "worst_genuine": _told(of, worst.genuine(of.genuine)),
        "worst_impostor": _told(of, worst.impostor(of.impostor, of.labels)),
        "suspected_labels": [dataclasses.asdict(s) for s in suspected(of)],
        "images": [_image(*one) for one in zip(of.rows, of.records, of.seen.tolist(), strict=True)],
    }


def _figures(of: Evaluated) -> dict[str, Any]:
    groups = {"unseen": ~of.seen, "trained_on": of.seen, "all": np.ones(len(of.rows), np.bool_)}
    if not of.seen.any():
        groups = {"unseen": ~of.seen}
    figures = {name: _group(of, chosen, comparisons.impostor) for name, chosen in groups.items() if chosen.any()}
    # with nobody trained on, all together are the same pairs
    return figures if "all" in figures else figures | {"all": figures["unseen"]}


def _group(of: Evaluated, chosen: NDArray[np.bool_], strangers: Any) -> dict[str, Any]:
    genuine = comparisons.genuine(of.scores, of.labels, chosen)
    return dataclasses.asdict(metrics.rates(genuine, strangers(of.scores, of.labels, chosen), of.labels))


@dataclass(frozen=True, slots=True)
class _Tail:
    degrees_of_freedom: float
    rotations: float
    pairs: int
    people: int

    @classmethod
    def of(cls, model: ImpostorModel) -> _Tail:
        fit = model.point
        return cls(round(fit.degrees_of_freedom, 1), round(fit.rotations, 2), model.pairs, model.people)


def _by_sensors(of: Evaluated) -> list[predicted.OfSensors]:
    sensors = [device_of(row) for row in of.rows]
    return predicted.of_sensors(of.tail, of.genuine, of.impostor, of.labels, sensors, (HEADLINE_FMR, 1e-4, 1e-6))


def _strata(of: Evaluated) -> dict[str, Any]:
    limit = metrics.threshold_at(of.impostor.scores, HEADLINE_FMR)
    found = strata.build(of.rows, of.records, of.labels, of.genuine, of.impostor, limit)
    return {subject: [dataclasses.asdict(s) for s in kinds] for subject, kinds in found.items()}


def _after_strict(of: Evaluated) -> dict[str, Any] | None:
    """Figures of the pictures that strict capture would have taken."""
    accepted = np.array([r.template is not None and not r.findings for r in of.records]) & of.chosen
    return _group(of, accepted, comparisons.impostor) if accepted.any() else None


def suspected(of: Evaluated) -> tuple[suspects.Suspect, ...]:
    """Over all pictures, people trained on included: a wrong label there spoils the weights as well."""
    pairs = len(of.rows) * (len(of.rows) - 1) // 2
    limit = suspects.UNMODELLED if of.tail is None else of.tail.threshold(suspects.share_for(pairs))
    sides, sensors = [record.side for record in of.records], [device_of(row) for row in of.rows]
    by_code = suspects.suspects(of.rows, of.scores, of.labels, limit=limit)
    return (*by_code, *suspects.sides(of.rows, of.scores, sides, sensors))


def _reasons(of: Evaluated) -> list[str]:
    return sorted({r.refused for r in of.records if r.refused} | {f for r in of.records for f in r.findings})


def _mean(values: Sequence[float]) -> float | None:
    return round(float(np.mean(values)), 4) if values else None


def _times(records: Sequence[Record]) -> dict[str, Any]:
    """Milliseconds a picture in one process: each stage's mean, and median and 95th percentile of the sum."""
    timed = [dict(r.milliseconds) for r in records if r.milliseconds]
    if not timed:
        return {}
    names = list(dict.fromkeys(name for times in timed for name in times))
    totals = [sum(times.values()) for times in timed]
    return {
        "stages": {name: round(float(np.mean([t.get(name, 0.0) for t in timed])), 2) for name in names},
        "median": round(float(np.median(totals)), 1),
        "p95": round(float(np.quantile(totals, 0.95)), 1),
    }


def _told(of: Evaluated, pairs: Sequence[worst.Pair]) -> list[dict[str, Any]]:
    return [
        {
            "first": p.first,
            "second": p.second,
            "a": of.rows[p.first].name,
            "b": of.rows[p.second].name,
            "score": p.score,
        }
        for p in pairs
    ]


def _image(row: ManifestRow, record: Record, known: bool) -> dict[str, Any]:
    facts = dataclasses.asdict(record)
    facts.pop("template")
    facts["milliseconds"], facts["factors"] = dict(record.milliseconds), dict(record.factors)
    return {"path": row.name, "subject": row.subject, "eye": row.eye, "trained_on": known} | facts


def write(folder: Path, report: dict[str, Any], of: Evaluated) -> None:
    """scores.npz and report.json into `folder`, which is made if need be."""
    folder.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(folder / "scores.npz", paths=np.array([row.name for row in of.rows]), scores=of.scores)
    (folder / "report.json").write_text(json.dumps(report, ensure_ascii=False, indent=1), encoding="utf-8")
