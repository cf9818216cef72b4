"""What is handed in about offices and about a case that is to go to another one."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from registry.cases.forms.fields import Form, FormRefused, Line, Note, Words

RowId = Annotated[int, Field(ge=1, le=2**63 - 1)]
Reason = Annotated[Note, Field(max_length=500)]


class OfficeForm(Form):
    """`organisation`, `address`, `telephone`: as they stand at the head of the office's letters."""

    name: Line
    province: Line
    organisation: Annotated[Note, Field(max_length=200)] = ""
    address: Annotated[Note, Field(max_length=400)] = ""
    telephone: Annotated[Note, Field(max_length=64)] = ""


class MembersForm(Form):
    """These people, and no others; whoever worked in another office works here from now on."""

    accounts: Annotated[frozenset[RowId], Field(max_length=500)]


class TransferForm(Form):
    """`needs`: what the other office must be able to give, in words that name nobody; read before accepting."""

    to_office_id: RowId
    reason: Annotated[Words, Field(max_length=500)]
    needs: Annotated[Words, Field(max_length=1000)]


class DecisionForm(Form):
    granted: bool
    reason: Reason = ""


class AnswerForm(Form):
    """`owner_id`: the case manager who takes the case; goes with accepting, as a reason goes with refusing."""

    accepted: bool
    owner_id: RowId | None = None
    reason: Reason = ""

    @model_validator(mode="after")
    def _an_owner_or_none(self) -> Self:
        if self.accepted != (self.owner_id is not None):
            raise FormRefused("accepted_by_whom")
        return self


class WithdrawForm(Form):
    reason: Annotated[Words, Field(max_length=500)]
