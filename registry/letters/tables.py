"""Letters, and what came after each: the secretariat's number and the answer."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registry.base import Base, BigId
from registry.cases.tables import Case

_STANDING = "state <> 'withdrawn'"


class Letter(Base):
    """A draft may be written anew; what was issued never changes: a correction is a new letter that names the old.

    state: draft | issued | withdrawn (a draft that nobody will issue; its number is not given again).
    """

    __tablename__ = "letter"
    __table_args__ = (
        CheckConstraint("state in ('draft', 'issued', 'withdrawn')", name="state"),
        Index("uq_letter_replaces_id", "replaces_id", unique=True, sqlite_where=text(_STANDING),
              postgresql_where=text(_STANDING)),
        Index("ix_letter_state_answer_due_on", "state", "answer_due_on"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    number: Mapped[str] = mapped_column(String(24), unique=True)
    """Ours: "1405/00012", Jalali year and sequence within it."""
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"), index=True)
    kind: Mapped[str] = mapped_column(String(16))
    state: Mapped[str] = mapped_column(String(16), default="draft")
    version: Mapped[int] = mapped_column(default=1)
    form: Mapped[dict[str, Any]]
    content: Mapped[dict[str, Any]]
    """Every word that will stand on the paper but its date and who signed: what was previewed is what goes out."""
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("letter.id"))
    because: Mapped[str] = mapped_column(String(500), default="")
    """Why the other one is replaced."""
    drafted_at: Mapped[datetime]
    drafted_by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    drafted_by: Mapped[str] = mapped_column(String(200))
    issued_at: Mapped[datetime | None]
    issued_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    issued_by: Mapped[str | None] = mapped_column(String(200))
    answer_due_on: Mapped[date | None]
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by: Mapped[str | None] = mapped_column(String(200))
    withdrawn_because: Mapped[str] = mapped_column(String(500), default="")
    sha256: Mapped[str | None] = mapped_column(String(64))
    pdf: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    """The copy that was sent."""
    case: Mapped[Case] = relationship()
    later: Mapped[list["LetterLater"]] = relationship(order_by="LetterLater.id", lazy="selectin")


class LetterLater(Base):
    """What came after a letter. Never changed: of a kind the newest counts.

    kind: registered (the secretariat's number) | answered.
    """

    __tablename__ = "letter_later"
    __table_args__ = (CheckConstraint("kind in ('registered', 'answered')", name="kind"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    letter_id: Mapped[int] = mapped_column(ForeignKey("letter.id"), index=True)
    kind: Mapped[str] = mapped_column(String(16))
    number: Mapped[str] = mapped_column(String(64))
    """The secretariat's, or that of the answer: other people's numbers, as they write them."""
    on_day: Mapped[date]
    words: Mapped[str] = mapped_column(String(4000), default="")
    attachment_id: Mapped[int | None] = mapped_column(ForeignKey("attachment.id"))
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(200))
