"""Learns which side the nose is on: `python -m models.side_train DATA FOLDER`; DATA holds mmu1.csv and mmu2.csv.

The sets' labels disagree about left and right, so the nose's side was established by eye for each: in MMU1 `left`
has it at the image's left, in MMU2 at its right. Three people of MMU1 have both labels the other way round (seen in
the pictures, and found by weights learned on MMU2 alone); they are never trained on. People whose number three
divides are kept apart as everywhere.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import typer
from numpy.typing import NDArray

from devices.manifest import read_manifest
from models import CaptureRejected, IrisPipeline, load_image
from models.side import across, down, surroundings
from models.training.data import is_held_out

NOSE_LEFT = {"mmu1": "left", "mmu2": "right"}
"""The label of the eyes whose nose is at the image's left."""
SWAPPED = frozenset({"mmu1-008", "mmu1-013", "mmu1-043"})
RIDGE = 0.005

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Seen:
    """One picture. nose: 1 at the image's left, -1 at its right, by label."""

    dataset: str
    subject: str
    nose: int
    across: NDArray[np.float32]
    down: NDArray[np.float32]

    @property
    def true_nose(self) -> int:
        return -self.nose if self.subject in SWAPPED else self.nose


def look(data: Path) -> list[Seen]:
    pipeline, found = IrisPipeline.load(), []
    for dataset, label in NOSE_LEFT.items():
        for row in read_manifest(data / f"{dataset}.csv"):
            picture = load_image(row.path)
            try:
                iris = pipeline.extract_detailed(picture, row.eye, strict=False).hypotheses[0].circles.iris
            except CaptureRejected:
                continue
            grid = surroundings(picture, iris)
            found.append(
                Seen(
                    dataset=dataset,
                    subject=row.subject,
                    nose=1 if row.eye == label else -1,
                    across=across(grid).ravel(),
                    down=down(grid).ravel(),
                )
            )
    return found


def learned(features: Floats, answers: Floats) -> Floats:
    """Ridge regression without a constant: symmetry forbids one. features: (n, k); answers: 1 or -1."""
    gram = features @ features.T + RIDGE * len(answers) * np.eye(len(answers))
    solved: Floats = features.T @ np.linalg.solve(gram, answers)
    return solved


def both(seen: Sequence[Seen]) -> tuple[Floats, Floats]:
    """Weights of side and of upright from the sound ones of these."""
    sound = [one for one in seen if one.subject not in SWAPPED]
    side = learned(np.array([one.across for one in sound], float), np.array([one.nose for one in sound], float))
    return side, learned(np.array([one.down for one in sound], float), np.ones(len(sound)))


def tried(seen: Sequence[Seen], weights: tuple[Floats, Floats]) -> dict[str, Any]:
    """Shares answered rightly, and the scores times the right answer."""
    sides = np.array([float(one.across @ weights[0]) * one.true_nose for one in seen])
    labels = np.array([float(one.across @ weights[0]) * one.nose for one in seen])
    upright = np.array([float(one.down @ weights[1]) for one in seen])
    return {"side": sides, "label": labels, "upright": upright}


def slope(scores: Floats) -> float:
    """The logistic slope that fits scores-times-answer best (Newton's method on one unknown)."""
    value = 1.0
    for _ in range(50):
        chance = 1 / (1 + np.exp(-value * scores))
        value += float((scores * (1 - chance)).sum() / max(float((scores**2 * chance * (1 - chance)).sum()), 1e-9))
        value = min(max(value, 0.1), 50.0)
    return value


def main(data: Path, out: Path) -> None:
    """Print how weights of one set do on the other, and how those of both do on people kept apart; write side.json."""
    seen = look(data)
    scores: list[dict[str, Any]] = []
    for dataset in NOSE_LEFT:
        mine, other = ([one for one in seen if (one.dataset == dataset) == is_mine] for is_mine in (True, False))
        scores.append(tried(other, both(mine)))
        _tell(f"learned on {dataset}, tried on the other set", scores[-1])
    kept = [one for one in seen if is_held_out(one.subject)]
    weights = both([one for one in seen if not is_held_out(one.subject)])
    for dataset in NOSE_LEFT:
        _tell(
            f"both sets, kept-apart people of {dataset}",
            tried([one for one in kept if one.dataset == dataset], weights),
        )
    slopes = {name: slope(np.concatenate([one[name] for one in scores])) for name in ("side", "upright")}
    facts = {
        "side": np.round(weights[0].reshape(17, 13), 4).tolist(),
        "upright": np.round(weights[1].reshape(8, 13), 4).tolist(),
        "side_slope": round(slopes["side"], 3),
        "upright_slope": round(slopes["upright"], 3),
    }
    (out / "side.json").write_text(json.dumps(facts) + "\n", encoding="utf-8")


def _tell(title: str, found: dict[str, Any]) -> None:
    shares = ", ".join(f"{name} {np.mean(values > 0):.1%}" for name, values in found.items())
    typer.echo(f"{title}: {shares} of {len(found['side'])} right")


if __name__ == "__main__":
    typer.run(main)
