"""What the administrator's page reads about tablets: counts and times, no child."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from registry.devices.tables import Device
from registry.encounters.tables import Encounter

HEARD_LATELY = timedelta(minutes=15)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceRow:
    device: Device
    encounters: int
    last_received_at: datetime | None

    def state(self, now: datetime) -> str:
        """revoked | never | near | far: what a chip says about it."""
        if self.device.revoked_at is not None:
            return "revoked"
        if self.device.last_seen_at is None:
            return "never"
        return "near" if now - self.device.last_seen_at <= HEARD_LATELY else "far"


def listed(session: Session) -> list[DeviceRow]:
    received = {
        device_id: (count, last)
        for device_id, count, last in session.execute(
            select(Encounter.device_id, func.count(), func.max(Encounter.received_at)).group_by(Encounter.device_id)
        )
    }
    devices = session.scalars(select(Device).order_by(Device.revoked_at.is_not(None), Device.id))
    rows = ((device, *received.get(device.id, (0, None))) for device in devices)
    return [DeviceRow(device=device, encounters=count, last_received_at=last) for device, count, last in rows]
