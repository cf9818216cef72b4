"""What a score means."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching import DEFAULT_NORMALISATION, Normalisation
from matching.kernels.reference import score_counts
from matching.scoring import MAX_BITS, score_table

NORM = DEFAULT_NORMALISATION
bits = st.integers(NORM.floor, MAX_BITS)
distances = st.floats(0, 1)


@given(bits)
def test_a_code_is_at_zero_from_itself_whatever_its_bits(n: int) -> None:
    assert NORM.score(0.0, n) == 0


@given(bits)
def test_no_resemblance_is_one_half_whatever_the_bits(n: int) -> None:
    assert NORM.score(0.5, n) == 0.5


@given(distances)
def test_at_n0_bits_the_score_is_the_distance(distance: float) -> None:
    assert NORM.score(distance, NORM.n0) == pytest.approx(distance, abs=1e-12)


@given(st.integers(500, 4000))
def test_at_the_pivot_it_is_daugmans_normalisation(n: int) -> None:
    daugman = 0.5 - NORM.pivot * math.sqrt(n / NORM.n0)
    assert NORM.score(0.5 - NORM.pivot, n) == pytest.approx(daugman, abs=1e-9)


@given(st.floats(0.01, 0.49), bits, bits)
def test_fewer_bits_pull_towards_one_half(distance: float, n: int, m: int) -> None:
    fewer, more = sorted((n, m))
    assert NORM.score(distance, fewer) >= NORM.score(distance, more)


@given(distances, distances, bits)
def test_a_greater_distance_never_scores_lower(a: float, b: float, n: int) -> None:
    low, high = sorted((a, b))
    assert NORM.score(low, n) <= NORM.score(high, n)


@given(st.floats(0.001, 0.999), bits)
def test_a_threshold_turns_back_into_a_distance(distance: float, n: int) -> None:
    assert NORM.distance(NORM.score(distance, n), n) == pytest.approx(distance, abs=1e-9)


def test_too_few_common_bits_have_no_score() -> None:
    assert math.isnan(NORM.score(0.1, NORM.floor - 1))


@given(st.integers(0, MAX_BITS).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_table_gives_the_formulas_scores(counted: tuple[int, int]) -> None:
    differing, common = counted
    found = score_counts(np.array([[differing, common, 0]], np.int32), score_table(NORM))[0]
    if common == 0:
        assert math.isnan(found)
    elif common >= NORM.floor:
        assert found == pytest.approx(NORM.score(differing / common, common), abs=1e-12)


@pytest.mark.parametrize("constants", [{"n0": 0}, {"pivot": 0.5}, {"pivot": 0.0}, {"floor": 0}])
def test_impossible_constants_are_refused(constants: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="no normalisation"):
        Normalisation(**constants)  # type: ignore[arg-type]
