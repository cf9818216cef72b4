"""Every figure that the cards name, measured on a folder of manifests. Plain data, so that it can be kept as JSON."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from devices.manifest import ManifestRow, read_manifest
from matching.machine import instruction_set
from models import weights
from models.evaluation import dilation, folds, hard_copies, report, scoring, sensors, two_eyes
from models.evaluation.degrade import CHANGES
from models.evaluation.extraction import SHIPPED, Record, Setting, extract_all
from models.evaluation.run import Step
from models.pipeline import IrisPipeline

SETS = ("mmu1", "mmu2")
"""Manifests looked for in the folder; the cards name them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What to measure."""

    data: Path
    """Folder with a manifest for each of SETS."""
    date: str
    cores: int
    workers: int | None = None
    copies: bool = True
    """Spoilt copies as well: nine tenths of the time."""


def measure(order: Order, *, clock: Callable[[], float], step: Step) -> dict[str, Any]:
    """Errors: ManifestInvalid where a set is not there."""
    began = clock()
    sets = {name: _set(read_manifest(order.data / f"{name}.csv"), order, step) for name in SETS}
    alternatives = {
        setting.folder.name: {name: _folds(order.data / f"{name}.csv", setting, order, step) for name in SETS}
        for setting in other_weights()
    }
    done = step("Pupils", dilation.PEOPLE * (len(dilation.STEPS) + 1))
    dilated = dilation.figures(IrisPipeline.load(), people=dilation.PEOPLE, done=done)
    return {
        "date": order.date,
        "machine": f"{order.cores} cores ({instruction_set()})",
        "pins": SHIPPED.pins(),
        "sets": sets,
        "alternatives": alternatives,
        "dilation": [dataclasses.asdict(d) for d in dilated],
        "minutes": round((clock() - began) / 60, 1),
    }


def other_weights(folder: Path = weights.FOLDER) -> list[Setting]:
    """Weights that an agency can choose instead: folders beside the default's files with a manifest of their own."""
    return [Setting("both", path.parent) for path in sorted(folder.glob(f"*/{weights.MANIFEST}"))]


def _set(rows: Sequence[ManifestRow], order: Order, step: Step) -> dict[str, Any]:
    setting = sensors.with_shapes(rows, SHIPPED, workers=order.workers, step=step)
    done = step("Pictures", len(rows))
    records = extract_all(rows, setting=setting, workers=order.workers, done=lambda _: done(1))
    of = report.evaluated(rows, records, scoring.all_scores(records), setting)
    found = report.build(of, seconds=0.0)
    found.pop("images")
    seen = bool(of.seen.any())
    # people trained on would flatter these too
    kept = [k for k in range(len(rows)) if of.chosen[k]]
    chosen_rows, chosen = [rows[k] for k in kept], [records[k] for k in kept]
    return found | {
        "sensor_unseen": not seen,
        "two_eyes": [dataclasses.asdict(f) for f in two_eyes.figures(chosen_rows, chosen)],
        "hard_copies": _copies(chosen_rows, chosen, setting, order, step),
    }


def _copies(
    rows: Sequence[ManifestRow], records: Sequence[Record], setting: Setting, order: Order, step: Step
) -> list[dict[str, Any]]:
    if not order.copies:
        return []
    found = hard_copies.hard_copies(rows, records, list(CHANGES), setting=setting, workers=order.workers, step=step)
    return [dataclasses.asdict(f) for f in found]


def _folds(manifest: Path, setting: Setting, order: Order, step: Step) -> dict[str, Any]:
    found = folds.folds(read_manifest(manifest), [setting], workers=order.workers, step=step)
    return dataclasses.asdict(found) | {"kind": found.kind}
