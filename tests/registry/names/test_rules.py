"""Whether two written names are one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.names.rules import Grade, distance, grade, without_titles
from registry.names.sounds import words

SOUNDS = st.text(alphabet="ابپتجهدرزسشقکگلمنوی", max_size=10)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("غلام‌رضا", "غلامرضا", Grade.SAME),
        ("عبد الرحمن", "عبدالرحمان", Grade.SAME),
        ("سید حسین", "حسین", Grade.SAME),
        ("سیدحسین", "آقا سید حسین", Grade.SAME),
        ("زهرا جان", "زهرا", Grade.SAME),
        ("حسن", "حسین", Grade.OTHER),
        ("محمد", "محمود", Grade.NEAR),
        ("زهرا", "زهره", Grade.NEAR),
        ("سارا", "ساره", Grade.SAME),
        ("پوریا", "پریا", Grade.OTHER),
        ("پوریا", "پوريا", Grade.SAME),
        ("مراد", "موراد", Grade.SAME),
        ("علی", "عالی", Grade.NEAR),
        ("محمد", "مجمد", Grade.NEAR),
        ("مریم", "پروین", Grade.OTHER),
        ("", "علی", Grade.OTHER),
        ("", "", Grade.OTHER),
    ],
)
def test_a_pair_has_its_grade_whichever_comes_first(one: str, other: str, expected: Grade) -> None:
    assert grade(one, other) is grade(other, one) is expected


def test_a_title_is_left_out_only_while_a_name_remains() -> None:
    assert without_titles(words("حاج آقا سید رضا")) == ("رضا",)
    assert without_titles(words("سید")) == ("سید",)
    assert without_titles(words("بی بی گل")) == ("گل",)
    assert without_titles(words("خان")) == ("خان",)


@given(SOUNDS, SOUNDS)
def test_the_distance_is_the_same_both_ways_and_nothing_only_between_equals(a: str, b: str) -> None:
    assert distance(a, b) == pytest.approx(distance(b, a))
    assert (distance(a, b) == 0) == (a == b)


@given(st.text(max_size=10_000), st.text(max_size=50))
def test_any_two_texts_can_be_compared(one: str, other: str) -> None:
    assert grade(one, other) in Grade
