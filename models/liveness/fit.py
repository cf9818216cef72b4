"""Learns liveness from imitated attacks: `python -m models.liveness.fit DATA FOLDER`; DATA holds mmu1.csv and mmu2.csv.

Learned on people whose number three does not divide, real and synthetic eyes together, and limited so that of those
real eyes, as they are and spoilt, at most three in a thousand are suspected for each species, or fewer where that costs
no more than one forgery in ten. Told of people kept apart: how many forgeries of each species pass (APCER, with its
upper bound) and how many real eyes are suspected (BPCER); by set, and again with the other set alone to learn from; of
single pictures, and of eyes as a tablet judges them, by one frame and by every two. "Never learned" is APCER of a
species when only the models of the other two are asked.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import typer
from numpy.typing import NDArray

from devices.manifest import read_manifest
from models import CaptureRejected, IrisPipeline, load_image
from models.evaluation.extraction import SHIPPED, device_of
from models.evaluation.sensors import shapes_of
from models.liveness.judge import Model, likeliest, over_frames
from models.liveness.species import SPECIES, Species, attack
from models.liveness.traces import traces
from models.normalise import unroll
from models.pipeline import Parameters
from models.results import Hypothesis
from models.spoil import spoiled
from models.synthetic import SyntheticEye, random_conditions
from models.training.data import is_held_out

Floats = NDArray[np.floating[Any]]
SUSPECTED = 0.003
MISSED = 0.1
RIDGE = 1.0
INVENTED = 150


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Shown:
    """One picture: kind is `real`, `spoilt` (real, but blurred, noisy or dim) or a species; values: (7,) traces."""

    dataset: str
    subject: str
    eye: str
    kind: str
    values: Floats

    @property
    def kept_apart(self) -> bool:
        return is_held_out(self.subject)


def shown(dataset: str, subject: str, eye: str, picture: NDArray[np.uint8], best: Hypothesis, seed: int) -> list[Shown]:
    """The picture itself, a spoilt copy, and one forgery of each species; all with the picture's circles.

    The spoilt copy is there so that a second camera's blur and noise are not taken for the forgery.
    """
    rng = np.random.default_rng(seed)
    worse = spoiled(picture, rng)
    pictures = {"real": picture} | ({"spoilt": worse} if worse.shape == picture.shape else {})
    pictures |= {name: attack(name, picture, best.circles, rng) for name in SPECIES}
    return [
        Shown(
            dataset=dataset,
            subject=subject,
            eye=eye,
            kind=kind,
            values=traces(image, best.circles, unroll(image, best.visible, best.circles)).values(),
        )
        for kind, image in pictures.items()
    ]


def look(data: Path) -> list[Shown]:
    """With each sensor's pixel shape, as an evaluation and a device's profile have it."""
    found = []
    for dataset in ("mmu1", "mmu2"):
        rows = read_manifest(data / f"{dataset}.csv")
        pipelines = {
            device: IrisPipeline.load(Parameters(pixel_shape=shape))
            for device, shape in shapes_of(rows, SHIPPED, workers=1).items()
        }
        for k, row in enumerate(rows):
            picture = load_image(row.path)
            try:
                best = pipelines[device_of(row)].extract_detailed(picture, row.eye, strict=False).hypotheses[0]
            except CaptureRejected:
                continue
            found += shown(dataset, row.subject, row.eye, picture, best, k)
    return found


def invent(count: int, pipeline: IrisPipeline) -> list[Shown]:
    rng, found = np.random.default_rng(0), []
    for k in range(count):
        picture = SyntheticEye(k, "left").render(random_conditions(rng, ("good", "field")[k % 2]), seed=k).image
        try:
            best = pipeline.extract_detailed(picture, strict=False).hypotheses[0]
        except CaptureRejected:
            continue
        found += shown("synthetic", f"synthetic-{k}", "left", picture, best, 10_000 + k)
    return found


def learned(from_these: Sequence[Shown]) -> Model:
    """One logistic model a species against real eyes, on one scale: deviations of real eyes' scores."""
    values = np.array([one.values for one in from_these])
    kinds = np.array([one.kind for one in from_these])
    living = (kinds == "real") | (kinds == "spoilt")
    real = values[living]
    middle = np.median(real, axis=0)
    spread = np.maximum(1.4826 * np.median(np.abs(real - middle), axis=0), 1e-3)
    standard = np.clip((values - middle) / spread, -6, 6)
    weights, limits = {}, {}
    for name in SPECIES:
        chosen = living | (kinds == name)
        raw = _logistic(standard[chosen], (kinds[chosen] == name).astype(float))
        scores = standard[living] @ raw
        weights[name] = raw / max(float(scores.std()), 1e-6)
        forged = standard[kinds == name] @ raw
        # as lenient as the forgeries allow: another sensor's living eyes score higher than those learned from
        limit = max(float(np.quantile(scores, 1 - SUSPECTED)), float(np.quantile(forged, MISSED)))
        limits[name] = limit / max(float(scores.std()), 1e-6)
    return Model(middle, spread, weights, limits)


def _logistic(values: Floats, is_attack: Floats) -> Floats:
    """Ridge logistic regression by Newton's method; the constant is not kept, limits replace it."""
    table = np.column_stack([values, np.ones(len(values))])
    found = np.zeros(table.shape[1])
    penalty = RIDGE * np.diag([1.0] * values.shape[1] + [0.0])
    for _ in range(40):
        chance = 1 / (1 + np.exp(-np.clip(table @ found, -30, 30)))
        slope = table.T @ (is_attack - chance) - penalty @ found
        bend = (table * (chance * (1 - chance))[:, None]).T @ table + penalty + 1e-6 * np.eye(len(found))
        found = found + np.linalg.solve(bend, slope)
    return found[:-1]


def passed(model: Model, these: Sequence[Shown], *, without: str | None = None) -> list[bool]:
    """Whether each raises no suspicion, of any species or of all but one."""
    asked = [name for name in SPECIES if name != without]
    return [max(model.scores(one.values)[name] for name in asked) <= 0 for one in these]


def judged(model: Model, these: Sequence[Shown], frames: int) -> list[bool]:
    """Whether each eye raises no suspicion by every choice of so many of its frames, as a tablet judges them."""
    eyes: dict[tuple[str, str, str], list[dict[Species, float]]] = defaultdict(list)
    for one in these:
        eyes[one.dataset, one.subject, one.eye].append(model.scores(one.values))
    chosen = (taken for scores in eyes.values() for taken in combinations(scores, frames))
    return [likeliest(over_frames(taken))[0] is None for taken in chosen]


def at_most(errors: int, of: int) -> float:
    """Upper 95 % bound of a share (Clopper-Pearson, one side at 2.5 %), by bisection on the binomial."""
    if errors >= of:
        return 1.0
    low, high = errors / of, 1.0
    for _ in range(50):
        middle = (low + high) / 2
        logs = [_log_choose(of, k) + k * np.log(middle) + (of - k) * np.log1p(-middle) for k in range(errors + 1)]
        low, high = (middle, high) if float(np.exp(logs).sum()) > 0.025 else (low, middle)
    return high


def _log_choose(n: int, k: int) -> float:
    return float(np.log(np.arange(n - k + 1, n + 1)).sum() - np.log(np.arange(1, k + 1)).sum())


def tell(title: str, model: Model, these: Sequence[Shown]) -> None:
    """A line for real eyes and one for each species. Bounds count pictures as independent, which they are not quite."""
    typer.echo(f"{title} ({len({one.subject for one in these})} people)")
    for name in ("real", "spoilt"):
        own = [one for one in these if one.kind == name]
        suspected = passed(model, own).count(False)
        typer.echo(f"  {name}: BPCER {suspected} of {len(own)}, at most {at_most(suspected, len(own)):.1%}")
    for name in SPECIES:
        own = [one for one in these if one.kind == name]
        missed, unknown = (passed(model, own, without=left).count(True) for left in (None, name))
        bound = at_most(missed, len(own))
        typer.echo(
            f"  {name}: APCER {missed} of {len(own)}, at most {bound:.1%}; never learned {unknown} of {len(own)}"
        )
    for frames in (1, 2):
        told = []
        for name in ("real", "spoilt", *SPECIES):
            clear = judged(model, [one for one in these if one.kind == name], frames)
            wrong = clear.count(name in SPECIES)
            told.append(f"{name} {wrong} of {len(clear)} ({wrong / max(len(clear), 1):.2%})")
        typer.echo(f"  an eye by {frames} frame(s), judged wrongly: {', '.join(told)}")


def main(data: Path, out: Path) -> None:
    """Print the error rates and write liveness.json to `out`."""
    real, invented = look(data), invent(INVENTED, IrisPipeline.load())
    for dataset in ("mmu1", "mmu2"):
        other = [one for one in real if one.dataset != dataset]
        tell(f"{dataset}, never learned from", learned(other + invented), [o for o in real if o.dataset == dataset])
    model = learned([one for one in real if not one.kept_apart] + invented)
    for dataset in ("mmu1", "mmu2"):
        kept = [one for one in real if one.dataset == dataset and one.kept_apart]
        tell(f"{dataset}, people kept apart", model, kept)
    facts = {
        "middle": np.round(model.middle, 5).tolist(),
        "spread": np.round(model.spread, 5).tolist(),
        "weights": {name: np.round(values, 5).tolist() for name, values in model.weights.items()},
        "limits": {name: round(value, 4) for name, value in model.limits.items()},
    }
    (out / "liveness.json").write_text(json.dumps(facts, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    typer.run(main)
