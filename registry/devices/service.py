"""Devices come and go by an administrator's hand."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Row, select, update

from common.time import Clock
from edge.messages.keys import DevicePublic
from edge.messages.topics import DEVICE_NAME
from registry.audit.service import AuditTrail
from registry.db import UnitOfWork
from registry.devices.tables import Device, DeviceKey
from registry.errors import DeviceExists, DeviceNameInvalid, DeviceUnknown


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceView:
    name: str
    team: str
    key_ids: tuple[str, ...]
    created_at: datetime
    revoked_at: datetime | None
    last_seen_at: datetime | None


def register(
    work: UnitOfWork, *, name: str, team: str, public: DevicePublic, actor: str, trail: AuditTrail, clock: Clock
) -> None:
    """Let a tablet speak. The caller commits. Errors: DeviceNameInvalid, DeviceExists."""
    if not DEVICE_NAME.fullmatch(name):
        raise DeviceNameInvalid(name)
    if work.session.get(Device, name) is not None:
        raise DeviceExists(name)
    now = clock.now()
    work.session.add(Device(id=name, team=team, created_at=now))
    work.session.flush()  # the key's row points at it
    work.session.add(DeviceKey(device_id=name, key_id=public.key_id, public=public.to_text(), created_at=now))
    trail.append(
        work, actor=actor, action="device.provisioned", subject=f"device:{name}", detail={"key_id": public.key_id}
    )


def revoke(work: UnitOfWork, *, name: str, actor: str, trail: AuditTrail, clock: Clock) -> None:
    """From the commit on nothing of this device is taken. Done twice, the first date stays. Errors: DeviceUnknown."""
    device = work.session.get(Device, name)
    if device is None:
        raise DeviceUnknown(name)
    if device.revoked_at is None:
        device.revoked_at = clock.now()
        trail.append(work, actor=actor, action="device.revoked", subject=f"device:{name}")


def list_devices(work: UnitOfWork) -> tuple[DeviceView, ...]:
    rows = work.session.execute(select(Device).order_by(Device.id)).scalars()
    return tuple(
        DeviceView(
            name=row.id, team=row.team, key_ids=tuple(key.key_id for key in row.keys), created_at=row.created_at,
            revoked_at=row.revoked_at, last_seen_at=row.last_seen_at,
        )
        for row in rows
    )  # fmt: skip


def public_keys(work: UnitOfWork, names: Collection[str]) -> Mapping[str, tuple[DevicePublic, ...]]:
    """The keys that each of these devices may use now; unknown and revoked devices are left out."""
    rows = work.session.execute(
        select(DeviceKey.device_id, DeviceKey.public)
        .join(Device, Device.id == DeviceKey.device_id)
        .where(DeviceKey.device_id.in_(names), DeviceKey.revoked_at.is_(None), Device.revoked_at.is_(None))
        .order_by(DeviceKey.id.desc())
    )
    return _by_device(rows)


def seen(work: UnitOfWork, names: Collection[str], *, at: datetime, unless_since: datetime) -> None:
    """Note when devices were last heard of, at most once since `unless_since`: no reason to write all the time."""
    work.session.execute(
        update(Device)
        .where(Device.id.in_(names), (Device.last_seen_at.is_(None)) | (Device.last_seen_at < unless_since))
        .values(last_seen_at=at)
    )


def all_public_keys(work: UnitOfWork, names: Collection[str]) -> dict[str, tuple[DevicePublic, ...]]:
    """Every key that these devices ever had: for what was journalled while the key was good."""
    rows = work.session.execute(select(DeviceKey.device_id, DeviceKey.public).where(DeviceKey.device_id.in_(names)))
    return _by_device(rows)


def _by_device(rows: Iterable[Row[str, str]]) -> dict[str, tuple[DevicePublic, ...]]:
    keys: dict[str, tuple[DevicePublic, ...]] = {}
    for name, public in rows:
        keys[name] = (*keys.get(name, ()), DevicePublic.from_text(public))
    return keys
