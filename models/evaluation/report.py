"""What an evaluation says: report.json for programs, report.html for people."""

from __future__ import annotations

import dataclasses
import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import jinja2
import numpy as np
from numpy.typing import NDArray

from devices.manifest import ManifestRow
from models import weights
from models.encoding import ENCODER
from models.encoding import MODEL as ENCODER_FILE
from models.evaluation import drawing, metrics
from models.evaluation.extraction import Record
from models.segmentation import MODEL as SEGMENTATION_FILE

WORST = 12


def seen_in_training() -> frozenset[str]:
    return weights.trained_on(SEGMENTATION_FILE) | weights.trained_on(ENCODER_FILE)


def build(
    rows: Sequence[ManifestRow], records: Sequence[Record], scores: NDArray[np.float32], *, choice: str, seconds: float
) -> dict[str, Any]:
    """The report as plain data. `headline` leaves out the people trained on; where nobody else is left it is None."""
    labels = [f"{row.subject}/{row.eye}" for row in rows]
    seen = np.array([row.subject in seen_in_training() for row in rows])
    groups = {"unseen": ~seen, "trained_on": seen, "all": np.ones(len(rows), bool)}
    figures = {name: _figures(scores, labels, chosen) for name, chosen in groups.items() if chosen.any()}
    return {
        "pictures": len(rows),
        "people": len({row.subject for row in rows}),
        "eyes": len(set(labels)),
        "people_trained_on": len({row.subject for row, known in zip(rows, seen, strict=True) if known}),
        "hypothesis": choice,
        "encoder": ENCODER,
        "models": {name: weights.sha256(name) for name in (SEGMENTATION_FILE, ENCODER_FILE)},
        "headline": figures.get("unseen"),
        "figures": figures,
        "devices": _by([row.more.get("device", "") for row in rows], scores, labels, ~seen),
        "sessions": _by([row.more.get("session", "") for row in rows], scores, labels, ~seen),
        "no_code": dict(Counter(r.refused for r in records if r.refused)),
        "would_be_refused": dict(Counter(r.findings[0] for r in records if r.findings)),
        "alternates": round(float(np.mean([len(r.origins) > 1 for r in records])), 4),
        "dice": _mean([r.dice for r, known in zip(records, seen, strict=True) if not known and r.dice is not None]),
        "milliseconds": _times(records),
        "seconds": round(seconds, 2),
        "worst_genuine": _worst(rows, scores, labels),
        "images": [_image(row, record, bool(known)) for row, record, known in zip(rows, records, seen, strict=True)],
    }


def _figures(scores: NDArray[np.float32], labels: Sequence[str], chosen: NDArray[np.bool_]) -> dict[str, Any]:
    return dataclasses.asdict(metrics.rates(metrics.pairs_of(scores, labels, chosen)))


def _by(
    keys: Sequence[str],
    scores: NDArray[np.float32],
    labels: Sequence[str],
    unseen: NDArray[np.bool_],
) -> dict[str, Any]:
    """Figures within each device or session, people trained on left out; nothing when the manifest names none."""
    names = sorted({key for key in keys if key})
    masks = {name: np.array([key == name for key in keys]) & unseen for name in names}
    return {name: _figures(scores, labels, chosen) for name, chosen in masks.items() if chosen.sum() > 1}


def _mean(values: Sequence[float]) -> float | None:
    return round(float(np.mean(values)), 4) if values else None


def _times(records: Sequence[Record]) -> dict[str, Any]:
    """Milliseconds a picture in one process: each stage's mean, and median and 95th percentile of the sum."""
    timed = [r for r in records if r.milliseconds]
    if not timed:
        return {}
    stages = {name: [dict(r.milliseconds).get(name, 0.0) for r in timed] for name, _ in timed[0].milliseconds}
    totals = [r.total_ms for r in timed]
    return {
        "stages": {name: round(float(np.mean(values)), 2) for name, values in stages.items()},
        "median": round(float(np.median(totals)), 1),
        "p95": round(float(np.quantile(totals, 0.95)), 1),
    }


def _worst(rows: Sequence[ManifestRow], scores: NDArray[np.float32], labels: Sequence[str]) -> list[dict[str, Any]]:
    """The pairs of one eye that look least alike, a pair a picture: where to look first."""
    names = np.asarray(labels)
    i, j = np.triu_indices(len(rows), 1)
    keep = (names[i] == names[j]) & ~np.isnan(scores[i, j])
    order = np.argsort(-scores[i[keep], j[keep]])[:WORST]
    return [
        {"a": rows[a].name, "b": rows[b].name, "score": round(float(scores[a, b]), 4)}
        for a, b in zip(i[keep][order], j[keep][order], strict=True)
    ]


def _image(row: ManifestRow, record: Record, known: bool) -> dict[str, Any]:
    facts = dataclasses.asdict(record)
    facts.pop("template")
    facts["milliseconds"] = dict(record.milliseconds)
    return {"path": row.name, "subject": row.subject, "eye": row.eye, "trained_on": known} | facts


def write(
    folder: Path, report: dict[str, Any], rows: Sequence[ManifestRow], scores: NDArray[np.float32], *, manifest: str
) -> None:
    """scores.npz, report.json and report.html into `folder`, which is made if need be."""
    folder.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(folder / "scores.npz", paths=np.array([row.name for row in rows]), scores=scores)
    (folder / "report.json").write_text(json.dumps(report, ensure_ascii=False, indent=1), encoding="utf-8")
    (folder / "report.html").write_text(_page(report, rows, scores, manifest), encoding="utf-8")


def _page(report: dict[str, Any], rows: Sequence[ManifestRow], scores: NDArray[np.float32], manifest: str) -> str:
    loader = jinja2.PackageLoader("models.evaluation", "pages")
    environment = jinja2.Environment(loader=loader, autoescape=True, undefined=jinja2.StrictUndefined)
    unseen = np.array([not image["trained_on"] for image in report["images"]])
    pairs = metrics.pairs_of(scores, [f"{row.subject}/{row.eye}" for row in rows], unseen if unseen.any() else None)
    environment.filters["percent"] = lambda share: "–" if share is None else f"{share:.2%}"
    return environment.get_template("report.html").render(
        report=report, manifest=manifest, histogram=drawing.histogram(pairs), trade_off=drawing.trade_off(pairs)
    )
