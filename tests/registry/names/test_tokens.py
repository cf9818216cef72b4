"""Names as they are looked up."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.names.evaluation import LANGUAGES, pairs
from registry.names.rules import Grade, covers, grade_sounds
from registry.names.slips import slips
from registry.names.sounds import sound, words
from registry.names.tokens import NameMarks

MARKS, OTHER_KEY = NameMarks(b"a" * 32), NameMarks(b"b" * 32)


def found(stored: str, typed: str, *, near: bool = False) -> bool:
    marks = MARKS.stored(stored)
    return any(all(marks & (part.near if near else part.alike) for part in way) for way in MARKS.asked(typed))


@pytest.mark.parametrize(
    ("stored", "typed"),
    [
        ("غلامرضا", "غلام رضا"),
        ("غلام رضا", "غلامرضا"),
        ("عبد الله", "عبداله"),
        ("محمد رضا", "رضا"),
        ("آقا سید حسین", "حسین"),
        ("محمد حسین رضایی", "رضایی محمدحسین"),
    ],
)
def test_a_name_is_found_however_it_is_divided(stored: str, typed: str) -> None:
    assert found(stored, typed)


def test_one_slip_is_found_only_among_the_near() -> None:
    assert not found("محمد", "مجمد")
    assert found("محمد", "مجمد", near=True)
    assert not found("محمد", "پروین", near=True)


def test_every_part_that_was_typed_must_be_there() -> None:
    assert not found("محمد", "محمد رضایی", near=True)


def test_marks_say_nothing_without_the_key() -> None:
    assert MARKS.stored("زهرا").isdisjoint(OTHER_KEY.stored("زهرا"))
    assert "a" * 4 not in repr(MARKS)


@given(st.text(max_size=300))
def test_any_text_is_stored_and_asked_in_bounded_marks_that_fit_the_column(text: str) -> None:
    stored = MARKS.stored(text)
    assert len(stored) <= 64
    assert len(MARKS.asked(text)) <= 32
    assert all(-(2**63) <= mark < 2**63 for mark in stored)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_slip_is_looked_up_when_a_comparison_would_call_it_worth_a_look_and_only_then(language: str) -> None:
    heard = {sound(word) for pair in pairs(language) for word in words(pair.one)}
    assert len(heard) > 50
    for one in heard:
        if len(one) >= 3:
            assert slips(one) == {other for other in _one_letter_away(one) if grade_sounds(one, other) > Grade.OTHER}


def _one_letter_away(heard: str) -> set[str]:
    cuts = [(heard[:at], heard[at:]) for at in range(len(heard) + 1)]
    letters = "ابپتجچهخدرزژسشقفکگلمنوی"
    left_out = {a + b[1:] for a, b in cuts if b}
    swapped = {a + b[1] + b[0] + b[2:] for a, b in cuts if len(b) > 1}
    taken = {a + letter + b[1:] for a, b in cuts if b for letter in letters}
    put_in = {a + letter + b for a, b in cuts for letter in letters}
    return (left_out | swapped | taken | put_in) - {heard}


def test_of_a_short_name_few_slips_are_looked_up() -> None:
    ((one,),) = MARKS.asked("علی")
    assert len(one.slips) < 20


def test_a_title_written_on_a_name_hides_nobody() -> None:
    assert found("سیدمحمد", "محمد")
    assert covers("محمد", ["سیدمحمد"]) is Grade.SAME
