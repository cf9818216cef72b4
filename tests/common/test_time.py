"""Instants in Tehran, days in the Jalali calendar, shifts that run past midnight."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.time import (
    SystemClock,
    clock_time,
    elapsed,
    gregorian,
    in_tehran,
    jalali,
    jalali_digits,
    moment,
    near_date,
    parse_jalali,
    shift_bounds,
    shift_date,
)

days = st.dates(min_value=date(1990, 1, 1), max_value=date(2070, 1, 1))
instants = st.datetimes(min_value=datetime(1990, 1, 2), max_value=datetime(2069, 12, 30), timezones=st.just(UTC))  # noqa: DTZ001


def tehran(day: int, hour: int, minute: int = 0) -> datetime:
    """An instant in UTC of November 2026 by Tehran's clock (UTC+3:30)."""
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC) - timedelta(hours=3, minutes=30)


def test_a_date_says_weekday_and_jalali_date() -> None:
    assert jalali(date(2026, 11, 24)) == "سه‌شنبه ۳ آذر ۱۴۰۵"
    assert jalali(date(2026, 11, 24), language="en") == "Tuesday 3 Azar 1405"
    assert jalali_digits(date(2026, 11, 24)) == "۱۴۰۵/۰۹/۰۳"
    assert gregorian(date(2026, 11, 24)) == "24 Nov 2026"


@pytest.mark.parametrize(
    ("day", "jalali_day"),
    [
        (date(2025, 3, 20), "1403/12/30"),  # a leap year's last day
        (date(2025, 3, 21), "1404/01/01"),
        (date(2026, 3, 21), "1405/01/01"),
        (date(2017, 3, 20), "1395/12/30"),
    ],
)
def test_nowruz_falls_on_the_right_day(day: date, jalali_day: str) -> None:
    assert jalali_digits(day, language="en") == jalali_day


@given(days)
def test_a_date_shown_reads_back(day: date) -> None:
    assert parse_jalali(jalali_digits(day)) == day
    assert parse_jalali(jalali_digits(day, language="en").replace("/", "-")) == day


@pytest.mark.parametrize("typed", ["", "۱۴۰۵/۱۳/۱", "1404/12/30", "امروز", "1405/1"])
def test_what_is_no_day_is_refused(typed: str) -> None:
    with pytest.raises(ValueError):  # whose words come from two libraries
        parse_jalali(typed)


def test_near_days_are_said_in_words() -> None:
    today = date(2026, 11, 24)
    said = [near_date(today + timedelta(days=n), today) for n in (-3, -1, 0, 1, 2, 3)]
    assert said == ["۳ روز پیش", "دیروز", "امروز", "فردا", "پس‌فردا", "۳ روز مانده"]
    assert near_date(date(2027, 1, 20), today) == "چهارشنبه ۳۰ دی"
    assert near_date(date(2025, 1, 20), today) == "۱ بهمن ۱۴۰۳"
    assert near_date(today + timedelta(days=3), today, language="en") == "in 3 days"


def test_a_shift_keeps_its_date_past_midnight() -> None:
    assert shift_date(tehran(24, 9)) == date(2026, 11, 24)
    assert shift_date(tehran(24, 23, 59)) == date(2026, 11, 24)
    assert shift_date(tehran(25, 1, 30)) == date(2026, 11, 24)
    assert shift_date(tehran(25, 8, 59)) == date(2026, 11, 24)
    assert shift_date(tehran(25, 9)) == date(2026, 11, 25)


@given(instants)
def test_every_instant_lies_within_the_bounds_of_its_shift_and_of_no_other(instant: datetime) -> None:
    day = shift_date(instant)
    start, end = shift_bounds(day)
    assert start <= instant < end
    assert shift_bounds(day + timedelta(days=1))[0] == end


@given(instants)
def test_a_place_on_the_clock_is_the_same_instant(instant: datetime) -> None:
    assert in_tehran(instant) == instant


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        in_tehran(datetime(2026, 11, 24, 12))  # noqa: DTZ001


def test_a_row_says_the_time_and_the_day_only_where_needed() -> None:
    now = tehran(24, 21, 40)
    assert clock_time(tehran(24, 21, 12)) == "۲۱:۱۲"
    assert moment(tehran(24, 21, 12), now) == "۲۱:۱۲"
    assert moment(tehran(23, 21, 12), now) == "دیروز ۲۱:۱۲"
    assert moment(tehran(20, 7, 5), now) == "جمعه ۲۹ آبان، ۰۷:۰۵"


@pytest.mark.parametrize(
    ("minutes", "said"),
    [
        (0, "همین حالا"),
        (1, "۱ دقیقه پیش"),
        (59, "۵۹ دقیقه پیش"),
        (60, "۱ ساعت پیش"),
        (47 * 60, "۴۷ ساعت پیش"),
        (48 * 60, "۲ روز پیش"),
    ],
)
def test_elapsed_time_uses_the_coarsest_unit_that_helps(minutes: int, said: str) -> None:
    now = tehran(24, 21)
    assert elapsed(now - timedelta(minutes=minutes), now) == said


def test_the_system_clock_is_aware() -> None:
    assert SystemClock().now().utcoffset() == timedelta(0)
