"""An encounter and its slots, one a child, as the team reported them and as matching answered."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registry.base import Base, BigId


class Encounter(Base):
    __tablename__ = "encounter"
    __table_args__ = (Index("ix_encounter_device_id_received_at", "device_id", "received_at"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    capture_id: Mapped[UUID] = mapped_column(unique=True)
    device_id: Mapped[str] = mapped_column(ForeignKey("device.id"))
    team: Mapped[str] = mapped_column(String(200))
    shift_date: Mapped[date] = mapped_column(index=True)
    captured_at: Mapped[datetime] = mapped_column(index=True)
    """By the tablet's clock."""
    received_at: Mapped[datetime] = mapped_column(index=True)
    decided_at: Mapped[datetime]
    late: Mapped[bool] = mapped_column(default=False)
    """Received long after it was captured: the van was offline."""
    clock_doubtful: Mapped[bool] = mapped_column(default=False)
    """The tablet says that it captured this in the registry's future."""
    place_name: Mapped[str] = mapped_column(String(200))
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    accuracy_m: Mapped[float | None]
    fix_at: Mapped[datetime | None]
    number_of_children: Mapped[int]
    activity: Mapped[str | None] = mapped_column(String(200))
    language: Mapped[str | None] = mapped_column(String(200))
    adult: Mapped[str] = mapped_column(String(16))
    """none | present | feared"""
    aid: Mapped[list[str]]
    danger_signs: Mapped[list[str]]
    outcome: Mapped[str] = mapped_column(String(16))
    """aid_only | refused | appointment | transfer"""
    models: Mapped[dict[str, Any]]
    """Model name to SHA-256, as the tablet named them."""
    sensor: Mapped[str | None] = mapped_column(String(200))
    """The scanner's model, as its driver names it; None: not told."""
    slots: Mapped[list["Slot"]] = relationship(back_populates="encounter", order_by="Slot.number")


class Slot(Base):
    """One child of an encounter. Which child record it stands under is a `ChildSlotLink`, dated."""

    __tablename__ = "slot"
    __table_args__ = (
        UniqueConstraint("encounter_id", "number"),
        CheckConstraint("outcome in ('known', 'new', 'review', 'cannot_tell', 'no_iris')", name="outcome"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    encounter_id: Mapped[int] = mapped_column(ForeignKey("encounter.id"))
    number: Mapped[int]
    given_name: Mapped[str | None] = mapped_column(String(200))
    """As said."""
    sex: Mapped[str] = mapped_column(String(8))
    """girl | boy | unknown"""
    age_low: Mapped[int | None]
    age_high: Mapped[int | None]
    age_method: Mapped[str | None] = mapped_column(String(16))
    """said | estimated | document"""
    assent: Mapped[str] = mapped_column(String(16))
    """given | refused | withdrawn | not_asked"""
    left_status: Mapped[str] = mapped_column(String(32))
    """captured | temporarily_not_possible | permanently_not_possible"""
    left_reason: Mapped[str | None] = mapped_column(String(200))
    left_quality: Mapped[float | None]
    left_liveness: Mapped[dict[str, Any] | None]
    """{"suspected": "print" | "screen" | "lens" | null, "score": …} as the tablet judged; None: not assessed."""
    right_status: Mapped[str] = mapped_column(String(32))
    right_reason: Mapped[str | None] = mapped_column(String(200))
    right_quality: Mapped[float | None]
    right_liveness: Mapped[dict[str, Any] | None]
    no_iris_reason: Mapped[str | None] = mapped_column(String(200))
    outcome: Mapped[str] = mapped_column(String(16), index=True)
    outcome_reason: Mapped[str] = mapped_column(String(200), default="")
    """One word or a few, for a person: why this outcome ("two_slots_alike", "template_version", …)."""
    evidence: Mapped[dict[str, Any] | None]
    """All numbers that the decision can be recomputed from; None where no iris was compared."""
    encounter: Mapped[Encounter] = relationship(back_populates="slots")
