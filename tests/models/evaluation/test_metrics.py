"""Error rates on scores whose truth can be counted by hand."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from models.evaluation.comparisons import Comparisons, Labels, genuine, impostor, impostor_any_side
from models.evaluation.metrics import ENOUGH, Rates, equal_error, missed, rates, threshold_at
from tests.models.evaluation.labelled import row, rows_of, scores_of


def _rates(own: NDArray[np.float64], other: NDArray[np.float64], people: int = 20) -> Rates:
    """Pairs of `people`, dealt out in turn."""
    number = np.arange(people, dtype=np.int32)
    labels = Labels(number, number, np.zeros(people, np.int32))

    def pairs(values: NDArray[np.float64], step: int) -> Comparisons:
        first = (np.arange(len(values)) % people).astype(np.int32)
        second = ((first + step) % people).astype(np.int32)
        return Comparisons(first, second, np.sort(values).astype(np.float32))

    return rates(pairs(own, 0), pairs(other, 1), labels)


def test_separated_scores_have_no_error() -> None:
    found = _rates(np.full(50, 0.1), np.full(20_000, 0.45))
    assert found.eer == 0
    assert found.fnmr["0.001"] == 0


def test_a_threshold_that_not_one_pair_stands_behind_is_not_claimed() -> None:
    found = _rates(np.full(50, 0.1), np.full(500, 0.45))
    assert found.fnmr["0.01"] == 0
    assert found.fnmr["0.001"] is None


@pytest.mark.parametrize(("strangers", "resolved"), [(1000 * ENOUGH, True), (1000 * ENOUGH - 1, False)])
def test_a_rate_is_resolved_when_ten_pairs_of_strangers_stand_behind_it(strangers: int, resolved: bool) -> None:
    own = np.concatenate([np.full(980, 0.1), np.full(20, 0.6)])
    assert _rates(own, np.full(strangers, 0.45)).fnmr_at["0.001"].resolved == resolved


@pytest.mark.parametrize(("misses", "resolved"), [(ENOUGH, True), (ENOUGH - 1, False)])
def test_a_rate_is_resolved_when_ten_missed_pairs_stand_behind_it(misses: int, resolved: bool) -> None:
    own = np.concatenate([np.full(1000, 0.1), np.full(misses, 0.6)])
    assert _rates(own, np.full(20_000, 0.45)).fnmr_at["0.001"].resolved == resolved


def test_where_nothing_is_missed_the_number_of_people_bounds_the_rate() -> None:
    found = _rates(np.full(500, 0.1), np.full(20_000, 0.45), people=20).fnmr_at["0.001"]
    assert found.pairs == 0
    assert found.at_most == pytest.approx(1 - 0.025 ** (1 / 20))


def test_one_impostor_in_a_hundred_under_the_genuine_scores() -> None:
    found = _rates(np.linspace(0.1, 0.2, 20), np.concatenate([[0.05], np.full(99, 0.45)]))
    assert found.eer == pytest.approx(0.005, abs=0.006)


def test_a_picture_without_a_code_is_a_miss() -> None:
    rows = [row("a", k=0), row("a", k=1), row("b")]
    scores = np.array([[0, np.nan, 0.4], [np.nan, np.nan, np.nan], [0.4, np.nan, 0]], np.float32)
    labels, everything = Labels.of(rows), np.ones(3, np.bool_)
    assert np.isinf(genuine(scores, labels, everything).scores).all()
    assert np.isinf(impostor(scores, labels, everything).scores).sum() == 1


def test_strangers_of_the_main_table_are_different_people_on_the_same_side() -> None:
    rows = rows_of(people=3, pictures=2)
    labels, everything = Labels.of(rows), np.ones(len(rows), np.bool_)
    scores = np.zeros((len(rows), len(rows)), np.float32)
    assert len(genuine(scores, labels, everything)) == 3 * 2
    assert len(impostor(scores, labels, everything)) == 2 * 3 * 2 * 2
    assert len(impostor_any_side(scores, labels, everything)) == 12 * 11 // 2 - 6


def test_only_chosen_pictures_are_counted() -> None:
    labels = Labels.of([row("a"), row("a"), row("b"), row("b")])
    chosen = np.array([True, True, False, False])
    scores = np.zeros((4, 4), np.float32)
    assert (len(genuine(scores, labels, chosen)), len(impostor(scores, labels, chosen))) == (1, 0)


def test_intervals_hold_the_figure_and_widen_with_fewer_people(rng: np.random.Generator) -> None:
    widths = []
    for people in (10, 60):
        rows = rows_of(people=people, pictures=3)
        scores = scores_of(rows, rng, own=0.33)
        labels, everything = Labels.of(rows), np.ones(len(rows), np.bool_)
        found = rates(genuine(scores, labels, everything), impostor(scores, labels, everything), labels)
        rate = found.fnmr_at["0.01"]
        assert rate.interval is not None
        assert rate.value is not None
        assert found.eer is not None
        assert found.eer_interval is not None
        assert rate.interval[0] <= rate.value <= rate.interval[1]
        assert found.eer_interval[0] <= found.eer <= found.eer_interval[1]
        widths.append(rate.interval[1] - rate.interval[0])
    assert widths[0] > widths[1]


@settings(max_examples=40)
@given(st.integers(0, 2**31))
def test_rates_are_those_counted_over_every_threshold(seed: int) -> None:
    rng = np.random.default_rng(seed)
    own = np.sort(rng.normal(0.3, 0.08, 200).astype(np.float32))
    other = np.sort(rng.normal(0.45, 0.03, 1000).astype(np.float32))
    every = np.unique(np.concatenate([own, other]))
    gaps = np.abs((other[None, :] <= every[:, None]).mean(axis=1) - (own[None, :] > every[:, None]).mean(axis=1))
    best = every[gaps.argmin()]
    expected = ((other <= best).mean() + (own > best).mean()) / 2
    assert equal_error(own, other) == pytest.approx(expected, abs=0.003)
    limit = threshold_at(other, 0.01)
    assert limit is not None
    assert (other < limit).sum() <= 10
    assert missed(own, limit) == (own >= np.float32(limit)).sum()
