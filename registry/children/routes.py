"""The children of a shift, the search, and one child."""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse

from registry.children import queries
from registry.children.rules import age_today
from registry.encounters.json import slot_json
from registry.encounters.queries import slot_views
from registry.errors import NotThere
from registry.web.page import Page, PageOf
from registry.web.parts import Parts, Reading
from registry.web.shifts import shift_of

router = APIRouter(tags=["children"])

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
def child_json(page: PageOf, work: Reading, child_id: int) -> dict[str, Any]:
    view = _found(page, work, child_id)
    child, slots = view.child, slot_views(work.session, [meeting.slot for meeting in view.meetings])
    age = age_today(child.age_low, child.age_high, child.age_on, page.say.today)
    return {
        "id": child.id,
        "code": child.code,
        "standing": child.standing,
        "given_name": child.given_name,
        "sex": child.sex,
        "age": {"low": age[0], "high": age[1]} if age else None,
        "last_met_on": child.last_met_on.isoformat() if child.last_met_on else None,
        "cases": [{"id": case.id, "number": case.number, "state": case.state} for case in view.cases],
        "encounters": [
            {
                "encounter_id": meeting.encounter.id,
                "captured_at": meeting.encounter.captured_at.isoformat(),
                "place": meeting.encounter.place_name,
                "team": meeting.encounter.team,
                "siblings": [one.child_id for one in meeting.siblings if one.child_id],
                **slot_json(slots[meeting.slot.id]),
            }
            for meeting in view.meetings
        ],
    }


def _found(page: Page, work: Reading, child_id: int) -> queries.ChildView:
    found = queries.one(work.session, child_id, account_id=page.signed_in.account_id)
    if found is None:
        raise NotThere("child")
    return found
