"""Tablets, for the administrator: who was heard when. Counts only, no child."""

from datetime import datetime

from fastapi import APIRouter
from fastapi.responses import HTMLResponse
from pydantic import BaseModel

from registry.devices import queries
from registry.web.page import PageOf
from registry.web.parts import Reading

router = APIRouter(tags=["devices"])


@router.get("/devices", response_class=HTMLResponse)
def devices(page: PageOf, work: Reading) -> HTMLResponse:
    return page.render("devices/devices.html", rows=queries.listed(work.session))


class DeviceOut(BaseModel):
    name: str
    team: str
    state: str
    last_seen_at: datetime | None
    encounters: int


class DevicesOut(BaseModel):
    devices: list[DeviceOut]


@router.get("/api/devices")
def devices_json(page: PageOf, work: Reading) -> DevicesOut:
    """Every tablet: when it was heard last, and how much it has sent."""
    return DevicesOut(devices=[_device(row, page) for row in queries.listed(work.session)])


def _device(row: queries.DeviceRow, page: PageOf) -> DeviceOut:
    device = row.device
    return DeviceOut(
        name=device.id, team=device.team, state=row.state(page.say.now), last_seen_at=device.last_seen_at,
        encounters=row.encounters,
    )  # fmt: skip
