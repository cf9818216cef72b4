"""The working calendar and what "due" means: the week starts on Saturday, Friday is free, people edit the holidays.

What a child needs in hours is counted by the clock, night and holiday alike: the centre does not close. What an office
does in days is due at the end of a working day of Tehran.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from common.time import TEHRAN, in_tehran

FRIDAY, SATURDAY = 4, 5
LEAST_OF_A_DAY = timedelta(hours=4)


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkingCalendar:
    holidays: frozenset[date] = frozenset()
    free_weekdays: frozenset[int] = frozenset({FRIDAY})

    def is_working(self, day: date) -> bool:
        return day.weekday() not in self.free_weekdays and day not in self.holidays

    def on_or_after(self, day: date) -> date:
        while not self.is_working(day):
            day += timedelta(days=1)
        return day

    def after(self, day: date, working_days: int) -> date:
        """The day on which that many working days have passed since `day`, which itself does not count."""
        for _ in range(working_days):
            day = self.on_or_after(day + timedelta(days=1))
        return day


def week_start(day: date) -> date:
    """The Saturday of the week that `day` is in."""
    return day - timedelta(days=(day.weekday() - SATURDAY) % 7)


def end_of(day: date) -> datetime:
    """The instant at which a day of Tehran is over."""
    return datetime.combine(day + timedelta(days=1), time(0), TEHRAN)


@dataclass(frozen=True, slots=True)
class Within:
    """By the clock, holidays or not."""

    minutes: int = 0
    hours: int = 0

    def due(self, opened: datetime, calendar: WorkingCalendar) -> datetime:  # noqa: ARG002 - one shape for all
        return opened + timedelta(hours=self.hours, minutes=self.minutes)


@dataclass(frozen=True, slots=True)
class SameDay:
    """Before the day is over in Tehran; for who comes at its end, four hours at least: a child is not hurried at
    midnight."""

    def due(self, opened: datetime, calendar: WorkingCalendar) -> datetime:  # noqa: ARG002
        return max(end_of(in_tehran(opened).date()), opened + LEAST_OF_A_DAY)


@dataclass(frozen=True, slots=True)
class Days:
    """Days of the calendar; where the last one is free, the next working day."""

    days: int

    def due(self, opened: datetime, calendar: WorkingCalendar) -> datetime:
        return end_of(calendar.on_or_after(in_tehran(opened).date() + timedelta(days=self.days)))


@dataclass(frozen=True, slots=True)
class WorkingDays:
    days: int

    def due(self, opened: datetime, calendar: WorkingCalendar) -> datetime:
        return end_of(calendar.after(in_tehran(opened).date(), self.days))


Due = Within | SameDay | Days | WorkingDays
WITHOUT_HOLIDAYS = WorkingCalendar()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rhythm:
    """Days after the start on which something is due again and again, each counted from the start."""

    days: tuple[int, ...] = field(default_factory=tuple)

    def next_after(self, done: int) -> Days | None:
        """When the visit after `done` finished ones is due, or None when the series is over."""
        return Days(self.days[done]) if done < len(self.days) else None
