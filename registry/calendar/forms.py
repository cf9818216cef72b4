"""A time by which something is due, as people set it."""

from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from registry.calendar.rules import Days, Due, Rhythm, SameDay, Within, WorkingDays
from registry.cases.forms.fields import Form, FormRefused

MOST = 400
MOST_DAYS = 1100
"""Three years of visits."""
VisitDay = Annotated[int, Field(ge=1, le=MOST_DAYS, strict=True)]


class Unit(StrEnum):
    MINUTES = "minutes"
    """By the clock, holidays or not; as are hours."""
    HOURS = "hours"
    DAYS = "days"
    """Of the calendar; a free last day moves to the next working one."""
    WORKING_DAYS = "working_days"
    SAME_DAY = "same_day"


class RhythmSet(Form):
    """Days after the child left, each later than the one before; the last visit ends the series."""

    days: Annotated[tuple[VisitDay, ...], Field(min_length=1, max_length=24)]

    @model_validator(mode="after")
    def _each_later(self) -> Self:
        if list(self.days) != sorted(set(self.days)):
            raise FormRefused("each_visit_later")
        return self

    @property
    def rhythm(self) -> Rhythm:
        return Rhythm(days=self.days)


class DueSet(Form):
    """`count` is 0 for "at once" in minutes and for the same day, at least 1 otherwise."""

    unit: Unit
    count: Annotated[int, Field(ge=0, le=MOST, strict=True)] = 0

    @model_validator(mode="after")
    def _counts_what_can_be_counted(self) -> Self:
        if self.unit is Unit.SAME_DAY and self.count:
            raise FormRefused("same_day_counts_nothing")
        if self.unit in (Unit.HOURS, Unit.DAYS, Unit.WORKING_DAYS) and not self.count:
            raise FormRefused("how_many")
        return self

    @property
    def due(self) -> Due:
        match self.unit:
            case Unit.MINUTES:
                return Within(minutes=self.count)
            case Unit.HOURS:
                return Within(hours=self.count)
            case Unit.DAYS:
                return Days(self.count)
            case Unit.WORKING_DAYS:
                return WorkingDays(self.count)
            case Unit.SAME_DAY:
                return SameDay()

    @classmethod
    def of(cls, due: Due) -> Self:
        match due:
            case Within(minutes=minutes, hours=0):
                return cls(unit=Unit.MINUTES, count=minutes)
            case Within(minutes=0, hours=hours):
                return cls(unit=Unit.HOURS, count=hours)
            case Within(minutes=minutes, hours=hours):
                return cls(unit=Unit.MINUTES, count=hours * 60 + minutes)
            case Days(days=days):
                return cls(unit=Unit.DAYS, count=days)
            case WorkingDays(days=days):
                return cls(unit=Unit.WORKING_DAYS, count=days)
            case SameDay():
                return cls(unit=Unit.SAME_DAY)
