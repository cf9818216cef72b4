"""Notes on a child or a case, who is named in them, and flags."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from registry.base import Base, BigId

_OF_ONE = "(child_id is null) <> (case_id is null)"


class WrittenNote(Base):
    """Never changed: a correction is a new note pointing at the old. On a case it follows the case."""

    __tablename__ = "note"
    __table_args__ = (CheckConstraint(_OF_ONE, name="child_or_case"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    child_id: Mapped[int | None] = mapped_column(ForeignKey("child.id"), index=True)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case_file.id"), index=True)
    text: Mapped[str] = mapped_column(String(4000))
    sealed: Mapped[bool] = mapped_column(default=False)
    """Only the people in `note_reader` know that it is there."""
    written_at: Mapped[datetime]
    written_by_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    written_by: Mapped[str] = mapped_column(String(200))
    corrects_id: Mapped[int | None] = mapped_column(ForeignKey("note.id"), unique=True)
    because: Mapped[str] = mapped_column(String(500), default="")
    """Why it was corrected."""


class NoteReader(Base):
    """One who reads a sealed note: its writer, and whoever was named for it."""

    __tablename__ = "note_reader"

    note_id: Mapped[int] = mapped_column(ForeignKey("note.id"), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True, index=True)
    given_at: Mapped[datetime]
    given_by: Mapped[str] = mapped_column(String(200))


class NoteMention(Base):
    """A colleague whom a note calls by @name."""

    __tablename__ = "note_mention"

    note_id: Mapped[int] = mapped_column(ForeignKey("note.id"), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True, index=True)


class Flag(Base):
    """Something that somebody must look at. Resolved with a reason; never lowered in silence, never raised twice."""

    __tablename__ = "flag"
    __table_args__ = (
        CheckConstraint(_OF_ONE, name="child_or_case"),
        Index(
            "ix_flag_open", "id", sqlite_where=text("resolved_at is null"), postgresql_where=text("resolved_at is null")
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    child_id: Mapped[int | None] = mapped_column(ForeignKey("child.id"), index=True)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case_file.id"), index=True)
    what: Mapped[str] = mapped_column(String(500))
    look_by: Mapped[date | None]
    raised_at: Mapped[datetime]
    raised_by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    raised_by: Mapped[str] = mapped_column(String(200))
    resolved_at: Mapped[datetime | None]
    resolved_by: Mapped[str | None] = mapped_column(String(200))
    resolved_because: Mapped[str | None] = mapped_column(String(500))
