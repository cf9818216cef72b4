"""The children of a shift, the search, and one child."""

from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse
from pydantic import BaseModel, ConfigDict

from registry.children import queries
from registry.children.json import AgeOut
from registry.children.rules import age_today
from registry.encounters.json import SlotOut, slot_out
from registry.encounters.queries import SlotView, slot_views
from registry.errors import NotThere
from registry.web.page import Page, PageOf
from registry.web.parts import Parts, Reading
from registry.web.shifts import shift_of

router = APIRouter(tags=["children"])


class CaseOfChild(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: int
    number: str
    state: str


class MeetingOut(SlotOut):
    """`siblings`: children of ours who were met with it and said to be its siblings."""

    encounter_id: int
    captured_at: datetime
    place: str
    team: str
    siblings: list[int]


class ChildOut(BaseModel):
    id: int
    code: str
    standing: str
    given_name: str | None
    sex: str
    age: AgeOut | None
    last_met_on: date | None
    cases: list[CaseOfChild]
    encounters: list[MeetingOut]


PageNumber = Annotated[int, Query(alias="page", ge=1, le=10_000)]


@router.get("/children", response_class=HTMLResponse)
def children(
    page: PageOf,
    parts: Parts,
    work: Reading,
    shift: Annotated[str, Query(max_length=12)] = "",
    q: Annotated[str, Query(max_length=100)] = "",
    number: PageNumber = 1,
) -> HTMLResponse:
    """Today's children, or those found by `q`: a name, a card's code or a case's number."""
    day, typed = shift_of(shift, page.say.now), q.strip()
    account_id = page.signed_in.account_id
    most, met = queries.MOST_FOUND, None
    if typed:
        rows = queries.search(work.session, typed, marks=parts.container.names, account_id=account_id)
    else:
        met = queries.of_shift(work.session, day.date, account_id=account_id, page=number)
        rows = list(met.rows)
    return page.render("children/children.html", rows=rows, met=met, number=number, day=day, typed=typed, most=most)


@router.get("/children/{child_id}", response_class=HTMLResponse)
def child(page: PageOf, work: Reading, child_id: int) -> HTMLResponse:
    return page.render("children/child.html", view=_found(page, work, child_id))


@router.get("/api/children/{child_id}")
def child_json(page: PageOf, work: Reading, child_id: int) -> ChildOut:
    """The child as the street knows it: its meetings and its cases."""
    view = _found(page, work, child_id)
    child, slots = view.child, slot_views(work.session, [meeting.slot for meeting in view.meetings])
    age = age_today(child.age_low, child.age_high, child.age_on, page.say.today)
    return ChildOut(
        id=child.id, code=child.code, standing=child.standing, given_name=child.given_name, sex=child.sex,
        age=AgeOut(low=age[0], high=age[1]) if age else None, last_met_on=child.last_met_on,
        cases=[CaseOfChild.model_validate(case) for case in view.cases],
        encounters=[_meeting(meeting, slots[meeting.slot.id]) for meeting in view.meetings],
    )  # fmt: skip


def _meeting(meeting: queries.Meeting, slot: SlotView) -> MeetingOut:
    return MeetingOut(
        encounter_id=meeting.encounter.id, captured_at=meeting.encounter.captured_at,
        place=meeting.encounter.place_name, team=meeting.encounter.team,
        siblings=[one.child_id for one in meeting.siblings if one.child_id], **slot_out(slot).model_dump(),
    )  # fmt: skip


def _found(page: Page, work: Reading, child_id: int) -> queries.ChildView:
    found = queries.one(work.session, child_id, account_id=page.signed_in.account_id)
    if found is None:
        raise NotThere("child")
    return found
