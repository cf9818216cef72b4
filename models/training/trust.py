"""The weights by which boundaries are trusted: `python -m models.training.trust --data DIR`.

A ridge logistic regression of "wrong by more than 8 % of the iris radius" on what `weigh.signs` tells, over the people
trained on (spoilt in many ways) and synthetic eyes. It prints what to write into `models.boundary.weigh.Parameters`.
"""

from __future__ import annotations

import argparse
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models import weights
from models.boundary import classical, look, refine, weigh
from models.boundary.circles import disagreement
from models.segmentation import Segmenter
from models.training.measure import WRONG, Case, held_out, spoilt, synthetic

Floats = NDArray[np.floating[Any]]
RIDGE, DOUBTED_SHARE = 1.0, 0.05


def evidence(case: Case, segmenter: Segmenter) -> tuple[tuple[float, ...], bool] | None:
    """The preferred fit's signs and whether it is wrong; None where no two fits were found."""
    found = look.look(case.picture, segmenter)
    if found.start is None:
        return None
    image = refine.prepare(found.view.image)
    network = refine.refined(image, found.start, found.maps.visible)
    second = classical.fit(image.dark, seen=found.start.iris, plain=image.plain)
    if second is None:
        return None
    gap = disagreement(network.circles, second.circles)
    preferred = weigh.weighed([("network", network), ("classical", second)], found.maps)[0].fit.circles
    error = disagreement(preferred, found.view.from_picture(case.circles))
    return weigh.signs(preferred, found.maps, gap), error > WRONG


def logistic(signs: Floats, wrong: NDArray[np.bool_]) -> Floats:
    """Weights of the standardised signs, put back to their own scales, and the offset last."""
    mean, deviation = signs.mean(axis=0), signs.std(axis=0)
    rows = np.column_stack([(signs - mean) / deviation, np.ones(len(signs))])
    ridge = np.diag([RIDGE] * signs.shape[1] + [0.0])
    weights = np.zeros(rows.shape[1])
    for _ in range(40):  # Newton's method; it has settled after about ten steps
        chance = 1 / (1 + np.exp(-rows @ weights))
        curve = (rows * (chance * (1 - chance))[:, None]).T @ rows + ridge
        weights += np.linalg.solve(curve, rows.T @ (wrong - chance) - ridge @ weights)
    own = weights[:-1] / deviation
    return np.append(own, weights[-1] - own @ mean)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with mmu1.csv, images and masks")
    parser.add_argument("--every", type=int, default=10, help="each so many pictures are spoilt")
    parser.add_argument("--synthetic", type=int, default=400)
    parser.add_argument("--weights", type=Path, default=weights.FOLDER, help="folder of pinned weights")
    options = parser.parse_args()
    segmenter, people = Segmenter(folder=options.weights), {"every": options.every, "trained": True}
    cases = chain(
        held_out(options.data, **people), spoilt(options.data, **people), synthetic(options.synthetic, seed=1)
    )
    found = [one for case in cases if (one := evidence(case, segmenter)) is not None]
    signs, wrong = np.array([s for s, _ in found]), np.array([w for _, w in found])
    learned = logistic(signs, wrong)
    doubt = signs @ learned[:-1] + learned[-1]
    # one half stands where one right fit in twenty is doubted
    limit = np.quantile(doubt[~wrong], 1 - DOUBTED_SHARE)
    print(f"{len(wrong)} pictures, {wrong.sum()} wrong, {(doubt[wrong] > limit).mean():.0%} of them doubted")
    print(f"offset = {learned[-1] - limit:.2f}, weights = {tuple(round(float(w), 2) for w in learned[:-1])}")


if __name__ == "__main__":
    main()
