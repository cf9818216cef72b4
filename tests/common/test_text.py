"""Persian text: digits of three families, names compared as people mean them, codes in one piece."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.text import (
    ARABIC_DIGITS,
    ASCII_DIGITS,
    PERSIAN_DIGITS,
    ZERO_WIDTH_NON_JOINER,
    canonical_code,
    comparison_key,
    contains_name,
    count,
    isolate,
    parse_integer,
    spoken_groups,
    to_ascii_digits,
    to_persian_digits,
)

any_digits = st.text(alphabet=ASCII_DIGITS + PERSIAN_DIGITS + ARABIC_DIGITS, min_size=1, max_size=15)
persian_words = st.text(alphabet="ابپتثجچحخدذرزژسشصضطظعغفقکگلمنوهی", min_size=1, max_size=12)


@given(any_digits)
def test_a_number_typed_in_any_digits_is_the_same_number(typed: str) -> None:
    assert parse_integer(typed) == int(to_ascii_digits(typed))
    assert to_ascii_digits(to_persian_digits(typed)) == to_ascii_digits(typed)


@given(st.text(max_size=60))
def test_showing_and_storing_digits_touches_nothing_but_digits(text: str) -> None:
    stored = to_ascii_digits(text)
    assert len(stored) == len(text)
    assert to_ascii_digits(to_persian_digits(text)) == stored
    assert not set(stored) & set(PERSIAN_DIGITS + ARABIC_DIGITS)


@pytest.mark.parametrize("typed", ["", "۱۲الف", "۱.۵", "--3", "½"])
def test_what_is_not_a_whole_number_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match="whole number"):
        parse_integer(typed)


def test_thousands_separators_are_read() -> None:
    assert parse_integer("۱٬۲۳۴") == parse_integer("1,234") == 1234


@given(st.integers(min_value=-(10**12), max_value=10**12))
def test_a_number_shown_in_persian_reads_back(number: int) -> None:
    assert parse_integer(to_persian_digits(number)) == number


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("علي", "علی"),
        ("كريم", "کریم"),
        ("فاطمة", "فاطمه"),
        ("محمّد‌رضا", "محمد رضا"),
        ("مُحَمَّد رضا", "محمدرضا"),
        ("زهرأ", "زهرا"),
        ("رؤیا", "رویا"),
        ("گل‌آقا", "گل آقا"),
        ("غلام‌سخی", "غلام سخي"),
        ("شاہد", "شاهد"),
        ("زرغونہ", "زرغونه"),
        ("نجيبه ۲", "نجیبه2"),
        ("عبدالـرحمن", "عبدالرحمن"),
    ],
)
def test_one_name_written_two_ways_compares_equal(one: str, other: str) -> None:
    assert comparison_key(one) == comparison_key(other)


def test_different_names_stay_different() -> None:
    assert comparison_key("زهرا") != comparison_key("زهره")
    assert comparison_key("کریم") != comparison_key("گریم")


@given(st.text(max_size=40))
def test_a_comparison_key_is_its_own_key(name: str) -> None:
    assert comparison_key(comparison_key(name)) == comparison_key(name)


@given(persian_words, persian_words)
def test_spaces_and_half_spaces_do_not_matter(first: str, second: str) -> None:
    joined = comparison_key(first + second)
    assert comparison_key(f"{first} {second}") == joined
    assert comparison_key(first + ZERO_WIDTH_NON_JOINER + second) == joined
    assert contains_name(f"{first} {second}", second)


def test_a_pasted_code_loses_direction_marks_and_persian_digits() -> None:
    assert canonical_code("\u200e۱۴۰۵-۰۱۲۳۴-۷ ") == "1405-01234-7"
    assert canonical_code("p-٠١٢٣") == "P-0123"


def test_a_number_carries_its_noun() -> None:
    assert count(3, "کودک") == "۳ کودک"
    assert count(1, "child|children", language="en") == "1 child"
    assert count(2, "child|children", language="en") == "2 children"


def test_a_code_is_isolated_and_its_text_is_escaped() -> None:
    assert isolate("1405-01234-7") == '<bdi dir="ltr" class="code">۱۴۰۵-۰۱۲۳۴-۷</bdi>'
    assert "<script>" not in isolate("<script>")


@given(st.from_regex(r"\A[0-9]{1,9}(-[0-9]{1,9}){0,2}\Z"))
def test_spoken_groups_say_every_digit_once_and_are_short(code: str) -> None:
    groups = spoken_groups(code)
    assert "".join(groups) == code.replace("-", "")
    assert all(len(group) <= 4 for group in groups)
