"""A child, the slots that stand under a child, templates, and the log that the gallery follows."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registry.base import Base, BigId
from registry.encounters.tables import Slot


class Child(Base):
    """standing: confirmed, or provisional while a match is unsure (a provisional child has full services)."""

    __tablename__ = "child"
    __table_args__ = (CheckConstraint("standing in ('confirmed', 'provisional')", name="standing"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    code: Mapped[str] = mapped_column(String(16), unique=True)
    """What a child may carry on a card: "482-715-390", neutral, the last digit a check digit."""
    standing: Mapped[str] = mapped_column(String(16), index=True)
    given_name: Mapped[str | None] = mapped_column(String(200))
    """As last said."""
    sex: Mapped[str] = mapped_column(String(8), default="unknown")
    age_low: Mapped[int | None]
    age_high: Mapped[int | None]
    age_method: Mapped[str | None] = mapped_column(String(16))
    age_on: Mapped[date | None]
    """The day on which the age was said: it ages by itself from there."""
    created_at: Mapped[datetime]
    last_met_on: Mapped[date | None] = mapped_column(index=True)
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("child.id"), index=True)
    """The record that this one was found to be: all of this child's rows stand there until the merge is undone."""
    links: Mapped[list["ChildSlotLink"]] = relationship(back_populates="child", order_by="ChildSlotLink.linked_at")


class ChildSlotLink(Base):
    """From when until when a slot stood under a child. The open link (no `unlinked_at`) is the one in force."""

    __tablename__ = "child_slot_link"
    __table_args__ = (
        Index(
            "uq_child_slot_link_open",
            "slot_id",
            unique=True,
            sqlite_where=text("unlinked_at is null"),
            postgresql_where=text("unlinked_at is null"),
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    slot_id: Mapped[int] = mapped_column(ForeignKey("slot.id"), index=True)
    child_id: Mapped[int] = mapped_column(ForeignKey("child.id"), index=True)
    linked_at: Mapped[datetime]
    linked_by: Mapped[str] = mapped_column(String(200))
    """"matching", or the account of a person."""
    unlinked_at: Mapped[datetime | None]
    unlinked_by: Mapped[str | None] = mapped_column(String(200))
    unlinked_reason: Mapped[str | None] = mapped_column(String(500))
    child: Mapped[Child] = relationship(back_populates="links")
    slot: Mapped[Slot] = relationship()


class IrisTemplate(Base):
    """One searchable template. Its id is the gallery's id; its child is the one its slot is linked to."""

    __tablename__ = "template"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    slot_id: Mapped[int] = mapped_column(ForeignKey("slot.id"), index=True)
    encoder: Mapped[str] = mapped_column(String(16))
    data: Mapped[bytes] = mapped_column(LargeBinary)
    """`matching.Template.to_bytes()`; nothing, once it was removed for good."""
    created_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]


class GalleryLog(Base):
    """What the gallery is, in order. `seq` has no gaps: it is given under a lock held to the commit."""

    __tablename__ = "gallery_log"
    __table_args__ = (CheckConstraint("op in ('add', 'remove')", name="op"),)

    seq: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    op: Mapped[str] = mapped_column(String(8))
    template_id: Mapped[int] = mapped_column(ForeignKey("template.id"))
    at: Mapped[datetime]
