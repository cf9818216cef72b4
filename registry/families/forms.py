"""What is handed in about a family."""

from typing import Annotated

from pydantic import Field, model_validator

from registry.cases.forms.fields import Day, Form, FormRefused, Line, Note, Number, Words
from registry.families.rules import AidKind, Relation

Reason = Annotated[Words, Field(max_length=500)]


class MemberForm(Form):
    """A child of ours, or somebody by name. `evidence`: what shows the relation; empty where it was only said."""

    child_id: Annotated[int, Field(ge=1)] | None = None
    name: Line | None = None
    relation: Relation
    evidence: Annotated[Note, Field(max_length=200)] = ""

    @model_validator(mode="after")
    def _a_child_or_a_name(self) -> "MemberForm":
        if (self.child_id is None) == (self.name is None):
            raise FormRefused("child_or_name")
        return self


class FamilyForm(Form):
    area: Annotated[Note, Field(max_length=200)] = ""
    members: Annotated[tuple[MemberForm, ...], Field(min_length=1, max_length=40)]


class LeavesForm(Form):
    because: Reason


class RestraintForm(Form):
    because: Reason
    order_number: Number | None = None
    until: Day | None = None


class LiftForm(Form):
    because: Reason


class AidForm(Form):
    """`corrects`: the row that this one stands for from now on."""

    kind: AidKind
    what: Reason
    rials: Annotated[int, Field(ge=0, le=10**15)] | None = None
    given_on: Day
    corrects: Annotated[int, Field(ge=1)] | None = None
