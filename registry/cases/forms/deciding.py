"""Decisions about a child: the judicial order, best interests, keeping, the notice to the directorate."""

from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from registry.cases.forms.fields import Day, Form, FormRefused, Line, Lines, Moment, Note, Number, Words


class Granted(Form):
    order_number: Number
    ordered_on: Day
    expires_on: Day
    limits: Note = ""

    @model_validator(mode="after")
    def _ends_after_it_began(self) -> Self:
        if self.expires_on < self.ordered_on:
            raise FormRefused("order_ends_before_it_began")
        return self


class JudicialOrder(Form):
    """Asked within twelve hours of arrival. The court's answer is a further entry with `granted` or `refused`."""

    branch: Line
    request_number: Number
    asked_at: Moment
    granted: Granted | None = None
    refused_because: Note = ""


class Keeping(Form):
    """Admission over twenty-four hours, on a judicial order."""

    reason: Words
    where: Line


class Accommodation(Form):
    """The periodic report; money and belongings are taken and given back against a signature."""

    life_skills: Note = ""
    schooling: Note = ""
    sport: Note = ""
    hygiene: Note = ""
    dental: Note = ""
    belongings_taken: Lines = ()
    belongings_returned: Lines = ()
    signed: bool
    report: Words


class Purpose(StrEnum):
    DISCHARGE = "discharge"
    PLACEMENT = "placement"
    TRANSFER = "transfer"
    NOTICE = "notice"


class Grounds(StrEnum):
    """Why it serves the child. Commitments alone never suffice."""

    SAFETY = "safety"
    HEALTH = "health"
    FAMILY_TIES = "family_ties"
    SCHOOLING = "schooling"
    CHILDS_WISH = "childs_wish"
    SUPPORT_AT_HOME = "support_at_home"
    LAWS_DEMAND = "laws_demand"
    GUARDIANS_COMMITMENT = "guardians_commitment"


class BestInterests(Form):
    purpose: Purpose
    options: Annotated[Lines, Field(min_length=2)]
    risks: Annotated[Lines, Field(min_length=1)]
    childs_view: Words
    """In the child's own words, or why it could not be heard."""
    agree: Annotated[Lines, Field(min_length=1)]
    disagree: Lines = ()
    grounds: Annotated[frozenset[Grounds], Field(min_length=1)]
    conclusion: Words


class NoticeDecision(StrEnum):
    SEND = "send"
    DEFER = "defer"
    DO_NOT_SEND = "do_not_send"
    REFER = "refer"


class ReferTo(StrEnum):
    LAWYER = "lawyer"
    UNHCR = "unhcr"


class RiskOnReturn(Form):
    """Every question answered: what nobody asked is no "no"."""

    persecution: bool
    trafficking: bool
    separated_child: bool
    asylum_or_residence_claim: bool
    mixed_nationality_parents: bool

    @property
    def any(self) -> bool:
        return any(self.model_dump().values())


class AgeBand(StrEnum):
    UNDER_6 = "0-5"
    CHILD = "6-11"
    YOUNG = "12-14"
    ADOLESCENT = "15-17"


class NoticeLetter(Form):
    """All that the directorate is told. The list is closed: nothing else has a place here."""

    letter_number: Number
    case_number: Number
    sex: Annotated[str, Field(pattern="^(girl|boy|unknown)$")]
    age_band: AgeBand
    claimed_nationality: Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
    asked: Words


class Notice(Form):
    decision: NoticeDecision
    risk_on_return: RiskOnReturn
    reason: Words
    letter: NoticeLetter | None = None
    refer_to: ReferTo | None = None

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if (self.decision is NoticeDecision.SEND) != (self.letter is not None):
            raise FormRefused("letter_without_sending")
        if (self.decision is NoticeDecision.REFER) != (self.refer_to is not None):
            raise FormRefused("refer_to_whom")
        return self


class NoticeAnswer(Form):
    answered_on: Day
    letter_number: Number
    answer: Words
