"""The shift a list shows, from `?shift=` as a person or a link writes it."""

import datetime as dt
from dataclasses import dataclass

from common.time import jalali_digits, parse_jalali, shift_bounds, shift_date


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    date: dt.date
    today: dt.date

    @property
    def bounds(self) -> tuple[dt.datetime, dt.datetime]:
        return shift_bounds(self.date)

    @property
    def text(self) -> str:
        return _text(self.date)

    @property
    def earlier(self) -> str:
        return _text(self.date - dt.timedelta(days=1))

    @property
    def later(self) -> str | None:
        """The next shift's text; None for the one that runs now."""
        return _text(self.date + dt.timedelta(days=1)) if self.date < self.today else None


def shift_of(typed: str, now: dt.datetime) -> Shift:
    """The shift of a Jalali date; what is empty or no date means the shift that runs now."""
    today = shift_date(now)
    try:
        return Shift(date=min(parse_jalali(typed), today), today=today)
    except ValueError:
        return Shift(date=today, today=today)


def _text(day: dt.date) -> str:
    return jalali_digits(day, language="en").replace("/", "-")
