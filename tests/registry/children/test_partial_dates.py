"""Dates as people know them."""

import datetime as dt

import jdatetime
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from registry.children.partial_dates import PartialDate, age_range


def read(typed: str) -> PartialDate:
    return PartialDate.model_validate(typed)


@pytest.mark.parametrize(
    ("typed", "calendar", "parts"),
    [
        ("۱۳۹۴", "jalali", (1394, None, None)),
        ("2015", "gregorian", (2015, None, None)),
        ("۱۳۹۴/۵", "jalali", (1394, 5, None)),
        ("1394-05-12", "jalali", (1394, 5, 12)),
        ("١٣٩٤/٥/١٢", "jalali", (1394, 5, 12)),
        ("۱۲/۰۵/۱۳۹۴", "jalali", (1394, 5, 12)),
        ("اسد ۱۳۹۴", "jalali", (1394, 5, None)),
        ("۱۲ زمری ۱۳۹۴", "jalali", (1394, 5, 12)),
        ("۱۲ مرداد 1394", "jalali", (1394, 5, 12)),
        ("جنوری ۲۰۱۵", "gregorian", (2015, 1, None)),
        ("3 أغسطس 2015", "gregorian", (2015, 8, 3)),
        ("Aug 2015", "gregorian", (2015, 8, None)),
        ("2015-08-03", "gregorian", (2015, 8, 3)),
    ],
)
def test_a_date_is_read_as_precisely_as_it_was_said(
    typed: str, calendar: str, parts: tuple[int, int | None, int | None]
) -> None:
    found = read(typed)
    assert (found.calendar, (found.year, found.month, found.day)) == (calendar, parts)
    assert found.written == typed


@pytest.mark.parametrize(
    "typed",
    [
        "", "94", "۵/۹۴", "1394/13", "1394/12/31", "2015-02-30", "1394/0/5", "رمضان ۱۴۳۶", "حمل 2015", "Aug 1394",
        "12 اسد", "اسد", "13940512", "1394/5/12/3", "0000", "5/1394/12", "9999", "اسد زمری ۱۳۹۴", "<b>1394</b>",
    ],
)  # fmt: skip
def test_what_is_no_date_is_refused_and_never_guessed(typed: str) -> None:
    with pytest.raises(ValidationError):
        read(typed)


def test_parts_are_taken_too_and_must_agree() -> None:
    assert PartialDate(calendar="jalali", year=1394, month=5).precision == "month"
    with pytest.raises(ValidationError):
        PartialDate(calendar="jalali", year=1394, day=5)


@given(st.dates(dt.date(1905, 1, 1), dt.date(2060, 1, 1)), st.sampled_from(["year", "month", "day"]))
def test_the_true_day_lies_between_first_and_last_and_nothing_is_padded(day: dt.date, precision: str) -> None:
    shown = jdatetime.date.fromgregorian(date=day)
    typed = {"year": f"{shown.year}", "month": f"{shown.year}/{shown.month}", "day": f"{shown:%Y/%m/%d}"}[precision]
    found = read(typed)
    assert found.precision == precision
    assert found.first <= day <= found.last
    assert PartialDate.model_validate(found.model_dump()) == found
    days = (found.last - found.first).days
    assert {"year": days in (364, 365), "month": days in (28, 29, 30), "day": days == 0}[precision]


@given(st.dates(dt.date(2005, 1, 1), dt.date(2026, 1, 1)), st.dates(dt.date(2026, 1, 2), dt.date(2030, 1, 1)))
def test_an_age_from_a_year_of_birth_holds_the_true_age(day: dt.date, today: dt.date) -> None:
    low, high = age_range(read(str(day.year)), today)
    true = today.year - day.year - ((today.month, today.day) < (day.month, day.day))
    assert low <= true <= high <= low + 1
