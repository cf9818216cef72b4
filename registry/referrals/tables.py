"""Organisations outside, their people, and what each of them was told of a child for one service."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registry.access.memberships import Membership
from registry.base import Base, BigId


class Partner(Base):
    """An NGO, a support-and-education centre, a social-work clinic."""

    __tablename__ = "partner"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    name: Mapped[str] = mapped_column(String(200), unique=True)
    kind: Mapped[str] = mapped_column(String(24))
    area: Mapped[str] = mapped_column(String(200), default="")
    supervisor_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    """Who of ours supervises it: they hold no role in it."""
    opened_at: Mapped[datetime]
    opened_by: Mapped[str] = mapped_column(String(200))
    closed_at: Mapped[datetime | None]


class PartnerPerson(Membership, Base):
    """Whose account it is that reads the referrals of an organisation, from when until when."""

    __tablename__ = "partner_person"

    partner_id: Mapped[int] = mapped_column(ForeignKey("partner.id"), index=True)


class Referral(Base):
    """A referral of a case as an organisation sees it. state: open | accepted | declined | ended.

    `shared`, `service` and `ends_on` are those of the form that was written on the case; the receiver sees no more.
    """

    __tablename__ = "referral"
    __table_args__ = (
        CheckConstraint("state in ('open', 'accepted', 'declined', 'ended')", name="state"),
        Index("ix_referral_partner_id_id", "partner_id", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    number: Mapped[str] = mapped_column(String(16), unique=True)
    """What both sides call it: neutral digits, neither the case's nor the child's."""
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"), index=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("case_entry.id"), unique=True)
    partner_id: Mapped[int] = mapped_column(ForeignKey("partner.id"))
    state: Mapped[str] = mapped_column(String(12), default="open")
    service: Mapped[str] = mapped_column(String(200))
    shared: Mapped[list[str]]
    ends_on: Mapped[date] = mapped_column(index=True)
    opened_at: Mapped[datetime]
    opened_by: Mapped[str] = mapped_column(String(200))
    seen_at: Mapped[datetime | None]
    """When the receiver looked first."""
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[str | None] = mapped_column(String(200))
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str | None] = mapped_column(String(200))
    reason: Mapped[str] = mapped_column(String(500), default="")
    """Why it was declined or ended."""
    version: Mapped[int] = mapped_column(default=1)
    partner: Mapped[Partner] = relationship()
    reports: Mapped[list["ReferralReport"]] = relationship(order_by="ReferralReport.id")


class ReferralReport(Base):
    """What the receiver reports back. Never changed: a correction is a later report."""

    __tablename__ = "referral_report"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    referral_id: Mapped[int] = mapped_column(ForeignKey("referral.id"), index=True)
    form: Mapped[dict[str, Any]]
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(200))
