"""Instants are kept in UTC and shown in Tehran; days are shown in the Jalali calendar, near ones in words."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

import jdatetime

from common.text import localise, to_ascii_digits

TEHRAN = ZoneInfo("Asia/Tehran")
SHIFT_STARTS = time(9, 0)
NEAR_DAYS = 14

_WEEKDAYS = {
    "fa": ("دوشنبه", "سه‌شنبه", "چهارشنبه", "پنجشنبه", "جمعه", "شنبه", "یکشنبه"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
_MONTHS = {
    "fa": ("فروردین", "اردیبهشت", "خرداد", "تیر", "مرداد", "شهریور", "مهر", "آبان", "آذر", "دی", "بهمن", "اسفند"),
    "en": ("Farvardin", "Ordibehesht", "Khordad", "Tir", "Mordad", "Shahrivar",
           "Mehr", "Aban", "Azar", "Dey", "Bahman", "Esfand"),
}  # fmt: skip
PERSIAN_MONTHS = _MONTHS["fa"]
AFGHAN_MONTHS = ("حمل", "ثور", "جوزا", "سرطان", "اسد", "سنبله", "میزان", "عقرب", "قوس", "جدی", "دلو", "حوت")
_GREGORIAN_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class Clock(Protocol):
    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
        ...


@dataclass(frozen=True, slots=True)
class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


def in_tehran(instant: datetime) -> datetime:
    """An aware instant on Tehran's clock. Errors: ValueError for a naive one, whose zone nobody can know."""
    if instant.tzinfo is None:
        raise ValueError("an instant without a time zone cannot be shown")
    return instant.astimezone(TEHRAN)


def shift_date(instant: datetime) -> date:
    """The date of the shift (09:00–24:00) an instant belongs to; its overrun, until the next one starts, too."""
    local = in_tehran(instant)
    return local.date() if local.time() >= SHIFT_STARTS else local.date() - timedelta(days=1)


def shift_bounds(day: date) -> tuple[datetime, datetime]:
    """The instants (UTC) between which an encounter belongs to the shift of `day`; the second is exclusive."""
    start = datetime.combine(day, SHIFT_STARTS, TEHRAN)
    end = datetime.combine(day + timedelta(days=1), SHIFT_STARTS, TEHRAN)
    return start.astimezone(UTC), end.astimezone(UTC)


def jalali(day: date, *, language: str = "fa", weekday: bool = True, year: bool = True) -> str:
    """«سه‌شنبه ۳ آذر ۱۴۰۵»; without weekday or year where the page has said them already."""
    shown = jdatetime.date.fromgregorian(date=day)
    names = "fa" if language == "fa" else "en"
    parts = [f"{shown.day} {_MONTHS[names][shown.month - 1]}"]
    if weekday:
        parts.insert(0, _WEEKDAYS[names][day.weekday()])
    if year:
        parts.append(str(shown.year))
    return localise(" ".join(parts), language)


def jalali_digits(day: date, *, language: str = "fa") -> str:
    """«۱۴۰۵/۰۹/۰۳», for tables and letters."""
    shown = jdatetime.date.fromgregorian(date=day)
    return localise(f"{shown.year:04d}/{shown.month:02d}/{shown.day:02d}", language)


def parse_jalali(text: str) -> date:
    """A Jalali date typed as ۱۴۰۵/۹/۳ or 1405-09-03. Errors: ValueError when there is no such day."""
    parts = to_ascii_digits(text).strip().replace("-", "/").replace("٫", "/").split("/")
    if len(parts) != 3 or not all(part.strip().isdigit() for part in parts):
        raise ValueError(f"not a date like ۱۴۰۵/۰۹/۰۳: {text!r}")
    year, month, day = (int(part) for part in parts)
    found: date = jdatetime.date(year, month, day).togregorian()
    return found


def gregorian(day: date) -> str:
    """ "24 Nov 2026": what hovering over a Jalali date shows."""
    return f"{day.day} {_GREGORIAN_MONTHS[day.month - 1]} {day.year}"


def clock_time(instant: datetime, *, language: str = "fa") -> str:
    """«۲۱:۱۲» on Tehran's clock."""
    return localise(in_tehran(instant).strftime("%H:%M"), language)


def near_date(day: date, today: date, *, language: str = "fa") -> str:
    """A day in words when it is near («فردا»، «۳ روز مانده»), else its Jalali date."""
    days = (day - today).days
    words = _NEAR_FA if language == "fa" else _NEAR_EN
    if days in words:
        return words[days]
    if abs(days) <= NEAR_DAYS:
        if language == "fa":
            return localise(f"{days} روز مانده" if days > 0 else f"{-days} روز پیش", language)
        return f"in {days} days" if days > 0 else f"{-days} days ago"
    same_year = jdatetime.date.fromgregorian(date=day).year == jdatetime.date.fromgregorian(date=today).year
    return jalali(day, language=language, weekday=same_year, year=not same_year)


_NEAR_FA = {-2: "پریروز", -1: "دیروز", 0: "امروز", 1: "فردا", 2: "پس‌فردا"}
_NEAR_EN = {-1: "yesterday", 0: "today", 1: "tomorrow"}


def elapsed(since: datetime, now: datetime, *, language: str = "fa") -> str:
    """How long ago, in the coarsest unit that helps: «همین حالا», «۴۰ دقیقه پیش», «۳ ساعت پیش», «۲ روز پیش»."""
    minutes = int((now - since).total_seconds() // 60)
    if minutes < 1:
        return "همین حالا" if language == "fa" else "just now"
    fa, en, number = ("دقیقه", "min", minutes)
    if minutes >= 48 * 60:
        fa, en, number = ("روز", "days", minutes // (24 * 60))
    elif minutes >= 60:
        fa, en, number = ("ساعت", "h", minutes // 60)
    return localise(f"{number} {fa} پیش", language) if language == "fa" else f"{number} {en} ago"


def moment(instant: datetime, now: datetime, *, language: str = "fa") -> str:
    """An instant as a row says it: «۲۱:۱۲» today, «دیروز ۲۱:۱۲», «یکشنبه ۱ آذر، ۲۱:۱۲» before."""
    day, today = in_tehran(instant).date(), in_tehran(now).date()
    hour = clock_time(instant, language=language)
    if day == today:
        return hour
    if (today - day).days == 1:
        return f"{near_date(day, today, language=language)} {hour}"
    same_year = jdatetime.date.fromgregorian(date=day).year == jdatetime.date.fromgregorian(date=today).year
    comma = "،" if language == "fa" else ","
    return f"{jalali(day, language=language, year=not same_year)}{comma} {hour}"
