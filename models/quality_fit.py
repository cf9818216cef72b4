"""Fits the overall quality and says how well it sorts: `python -m models.quality_fit MANIFEST.csv ...`.

Each picture and one spoilt copy of it are measured; the target is the median score against the eye's other pictures
as they are. Weights are fitted by non-negative least squares with a ridge, so that quality is monotone by construction.
Judged by the reject curve of quality that never saw the person (five folds) and of quality fitted on the other
manifests, nothing refused, then without the worst 5, 10 and 20 % of the pictures: FNMR at FMR 1e-3, and where the tail
predicts FMR 1e-6, where ten times as many pairs are missed. As an evaluation does it: each sensor's pixel shape is
learned, and eyes may be turned by up to 39 degrees.
"""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import typer
from numpy.typing import NDArray

from devices.manifest import ManifestRow, read_manifest
from matching import Template
from matching.calibration.tail import ScoredPairs, fit_impostors
from matching.comparison import pair_scores
from matching.rotations import WIDE
from models import CaptureRejected, IrisPipeline, load_image
from models.evaluation import metrics
from models.evaluation.extraction import SHIPPED, device_of
from models.evaluation.sensors import shapes_of
from models.overall import WEIGHTS, shares
from models.pipeline import Parameters
from models.results import Extraction
from models.spoil import spoiled

Floats = NDArray[np.float64]
REFUSED = (0.0, 0.05, 0.1, 0.2)
FMR, FAR = 1e-3, 1e-6
RIDGE = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """One picture or spoilt copy. factors: logarithms of the shares of `models.overall`, in the order of WEIGHTS."""

    manifest: str
    subject: str
    eye: str
    path: str
    spoilt: bool
    template: Template
    factors: tuple[float, ...]
    finding: str | None


def take(manifest: str, rows: Sequence[ManifestRow]) -> list[Taken]:
    """Every picture with a code, and its spoilt copy; the copy is always the same for the same name."""
    found, shapes = [], shapes_of(rows, SHIPPED, workers=1)
    pipelines = {device: IrisPipeline.load(Parameters(pixel_shape=shape)) for device, shape in shapes.items()}
    for row in rows:
        pipeline = pipelines[device_of(row)]
        picture = load_image(row.path)
        worse = spoiled(picture, np.random.default_rng(zlib.crc32(row.name.encode())))
        for image, spoilt in ((picture, False), (worse, True)):
            try:
                one = pipeline.extract_detailed(image, row.eye, strict=False)
            except CaptureRejected:
                continue
            found.append(_taken(manifest, row, one, spoilt))
    return found


def _taken(manifest: str, row: ManifestRow, one: Extraction, spoilt: bool) -> Taken:
    quality = one.quality
    parts = shares(
        usable=quality.usable,
        contrast=quality.contrast,
        pupil_contrast=quality.measured.iris_pupil_contrast,
        focus=quality.focus,
        agreement=quality.agreement,
    )
    return Taken(
        manifest=manifest,
        subject=row.subject,
        eye=f"{row.subject} {row.eye}",
        path=row.name,
        spoilt=spoilt,
        template=Template(left=one.template.eye(row.eye), encoder=one.template.encoder),
        factors=tuple(float(np.log(parts[name])) for name in WEIGHTS),
        finding=one.findings[0] if one.findings else None,
    )


def fitted(factors: Floats, target: Floats, ridge: float = RIDGE) -> Floats:
    """Weights, none negative, that sum to 1. factors: (n, k), 0 or less; target: (n,) scores, lower is better.

    Projected gradient on the normal equations: five unknowns need no library.
    """
    drops = -(factors - factors.mean(axis=0))
    square = drops.T @ drops / len(target)
    square += ridge * np.diag(np.diag(square)) + 1e-9 * np.eye(len(square))
    towards = drops.T @ (target - target.mean()) / len(target)
    weights, step = np.zeros(len(square)), 1 / float(np.linalg.eigvalsh(square)[-1])
    for _ in range(20_000):
        weights = np.maximum(weights - step * (square @ weights - towards), 0)
    total = float(weights.sum())
    return weights / total if total > 0 else np.full(len(weights), 1 / len(weights))


def targets(taken: Sequence[Taken]) -> Floats:
    """Median score of each against its eye's other pictures as they are; NaN where there is none."""
    plain = [k for k, one in enumerate(taken) if not one.spoilt]
    scores = _scores(taken, [taken[k] for k in plain])
    eyes, paths = (np.array([getattr(one, name) for one in taken]) for name in ("eye", "path"))
    same = (eyes[:, None] == eyes[plain][None, :]) & (paths[:, None] != paths[plain][None, :])
    return np.array([np.median(row[own]) if own.any() else np.nan for row, own in zip(scores, same, strict=True)])


def by_person(taken: Sequence[Taken], factors: Floats, target: Floats, folds: int = 5) -> Floats:
    """Quality of each by weights that never saw the person."""
    subjects = np.array([one.subject for one in taken])
    return _held_out(factors, target, [np.isin(subjects, np.unique(subjects)[k::folds]) for k in range(folds)])


def by_manifest(taken: Sequence[Taken], factors: Floats, target: Floats) -> Floats:
    """Quality of each by weights fitted on the other manifests."""
    names = np.array([one.manifest for one in taken])
    return _held_out(factors, target, [names == name for name in np.unique(names)])


def _held_out(factors: Floats, target: Floats, parts: Sequence[NDArray[np.bool_]]) -> Floats:
    quality = np.zeros(len(target))
    for part in parts:
        known = ~part & np.isfinite(target)
        quality[part] = factors[part] @ fitted(factors[known], target[known])
    return quality


def reject_curve(taken: Sequence[Taken], quality: Floats, *, predicted: bool = False) -> list[float | None]:
    """FNMR of all pairs left at each of REFUSED, of pictures as they are.

    At FMR 1e-3 of what is left, or where the tail of all of them predicts 1e-6.
    """
    order = np.argsort(quality, kind="stable")
    scores = _scores(taken, taken)
    eyes = np.array([one.eye for one in taken])
    limit = _predicted(scores, taken) if predicted else None
    return [_fnmr(scores, eyes, order[round(share * len(order)) :], limit) for share in REFUSED]


def _scores(taken: Sequence[Taken], others: Sequence[Taken]) -> Floats:
    found = pair_scores([one.template for one in taken], [one.template for one in others], rotations=WIDE).fused
    return np.where(np.isnan(found), 0.5, found)


def _predicted(scores: Floats, taken: Sequence[Taken]) -> float:
    people, number = np.unique([one.subject for one in taken], return_inverse=True)
    i, j = np.triu_indices(len(taken), 1)
    apart = number[i] != number[j]
    pairs = ScoredPairs(scores[i, j][apart], number[i][apart], number[j][apart], len(people))
    return fit_impostors(pairs, rng=np.random.default_rng(0)).threshold(FAR)


def _fnmr(scores: Floats, eyes: NDArray[np.str_], kept: NDArray[np.intp], limit: float | None) -> float | None:
    i, j = np.triu_indices(len(kept), 1)
    values, same = scores[kept[i], kept[j]].astype(np.float32), eyes[kept[i]] == eyes[kept[j]]
    genuine, impostor = np.sort(values[same]), np.sort(values[~same])
    limit = metrics.threshold_at(impostor, FMR) if limit is None else limit
    return None if limit is None or not len(genuine) else metrics.missed(genuine, limit) / len(genuine)


def main(manifests: list[Path]) -> None:
    """Print weights, reject curves, and what strict extraction would refuse."""
    taken = [one for path in manifests for one in take(path.stem, read_manifest(path))]
    factors, target = np.array([one.factors for one in taken]), targets(taken)
    known = np.isfinite(target)
    weights = fitted(factors[known], target[known])
    typer.echo("weights: " + ", ".join(f"{name} {value:.2f}" for name, value in zip(WEIGHTS, weights, strict=True)))
    ways = {"as shipped": factors @ np.array(list(WEIGHTS.values())), "five folds": by_person(taken, factors, target)}
    if len(manifests) > 1:
        ways["other manifests"] = by_manifest(taken, factors, target)
    for path in manifests:
        chosen = [k for k, one in enumerate(taken) if one.manifest == path.stem and not one.spoilt]
        own = [taken[k] for k in chosen]
        for name, quality in ways.items():
            for title, predicted in (("FMR 1e-3", False), ("FMR 1e-6, predicted", True)):
                curve = reject_curve(own, quality[chosen], predicted=predicted)
                rates = ["–" if rate is None else f"{rate:.2%}" for rate in curve]
                typer.echo(f"{path.stem}, {name}: FNMR at {title}, refusing 0, 5, 10, 20 %: {', '.join(rates)}")
        for spoilt in (False, True):
            asked = [one for one in taken if one.manifest == path.stem and one.spoilt == spoilt]
            reasons = Counter(one.finding for one in asked if one.finding)
            title = "spoilt copies" if spoilt else "pictures as they are"
            typer.echo(f"{path.stem}, {title}: {sum(reasons.values())} of {len(asked)} refused {dict(reasons)}")


if __name__ == "__main__":
    typer.run(main)
