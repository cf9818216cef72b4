"""Answers kept under the key that a client sent with its request."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from registry.base import Base


class KeptReply(Base):
    """What was answered to a request that did something. A repetition gets this and does nothing."""

    __tablename__ = "kept_reply"

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True)
    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    """The Idempotency-Key header."""
    request: Mapped[str] = mapped_column(String(64))
    """SHA-256 of method, path, If-Match and body."""
    status: Mapped[int]
    etag: Mapped[str | None] = mapped_column(String(100))
    body: Mapped[dict[str, Any]]
    at: Mapped[datetime] = mapped_column(index=True)
