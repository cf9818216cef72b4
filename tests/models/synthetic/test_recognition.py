"""To the real pipeline, synthetic eyes are about as alike and as different as real ones."""

from itertools import combinations

import numpy as np
import pytest

from matching import Template, compare
from models import CaptureRejected, IrisPipeline
from models.synthetic import SyntheticEye, random_conditions
from models.synthetic.conditions import Difficulty

IDENTITIES, PICTURES = 14, 3


@pytest.fixture(scope="module")
def pipeline() -> IrisPipeline:
    return IrisPipeline.load()


def templates(pipeline: IrisPipeline, difficulty: Difficulty) -> dict[tuple[int, int], Template]:
    """By identity and picture; the pictures that quality refuses are left out."""
    rng, kept = np.random.default_rng(7), {}
    for identity in range(IDENTITIES):
        eye = SyntheticEye(50_000 + identity, "right")
        for number in range(PICTURES):
            picture = eye.render(random_conditions(rng, difficulty), number)
            try:
                kept[identity, number] = pipeline.extract(picture.image, "right")
            except CaptureRejected:
                continue
    return kept


def test_in_good_conditions_the_same_eye_is_near_and_every_other_is_far(pipeline: IrisPipeline) -> None:
    made = templates(pipeline, "good")
    pairs = list(combinations(made, 2))
    same = [compare(made[a], made[b]) for a, b in pairs if a[0] == b[0]]
    other = [compare(made[a], made[b]) for a, b in pairs if a[0] != b[0]]
    assert len(made) == IDENTITIES * PICTURES
    assert 0.06 < np.median(same) < 0.2
    assert 0.43 < np.median(other) < 0.48
    assert max(same) < 0.3 < min(other)


def test_blurred_pictures_are_refused_rather_than_matched_badly(pipeline: IrisPipeline) -> None:
    assert len(templates(pipeline, "blurred")) <= 1
