"""The board of live encounters, the encounters of a shift, and one encounter."""

from datetime import date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse
from starlette.responses import RedirectResponse, Response

from common.time import shift_date
from registry.cases import queries as cases
from registry.encounters import queries
from registry.encounters.json import EncounterOut, ShiftOut, encounter_out
from registry.errors import NotThere
from registry.replies.web import After, Limit, cursor, read_cursor
from registry.web.page import Page, PageOf
from registry.web.parts import Reading
from registry.web.shifts import Shift, shift_of

router = APIRouter(tags=["encounters"])

ShiftText = Annotated[str, Query(max_length=12)]
PageNumber = Annotated[int, Query(alias="page", ge=1, le=10_000)]


@router.get("/", response_class=HTMLResponse)
def board(page: PageOf, work: Reading) -> Response:
    """The first page: live encounters, or the first page that this person's role has."""
    if not page.may("GET", "/live/encounters"):
        first = next(path for path in ("/devices", "/reviews", "/account") if page.may("GET", path))
        return RedirectResponse(first, status_code=303)
    after = queries.latest_event(work.session)
    today = shift_date(page.say.now)
    shift = Shift(date=today, today=today)
    encounters = queries.recent(work.session, shift.bounds[0], by=page.signed_in.account_id)
    return page.render("encounters/board.html", encounters=encounters, after=after, **_waiting(work, today))


@router.get("/live/waiting", response_class=HTMLResponse)
def waiting(page: PageOf, work: Reading) -> HTMLResponse:
    """The board's side: what waits for a decision, and the shift's count."""
    return page.render("encounters/fragments/waiting.html", **_waiting(work, shift_date(page.say.now)))


def _waiting(work: Reading, today: date) -> dict[str, Any]:
    session = work.session
    return {"waiting": cases.waiting(session), "tally": queries.tally(session, today), "shift": today}


@router.get("/encounters", response_class=HTMLResponse)
def encounters_of_shift(page: PageOf, work: Reading, shift: ShiftText = "", number: PageNumber = 1) -> HTMLResponse:
    day = shift_of(shift, page.say.now)
    found = queries.of_shift(
        work.session, day.date, by=page.signed_in.account_id, limit=queries.PAGE_SIZE + 1,
        offset=(number - 1) * queries.PAGE_SIZE,
    )  # fmt: skip
    shown, more = found[: queries.PAGE_SIZE], len(found) > queries.PAGE_SIZE
    return page.render("encounters/encounters.html", encounters=shown, day=day, number=number, more=more)


@router.get("/encounters/{encounter_id}", response_class=HTMLResponse)
def encounter(page: PageOf, work: Reading, encounter_id: int) -> HTMLResponse:
    return page.render("encounters/encounter.html", view=_found(page, work, encounter_id))


@router.get("/api/encounters")
def encounters_json(
    page: PageOf, work: Reading, shift: ShiftText = "", after: After = "", limit: Limit = 50
) -> ShiftOut:
    """Of one shift, the latest received first."""
    day, start = shift_of(shift, page.say.now), read_cursor(after, datetime, int)
    found = queries.of_shift_after(
        work.session, day.date, by=page.signed_in.account_id, after=(start[0], start[1]) if start else None, limit=limit
    )
    further = cursor(found.last[0].isoformat(), found.last[1]) if found.last else None
    return ShiftOut(shift=day.date, encounters=[encounter_out(view) for view in found.views], next=further)


@router.get("/api/encounters/{encounter_id}")
def one_json(page: PageOf, work: Reading, encounter_id: int) -> EncounterOut:
    """One meeting: who was met, and what came of it."""
    return encounter_out(_found(page, work, encounter_id))


def _found(page: Page, work: Reading, encounter_id: int) -> queries.EncounterView:
    found = queries.one(work.session, encounter_id, by=page.signed_in.account_id)
    if found is None:
        raise NotThere("encounter")
    return found
