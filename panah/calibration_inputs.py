"""Captures to calibrate with: from a manifest of images, or simulated."""

import math
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from matching.calibration import Calibration, GenuineModel
from matching.calibration.captures import LabelledCapture, several_frames, single_eyes
from matching.calibration.fit import ClosePair
from matching.calibration.models import SensorPair
from matching.simulation import Capture, simulate_templates
from matching.template import Eye, Template

FRAMES = 2
"""What a tablet takes of an eye where it can."""
_CODES = 3
"""What a report carries of an eye: the template and two alternates."""


def from_images(
    manifest: Path, sensors: Mapping[str, str] | None = None, weights: Path | None = None
) -> tuple[list[LabelledCapture], str]:
    """Every image that strict capture accepts, with its sensor: the manifest's `device`, or `sensors` by picture size.

    weights: a folder of models; the default ones if none. Errors: ManifestInvalid, NoWeights, WeightsDamaged.
    """
    from devices.manifest import read_manifest
    from models.evaluation.extraction import SHIPPED, Setting, device_of, extract_all
    from models.evaluation.sensors import with_shapes

    rows = read_manifest(manifest)
    chosen = SHIPPED if weights is None else Setting(folder=weights)
    chosen.check()
    setting = with_shapes(rows, chosen, workers=None)
    captures = [
        LabelledCapture(
            row.subject,
            _sided(record.template, row.eye),
            name,
            frozenset((name,)),
            sensor=row.more.get("device") or (sensors or {}).get(device_of(row), ""),
        )
        for row, record in zip(rows, extract_all(rows, setting=setting), strict=True)
        if record.template is not None and not record.findings
        for name in (f"{row.subject} {row.eye} {row.path.name}",)
    ]
    return captures, f"{len(captures)} images accepted, {len(rows) - len(captures)} refused"


def _sided(data: bytes, eye: Eye) -> Template:
    """An evaluation keeps every code under one eye."""
    found = Template.from_bytes(data)
    return Template(found.left if eye == "left" else (), found.left if eye == "right" else (), found.encoder)


def simulated(people: int, seed: int) -> tuple[list[LabelledCapture], str]:
    """Four two-eyed captures of each simulated person."""
    rng = np.random.default_rng(seed)
    drawn = simulate_templates(rng, people, how=Capture(failures=0.002), captures=4)
    captures = [
        LabelledCapture(f"person {k}", template, "", frozenset((f"{k}.{shot}",)))
        for k, taken in enumerate(drawn)
        for shot, template in enumerate(taken)
    ]
    return captures, f"{people} simulated people, four captures each"


def as_a_tablet_sends(captures: Sequence[LabelledCapture]) -> list[LabelledCapture]:
    """The same shots in twos, fused as the tablet fuses its frames."""
    singles = [capture for group in single_eyes(captures) for capture in group]
    return several_frames(singles, frames=FRAMES, join=_fused)


def _fused(templates: Sequence[Template], eye: Eye) -> Template:
    from models.fusion import fuse_templates

    fused = fuse_templates(templates, eye)
    codes = fused.eye(eye)[:_CODES]
    return Template(codes if eye == "left" else (), codes if eye == "right" else (), fused.encoder)


def summary(made: Calibration, closest: tuple[ClosePair, ...]) -> str:
    lines = [f"Calibration {made.version} for encoder {made.encoder}: {made.source}."]
    for kind, model in (("one eye", made.one_eye), ("both eyes", made.both_eyes)):
        fit = model.impostors.point
        lines.append(
            f"{kind}: {model.impostors.pairs} impostor pairs of {model.impostors.people} people "
            f"({fit.degrees_of_freedom:.0f} degrees of freedom, {fit.rotations:.1f} rotations); "
            + ", ".join(f"FMR {rate:g} at {model.impostors.threshold(rate):.3f}" for rate in (1e-3, 1e-4, 1e-6, 1e-8))
        )
        lines += [_genuine(genuine) for genuine in model.genuine]
    lines += [_of_sensors(pair) for pair in made.sensor_pairs]
    if made.stands_for:
        lines.append(f"It stands for {', '.join(made.stands_for)} too, of which nothing was measured.")
    lines.append("Closest strangers (one person under two names?):")
    lines += [f"  {pair.score:.3f}  {pair.first} | {pair.second}" for pair in closest[:5]]
    return "\n".join(lines)


def _genuine(model: GenuineModel) -> str:
    """Misses of good probes by gallery size, where 2 % of strangers may go to a reviewer."""
    predicted = []
    for size in (100, 1_000, 10_000):
        miss = model.miss(0.02 / size, math.inf)
        predicted.append(f"N = {size}: {miss.predicted:.2%} (at most {miss.at_most:.1%})")
    pairs = f"{model.frames} frame(s), {model.pairs} own pairs of {model.people} people"
    return f"  {pairs}, missed at " + "; ".join(predicted)


def _of_sensors(pair: SensorPair) -> str:
    """Thresholds of each, to set beside those of all together."""
    told = [
        f"{name} {model.pairs} pairs of {model.people} people, FMR 1e-4 at {model.threshold(1e-4):.3f}, 1e-6 at "
        f"{model.threshold(1e-6):.3f}"
        for name, model in (("one eye", pair.one_eye), ("both eyes", pair.both_eyes))
    ]
    own = f"{pair.own_pairs} own pairs" if pair.own_pairs else "no own pairs, misses are not known"
    return f"{' with '.join(pair.sensors)}: {'; '.join(told)}; {own}"
