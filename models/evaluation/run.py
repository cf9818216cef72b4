"""An evaluation from manifest to report: the steps, in order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from devices.manifest import ManifestRow
from models.evaluation import page, report, scoring, sensors
from models.evaluation.extraction import SHIPPED, Record, Setting, extract_all
from models.evaluation.resume import Kept

Step = Callable[[str, int], Callable[[int], None]]
"""Told a step's name and how much there is to do; what it gives is told how much was done since."""


def evaluate(
    rows: Sequence[ManifestRow],
    out: Path,
    *,
    manifest: str,
    setting: Setting = SHIPPED,
    workers: int | None,
    clock: Callable[[], float],
    step: Step = lambda _name, _total: lambda _count: None,
) -> dict[str, Any]:
    """Writes scores.npz, report.json and report.html into `out`; gives what report.json holds. clock: seconds."""
    began = clock()
    setting = sensors.with_shapes(rows, setting, workers=workers, step=step)
    kept = Kept(out, setting)
    records = _records(rows, kept, setting=setting, workers=workers, done=step("Pictures", len(rows)))
    scores = scoring.all_scores(records, done=step("Scores", len(rows)))
    done = step("Report", 2)
    of = report.evaluated(rows, records, scores, setting)
    done(1)
    found = report.build(of, seconds=clock() - began)
    report.write(out, found, of)
    (out / "report.html").write_text(page.html(found, of, manifest=manifest), encoding="utf-8")
    kept.forget()
    done(1)
    return found


def _records(
    rows: Sequence[ManifestRow], kept: Kept, *, setting: Setting, workers: int | None, done: Callable[[int], None]
) -> list[Record]:
    known = kept.load(rows)
    done(len(known))
    left = [k for k in range(len(rows)) if k not in known]
    places = iter(left)

    def finished(record: Record) -> None:
        kept.add(rows[next(places)], record)
        done(1)

    made = extract_all([rows[k] for k in left], setting=setting, workers=workers, done=finished)
    every = known | dict(zip(left, made, strict=True))
    return [every[k] for k in range(len(rows))]
