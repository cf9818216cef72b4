"""What somebody who misses a child tells us, and what is decided of a possible match."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from edge.messages.models import Sex
from registry.cases.forms.fields import Form, Line, Lines, Note, Number, Words
from registry.children.partial_dates import PartialDate
from registry.children.record import AgeSaid


class Inquirer(Form):
    """`identity_seen`: the paper that was shown; empty where none was."""

    name: Line
    relation: Line
    reached_by: Number | None = None
    identity_seen: Annotated[Note, Field(max_length=200)] = ""


class LastSeen(Form):
    when: PartialDate | None = None
    place: Line | None = None
    with_whom: Note = ""


class SoughtChild(Form):
    given_name: Line
    nickname: Line | None = None
    fathers_name: Line | None = None
    grandfathers_name: Line | None = None
    family_name: Line | None = None
    sex: Sex = Sex.UNKNOWN
    birth: PartialDate | None = None
    age: AgeSaid | None = None
    languages: Lines = ()
    marks: Lines = ()
    last_seen: LastSeen | None = None


class InquiryForm(Form):
    inquirer: Inquirer
    child: SoughtChild
    note: Note = ""


class Verdict(StrEnum):
    LIKELY = "likely"
    RULED_OUT = "ruled_out"


class VerdictForm(Form):
    """What the child's worker thinks of it. Meeting the family is a plan of the case, not a button."""

    verdict: Verdict
    note: Annotated[Words, Field(max_length=500)]


class CloseForm(Form):
    because: Annotated[Words, Field(max_length=500)]
