"""Error rates on scores whose truth can be counted by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.evaluation.metrics import Pairs, pairs_of, rates


def test_separated_scores_have_no_error() -> None:
    found = rates(Pairs(np.full(50, 0.1), np.full(2000, 0.45)))
    assert found.eer == 0
    assert found.fnmr["0.001"] == 0


def test_rates_are_not_claimed_from_too_few_pairs() -> None:
    found = rates(Pairs(np.full(50, 0.1), np.full(500, 0.45)))
    assert found.fnmr["0.01"] == 0
    assert found.fnmr["0.001"] is None


def test_one_impostor_in_a_hundred_under_the_genuine_scores() -> None:
    impostor = np.sort(np.concatenate([[0.05], np.full(99, 0.45)]))
    found = rates(Pairs(np.linspace(0.1, 0.2, 20), impostor))
    assert found.eer == pytest.approx(0.005, abs=0.006)


def test_a_picture_without_a_code_is_a_miss() -> None:
    scores = np.array([[0, np.nan, 0.4], [np.nan, np.nan, np.nan], [0.4, np.nan, 0]], np.float32)
    pairs = pairs_of(scores, ["a", "a", "b"])
    assert np.isinf(pairs.genuine).all()
    assert np.isinf(pairs.impostor).sum() == 1


def test_only_chosen_people_are_counted() -> None:
    scores = np.zeros((4, 4), np.float32)
    pairs = pairs_of(scores, ["a", "a", "b", "b"], np.array([True, True, False, False]))
    assert (len(pairs.genuine), len(pairs.impostor)) == (1, 0)


@given(st.integers(0, 2**31))
def test_the_equal_error_rate_lies_between_the_two_rates_everywhere(seed: int) -> None:
    rng = np.random.default_rng(seed)
    pairs = Pairs(np.sort(rng.normal(0.25, 0.08, 200)), np.sort(rng.normal(0.45, 0.03, 1000)))
    eer = rates(pairs).eer
    assert eer is not None
    for threshold in np.linspace(0.1, 0.5, 20):
        fmr, fnmr = (pairs.impostor <= threshold).mean(), (pairs.genuine > threshold).mean()
        assert min(fmr, fnmr) <= eer + 0.01
        assert eer - 0.01 <= max(fmr, fnmr)
