"""Dates as people know them: a year, a month of a year, or a day; never more than was said. Pure.

A birth "in Asad of 1394" stays that: nobody writes the first of the month for it, and an age reckoned from it is an
interval.
"""

import re
from datetime import date, timedelta
from typing import Annotated, Any, Literal

import jdatetime
from pydantic import BaseModel, ConfigDict, Field, model_validator

from common.text import comparison_key, to_ascii_digits
from common.time import AFGHAN_MONTHS, PERSIAN_MONTHS
from registry.cases.forms.fields import FormRefused

Calendar = Literal["jalali", "gregorian"]

JALALI_YEARS, GREGORIAN_YEARS = range(1280, 1450), range(1900, 2100)
_PASHTO = "وری غویی غبرګولی چنګاښ زمری وږی تله لړم لیندۍ مرغومی سلواغه کب"
_GREGORIAN = (
    "january february march april may june july august september october november december",
    "jan feb mar apr may jun jul aug sep oct nov dec",
    "ژانویه فوریه مارس آوریل مه ژوئن ژوئیه اوت سپتامبر اکتبر نوامبر دسامبر",
    "جنوری فبروری مارچ اپریل می جون جولای اگست سپتمبر اکتوبر نومبر دسمبر",
    "جنوری فروری مارچ اپریل مئی جون جولائی اگست ستمبر اکتوبر نومبر دسمبر",
    "يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر",
)
_OF_THE_MOON = (
    "محرم صفر ربیع‌الاول ربیع‌الثانی جمادی جمادی‌الاول جمادی‌الثانی رجب شعبان رمضان شوال ذی‌القعده ذیقعده ذی‌الحجه ذیحجه"
)
_LUNAR = frozenset(map(comparison_key, _OF_THE_MOON.split()))


def _months() -> dict[str, tuple[Calendar, int]]:
    found: dict[str, tuple[Calendar, int]] = {}
    for row in _GREGORIAN:
        found |= {comparison_key(name): ("gregorian", number) for number, name in enumerate(row.split(), start=1)}
    for names in (PERSIAN_MONTHS, AFGHAN_MONTHS, _PASHTO.split()):
        found |= {comparison_key(name): ("jalali", number) for number, name in enumerate(names, start=1)}
    return found | {comparison_key("امرداد"): ("jalali", 5)}


_MONTHS = _months()


class PartialDate(BaseModel):
    """`written` is what was typed. Given as text («اسد ۱۳۹۴», "2015-08", «۱۳۹۴») or as its parts."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    calendar: Calendar
    year: int
    month: Annotated[int, Field(ge=1, le=12)] | None = None
    day: Annotated[int, Field(ge=1, le=31)] | None = None
    written: Annotated[str, Field(max_length=60)] = ""

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, given: Any) -> Any:
        return _parts(given) if isinstance(given, str) else given

    @model_validator(mode="after")
    def _there_is_such_a_date(self) -> "PartialDate":
        if self.year not in (JALALI_YEARS if self.calendar == "jalali" else GREGORIAN_YEARS):
            raise FormRefused("no_such_year")
        if self.day is not None and self.month is None:
            raise FormRefused("day_without_month")
        try:
            self.first, self.last  # noqa: B018 - both are reckoned
        except ValueError as exc:
            raise FormRefused("no_such_day") from exc
        return self

    @property
    def first(self) -> date:
        """The earliest day that it may mean."""
        return _day(self.calendar, self.year, self.month or 1, self.day or 1)

    @property
    def last(self) -> date:
        """The latest day that it may mean."""
        if self.day is not None:
            return self.first
        year, month = (self.year + 1, 1) if self.month in (None, 12) else (self.year, (self.month or 0) + 1)
        return _day(self.calendar, year, month, 1) - timedelta(days=1)

    @property
    def precision(self) -> Literal["year", "month", "day"]:
        return "year" if self.month is None else "month" if self.day is None else "day"


def age_range(born: PartialDate, today: date) -> tuple[int, int]:
    """The youngest and the oldest that somebody born then can be today."""
    return _years(born.last, today), _years(born.first, today)


def _years(since: date, today: date) -> int:
    return max(0, today.year - since.year - ((today.month, today.day) < (since.month, since.day)))


def _day(calendar: Calendar, year: int, month: int, day: int) -> date:
    if calendar == "gregorian":
        return date(year, month, day)
    found: date = jdatetime.date(year, month, day).togregorian()
    return found


def _parts(typed: str) -> dict[str, object]:
    """Year, month and day in the order that their digits tell; a month may have its name. Errors: ValueError."""
    signs = [sign for sign in re.split(r"[\s/\-.،,٫]+", to_ascii_digits(typed.strip())) if sign]
    numbers = [sign for sign in signs if sign.isascii() and sign.isdigit()]
    named = [comparison_key(sign) for sign in signs if not (sign.isascii() and sign.isdigit())]
    if set(named) & _LUNAR:
        raise FormRefused("lunar_date")
    if len(named) > 1 or any(name not in _MONTHS for name in named) or not 1 <= len(numbers) <= 3 - len(named):
        raise FormRefused("no_date")
    if [len(number) for number in numbers].count(4) != 1 or any(len(number) not in (1, 2, 4) for number in numbers):
        raise FormRefused("year_of_four_digits")
    return _arranged(numbers, named) | {"written": typed.strip()}


def _arranged(numbers: list[str], named: list[str]) -> dict[str, object]:
    year = next(int(number) for number in numbers if len(number) == 4)
    rest = [int(number) for number in numbers if len(number) != 4]
    calendar = "jalali" if year in JALALI_YEARS else "gregorian"
    if named:
        of_month, month = _MONTHS[named[0]]
        if of_month != calendar:
            raise FormRefused("month_of_another_calendar")
        return {"calendar": calendar, "year": year, "month": month, "day": rest[0] if rest else None}
    if len(numbers[0]) != 4:
        if len(numbers) == 3 and len(numbers[-1]) != 4:
            raise FormRefused("year_in_the_middle")
        rest.reverse()
    month, day, *_ = (*rest, None, None)
    return {"calendar": calendar, "year": year, "month": month, "day": day}
