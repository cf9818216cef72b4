"""Codes, ages and templates of a child."""

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from registry.children.rules import adds_variety, age_today, child_code, draw_code, is_valid, read_code

NUMBERS = st.integers(0, 10**8 - 1)


@given(NUMBERS)
def test_a_code_is_nine_digits_in_groups_and_reads_back_from_any_spelling(number: int) -> None:
    code = child_code(number)
    digits = code.replace("-", "")
    assert len(digits) == 9
    assert is_valid(digits)
    assert read_code(digits) == read_code(f" {digits[:3]} {digits[3:]} ") == code


@given(NUMBERS, st.integers(0, 8), st.integers(1, 9))
def test_one_wrong_digit_is_always_found(number: int, place: int, more: int) -> None:
    digits = child_code(number).replace("-", "")
    wrong = digits[:place] + str((int(digits[place]) + more) % 10) + digits[place + 1 :]
    assert read_code(wrong) is None


def test_a_taken_code_is_drawn_again() -> None:
    drawn = iter([7, 7, 8])
    assert draw_code(lambda _n: next(drawn), taken=lambda code: code == child_code(7)) == child_code(8)


def test_an_age_grows_by_itself() -> None:
    said_on = dt.date(2024, 11, 24)
    assert age_today(9, 11, said_on, dt.date(2026, 11, 23)) == (10, 12)
    assert age_today(9, 11, said_on, dt.date(2026, 11, 24)) == (11, 13)
    assert age_today(9, 11, said_on, dt.date(2020, 1, 1)) == (9, 11)
    assert age_today(None, None, None, said_on) is None


def test_a_template_is_worth_keeping_only_at_another_pupil_size() -> None:
    assert adds_variety(0.4, [])
    assert not adds_variety(0.42, [0.4])
    assert adds_variety(0.5, [0.4])
    assert not adds_variety(0.9, [0.3, 0.4, 0.5])
