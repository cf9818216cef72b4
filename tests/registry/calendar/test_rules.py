"""Working days, and when something is due."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.time import TEHRAN
from registry.calendar.rules import (
    Days,
    Rhythm,
    SameDay,
    Within,
    WorkingCalendar,
    WorkingDays,
    end_of,
    week_start,
)

THURSDAY, FRIDAY, SATURDAY, SUNDAY = (dt.date(2026, 11, day) for day in (26, 27, 28, 29))
DAYS = st.dates(dt.date(2020, 1, 1), dt.date(2060, 1, 1))


def tehran(day: dt.date, hour: int = 10) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(hour), TEHRAN)


def test_the_week_starts_on_saturday() -> None:
    assert week_start(FRIDAY) == dt.date(2026, 11, 21)
    assert week_start(SATURDAY) == SATURDAY


def test_friday_and_holidays_are_free() -> None:
    calendar = WorkingCalendar(holidays=frozenset({SATURDAY}))
    assert calendar.after(THURSDAY, 1) == SUNDAY
    assert calendar.on_or_after(FRIDAY) == SUNDAY
    assert calendar.on_or_after(THURSDAY) == THURSDAY


def test_hours_run_through_holidays_and_days_of_an_office_do_not() -> None:
    calendar = WorkingCalendar()
    assert Within(hours=24).due(tehran(THURSDAY), calendar) == tehran(FRIDAY)
    assert Days(1).due(tehran(THURSDAY), calendar) == end_of(SATURDAY)
    assert WorkingDays(3).due(tehran(THURSDAY), calendar) == end_of(dt.date(2026, 11, 30))


def test_the_same_day_ends_with_the_day_and_leaves_four_hours_at_its_end() -> None:
    calendar = WorkingCalendar()
    assert SameDay().due(tehran(THURSDAY, 10), calendar) == end_of(THURSDAY)
    assert SameDay().due(tehran(THURSDAY, 23), calendar) == tehran(FRIDAY, 3)


def test_a_rhythm_ends() -> None:
    rhythm = Rhythm(days=(7, 30))
    assert [rhythm.next_after(done) for done in range(3)] == [Days(7), Days(30), None]


@given(DAYS, st.integers(1, 30), st.frozensets(DAYS, max_size=5))
def test_working_days_pass_one_by_one_and_end_on_one(day: dt.date, count: int, holidays: frozenset[dt.date]) -> None:
    calendar = WorkingCalendar(holidays=holidays)
    reached = calendar.after(day, count)
    assert calendar.is_working(reached)
    between = [day + dt.timedelta(days=k) for k in range(1, (reached - day).days + 1)]
    assert sum(map(calendar.is_working, between)) == count


@given(DAYS, st.integers(0, 200), st.frozensets(DAYS, max_size=5))
def test_a_due_day_is_never_earlier_than_said_and_never_free(
    day: dt.date, days: int, holidays: frozenset[dt.date]
) -> None:
    calendar = WorkingCalendar(holidays=holidays)
    due = Days(days).due(tehran(day), calendar)
    last = (due - dt.timedelta(minutes=1)).astimezone(TEHRAN).date()
    assert last >= day + dt.timedelta(days=days)
    assert calendar.is_working(last)


@pytest.mark.parametrize("hours", [0, 2, 12, 24, 72])
def test_hours_do_not_care_for_the_calendar(hours: int) -> None:
    free = WorkingCalendar(free_weekdays=frozenset(range(6)))
    assert Within(hours=hours).due(tehran(FRIDAY), free) - tehran(FRIDAY) == dt.timedelta(hours=hours)
