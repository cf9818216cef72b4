"""The audit trail: append-only, each entry sealed with the one before."""

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from registry.base import Base, BigId


class AuditEntry(Base):
    """One line. Everything is text and everything is under the seal, so that any changed byte shows."""

    __tablename__ = "audit_entry"
    __table_args__ = (Index("ix_audit_entry_action", "action", "seq", postgresql_ops={"action": "text_pattern_ops"}),)

    seq: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    """1, 2, 3, … without a gap."""
    at: Mapped[str] = mapped_column(String(40))
    """UTC, ISO 8601."""
    actor: Mapped[str] = mapped_column(String(200))
    action: Mapped[str] = mapped_column(String(64))
    """subject.verb_in_the_past: "capture.settled", "login.refused"."""
    subject: Mapped[str] = mapped_column(String(200))
    """Kind and id of what was touched: "case:12", "device:van-1"; "" where there is none."""
    detail: Mapped[str] = mapped_column(Text)
    """JSON with sorted keys; never a name, template or password."""
    previous: Mapped[str] = mapped_column(String(64))
    """The seal of the entry before; 64 zeros for the first."""
    seal: Mapped[str] = mapped_column(String(64))
    """HMAC-SHA-256 over all the other columns."""


class AuditHead(Base):
    """Where the trail ends. One row, locked by whoever appends; its own seal shows a trail cut short."""

    __tablename__ = "audit_head"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    seq: Mapped[int] = mapped_column(BigId)
    last: Mapped[str] = mapped_column(String(64))
    """The seal of the last entry."""
    seal: Mapped[str] = mapped_column(String(64))
    """HMAC-SHA-256 over seq and last."""
