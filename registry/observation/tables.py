"""What a team sees at a place, without a name and without a picture; and who came with whom in an encounter."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registry.base import Base, BigId


class ObservedPlace(Base):
    """A junction, market or square, planned for observation before its district starts."""

    __tablename__ = "observed_place"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(16))
    district: Mapped[str] = mapped_column(String(100), index=True)
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    district_starts_on: Mapped[date]
    observe_from: Mapped[date]
    short_notice_because: Mapped[str] = mapped_column(String(500), default="")
    """Why it starts less than two months ahead."""
    planned_at: Mapped[datetime]
    planned_by: Mapped[str] = mapped_column(String(200))


class Observation(Base):
    """One visit to a place. A correction is a new row that points at the old one."""

    __tablename__ = "place_observation"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    place_id: Mapped[int] = mapped_column(ForeignKey("observed_place.id"), index=True)
    team: Mapped[str] = mapped_column(String(200))
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime]
    kinds_of_work: Mapped[list[str]]
    adults_in_control: Mapped[str] = mapped_column(String(16))
    """none | suspected | seen | unknown"""
    adults_note: Mapped[str] = mapped_column(String(1000), default="")
    packs_handed_out: Mapped[int]
    first_contacts: Mapped[int]
    note: Mapped[str] = mapped_column(String(4000), default="")
    written_at: Mapped[datetime]
    written_by: Mapped[str] = mapped_column(String(200))
    corrects_id: Mapped[int | None] = mapped_column(ForeignKey("place_observation.id"), unique=True)
    counts: Mapped[list["ObservedCount"]] = relationship(order_by="ObservedCount.id")


class ObservedCount(Base):
    __tablename__ = "observed_count"
    __table_args__ = (UniqueConstraint("observation_id", "sex", "age_band"), CheckConstraint("seen > 0", name="seen"))

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    observation_id: Mapped[int] = mapped_column(ForeignKey("place_observation.id"))
    sex: Mapped[str] = mapped_column(String(8))
    """As it appears: girl | boy | unknown"""
    age_band: Mapped[str] = mapped_column(String(8))
    seen: Mapped[int]


class SlotRelation(Base):
    """How two children of one encounter belong together, or with whom a child came. It stands with the slots, so that
    it follows them to whichever child they are found to be."""

    __tablename__ = "slot_relation"
    __table_args__ = (CheckConstraint("(other_slot_id is null) <> (adult is null)", name="slot_or_adult"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    slot_id: Mapped[int] = mapped_column(ForeignKey("slot.id"), index=True)
    other_slot_id: Mapped[int | None] = mapped_column(ForeignKey("slot.id"), index=True)
    adult: Mapped[str | None] = mapped_column(String(200))
    relation: Mapped[str] = mapped_column(String(16))
    source: Mapped[str] = mapped_column(String(16))
    """child_said | adult_said | document | team_saw"""
    written_at: Mapped[datetime]
    written_by: Mapped[str] = mapped_column(String(200))
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by: Mapped[str | None] = mapped_column(String(200))
    withdrawn_because: Mapped[str | None] = mapped_column(String(500))
