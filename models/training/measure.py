"""How well the boundaries hold: `python -m models.training.measure --data DIR`.

Prints, for each kind of picture with known circles: the boundary error (largest difference of any centre or radius,
in percent of the iris radius), the share of wrong circles (over 8 %), how many of those were caught (refused, or told
with low confidence), and the overlap of the visible iris with hand-drawn masks. Held-out people and synthetic eyes.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from models import weights
from models.boundary.circles import Boundaries, Circle, disagreement
from models.encoding import Encoder
from models.errors import CaptureRejected
from models.pipeline import IrisPipeline
from models.segmentation import Segmenter
from models.synthetic import Ellipse, SyntheticEye
from models.training.copies import COPIES
from models.training.data import load_split
from models.training.invented import wide_conditions
from models.training.truth import circles_of

WRONG = 0.08
"""Share of the iris radius from which a circle is wrong."""
DOUBTED = 0.5
"""Confidence under which nobody should enrol a code."""


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """picture: uint8 (h, w); circles: the truth; visible: bool (h, w) or None where no mask exists."""

    group: str
    picture: NDArray[np.uint8]
    circles: Boundaries
    visible: NDArray[np.bool_] | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """error: of the preferred code's circles; best: of the best code's. None without any code (then caught)."""

    group: str
    error: float | None
    best: float | None
    confidence: float
    refused: bool
    overlap: float | None

    @property
    def is_wrong(self) -> bool:
        return self.error is None or self.error > WRONG

    @property
    def is_caught(self) -> bool:
        return self.refused or self.confidence < DOUBTED


def measured(pipeline: IrisPipeline, case: Case) -> Outcome:
    try:
        found = pipeline.extract_detailed(case.picture, strict=False)
    except CaptureRejected:
        return Outcome(case.group, None, None, 0.0, refused=True, overlap=0.0)
    errors = [disagreement(h.circles, case.circles) for h in found.hypotheses]
    overlap = None if case.visible is None else _overlap(found.hypotheses[0].visible > 127, case.visible)
    return Outcome(case.group, errors[0], min(errors), found.confidence, bool(found.findings), overlap)


def _overlap(seen: NDArray[np.bool_], truth: NDArray[np.bool_]) -> float:
    """Intersection over union."""
    return float((seen & truth).sum() / max((seen | truth).sum(), 1))


def held_out(folder: Path, *, every: int, trained: bool = False) -> Iterator[Case]:
    """Pictures of the mmu1 people never trained on (or of those trained on), as they are."""
    split = load_split(folder)
    for found in (split.train if trained else split.held_out)[::every]:
        circles = circles_of(found.image, found.maps[0])
        if circles is not None:
            yield Case("mmu1 held out", found.image, circles, found.maps[0] > 127)


def spoilt(folder: Path, *, every: int, trained: bool = False) -> Iterator[Case]:
    """The same pictures, spoilt in each of the ways."""
    for k, case in enumerate(held_out(folder, every=every, trained=trained)):
        for name, copier in COPIES.items():
            picture, circles = copier(case.picture, case.circles, np.random.default_rng(k))
            yield Case(name, picture, circles)


SIZES = ((320, 240), (320, 280), (640, 480), (480, 480))


def synthetic(count: int, *, seed: int = 909) -> Iterator[Case]:
    """Wide conditions at several picture sizes, grouped by iris radius; eyes hardly open or cut off are left out."""
    rng = np.random.default_rng(seed)
    while count:
        width, height = SIZES[int(rng.integers(len(SIZES)))]
        conditions = wide_conditions(rng, width=width, height=height)
        eye = SyntheticEye(int(rng.integers(1 << 30)), "left" if rng.random() < 0.5 else "right")
        if conditions.openness < 0.45 or conditions.iris_radius_px > 160:
            continue
        made = eye.render(conditions, seed=count)
        if made.visible_iris.sum() < 0.35 * np.pi * conditions.iris_radius_px**2 * (1 - conditions.pupil_ratio**2):
            continue
        count -= 1
        size = "small" if conditions.iris_radius_px < 60 else "middle" if conditions.iris_radius_px < 100 else "large"
        circles = Boundaries(_circle(made.boundaries.pupil), _circle(made.boundaries.iris))
        yield Case(f"synthetic, {size} iris", made.image, circles, made.visible_iris)


def _circle(ellipse: Ellipse) -> Circle:
    """The circle of the same area."""
    return Circle(ellipse.cx, ellipse.cy, float(np.sqrt(ellipse.major * ellipse.minor)))


def lines(outcomes: list[Outcome]) -> Iterator[str]:
    groups = list(dict.fromkeys(o.group for o in outcomes))
    heads = (("", -24), ("n", 5), ("median", 8), ("p95", 8), ("wrong", 8), ("best", 8), ("caught", 10), ("doubted", 9))
    yield "".join(f"{head:{'<' if width < 0 else '>'}{abs(width)}}" for head, width in (*heads, ("IoU", 7)))
    for group in groups:
        yield line(group, [o for o in outcomes if o.group == group])
    yield line("all of these", outcomes)


def line(name: str, of: list[Outcome]) -> str:
    errors = [100 * o.error for o in of if o.error is not None] or [float("nan")]
    wrong, right = [o for o in of if o.is_wrong], [o for o in of if not o.is_wrong]
    best = sum(o.best is None or o.best > WRONG for o in of) / len(of)
    caught = f"{sum(o.is_caught for o in wrong)}/{len(wrong)}"
    doubted = sum(o.is_caught for o in right) / max(len(right), 1)
    overlaps = [o.overlap for o in of if o.overlap is not None]
    overlap = f"{np.mean(overlaps):7.3f}" if overlaps else ""
    return (
        f"{name:24}{len(of):5}{np.median(errors):7.1f}%{np.quantile(errors, 0.95):7.1f}%{len(wrong) / len(of):8.1%}"
        f"{best:8.1%}{caught:>10}{doubted:9.1%}{overlap}"
    )


def by_confidence(outcomes: list[Outcome]) -> Iterator[str]:
    """The chance of a wrong circle at each confidence, among pictures that were not refused."""
    edges = (0.0, 0.2, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.01)
    for low, high in pairwise(edges):
        of = [o for o in outcomes if not o.refused and low <= o.confidence < high]
        if of:
            yield f"  confidence {low:.1f} to {min(high, 1):.1f}: {sum(o.is_wrong for o in of)} of {len(of)} wrong"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, help="folder with mmu1.csv, images and masks; none: synthetic eyes alone")
    parser.add_argument("--every", type=int, default=3, help="each so many held-out pictures are spoilt")
    parser.add_argument("--synthetic", type=int, default=300, help="synthetic eyes")
    parser.add_argument("--weights", type=Path, default=weights.FOLDER, help="folder of pinned weights")
    options = parser.parse_args()
    cv2.setNumThreads(1)
    pipeline = IrisPipeline(Segmenter(folder=options.weights), Encoder(folder=options.weights))
    sources = [synthetic(options.synthetic)]
    if options.data is not None:
        sources = [held_out(options.data, every=1), spoilt(options.data, every=options.every), *sources]
    outcomes: list[Outcome] = []
    for source in sources:
        some = [measured(pipeline, case) for case in source]
        outcomes += some
        print("\n".join(lines(some)), end="\n\n", flush=True)
    print("\n".join(by_confidence(outcomes)))


if __name__ == "__main__":
    main()
