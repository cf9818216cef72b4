"""What fusing two frames of an eye brings: `python -m models.fusion_figures MANIFEST.csv`.

Every pair of an eye's frames is enrolled and tried with the eye's other frames, never with one it was made of;
strangers are all other eyes' frames. The rates of one frame enrolled are those of the same probes. Pictures without
a code count as misses. Pairs of pairs that share frames are not independent: read differences, not digits.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import typer
from numpy.typing import NDArray

from devices.manifest import ManifestRow, read_manifest
from matching import Template, score_matrix
from models import CaptureRejected, IrisPipeline, fusion, load_image
from models.evaluation import metrics

FMRS = (1e-3, 1e-4)
Enrol = Callable[[Sequence[Template]], Template]


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One way to enrol `frames` frames."""

    name: str
    frames: int
    enrol: Enrol


def _first_code(template: Template) -> Template:
    return Template(left=template.left[:1], encoder=template.encoder)


def _fused(templates: Sequence[Template]) -> Template:
    return fusion.fuse_templates(templates, "left")


def _report(templates: Sequence[Template]) -> Template:
    """As a capture report carries it: the fused code and two alternates."""
    found = _fused(templates)
    return Template(left=found.left[:3], encoder=found.encoder)


WAYS = (
    Way(name="one frame, all its hypotheses", frames=1, enrol=lambda ts: ts[0]),
    Way(name="one frame, one code", frames=1, enrol=lambda ts: _first_code(ts[0])),
    Way(name="two frames fused, one code", frames=2, enrol=lambda ts: _first_code(_fused(ts))),
    Way(name="two frames fused, two alternates", frames=2, enrol=_report),
    Way(name="two frames joined, up to four codes", frames=2, enrol=lambda ts: Template.join(*ts)),
    Way(name="three frames fused, one code", frames=3, enrol=lambda ts: _first_code(_fused(ts))),
)


def templates_of(rows: Sequence[ManifestRow], pipeline: IrisPipeline) -> list[Template | None]:
    """A template for each picture, its codes under the left eye whatever the side; None where no code can be made."""
    found: list[Template | None] = []
    for row in rows:
        try:
            template = pipeline.extract(load_image(row.path), row.eye, strict=False)
        except CaptureRejected:
            found.append(None)
            continue
        found.append(Template(left=template.eye(row.eye), encoder=template.encoder))
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    eer: float | None
    fnmr: dict[float, float | None]
    """By FMR; None where too few strangers stand behind it."""
    genuine_pairs: int
    impostor_pairs: int


def measured(eyes: Sequence[str], templates: Sequence[Template | None], way: Way) -> Figures:
    """Figures of one way. eyes: the eye that each picture shows; templates: with all codes under the left eye."""
    enrolments = [
        (eye, chosen)
        for eye in sorted(set(eyes))
        for chosen in itertools.combinations([k for k, name in enumerate(eyes) if name == eye], way.frames)
    ]
    made = [_enrolled([templates[k] for k in chosen], way) for _, chosen in enrolments]
    scores = _scores(made, templates)
    names = np.array(eyes)
    same = np.array([eye for eye, _ in enrolments])[:, None] == names[None, :]
    shared = np.zeros_like(same)
    for row, (_, chosen) in enumerate(enrolments):
        shared[row, list(chosen)] = True
    return _figures(np.sort(scores[same & ~shared]), np.sort(scores[~same]))


def _figures(genuine: NDArray[np.float32], impostor: NDArray[np.float32]) -> Figures:
    limits = {fmr: metrics.threshold_at(impostor, fmr) for fmr in FMRS}
    misses = {fmr: None if limit is None else metrics.missed(genuine, limit) for fmr, limit in limits.items()}
    return Figures(
        eer=metrics.equal_error(genuine, impostor),
        fnmr={fmr: None if count is None else count / len(genuine) for fmr, count in misses.items()},
        genuine_pairs=len(genuine),
        impostor_pairs=len(impostor),
    )


def _enrolled(frames: Sequence[Template | None], way: Way) -> Template | None:
    with_code = [frame for frame in frames if frame is not None]
    return way.enrol(with_code) if with_code else None


def _scores(enrolled: Sequence[Template | None], probes: Sequence[Template | None]) -> NDArray[np.float32]:
    """All enrolments against all probes; infinite without a code, 0.5 with too few bits in common."""
    out = np.full((len(enrolled), len(probes)), np.inf, np.float32)
    rows, columns = ([k for k, t in enumerate(side) if t is not None] for side in (enrolled, probes))
    found = score_matrix([t for t in enrolled if t is not None], [t for t in probes if t is not None])
    out[np.ix_(rows, columns)] = np.where(np.isnan(found), 0.5, found)
    return out


def line(way: Way, found: Figures) -> str:
    shares = [found.eer, *found.fnmr.values()]
    figures = "  ".join("    –  " if share is None else f"{share:7.2%}" for share in shares)
    return f"{way.name:<38}{figures}  {found.genuine_pairs:>6} same, {found.impostor_pairs} other"


def main(manifest: Path) -> None:
    """Print EER, FNMR at FMR 1e-3 and at 1e-4 of each way to enrol."""
    rows = read_manifest(manifest)
    templates = templates_of(rows, IrisPipeline.load())
    eyes = [f"{row.subject} {row.eye}" for row in rows]
    typer.echo(f"{'':<38}    EER  at 1e-3  at 1e-4  pairs")
    for way in WAYS:
        typer.echo(line(way, measured(eyes, templates, way)))


if __name__ == "__main__":
    typer.run(main)
