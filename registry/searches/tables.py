"""Searches beside those of the intake: narrowed ones that a person asked for, sweeps for duplicates, second looks."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from registry.base import Base, BigId


class NarrowedSearch(Base):
    """A search among some of the enrolled, asked for by a person with a reason; the process with the gallery answers.

    state: waiting → answered | refused (`refusal` says why). Its answer never says "known" or "new".
    """

    __tablename__ = "narrowed_search"
    __table_args__ = (CheckConstraint("state in ('waiting', 'answered', 'refused')", name="state"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    state: Mapped[str] = mapped_column(String(10), default="waiting", index=True)
    asked_by: Mapped[str] = mapped_column(String(200))
    account_id: Mapped[int]
    asked_at: Mapped[datetime] = mapped_column(index=True)
    reason: Mapped[str] = mapped_column(String(500))
    template_id: Mapped[int | None] = mapped_column(ForeignKey("template.id"), index=True)
    capture_id: Mapped[UUID | None] = mapped_column(index=True)
    slot_number: Mapped[int | None]
    """With `capture_id`: a capture that is held because it could not be settled."""
    narrowing: Mapped[dict[str, Any]]
    claimed_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    answered_at: Mapped[datetime | None]
    refusal: Mapped[str | None] = mapped_column(String(500))
    outcome: Mapped[str | None] = mapped_column(String(16))
    """review | cannot_tell"""
    searched: Mapped[int | None]
    """Templates compared; together with those of the same probe's narrowed searches before, they are its trials."""
    enrolled: Mapped[int | None]
    evidence: Mapped[dict[str, Any] | None]


class GallerySweep(Base):
    """One comparison of everybody enrolled with everybody, in steps; each step commits what it found."""

    __tablename__ = "gallery_sweep"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    started_at: Mapped[datetime]
    started_by: Mapped[str] = mapped_column(String(200))
    log_seq: Mapped[int]
    """The gallery log's number up to which templates take part: later ones were searched for at their capture."""
    plan: Mapped[dict[str, Any]]
    """Templates, thresholds, panels: what a resumed sweep goes on with."""
    steps: Mapped[int]
    done: Mapped[int] = mapped_column(default=0)
    finished_at: Mapped[datetime | None]


class SweepPair(Base):
    """Two templates of different children that came under a sweep's threshold."""

    __tablename__ = "sweep_pair"
    __table_args__ = (UniqueConstraint("sweep_id", "one_id", "other_id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    sweep_id: Mapped[int] = mapped_column(ForeignKey("gallery_sweep.id"))
    one_id: Mapped[int] = mapped_column(ForeignKey("template.id"), index=True)
    other_id: Mapped[int] = mapped_column(ForeignKey("template.id"), index=True)
    score: Mapped[float]
    evidence: Mapped[dict[str, Any]]
    question_id: Mapped[int | None] = mapped_column(ForeignKey("review_question.id"))
    """The question that it raised; None where the two had been asked about before."""


class SecondLook(Base):
    """A slot that was called new, searched for again at night among everybody enrolled since."""

    __tablename__ = "second_look"

    slot_id: Mapped[int] = mapped_column(ForeignKey("slot.id"), primary_key=True, autoincrement=False)
    looked_at: Mapped[datetime]
    outcome: Mapped[str] = mapped_column(String(16))
    questions: Mapped[int]
    """Raised by it."""
    evidence: Mapped[dict[str, Any]]


class NightlyRun(Base):
    """One night's second looks: its row is what keeps two processes from doing them twice."""

    __tablename__ = "nightly_run"

    night: Mapped[date] = mapped_column(primary_key=True)
    started_at: Mapped[datetime]
    claimed_until: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    looked: Mapped[int] = mapped_column(default=0)
    found: Mapped[int] = mapped_column(default=0)
