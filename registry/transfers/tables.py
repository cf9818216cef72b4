"""Offices, whose people work where, which office has a case, and cases on their way from one to another."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registry.access.memberships import Membership
from registry.base import Base, BigId


def _one(name: str, *columns: str, where: str) -> Index:
    return Index(name, *columns, unique=True, sqlite_where=text(where), postgresql_where=text(where))


class Office(Base):
    """A county's office with its centres. Two of one province are neighbours; between provinces more is asked."""

    __tablename__ = "office"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    name: Mapped[str] = mapped_column(String(200), unique=True)
    province: Mapped[str] = mapped_column(String(200))
    organisation: Mapped[str] = mapped_column(String(200), default="")
    """What the office's letters are headed with, and where answers to them go."""
    address: Mapped[str] = mapped_column(String(400), default="")
    telephone: Mapped[str] = mapped_column(String(64), default="")
    opened_at: Mapped[datetime]
    opened_by: Mapped[str] = mapped_column(String(200))
    closed_at: Mapped[datetime | None]


class OfficeMember(Membership, Base):
    """Where somebody works, from when until when. Whoever works in none sees the children of all, as before."""

    __tablename__ = "office_member"

    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"), index=True)


class CaseCustody(Base):
    """Which office has a case, from when until when. A case without one is every office's."""

    __tablename__ = "case_custody"
    __table_args__ = (_one("uq_case_custody_open", "case_id", where="ended_at is null"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"), index=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"), index=True)
    since: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class CaseTransfer(Base):
    """state: asked | declined (by the own office) | offered | refused (by the other) | accepted | withdrawn."""

    __tablename__ = "case_transfer"
    __table_args__ = (
        CheckConstraint("state in ('asked', 'declined', 'offered', 'refused', 'accepted', 'withdrawn')", name="state"),
        _one("uq_case_transfer_open", "case_id", where="state in ('asked', 'offered')"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    number: Mapped[str] = mapped_column(String(16), unique=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"), index=True)
    from_office_id: Mapped[int] = mapped_column(ForeignKey("office.id"), index=True)
    to_office_id: Mapped[int] = mapped_column(ForeignKey("office.id"), index=True)
    state: Mapped[str] = mapped_column(String(12), default="asked")
    form: Mapped[dict[str, Any]]
    """`registry.transfers.forms.TransferForm` as JSON."""
    summary: Mapped[dict[str, Any]]
    """All that the other office is told before it accepts; made when the transfer is approved."""
    asked_at: Mapped[datetime]
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    asked_by: Mapped[str] = mapped_column(String(200))
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str | None] = mapped_column(String(200))
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[str | None] = mapped_column(String(200))
    reason: Mapped[str] = mapped_column(String(500), default="")
    """Why it was declined, refused or withdrawn."""
    receipt: Mapped[dict[str, Any]]
    """What was handed over, when and to whom; the old office keeps it for good."""
    reads_until: Mapped[datetime | None]
    """So long the old office reads the file as it was handed over."""
    version: Mapped[int] = mapped_column(default=1)
    from_office: Mapped[Office] = relationship(foreign_keys=[from_office_id])
    to_office: Mapped[Office] = relationship(foreign_keys=[to_office_id])
