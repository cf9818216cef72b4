"""Tablets, for the administrator: who was heard when. Counts only, no child."""

from typing import Any

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from registry.devices import queries
from registry.web.page import PageOf
from registry.web.parts import Reading

router = APIRouter(tags=["devices"])


@router.get("/devices", response_class=HTMLResponse)
def devices(page: PageOf, work: Reading) -> HTMLResponse:
    return page.render("devices/devices.html", rows=queries.listed(work.session))


@router.get("/api/devices")
def devices_json(page: PageOf, work: Reading) -> dict[str, Any]:
    return {"devices": [_device(row, page) for row in queries.listed(work.session)]}


def _device(row: queries.DeviceRow, page: PageOf) -> dict[str, Any]:
    seen = row.device.last_seen_at
    return {
        "name": row.device.id,
        "team": row.device.team,
        "state": row.state(page.say.now),
        "last_seen_at": seen.isoformat() if seen else None,
        "encounters": row.encounters,
    }
