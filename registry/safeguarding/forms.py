"""What a complainant says, with words or with pictograms, and what the officer writes of it."""

from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from registry.cases.forms.fields import Day, Form, FormRefused, Line, Lines, Note, Words

RowId = Annotated[int, Field(ge=1, le=2**63 - 1)]
Accounts = Annotated[frozenset[RowId], Field(max_length=50)]


class Kind(StrEnum):
    COMPLAINT = "complaint"
    SAFEGUARDING = "safeguarding"


class Teller(StrEnum):
    CHILD = "child"
    GUARDIAN = "guardian"
    RELATIVE = "relative"
    STAFF = "staff"
    NGO = "ngo"
    CITIZEN = "citizen"


class Against(StrEnum):
    STAFF = "staff"
    NGO = "ngo"
    GUARDIAN = "guardian"
    PEER = "peer"
    OTHER = "other"


class Concern(StrEnum):
    """A pictogram each on the centre's tablet, so that a child who does not read can say it."""

    HIT = "hit"
    TOUCHED = "touched"
    SHOUTED = "shouted"
    THREATENED = "threatened"
    LOCKED_IN = "locked_in"
    HUNGRY = "hungry"
    MONEY_TAKEN = "money_taken"
    MADE_TO_WORK = "made_to_work"
    SENT_AWAY = "sent_away"
    NOT_LISTENED_TO = "not_listened_to"
    PROMISE_BROKEN = "promise_broken"
    FORCED_SCAN = "forced_scan"
    """An eye scanned against the child's will."""
    OTHER = "other"


class Where(StrEnum):
    VAN = "van"
    CENTRE = "centre"
    NGO = "ngo"
    HOME = "home"
    STREET = "street"
    ELSEWHERE = "elsewhere"


class AccusedForm(Form):
    """A colleague by account where it is known; words for everybody else, and for who is known by sight only."""

    kind: Against
    account_id: RowId | None = None
    words: Annotated[Note, Field(max_length=200)] = ""

    @model_validator(mode="after")
    def _somebody(self) -> Self:
        if self.account_id is not None and self.kind not in (Against.STAFF, Against.NGO):
            raise FormRefused("account_of_an_outsider")
        return self


class ReportForm(Form):
    """`concerns` alone are a whole report: a child need not write. `reached_by`: where the answer is wanted."""

    kind: Kind = Kind.COMPLAINT
    told_by: Teller
    anonymous: bool = False
    concerns: Annotated[frozenset[Concern], Field(min_length=1)]
    against: Annotated[tuple[AccusedForm, ...], Field(max_length=20)] = ()
    danger_now: bool = False
    words: Note = ""
    where: Where | None = None
    happened_on: Day | None = None
    child_id: RowId | None = None
    child_words: Annotated[Note, Field(max_length=200)] = ""
    complainant: Annotated[Note, Field(max_length=200)] = ""
    reached_by: Annotated[Note, Field(max_length=200)] = ""
    wants: Note = ""

    @model_validator(mode="after")
    def _anonymous_is_anonymous(self) -> Self:
        if self.anonymous and (self.complainant or self.reached_by):
            raise FormRefused("anonymous_with_a_name")
        return self


class TakeForm(Form):
    """`because`: why it passes from one officer to another."""

    because: Annotated[Note, Field(max_length=500)] = ""


class ChildForm(Form):
    child_id: RowId


class KeptAwayForm(Form):
    """These people as well, and no others, do not see the child; the accused never do while the report is open."""

    accounts: Accounts
    because: Annotated[Words, Field(max_length=500)]


class ForcedForm(Form):
    """`slots`: the child's captures that were made against its will."""

    slots: Annotated[frozenset[RowId], Field(min_length=1, max_length=50)]
    because: Annotated[Words, Field(max_length=500)]


class NoteForm(Form):
    words: Words


class Outcome(StrEnum):
    UPHELD = "upheld"
    PARTLY_UPHELD = "partly_upheld"
    NOT_UPHELD = "not_upheld"
    CANNOT_TELL = "cannot_tell"
    PASSED_ON = "passed_on"


class DecisionForm(Form):
    """`answer` is what the complainant is told, in words fit for them; `findings` stay with the officers."""

    outcome: Outcome
    findings: Words
    measures: Lines = ()
    answer: Words
    passed_to: Annotated[Note, Field(max_length=200)] = ""
    because: Annotated[Note, Field(max_length=500)] = ""
    """Why an earlier decision is put right."""

    @model_validator(mode="after")
    def _passed_to_somebody(self) -> Self:
        if (self.outcome is Outcome.PASSED_ON) != bool(self.passed_to):
            raise FormRefused("passed_on_to_whom")
        return self


class How(StrEnum):
    IN_PERSON = "in_person"
    BY_PHONE = "by_phone"
    BY_LETTER = "by_letter"
    BY_CODE = "by_code"
    """An anonymous complainant fetched it."""


class ToldForm(Form):
    how: How
    note: Annotated[Note, Field(max_length=500)] = ""


class AnswerAsked(Form):
    reference: Annotated[Line, Field(max_length=32)]
    secret: Annotated[Line, Field(max_length=32)]


class LineForm(Form):
    """To whom somebody answers at work."""

    superiors: Accounts
