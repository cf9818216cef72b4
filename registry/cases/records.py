"""What is written on a case: forms, the tasks that wait, the guardian's commitments and our promises."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registry.base import Base, BigId
from registry.cases.tables import Case


def _one(name: str, *columns: str, where: str) -> Index:
    return Index(name, *columns, unique=True, sqlite_where=text(where), postgresql_where=text(where))


class CaseEntry(Base):
    """One form as filled in. Never changed but by its decision: a correction is a new entry pointing at the old.

    standing: asked (waits for another person's decision) | in_force | refused.
    """

    __tablename__ = "case_entry"
    __table_args__ = (
        CheckConstraint("standing in ('asked', 'in_force', 'refused')", name="standing"),
        _one("uq_case_entry_asked", "case_id", "task", where="standing = 'asked'"),
        _one("uq_case_entry_corrects", "corrects_id", where="standing <> 'refused'"),
        Index("ix_case_entry_case_id_id", "case_id", "id"),
        Index("ix_case_entry_standing_written_at", "standing", "written_at"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"))
    task: Mapped[str] = mapped_column(String(32))
    standing: Mapped[str] = mapped_column(String(16))
    form: Mapped[dict[str, Any]]
    written_at: Mapped[datetime]
    written_by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    written_by: Mapped[str] = mapped_column(String(200))
    second_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    corrects_id: Mapped[int | None] = mapped_column(ForeignKey("case_entry.id"))
    because: Mapped[str] = mapped_column(String(500), default="")
    """Why it was corrected."""
    in_force_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    decided_by: Mapped[str | None] = mapped_column(String(200))
    decision_reason: Mapped[str] = mapped_column(String(500), default="")
    stays_with_id: Mapped[int | None] = mapped_column(ForeignKey("office.id"))
    """A sealed form that was written before the case went to another office: it stays with the one that wrote it."""
    case: Mapped[Case] = relationship()


class CaseTask(Base):
    """A task that was opened. outcome: open | done | waived | dropped (the child left, or the case closed)."""

    __tablename__ = "case_task"
    __table_args__ = (
        CheckConstraint("outcome in ('open', 'done', 'waived', 'dropped')", name="outcome"),
        _one("uq_case_task_open", "case_id", "name", where="outcome = 'open'"),
        Index("ix_case_task_case_id_id", "case_id", "id"),
        Index("ix_case_task_outcome_due_at", "outcome", "due_at"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"))
    name: Mapped[str] = mapped_column(String(32))
    outcome: Mapped[str] = mapped_column(String(16), default="open")
    opened_at: Mapped[datetime]
    due_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    entry_id: Mapped[int | None] = mapped_column(ForeignKey("case_entry.id"))
    """What closed it."""
    case: Mapped[Case] = relationship()


class Pledge:
    """What promises and commitments share: made with an entry, or alone; and ended once, by somebody, with a word."""

    made_at: Mapped[datetime]
    made_by: Mapped[str] = mapped_column(String(200))
    entry_id: Mapped[int | None] = mapped_column(ForeignKey("case_entry.id"))
    ended: Mapped[str | None] = mapped_column(String(16))
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str | None] = mapped_column(String(200))
    end_note: Mapped[str] = mapped_column(String(500), default="")


class Promise(Pledge, Base):
    """قول: ours. What we promised the child, in words that can be said to it at the van."""

    __tablename__ = "promise"
    __table_args__ = (
        CheckConstraint("ended in ('kept', 'broken')", name="ended"),
        Index("ix_promise_case_id_id", "case_id", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"))
    what: Mapped[str] = mapped_column(String(200))
    words: Mapped[str] = mapped_column(String(200))
    by_whom: Mapped[str] = mapped_column(String(200))
    due_on: Mapped[date] = mapped_column(index=True)


class Commitment(Pledge, Base):
    """تعهد: the guardian's. A breach opens a visit; it is never shown at the van."""

    __tablename__ = "commitment"
    __table_args__ = (
        CheckConstraint("ended in ('kept', 'breached', 'released')", name="ended"),
        Index("ix_commitment_case_id_id", "case_id", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"))
    what: Mapped[str] = mapped_column(String(200))
    guardian: Mapped[str] = mapped_column(String(200))
    witness: Mapped[str] = mapped_column(String(200))
    review_on: Mapped[date] = mapped_column(index=True)
