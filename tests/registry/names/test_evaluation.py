"""How well names are found, on the committed pairs of each language."""

import pytest

from registry.names.evaluation import LANGUAGES, evaluate, pairs


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_has_three_hundred_pairs_and_a_hundred_near_misses(language: str) -> None:
    found = pairs(language)
    assert sum(pair.same for pair in found) >= 300
    assert sum(not pair.same for pair in found) >= 100
    assert len({(pair.one, pair.other) for pair in found}) == len(found)
    assert all(pair.one != pair.other for pair in found)


@pytest.mark.parametrize("language", LANGUAGES)
def test_spellings_are_found_and_other_names_are_not_called_the_same(language: str) -> None:
    told = evaluate(language)
    for half in (told.tuned, told.held_out):
        assert half.same.recall >= 0.9
        assert half.same.precision >= 0.99
        assert half.near.recall >= 0.97
        assert half.near.precision >= 0.85
    assert told.reached >= 0.98
