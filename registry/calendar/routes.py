"""The holidays that dues are counted by, as people edit them."""

from datetime import date, timedelta
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict
from starlette.responses import Response

from registry.calendar import service
from registry.cases.forms.fields import Day, Form, Line
from registry.web.page import PageOf
from registry.web.parts import Parts, Reading

router = APIRouter(prefix="/api", tags=["calendar"])
Span = Annotated[int, Query(ge=1, le=800)]


class HolidayOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)
    day: date
    name: str


class Holidays(BaseModel):
    holidays: list[HolidayOut]


class Named(Form):
    name: Line


@router.get("/holidays")
def holidays(page: PageOf, work: Reading, since: Day | None = None, days: Span = 366) -> Holidays:
    """From a day on (Jalali or Gregorian; today unless given)."""
    start = since or page.say.today
    found = service.holidays(work, since=start, until=start + timedelta(days=days))
    return Holidays(holidays=[HolidayOut.model_validate(row) for row in found])


@router.put("/holidays/{day}")
def set_holiday(page: PageOf, parts: Parts, day: Day, named: Named) -> HolidayOut:
    web = parts.container
    with web.database.writing() as work:
        row = service.set_holiday(
            work, day=day, name=named.name, actor=page.signed_in.name, now=web.clock.now(), trail=web.trail
        )
        work.commit()
        return HolidayOut.model_validate(row)


@router.delete("/holidays/{day}", status_code=204)
def remove_holiday(page: PageOf, parts: Parts, day: Day) -> Response:
    web = parts.container
    with web.database.writing() as work:
        service.remove_holiday(work, day=day, actor=page.signed_in.name, trail=web.trail)
        work.commit()
    return Response(status_code=204)
