"""What is handed in about organisations outside and about a referral to one of them."""

from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from registry.cases.forms.fields import Day, Form, FormRefused, Line, Note, Words

RowId = Annotated[int, Field(ge=1, le=2**63 - 1)]
Reason = Annotated[Words, Field(max_length=500)]


class PartnerKind(StrEnum):
    NGO = "ngo"
    SUPPORT_AND_EDUCATION_CENTRE = "support_and_education"
    SOCIAL_WORK_CLINIC = "social_work_clinic"


class PartnerForm(Form):
    """`area`: the part of the city it serves; a child is referred by where it lives."""

    name: Line
    kind: PartnerKind
    area: Annotated[Note, Field(max_length=200)] = ""
    supervisor_id: RowId | None = None


class PeopleForm(Form):
    """These accounts, and no others, read the organisation's referrals."""

    accounts: Annotated[frozenset[RowId], Field(max_length=50)]


class HandOverForm(Form):
    """`entry_id`: the referral as it was written on the case, with its list, its consent and its end."""

    entry_id: RowId
    partner_id: RowId


class EndForm(Form):
    reason: Reason


class AnswerForm(Form):
    accepted: bool
    reason: Annotated[Note, Field(max_length=500)] = ""

    @model_validator(mode="after")
    def _says_why_not(self) -> Self:
        if not self.accepted and not self.reason:
            raise FormRefused("declined_without_reason")
        return self


class ReportForm(Form):
    """What the receiver reports back."""

    on: Day
    came: bool
    words: Words
    finished: bool = False
    """The service is done; nothing more is needed of the list."""
