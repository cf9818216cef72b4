"""What a person writes: a note, its correction, a flag, its end."""

from typing import Annotated

from pydantic import Field

from registry.cases.forms.fields import Day, Form, Words

RowId = Annotated[int, Field(ge=1, le=2**63 - 1)]
Reason = Annotated[Words, Field(max_length=500)]
Readers = Annotated[frozenset[RowId], Field(max_length=50)]


class NoteForm(Form):
    """`sealed`: only the writer, `readers` and those called by @name know that it is there."""

    text: Words
    sealed: bool = False
    readers: Readers = frozenset()


class CorrectionForm(Form):
    text: Words
    because: Reason


class ReadersForm(Form):
    """More people for a sealed note; nobody is taken from it, for they have read it."""

    readers: Annotated[Readers, Field(min_length=1)]


class FlagForm(Form):
    """`look_by`: the day by which somebody should have looked."""

    what: Reason
    look_by: Day | None = None


class ResolutionForm(Form):
    because: Reason
