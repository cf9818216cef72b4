"""Reports and complaints, apart from every case: what was said, who is accused, who is kept away, what was done."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registry.base import Base, BigId


class Report(Base):
    """state: filed | taken | decided | told. What was said is never changed; what is found out stands in the entries.

    An anonymous one knows nothing of the account through which it came: neither here nor in the kept replies.
    """

    __tablename__ = "safeguarding_report"
    __table_args__ = (
        CheckConstraint("state in ('filed', 'taken', 'decided', 'told')", name="state"),
        CheckConstraint("urgency in (0, 1)", name="urgency"),
        Index("ix_safeguarding_report_waiting", "urgency", "due_at", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    reference: Mapped[str] = mapped_column(String(16), unique=True)
    """What the complainant takes along: neutral digits."""
    state: Mapped[str] = mapped_column(String(8), default="filed")
    urgency: Mapped[int]
    """0: danger now; 1: all others. The list begins with 0."""
    said: Mapped[dict[str, Any]]
    """`registry.safeguarding.forms.ReportForm` as JSON."""
    child_id: Mapped[int | None] = mapped_column(ForeignKey("child.id"), index=True)
    filed_at: Mapped[datetime]
    filed_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    filed_by: Mapped[str | None] = mapped_column(String(200))
    look_by: Mapped[datetime]
    due_at: Mapped[datetime]
    taken_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    taken_by: Mapped[str | None] = mapped_column(String(200))
    told_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)
    secret_hash: Mapped[str | None] = mapped_column(String(64))
    """Of the words by which an anonymous complainant gets the answer."""
    key_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    """Of the Idempotency-Key of an anonymous report: sent twice, it is filed once, and no account is kept for that."""
    accused: Mapped[list["Accused"]] = relationship(order_by="Accused.id")
    entries: Mapped[list["ReportEntry"]] = relationship(order_by="ReportEntry.id")


class Accused(Base):
    """Against whom. `account_id` once it is known which colleague is meant: from then on they are kept away."""

    __tablename__ = "safeguarding_accused"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("safeguarding_report.id"), index=True)
    kind: Mapped[str] = mapped_column(String(12))
    """staff | ngo | guardian | peer | other"""
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    words: Mapped[str] = mapped_column(String(200), default="")
    named_at: Mapped[datetime]


class ReportEntry(Base):
    """One act of the officer.

    kind: taken | child_named | accused_named | kept_away | iris_removed | noted | decided | told. A decision is put
    right by another one; none is changed.
    """

    __tablename__ = "safeguarding_entry"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("safeguarding_report.id"), index=True)
    kind: Mapped[str] = mapped_column(String(16))
    form: Mapped[dict[str, Any]]
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(200))


class AccessWithdrawn(Base):
    """From when until when a person does not see a child because of a report. To them the child is simply not there."""

    __tablename__ = "child_access_withdrawn"
    __table_args__ = (
        CheckConstraint("because in ('accused', 'line', 'officer')", name="because"),
        Index(
            "uq_child_access_withdrawn_open",
            "report_id",
            "child_id",
            "account_id",
            unique=True,
            sqlite_where=text("ended_at is null"),
            postgresql_where=text("ended_at is null"),
        ),
        Index("ix_child_access_withdrawn_account_id_child_id", "account_id", "child_id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("safeguarding_report.id"))
    child_id: Mapped[int] = mapped_column(ForeignKey("child.id"), index=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    because: Mapped[str] = mapped_column(String(8))
    since: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str | None] = mapped_column(String(200))
    ended_because: Mapped[str | None] = mapped_column(String(500))


class AnswersTo(Base):
    """Who answers to whom at work: the line that is kept away together with the accused."""

    __tablename__ = "staff_line"
    __table_args__ = (UniqueConstraint("account_id", "superior_id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    superior_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    given_at: Mapped[datetime]
    given_by: Mapped[str] = mapped_column(String(200))
