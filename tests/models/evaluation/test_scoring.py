"""Every picture against every picture."""

import numpy as np
import pytest

from matching import EyeCode, Template, compare
from matching.rotations import rotate
from models.encoding import ENCODER
from models.evaluation.extraction import Record
from models.evaluation.scoring import all_scores, cross_scores


def record_of(code: EyeCode) -> Record:
    return Record(template=Template((code,), (), ENCODER).to_bytes())


def codes(count: int) -> list[EyeCode]:
    rng = np.random.default_rng(3)
    return [EyeCode.from_bits(rng.random((128, 16)) < 0.5, np.ones((128, 16), np.bool_)) for _ in range(count)]


@pytest.mark.parametrize(("columns", "found"), [(5, True), (14, True), (16, False)])
def test_an_eye_turned_as_far_as_the_widest_search_goes_is_still_itself(columns: int, found: bool) -> None:
    (code,) = codes(1)
    turned = EyeCode(rotate(code.code, columns), code.mask)
    scores = all_scores([record_of(code), record_of(turned)])
    assert bool(scores[0, 1] < 0.1) is found
    assert scores[0, 1] == scores[1, 0]


def test_unturned_eyes_score_as_everywhere_and_a_missing_code_has_no_score() -> None:
    one, other = codes(2)
    records = [record_of(one), Record(template=None, refused="no_eye"), record_of(one)]
    scores = cross_scores(records, [record_of(one), record_of(other)])
    assert scores[0, 0] == pytest.approx(compare(*[Template((one,), (), ENCODER)] * 2))
    assert np.isnan(scores[1]).all()
    assert scores[2, 1] > 0.4
