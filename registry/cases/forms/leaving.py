"""Leaving the centre's care: discharge with its receiver, quasi-family care, referral, closing."""

from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from registry.cases.forms.fields import Day, Form, FormRefused, Line, Lines, Note, Number, Words


class Evidence(StrEnum):
    DOCUMENT = "document"
    COURT = "court"
    CIVIL_REGISTRY = "civil_registry"
    TWO_STATEMENTS = "two_statements"
    WORKER_WHO_KNOWS = "worker_who_knows"
    NONE = "none"


class Receiver(Form):
    """Who takes the child, and what the child, asked alone, says of it."""

    name: Line
    relation: Line
    paper_seen: Line
    evidence: Evidence
    child_asked_alone: bool
    child_knows_them: bool
    child_wishes_to_go: bool
    child_is_afraid: bool
    alleged_exploiter: bool


class CheckedAtLeaving(StrEnum):
    IRIS = "iris"
    FORM_WITHOUT_IRIS = "form_without_iris"


class PledgedByGuardian(Form):
    what: Line
    review_on: Day


class PromisedByUs(Form):
    """`words` are those that can be said to the child at the van."""

    what: Line
    words: Line
    by_whom: Line
    due_on: Day


class Discharge(Form):
    receiver: Receiver
    child_checked_by: CheckedAtLeaving
    orders_terms_met: bool
    family_reviewed: bool
    commitments: Annotated[tuple[PledgedByGuardian, ...], Field(max_length=20)] = ()
    witness: Note = ""
    promises: Annotated[tuple[PromisedByUs, ...], Field(max_length=20)] = ()
    papers: Lines = ()
    medicine: Lines = ()
    belongings_returned: bool
    first_follow_up_on: Day
    referral_area: Line

    @model_validator(mode="after")
    def _witnessed(self) -> Self:
        if self.commitments and not self.witness:
            raise FormRefused("commitment_without_witness")
        return self


class NoFamily(StrEnum):
    UNKNOWN = "unknown"
    DEAD = "dead"
    UNFIT_BY_COURT = "unfit_by_court"
    IN_PRISON = "in_prison"
    MISSING = "missing"


class Home(StrEnum):
    INFANT_HOME = "infant_home"
    CHILDRENS_HOME = "childrens_home"
    FOSTER_FAMILY = "foster_family"


class QuasiFamily(Form):
    parents: NoFamily
    grandparents: NoFamily
    court_order_number: Number
    ordered_on: Day
    home: Home
    place: Line


class Referral(Form):
    """What is shared is listed; consent, or the reason why it is overridden; an end date. The receiver sees no more."""

    receiver: Line
    service: Line
    shared: Annotated[Lines, Field(min_length=1)]
    consent: bool
    override_reason: Note = ""
    ends_on: Day
    moves_child: bool = False
    """The receiver takes over the care: the case goes to `referred_out`."""

    @model_validator(mode="after")
    def _consent_or_why(self) -> Self:
        if not self.consent and not self.override_reason:
            raise FormRefused("no_consent_no_reason")
        return self


class Closure(Form):
    reason: Words
