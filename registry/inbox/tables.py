"""What people are told: a cause once, and a notice of it for each person."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registry.base import Base, BigId


class Cause(Base):
    """Why somebody is told. It names things by number and in the law's words; no child, and nothing that was written.

    It points at what it is about and never at a child: whose that is, and who may see it, is asked when it is read.
    """

    __tablename__ = "inbox_cause"
    __table_args__ = (
        CheckConstraint("level in ('urgent', 'soon', 'ordinary')", name="level"),
        Index(
            "ix_inbox_cause_standing", "kind", "id", sqlite_where=text("ended_at is null"),
            postgresql_where=text("ended_at is null"),
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    key: Mapped[str] = mapped_column(String(160), unique=True)
    """One cause has one key, whoever finds it and however often."""
    kind: Mapped[str] = mapped_column(String(24))
    what: Mapped[str] = mapped_column(String(40), default="")
    """The task, the alarm, the answer: a word of the law."""
    level: Mapped[str] = mapped_column(String(8))
    at: Mapped[datetime]
    due_at: Mapped[datetime | None]
    days: Mapped[int | None]
    by: Mapped[str] = mapped_column(String(200), default="")
    """Whose act it was, where it was a person's."""
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case_file.id"), index=True)
    note_id: Mapped[int | None] = mapped_column(ForeignKey("note.id"))
    flag_id: Mapped[int | None] = mapped_column(ForeignKey("flag.id"))
    task_id: Mapped[int | None] = mapped_column(ForeignKey("case_task.id"))
    entry_id: Mapped[int | None] = mapped_column(ForeignKey("case_entry.id"))
    promise_id: Mapped[int | None] = mapped_column(ForeignKey("promise.id"))
    commitment_id: Mapped[int | None] = mapped_column(ForeignKey("commitment.id"))
    proposal_id: Mapped[int | None] = mapped_column(ForeignKey("proposal.id"))
    question_id: Mapped[int | None] = mapped_column(ForeignKey("review_question.id"))
    merge_id: Mapped[int | None] = mapped_column(ForeignKey("child_merge.id"))
    match_id: Mapped[int | None] = mapped_column(ForeignKey("tracing_match.id"))
    letter_id: Mapped[int | None] = mapped_column(ForeignKey("letter.id"))
    transfer_id: Mapped[int | None] = mapped_column(ForeignKey("case_transfer.id"))
    report_id: Mapped[int | None] = mapped_column(ForeignKey("safeguarding_report.id"))
    referral_id: Mapped[int | None] = mapped_column(ForeignKey("referral.id"))
    ended_at: Mapped[datetime | None]
    """It no longer stands: done, decided, resolved."""


class Notice(Base):
    """One person told of one cause."""

    __tablename__ = "inbox_notice"
    __table_args__ = (
        UniqueConstraint("cause_id", "account_id"),
        Index("ix_inbox_notice_account_id_id", "account_id", "id"),
        Index(
            "ix_inbox_notice_unread", "account_id", sqlite_where=text("read_at is null"),
            postgresql_where=text("read_at is null"),
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    cause_id: Mapped[int] = mapped_column(ForeignKey("inbox_cause.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    read_at: Mapped[datetime | None]
    cause: Mapped[Cause] = relationship()
