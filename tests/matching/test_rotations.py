"""Turns of the head: which ones there are, and which are refused."""

import numpy as np
import pytest

from matching.rotations import TURNED, USUAL, WIDE, Rotations, rotate


@pytest.mark.parametrize("reach", [-1, 64, 1000])
def test_a_range_that_is_none_is_refused(reach: int) -> None:
    with pytest.raises(ValueError, match="0 to 63 columns"):
        Rotations(reach)


def test_fifteen_rotations_are_usual_and_twice_as_many_wide() -> None:
    assert sorted(USUAL.columns) == list(range(-7, 8))
    assert sorted(WIDE.columns) == list(range(-14, 15))
    assert all(abs(columns) >= 57 for columns in TURNED.columns)


def test_the_smaller_turn_comes_first_so_that_ties_go_to_it() -> None:
    assert USUAL.columns[:5] == (0, -1, 1, -2, 2)


def test_turning_there_and_back_changes_nothing(rng: np.random.Generator) -> None:
    words = rng.integers(0, 2**63, (3, 2, 32)).astype(np.uint64)
    for columns in (0, 1, 7, 64, 127):
        assert np.array_equal(rotate(rotate(words, columns), -columns), words)
