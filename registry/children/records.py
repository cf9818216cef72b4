"""What is known of a child, version after version; the marks by which names are found; and seals."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from registry.base import Base, BigId


class RecordVersion(Base):
    """One version of a child's record. The newest is in force; none is ever changed."""

    __tablename__ = "child_record"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    child_id: Mapped[int] = mapped_column(ForeignKey("child.id"), index=True)
    follows_id: Mapped[int | None] = mapped_column(ForeignKey("child_record.id"))
    """The version that its writer had before them."""
    record: Mapped[dict[str, Any]]
    """`registry.children.record.ChildRecord` as JSON."""
    written_at: Mapped[datetime]
    written_by: Mapped[str] = mapped_column(String(200))
    because: Mapped[str] = mapped_column(String(500), default="")


class SlotNameMark(Base):
    """By which the name said at an encounter is found. Whose child that is, the slot's open link says."""

    __tablename__ = "slot_name_mark"

    mark: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    slot_id: Mapped[int] = mapped_column(ForeignKey("slot.id"), primary_key=True, index=True)


class RecordNameMark(Base):
    """By which a name in a version of a child's record is found. An earlier spelling finds the child, too.

    kind: own (given name, nickname, family name) | father | grandfather.
    """

    __tablename__ = "record_name_mark"

    mark: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(12), primary_key=True)
    record_id: Mapped[int] = mapped_column(ForeignKey("child_record.id"), primary_key=True, index=True)


class ChildNameMark(Base):
    """What a search reads: the marks of a child's slots and records together. Follows from those two tables and from
    whose the slots are; `registry.children.marked.gather_marks` makes it anew."""

    __tablename__ = "child_name_mark"

    mark: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(12), primary_key=True)
    child_id: Mapped[int] = mapped_column(ForeignKey("child.id"), primary_key=True, index=True)


class ChildSeal(Base):
    """While one is in force, only named people see the child. Lifting writes into the row; a new seal is a new row."""

    __tablename__ = "child_seal"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    child_id: Mapped[int] = mapped_column(ForeignKey("child.id"), index=True)
    ground: Mapped[str] = mapped_column(String(32))
    """abuse_by_official | trafficking_witness | other"""
    reason: Mapped[str] = mapped_column(String(500))
    sealed_at: Mapped[datetime]
    sealed_by: Mapped[str] = mapped_column(String(200))
    lifted_at: Mapped[datetime | None]
    lifted_by: Mapped[str | None] = mapped_column(String(200))
    lifted_reason: Mapped[str | None] = mapped_column(String(500))


class SealAccess(Base):
    """One person who sees a sealed child, from when until when."""

    __tablename__ = "child_seal_access"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    child_id: Mapped[int] = mapped_column(ForeignKey("child.id"), index=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    given_at: Mapped[datetime]
    given_by: Mapped[str] = mapped_column(String(200))
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str | None] = mapped_column(String(200))
