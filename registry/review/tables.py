"""Matches that a person must decide."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registry.base import Base, BigId
from registry.children.tables import Child


class ReviewItem(Base):
    """One question: who is this? It holds every slot and child that the question has drawn in.

    reason: unsure (a match between the thresholds) | ambiguous (more than one child) | two_slots_alike |
    cannot_tell (nothing to compare with confidence: scan again) | mixed (two eyes of two children).
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
