"""Captures to calibrate with: from a manifest of images, or simulated."""

from pathlib import Path

import numpy as np

from matching.calibration import Calibration
from matching.calibration.fit import ClosePair, LabelledCapture
from matching.simulation import Capture, simulate_templates


def from_images(manifest: Path) -> tuple[list[LabelledCapture], str]:
    """Every image that the pipeline accepts. Errors: ManifestInvalid, ImageUnreadable, ImageUnsupported."""
    from devices.images import read_grey
    from devices.manifest import read_manifest
    from models import CaptureRejected, IrisPipeline

    pipeline, captures, rejected = IrisPipeline.load(), [], 0
    for row in read_manifest(manifest):
        try:
            template = pipeline.extract(read_grey(row.path), eye=row.eye)
        except CaptureRejected:
            rejected += 1
            continue
        captures.append(LabelledCapture(row.subject, template, f"{row.subject} {row.eye} {row.path.name}"))
    return captures, f"{len(captures)} images accepted, {rejected} refused"


def simulated(people: int, seed: int) -> tuple[list[LabelledCapture], str]:
    """Four two-eyed captures of each simulated person."""
    rng = np.random.default_rng(seed)
    drawn = simulate_templates(rng, people, how=Capture(failures=0.002), captures=4)
    captures = [LabelledCapture(f"person {k}", template) for k, taken in enumerate(drawn) for template in taken]
    return captures, f"{people} simulated people, four captures each"


def summary(made: Calibration, closest: tuple[ClosePair, ...]) -> str:
    lines = [f"Calibration {made.version} for encoder {made.encoder}: {made.source}."]
    for kind in ("one_eye", "both_eyes"):
        model = made.of("one_eye" if kind == "one_eye" else "both_eyes")
        fit = model.impostors.point
        lines.append(
            f"{kind.replace('_', ' ')}: {model.impostors.pairs} impostor pairs of {model.impostors.people} people "
            f"({fit.degrees_of_freedom:.0f} degrees of freedom, {fit.rotations:.1f} rotations), "
            f"{model.genuine.pairs} genuine; "
            + ", ".join(
                f"FMR {share:g} at {model.impostors.threshold(share):.3f}" for share in (1e-3, 1e-4, 1e-6, 1e-8)
            )
        )
    lines.append("Closest strangers (one person under two names?):")
    lines += [f"  {pair.score:.3f}  {pair.first} | {pair.second}" for pair in closest[:5]]
    return "\n".join(lines)
