"""Files attached to a child or a case. What they say lies sealed beside them."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from registry.base import Base, BigId


class Attachment(Base):
    """One file, as it was found to be. Never replaced; one attached by mistake is withdrawn with a reason."""

    __tablename__ = "attachment"
    __table_args__ = (
        CheckConstraint("(child_id is null) <> (case_id is null)", name="child_or_case"),
        CheckConstraint("media_type in ('image/jpeg', 'image/png', 'application/pdf')", name="media_type"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    child_id: Mapped[int | None] = mapped_column(ForeignKey("child.id"), index=True)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case_file.id"), index=True)
    token: Mapped[str] = mapped_column(String(32), unique=True)
    """Random; the sealed parts are bound to it, so that no row can be given another's file."""
    kind: Mapped[str] = mapped_column(String(16))
    name: Mapped[str] = mapped_column(String(200))
    """As its owner called it, without folders, and with the ending of what it is."""
    media_type: Mapped[str] = mapped_column(String(40))
    size: Mapped[int]
    """Bytes, as kept."""
    sha256: Mapped[str] = mapped_column(String(64))
    """Of what is kept: a picture is written anew without its hidden data."""
    received_sha256: Mapped[str] = mapped_column(String(64))
    """Of the bytes that were sent."""
    pages: Mapped[int | None]
    width: Mapped[int | None]
    height: Mapped[int | None]
    added_at: Mapped[datetime]
    added_by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    added_by: Mapped[str] = mapped_column(String(200))
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by: Mapped[str | None] = mapped_column(String(200))
    withdrawn_because: Mapped[str | None] = mapped_column(String(500))


class SealedPart(Base):
    """part: file | preview. AES-256-GCM under a key derived for this attachment alone: nonce, then ciphertext."""

    __tablename__ = "attachment_part"
    __table_args__ = (CheckConstraint("part in ('file', 'preview')", name="part"),)

    attachment_id: Mapped[int] = mapped_column(ForeignKey("attachment.id"), primary_key=True)
    part: Mapped[str] = mapped_column(String(8), primary_key=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
