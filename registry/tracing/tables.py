"""A search for a child by those who miss it, and what it may have found."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registry.base import Base, BigId


class Inquiry(Base):
    """Who asks, for whom, with what proof. Never deleted: that somebody searched is a fact of its own."""

    __tablename__ = "tracing_inquiry"
    __table_args__ = (CheckConstraint("state in ('open', 'closed')", name="state"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    reference: Mapped[str] = mapped_column(String(16), unique=True)
    """What the inquirer takes along: neutral digits."""
    state: Mapped[str] = mapped_column(String(8), default="open", index=True)
    inquiry: Mapped[dict[str, Any]]
    """`registry.tracing.forms.InquiryForm` as JSON."""
    taken_at: Mapped[datetime] = mapped_column(index=True)
    taken_by: Mapped[str] = mapped_column(String(200))
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[str | None] = mapped_column(String(200))
    closed_because: Mapped[str | None] = mapped_column(String(500))


class PossibleMatch(Base):
    """A child whom an inquiry may mean. Shown to the child's worker; whoever took the inquiry does not see it."""

    __tablename__ = "tracing_match"
    __table_args__ = (CheckConstraint("verdict in ('open', 'likely', 'ruled_out')", name="verdict"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    inquiry_id: Mapped[int] = mapped_column(ForeignKey("tracing_inquiry.id"), index=True)
    child_id: Mapped[int] = mapped_column(ForeignKey("child.id"), index=True)
    agrees: Mapped[list[str]]
    """The fields that agree, in words of the form."""
    found_at: Mapped[datetime]
    verdict: Mapped[str] = mapped_column(String(12), default="open", index=True)
    """The newest, with its note; all of them stand in `verdicts`."""
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str | None] = mapped_column(String(200))
    note: Mapped[str | None] = mapped_column(String(500))
    inquiry: Mapped[Inquiry] = relationship()
    verdicts: Mapped[list["MatchVerdict"]] = relationship(order_by="MatchVerdict.id")


class MatchVerdict(Base):
    """What one of the child's workers thought of a match. Never changed: another view is another row."""

    __tablename__ = "tracing_verdict"
    __table_args__ = (CheckConstraint("verdict in ('likely', 'ruled_out')", name="verdict"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    match_id: Mapped[int] = mapped_column(ForeignKey("tracing_match.id"), index=True)
    verdict: Mapped[str] = mapped_column(String(12))
    note: Mapped[str] = mapped_column(String(500))
    decided_at: Mapped[datetime]
    decided_by: Mapped[str] = mapped_column(String(200))
