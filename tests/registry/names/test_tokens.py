"""Names as they are looked up."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

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
