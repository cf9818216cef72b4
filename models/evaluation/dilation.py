"""What an opening pupil costs, on synthetic eyes whose texture moves as tissue does (`models.synthetic.dilation`).

It shows that the pipeline bears the deformation it was built to expect, and nothing about real pupils in the dark.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching import Template, score_matrix
from models.errors import CaptureRejected
from models.evaluation import metrics
from models.evaluation.scoring import filled
from models.pipeline import IrisPipeline
from models.synthetic import Conditions, SyntheticEye

NARROW = 0.25
STEPS = tuple(round(0.05 * k, 2) for k in range(8))
"""Differences of pupil radius over iris radius, from none to 0.35."""
PEOPLE = 40
FMR = 1e-3


@dataclass(frozen=True, slots=True, kw_only=True)
class Dilated:
    difference: float
    pairs: int
    median: float | None
    p95: float | None
    missed: int
    """At the threshold that 1 in 1,000 strangers of this run reach; a picture without a code is a miss."""


def figures(pipeline: IrisPipeline, *, people: int, done: Callable[[int], None] = lambda _: None) -> list[Dilated]:
    """Everybody's narrow pupil against another picture of theirs with each wider one."""
    narrow = [_template(pipeline, person, NARROW, seed=1, done=done) for person in range(people)]
    wider = [
        [_template(pipeline, person, NARROW + step, seed=2 + k, done=done) for person in range(people)]
        for k, step in enumerate(STEPS)
    ]
    matrices = [_scores(narrow, others) for others in wider]
    strangers = np.concatenate([m[~np.eye(people, dtype=bool)] for m in matrices])
    limit = metrics.threshold_at(np.sort(strangers[np.isfinite(strangers)]), FMR)
    return [_told(step, np.diag(m), limit) for step, m in zip(STEPS, matrices, strict=True)]


def _template(
    pipeline: IrisPipeline, person: int, ratio: float, *, seed: int, done: Callable[[int], None]
) -> Template | None:
    picture = SyntheticEye(person, "left").render(Conditions(pupil_ratio=ratio), seed=seed)
    done(1)
    try:
        return pipeline.extract(picture.image, strict=False)
    except CaptureRejected:
        return None


def _scores(narrow: list[Template | None], wide: list[Template | None]) -> NDArray[np.float32]:
    """(people, people); infinity where there is no code."""
    out = np.full((len(narrow), len(wide)), np.inf, np.float32)
    rows = [k for k, t in enumerate(narrow) if t is not None]
    columns = [k for k, t in enumerate(wide) if t is not None]
    found = score_matrix([t for t in narrow if t is not None], [t for t in wide if t is not None])
    out[np.ix_(rows, columns)] = filled(found)
    return out


def _told(step: float, own: NDArray[np.float32], limit: float | None) -> Dilated:
    finite = own[np.isfinite(own)]
    return Dilated(
        difference=step,
        pairs=len(own),
        median=float(np.median(finite)) if len(finite) else None,
        p95=float(np.quantile(finite, 0.95)) if len(finite) else None,
        missed=len(own) if limit is None else int((own >= limit).sum()),
    )
