"""What a field of a form takes. Text is kept as typed; what cannot be read safely is refused, never repaired."""

import re
from datetime import date, datetime
from typing import Annotated, Any

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer

from common.text import to_ascii_digits
from common.time import parse_jalali

# Embedding, override and isolate marks turn a sentence around for its reader; ZWNJ, LRM and RLM are ordinary typing.
_TURNS_TEXT_AROUND = re.compile("[\u202a-\u202e\u2066-\u2069]")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
JALALI_YEARS, GREGORIAN_YEARS = range(1250, 1600), range(1871, 2222)


class FormRefused(ValueError):
    """Why what was filled in cannot be taken: the catalogue has `form_refused.<why>` in both languages."""

    def __init__(self, why: str) -> None:
        super().__init__(why.replace("_", " "))
        self.said = f"form_refused.{why}"


class Form(BaseModel):
    """A form as a person filled it in. Unknown fields are refused: what would be dropped would be lost."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


def _readable(typed: str) -> str:
    if _TURNS_TEXT_AROUND.search(typed):
        raise FormRefused("hidden_marks")
    if _CONTROL.search(typed):
        raise FormRefused("control_characters")
    return typed


def _day(typed: Any) -> Any:
    """۱۴۰۵/۰۹/۰۳, 1405-9-3 or 2026-11-24, in any digits. A year that could be neither calendar's is refused."""
    if isinstance(typed, date) or not isinstance(typed, str):
        return typed
    plain = to_ascii_digits(typed).strip().replace("/", "-")
    year, *rest = plain.split("-")
    if len(rest) == 2 and year.isdigit() and all(part.isdigit() for part in rest):
        month, day = (int(part) for part in rest)
        try:
            if int(year) in JALALI_YEARS:
                return parse_jalali(plain)
            if int(year) in GREGORIAN_YEARS:
                return date(int(year), month, day)
        except ValueError as exc:
            raise FormRefused("no_day") from exc
    raise FormRefused("no_day")


def _of_our_time(moment: datetime) -> datetime:
    """Beyond it, another time zone's year may be none at all."""
    if moment.year not in GREGORIAN_YEARS:
        raise FormRefused("no_moment")
    return moment


def _code(typed: str) -> str:
    return to_ascii_digits(typed)


Line = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_readable)]
"""A name, a place, a number with letters: one line."""
Words = Annotated[str, Field(min_length=1, max_length=4000), AfterValidator(_readable)]
"""Free text that must not be empty."""
Note = Annotated[str, Field(max_length=4000), AfterValidator(_readable)]
"""Free text that may be empty."""
Number = Annotated[str, Field(min_length=1, max_length=64), AfterValidator(_readable), AfterValidator(_code)]
"""A letter's or an order's number: digits kept as ASCII."""
Day = Annotated[date, BeforeValidator(_day), Field(examples=["۱۴۰۵/۰۹/۰۳", "2026-11-24"])]
Moment = Annotated[AwareDatetime, AfterValidator(_of_our_time), PlainSerializer(datetime.isoformat, when_used="json")]
Lines = Annotated[tuple[Line, ...], Field(max_length=50)]
