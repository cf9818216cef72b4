"""The least that is known of a child, as a form. Law: DOMAIN, the least a form holds.

Everything may be absent: what nobody said is not there, and nothing is guessed for it. Unknown words are refused, so
that no field can be slipped in for a face, an accent or a photo.
"""

from enum import StrEnum
from typing import Annotated

from pydantic import Field, model_validator

from edge.messages.models import Sex
from registry.cases.forms.assessing import Nationality
from registry.cases.forms.fields import Day, Form, FormRefused, Line, Lines, Note, Number, Words
from registry.children.partial_dates import PartialDate

OLDEST = 30
"""A person "found to be adult" stays on record with the age that was found."""
Years = Annotated[int, Field(ge=0, le=OLDEST)]


class Method(StrEnum):
    SAID = "said"
    ESTIMATED = "estimated"
    DOCUMENT = "document"


class AgeSaid(Form):
    """An interval, how it was come by and on which day: from that day it ages by itself."""

    low: Years
    high: Years
    method: Method
    said_on: Day

    @model_validator(mode="after")
    def _low_first(self) -> "AgeSaid":
        if self.low > self.high:
            raise FormRefused("younger_first")
        return self


class Birth(Form):
    when: PartialDate
    method: Method


class Paper(Form):
    kind: Line
    seen_on: Day
    number: Number | None = None
    note: Note = ""


class School(Form):
    goes: bool | None = None
    grade: Line | None = None
    last_year: PartialDate | None = None
    barrier: Note = ""


class Work(Form):
    kind: Line
    hours_a_day: Annotated[float, Field(ge=0, le=24)] | None = None
    days_a_week: Annotated[int, Field(ge=0, le=7)] | None = None
    for_whom: Note = ""
    debt: Note = ""


class PlaceKind(StrEnum):
    HOME = "home"
    WORKPLACE = "workplace"
    STREET = "street"
    SHELTER = "shelter"
    ELSEWHERE = "elsewhere"


class SleepingPlace(Form):
    kind: PlaceKind
    where: Note = ""


class Sibling(Form):
    name: Line
    age: Years | None = None
    child_id: Annotated[int, Field(ge=1)] | None = None
    whereabouts: Note = ""


class SafeContact(Form):
    """Whom the child trusts: asked of the child, never taken from a list."""

    name: Line
    relation: Line
    reached_by: Number | None = None
    note: Note = ""


class Strictness(StrEnum):
    NOTICE = "notice"
    CAUTION = "caution"
    DANGER = "danger"


class SafetyAlert(Form):
    words: Words
    strictness: Strictness
    since: Day


class ChildRecord(Form):
    """Names are kept as said; a mononym is a whole name, not half of one."""

    given_name: Line | None = None
    mononym: bool = False
    honorific: Line | None = None
    nickname: Line | None = None
    fathers_name: Line | None = None
    grandfathers_name: Line | None = None
    family_name: Line | None = None
    sex: Sex = Sex.UNKNOWN
    birth: Birth | None = None
    age: AgeSaid | None = None
    marks: Lines = ()
    languages: Lines = ()
    nationality: Annotated[tuple[Nationality, ...], Field(max_length=10)] = ()
    papers: Annotated[tuple[Paper, ...], Field(max_length=20)] = ()
    disability: Note = ""
    school: School | None = None
    work: Annotated[tuple[Work, ...], Field(max_length=10)] = ()
    sleeping_place: SleepingPlace | None = None
    lives_with: Note = ""
    siblings: Annotated[tuple[Sibling, ...], Field(max_length=30)] = ()
    safe_contacts: Annotated[tuple[SafeContact, ...], Field(max_length=10)] = ()
    safety_alerts: Annotated[tuple[SafetyAlert, ...], Field(max_length=20)] = ()

    @model_validator(mode="after")
    def _a_mononym_stands_alone(self) -> "ChildRecord":
        if self.mononym and (self.family_name is not None or self.given_name is None):
            raise FormRefused("mononym_alone")
        return self
