"""The tablets that may speak to the registry, and their public keys."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String
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
    """A public key. `sign` (Ed25519) proves a capture; `seal` (X25519) hides a result from everybody else."""

    __tablename__ = "device_key"
    __table_args__ = (CheckConstraint("purpose in ('sign', 'seal')", name="purpose"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    device_id: Mapped[str] = mapped_column(ForeignKey("device.id"), index=True)
    kid: Mapped[str] = mapped_column(String(64))
    purpose: Mapped[str] = mapped_column(String(8))
    public: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    device: Mapped[Device] = relationship(back_populates="keys")
