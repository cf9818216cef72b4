"""The holidays that dues are counted by, as people edit them."""

from datetime import date, timedelta
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict
from starlette.responses import Response

from registry.calendar import service
from registry.cases.forms.fields import Day, Form, Line
from registry.children.acting import Act
from registry.db import UnitOfWork
from registry.replies.service import Reply
from registry.web.page import PageOf
from registry.web.parts import Reading

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


@router.put("/holidays/{day}", response_model=HolidayOut)
def set_holiday(act: Act, day: Day, named: Named) -> Response:
    """For what is asked or opened from now on; what is due keeps its day."""

    def set_it(work: UnitOfWork) -> Reply:
        row = service.set_holiday(
            work, day=day, name=named.name, actor=act.person.name, now=act.parts.container.clock.now(),
            trail=act.parts.container.trail,
        )  # fmt: skip
        return Reply(body=HolidayOut.model_validate(row).model_dump(mode="json"))

    return act.once(set_it)


@router.delete("/holidays/{day}", status_code=204)
def remove_holiday(act: Act, day: Day) -> Response:
    """A working day again."""

    def remove_it(work: UnitOfWork) -> Reply:
        service.remove_holiday(work, day=day, actor=act.person.name, trail=act.parts.container.trail)
        return Reply(body={}, status=204)

    return act.once(remove_it)
