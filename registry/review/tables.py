"""Matches that a person must decide, the people's answers, and merges."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registry.base import Base, BigId
from registry.children.tables import Child


class ReviewItem(Base):
    """One child whose identity is unsure, with every slot and child that the doubt has drawn in.

    reason: unsure (a match between the thresholds) | ambiguous (more than one child) | two_slots_alike |
    cannot_tell (nothing to compare with confidence: scan again) | mixed (two eyes of two children).
    Closed once every pair of it is decided, and opened again when new evidence comes for one that is possibly the same.
    """

    __tablename__ = "review_item"
    __table_args__ = (CheckConstraint("state in ('open', 'closed')", name="state"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    state: Mapped[str] = mapped_column(String(8), default="open", index=True)
    reason: Mapped[str] = mapped_column(String(200))
    opened_at: Mapped[datetime] = mapped_column(index=True)
    closed_at: Mapped[datetime | None]
    members: Mapped[list["ReviewMember"]] = relationship(back_populates="item", order_by="ReviewMember.id")


class ReviewMember(Base):
    """A child drawn into the question. role `probe`: `slot_id` was captured and stands (provisionally) under the
    child; role `candidate`: an enrolled child it may be, with the score of the template that was hit."""

    __tablename__ = "review_member"
    __table_args__ = (CheckConstraint("role in ('probe', 'candidate')", name="role"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("review_item.id"), index=True)
    role: Mapped[str] = mapped_column(String(16))
    child_id: Mapped[int] = mapped_column(ForeignKey("child.id"), index=True)
    slot_id: Mapped[int | None] = mapped_column(ForeignKey("slot.id"))
    """The slot that was captured: the probe's own, or the one whose search found this candidate."""
    template_id: Mapped[int | None] = mapped_column(ForeignKey("template.id"))
    score: Mapped[float | None]
    joined_at: Mapped[datetime]
    item: Mapped[ReviewItem] = relationship(back_populates="members")
    child: Mapped[Child] = relationship()


class ReviewQuestion(Base):
    """Are these two one child? What a reviewer is asked; a reviewer sees these two and nobody else.

    A question without an item is a hidden test (`ReviewTest`); nothing that a reviewer sees tells it from the others.
    """

    __tablename__ = "review_question"
    __table_args__ = (
        CheckConstraint("state in ('open', 'same', 'different', 'possibly_same', 'withdrawn')", name="state"),
        Index("ix_review_question_pair", "child_id", "other_id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    item_id: Mapped[int | None] = mapped_column(ForeignKey("review_item.id"), index=True)
    child_id: Mapped[int] = mapped_column(ForeignKey("child.id"))
    """The child captured unsurely, or the newer record."""
    other_id: Mapped[int] = mapped_column(ForeignKey("child.id"), index=True)
    state: Mapped[str] = mapped_column(String(16), default="open", index=True)
    round: Mapped[int] = mapped_column(default=1)
    """Raised again on new evidence: everybody judges afresh, and the earlier answers stay."""
    raised_by: Mapped[str] = mapped_column(String(200))
    """"matching", or the account of a person, who may not judge it."""
    raised_because: Mapped[str] = mapped_column(String(500), default="")
    slot_id: Mapped[int | None] = mapped_column(ForeignKey("slot.id"))
    """The capture whose search raised it: its evidence says how alike the two are."""
    opened_at: Mapped[datetime] = mapped_column(index=True)
    due_at: Mapped[datetime | None]
    """A child waits until then; afterwards the on-call reviewer is asked."""
    decided_at: Mapped[datetime | None]
    contested: Mapped[bool] = mapped_column(default=False)
    """One reviewer said the opposite of what two agreed on."""


class ReviewJudgement(Base):
    """One reviewer's answer: the view of the irises alone, then the verdict with the tracing evidence open.

    Both stay; nothing is overwritten.
    """

    __tablename__ = "review_judgement"
    __table_args__ = (
        UniqueConstraint("question_id", "round", "reviewer"),
        CheckConstraint("iris_view in ('same', 'different', 'cannot_tell')", name="iris_view"),
        CheckConstraint("verdict in ('same', 'different', 'cannot_tell')", name="verdict"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("review_question.id"), index=True)
    round: Mapped[int]
    reviewer: Mapped[str] = mapped_column(String(200), index=True)
    iris_view: Mapped[str] = mapped_column(String(16))
    iris_note: Mapped[str] = mapped_column(String(500), default="")
    iris_at: Mapped[datetime]
    shown: Mapped[dict[str, Any]]
    """What of the irises was shown: templates, turns, counts."""
    verdict: Mapped[str | None] = mapped_column(String(16))
    note: Mapped[str] = mapped_column(String(500), default="")
    decided_at: Mapped[datetime | None]


class ReviewTest(Base):
    """A question whose answer is known: by these, hidden among the others, reviewers are measured."""

    __tablename__ = "review_test"
    __table_args__ = (CheckConstraint("truth in ('same', 'different')", name="truth"),)

    question_id: Mapped[int] = mapped_column(ForeignKey("review_question.id"), primary_key=True)
    truth: Mapped[str] = mapped_column(String(16))
    left_out_slot_id: Mapped[int | None] = mapped_column(ForeignKey("slot.id"))
    """For the truth "same": the capture of the child that plays the other record."""
    made_by: Mapped[str] = mapped_column(String(200))
    made_at: Mapped[datetime]


class Merge(Base):
    """Two records found to be one child: asked by one person, decided by another, undone whole.

    state: asked → refused | done → undone.
    """

    __tablename__ = "child_merge"
    __table_args__ = (
        CheckConstraint("state in ('asked', 'refused', 'done', 'undone')", name="state"),
        Index(
            "uq_child_merge_absorbed",
            "absorbed_id",
            unique=True,
            sqlite_where=text("state in ('asked', 'done')"),
            postgresql_where=text("state in ('asked', 'done')"),
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("review_question.id"), index=True)
    survivor_id: Mapped[int] = mapped_column(ForeignKey("child.id"), index=True)
    absorbed_id: Mapped[int] = mapped_column(ForeignKey("child.id"))
    state: Mapped[str] = mapped_column(String(16), default="asked", index=True)
    plan: Mapped[dict[str, Any]]
    """What survives of every field and case, as proposed and chosen."""
    asked_by: Mapped[str] = mapped_column(String(200))
    asked_at: Mapped[datetime]
    decided_by: Mapped[str | None] = mapped_column(String(200))
    decided_at: Mapped[datetime | None]
    decision_note: Mapped[str | None] = mapped_column(String(500))
    undone_by: Mapped[str | None] = mapped_column(String(200))
    undone_at: Mapped[datetime | None]
    undone_reason: Mapped[str | None] = mapped_column(String(500))
    assigned: Mapped[dict[str, Any] | None]
    """Where each row written since the merge went when it was undone."""


class MergeRow(Base):
    """One row as it stood at the merge: whose it was, and the values that the merge changed."""

    __tablename__ = "child_merge_row"
    __table_args__ = (UniqueConstraint("merge_id", "table_name", "row_id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    merge_id: Mapped[int] = mapped_column(ForeignKey("child_merge.id"), index=True)
    table_name: Mapped[str] = mapped_column(String(64))
    row_id: Mapped[int] = mapped_column(BigId)
    before: Mapped[dict[str, Any]]
    """Column to value, for the columns that the merge changed; empty for a row of the survivor that stayed as it was,
    and for a row that the merge itself wrote."""
    after: Mapped[dict[str, Any]]
    written: Mapped[bool] = mapped_column(default=False)
    """Written by the merge itself."""


class Detachment(Base):
    """ "This was not that child": one slot taken from a child, with what was written because of it."""

    __tablename__ = "slot_detachment"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    slot_id: Mapped[int] = mapped_column(ForeignKey("slot.id"), index=True)
    from_child_id: Mapped[int] = mapped_column(ForeignKey("child.id"), index=True)
    to_child_id: Mapped[int] = mapped_column(ForeignKey("child.id"), index=True)
    reason: Mapped[str] = mapped_column(String(500))
    detached_by: Mapped[str] = mapped_column(String(200))
    detached_at: Mapped[datetime]
    moved: Mapped[dict[str, Any]]
    """Rows that went with the slot, and those that a person left."""
