"""The tablets that may speak to the registry, and their public keys."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registry.base import Base, BigId


class Device(Base):
    __tablename__ = "device"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    """Its name, as it stands in the topic."""
    team: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    last_seen_at: Mapped[datetime | None]
    keys: Mapped[list["DeviceKey"]] = relationship(back_populates="device", lazy="selectin")


class DeviceKey(Base):
    """The public halves of a device's key pair: one proves its captures, one hides results from everybody else."""

    __tablename__ = "device_key"
    __table_args__ = (UniqueConstraint("device_id", "key_id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    device_id: Mapped[str] = mapped_column(ForeignKey("device.id"))
    key_id: Mapped[str] = mapped_column(String(16))
    public: Mapped[str] = mapped_column(String(200))
    """`edge.messages.keys.DevicePublic.to_text()`"""
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    device: Mapped[Device] = relationship(back_populates="keys")
