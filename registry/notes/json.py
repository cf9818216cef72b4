"""Notes and flags for programs."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from pydantic import BaseModel, ConfigDict
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.access.tables import Account
from registry.notes.tables import NoteMention, NoteReader, WrittenNote


class NoteOut(BaseModel):
    """`calls`: colleagues called by @name. `readers`: of a sealed note, nobody else's. `corrected_by`: the note that
    stands in its place."""

    model_config = ConfigDict(from_attributes=True)

    id: int
    child_id: int | None
    case_id: int | None
    text: str
    sealed: bool
    calls: list[str]
    readers: list[str]
    written_at: datetime
    written_by: str
    corrects_id: int | None
    corrected_by: int | None
    because: str
    etag: str


class NoteWritten(NoteOut):
    """`unknown`: names after an @ that no colleague has; nobody was called by them."""

    unknown: list[str]


class NotePage(BaseModel):
    notes: list[NoteOut]
    next: str | None


class NoteConflictOut(BaseModel):
    """Corrected before: what was sent now, and the note that stands."""

    detail: str
    yours: dict[str, Any]
    theirs: NoteOut


class FlagOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: int
    child_id: int | None
    case_id: int | None
    what: str
    look_by: date | None
    raised_at: datetime
    raised_by: str
    resolved_at: datetime | None
    resolved_by: str | None
    resolved_because: str | None


class FlagPage(BaseModel):
    flags: list[FlagOut]
    next: str | None


def notes_out(session: Session, notes: Sequence[WrittenNote]) -> list[NoteOut]:
    """Three statements, however many there are."""
    ids = [note.id for note in notes]
    calls, readers = (_names(session, kind, ids) for kind in (NoteMention, NoteReader))
    followers = select(WrittenNote.corrects_id, WrittenNote.id).where(WrittenNote.corrects_id.in_(ids))
    corrected = {row[0]: row[1] for row in session.execute(followers)}
    return [_out(note, calls.get(note.id, []), readers.get(note.id, []), corrected.get(note.id)) for note in notes]


def _out(note: WrittenNote, calls: list[str], readers: list[str], corrected_by: int | None) -> NoteOut:
    same = ("id", "child_id", "case_id", "text", "sealed", "written_at", "written_by", "corrects_id", "because")
    return NoteOut(
        **{name: getattr(note, name) for name in same}, calls=calls, readers=readers, corrected_by=corrected_by,
        etag=etag_of(note.id, corrected_by),
    )  # fmt: skip


def etag_of(note_id: int, corrected_by: int | None = None) -> str:
    """A note never changes; that it was corrected does."""
    return f'"note-{note_id}"' if corrected_by is None else f'"note-{note_id}-{corrected_by}"'


def _names(session: Session, kind: type[NoteMention] | type[NoteReader], ids: Sequence[int]) -> dict[int, list[str]]:
    asked = select(kind.note_id, Account.name).join(Account, Account.id == kind.account_id)
    found: dict[int, list[str]] = {}
    for row in session.execute(asked.where(kind.note_id.in_(ids)).order_by(Account.name)):
        found.setdefault(row[0], []).append(row[1])
    return found
