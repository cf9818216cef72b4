"""A household: its members, who of them is kept away, and the aid it got. Never what a child disclosed."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registry.base import Base, BigId


class Family(Base):
    __tablename__ = "family"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    area: Mapped[str] = mapped_column(String(200), default="")
    """The part of the city they live in: referrals go by it. The address stands in the home visit."""
    opened_at: Mapped[datetime] = mapped_column(index=True)
    opened_by: Mapped[str] = mapped_column(String(200))
    members: Mapped[list["FamilyMember"]] = relationship(back_populates="family", order_by="FamilyMember.id")
    aid: Mapped[list["HouseholdAid"]] = relationship(order_by="HouseholdAid.id")


class FamilyMember(Base):
    """A child of ours (`child_id`) or somebody of whom we know the name and the relation. Leaving is dated."""

    __tablename__ = "family_member"
    __table_args__ = (
        CheckConstraint("(child_id is null) <> (name is null)", name="child_or_name"),
        Index("ix_family_member_child", "child_id", "family_id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    family_id: Mapped[int] = mapped_column(ForeignKey("family.id"), index=True)
    child_id: Mapped[int | None] = mapped_column(ForeignKey("child.id"))
    name: Mapped[str | None] = mapped_column(String(200))
    relation: Mapped[str] = mapped_column(String(16))
    """To the household's children: mother | father | … (`registry.families.rules.Relation`)."""
    evidence: Mapped[str] = mapped_column(String(200), default="")
    """What shows the relation; empty: only said."""
    joined_at: Mapped[datetime]
    joined_by: Mapped[str] = mapped_column(String(200))
    left_at: Mapped[datetime | None]
    left_by: Mapped[str | None] = mapped_column(String(200))
    left_because: Mapped[str | None] = mapped_column(String(500))
    family: Mapped[Family] = relationship(back_populates="members")
    restraints: Mapped[list["FamilyRestraint"]] = relationship(order_by="FamilyRestraint.id")


class FamilyRestraint(Base):
    """This member stays a member and gets nothing: no word of a child, no letter, no child."""

    __tablename__ = "family_restraint"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("family_member.id"), index=True)
    because: Mapped[str] = mapped_column(String(500))
    order_number: Mapped[str | None] = mapped_column(String(64))
    """The court's, where there is one; safety does not wait for it."""
    until: Mapped[date | None]
    set_at: Mapped[datetime]
    set_by: Mapped[str] = mapped_column(String(200))
    lifted_at: Mapped[datetime | None]
    lifted_by: Mapped[str | None] = mapped_column(String(200))
    lifted_because: Mapped[str | None] = mapped_column(String(500))


class HouseholdAid(Base):
    """Aid to the household. A correction is a new row that points at the old one."""

    __tablename__ = "household_aid"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    family_id: Mapped[int] = mapped_column(ForeignKey("family.id"), index=True)
    kind: Mapped[str] = mapped_column(String(16))
    what: Mapped[str] = mapped_column(String(500))
    rials: Mapped[int | None] = mapped_column(BigId)
    given_on: Mapped[date]
    written_at: Mapped[datetime]
    written_by: Mapped[str] = mapped_column(String(200))
    corrects_id: Mapped[int | None] = mapped_column(ForeignKey("household_aid.id"))
