"""The journal of what arrived and the messages that wait to leave."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from registry.base import Base, BigId


class Journal(Base):
    """One authenticated capture, from its arrival on. The row stays for ever; `payload` goes with the outcome.

    state: waiting (to be settled), settled, attention (authentic, but this registry cannot read or decide it:
    the payload is kept and `reason` says why).
    """

    __tablename__ = "journal"
    __table_args__ = (
        CheckConstraint("state in ('waiting', 'settled', 'attention')", name="state"),
        Index("ix_journal_state", "state"),
        Index(
            "ix_journal_waiting",
            "id",
            sqlite_where=text("state = 'waiting'"),
            postgresql_where=text("state = 'waiting'"),
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    capture_id: Mapped[UUID] = mapped_column(unique=True)
    device_id: Mapped[str] = mapped_column(ForeignKey("device.id"))
    digest: Mapped[bytes] = mapped_column(LargeBinary)
    """SHA-256 of the sealed bytes."""
    payload: Mapped[bytes | None] = mapped_column(LargeBinary)
    """The sealed bytes, until there is an outcome."""
    receipt: Mapped[bytes] = mapped_column(LargeBinary)
    """The signed receipt: a resend gets these bytes again."""
    received_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(16), default="waiting")
    claimed_by: Mapped[str | None] = mapped_column(String(64))
    claimed_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    outcome: Mapped[dict[str, Any] | None]
    """{"slots": ["known", "new", …]} once settled."""
    outcome_at: Mapped[datetime | None]
    reason: Mapped[str | None] = mapped_column(String(500))


class Quarantined(Base):
    """Authentic bytes under a capture id that stands for other bytes: kept apart, for a person to look at."""

    __tablename__ = "quarantined"
    __table_args__ = (UniqueConstraint("capture_id", "digest"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    capture_id: Mapped[UUID]
    device_id: Mapped[str] = mapped_column(ForeignKey("device.id"))
    digest: Mapped[bytes] = mapped_column(LargeBinary)
    payload: Mapped[bytes] = mapped_column(LargeBinary)
    receipt: Mapped[bytes] = mapped_column(LargeBinary)
    received_at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(String(500))


class Refused(Base):
    """What could not be authenticated: counted by the hour, never stored."""

    __tablename__ = "refused"
    __table_args__ = (UniqueConstraint("device_name", "reason", "hour"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    device_name: Mapped[str] = mapped_column(String(200))
    """As the topic gives it; it may be anybody's invention."""
    reason: Mapped[str] = mapped_column(String(64))
    hour: Mapped[datetime]
    count: Mapped[int] = mapped_column(default=0)
    last_at: Mapped[datetime]


class Outgoing(Base):
    """A sealed message for a device, published until the broker acknowledges it."""

    __tablename__ = "outgoing"
    __table_args__ = (
        Index(
            "ix_outgoing_unsent", "id", sqlite_where=text("sent_at is null"), postgresql_where=text("sent_at is null")
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    device_id: Mapped[str] = mapped_column(ForeignKey("device.id"))
    capture_id: Mapped[UUID | None] = mapped_column(index=True)
    topic: Mapped[str] = mapped_column(String(300))
    payload: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
