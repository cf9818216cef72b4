"""targetFPIR keeps its promise: strangers are returned no oftener than asked for."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from abis.searching import Cut, cut_for
from matching import Calibration, Candidate, EyeCode, EyeScore, Template, default_calibration
from models.encoding import ENCODER

CODE = EyeCode(np.arange(32, dtype=np.uint64), np.full(32, 2**64 - 1, np.uint64))
BOTH, LEFT = Template((CODE,), (CODE,), ENCODER), Template((CODE,), (), ENCODER)
CALIBRATION: Calibration = default_calibration()


def cut(probe: Template, target_fpir: int, size: int) -> Cut:
    return cut_for(probe, target_fpir=target_fpir, gallery_size=size, calibration=CALIBRATION)


@given(st.integers(10, 60), st.integers(1, 10**7))
def test_the_ways_to_be_wrong_share_the_rate_that_was_asked_for(target: int, size: int) -> None:
    asked = 10 ** (-target / 10)
    found = cut(BOTH, target, size)
    one, both = CALIBRATION.one_eye.impostors, CALIBRATION.both_eyes.impostors
    total = found.trials * (both.share_under(found.both) + 2 * one.share_under(found.one))
    floor = found.trials * (both.share_under(0.02) + 2 * one.share_under(0.02))
    assert total <= max(asked * 1.05, floor * 1.05)


@pytest.mark.parametrize("probe", [BOTH, LEFT])
def test_a_stricter_rate_and_a_larger_gallery_lower_the_threshold(probe: Template) -> None:
    assert cut(probe, 40, 1000).one < cut(probe, 30, 1000).one
    assert cut(probe, 30, 100_000).one < cut(probe, 30, 1000).one
    assert cut(probe, 40, 1000).one == pytest.approx(cut(probe, 30, 10_000).one)


def test_a_threshold_beyond_what_was_measured_says_so() -> None:
    assert not cut(LEFT, 10, 10).extrapolated
    assert cut(LEFT, 90, 10**7).extrapolated


def eye(score: float) -> EyeScore:
    return EyeScore(score=score, distance=score, common_bits=1000, rotation=0)


def test_one_good_eye_is_enough_and_two_middling_ones_only_together() -> None:
    limits = Cut(both=0.3, one=0.25, trials=1.0, extrapolated=False)
    good_left = Candidate(id=1, score=0.34, rotation=0, left=eye(0.24), right=eye(0.44))
    middling = Candidate(id=2, score=0.29, rotation=0, left=eye(0.29), right=eye(0.29))
    alone = Candidate(id=3, score=0.29, rotation=0, left=eye(0.29))
    assert [limits.lets_through(c) for c in (good_left, middling, alone)] == [True, True, False]
