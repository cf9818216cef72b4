"""Cases for programs: lists by cursor, a case with its ETag, its entries, and the tasks and requests that wait."""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from sqlalchemy import select, tuple_
from starlette.requests import Request
from starlette.responses import Response

from registry.cases import queries
from registry.cases.forms.fields import Moment
from registry.cases.json import (
    CasePage,
    CaseSheetOut,
    EntryOut,
    EntryPage,
    FormsOut,
    TaskOut,
    TaskPage,
    case_row_out,
    sheet_out,
)
from registry.cases.reading import form_of, take_up
from registry.cases.records import CaseEntry, CaseTask
from registry.cases.rules.table import TASKS
from registry.cases.rules.writing import deciders
from registry.cases.sheet import sheet
from registry.cases.tables import Case
from registry.children.sealing import visible_to
from registry.errors import NotThere
from registry.replies.web import After, Limit, cursor, read_cursor, readable
from registry.web.page import PageOf
from registry.web.parts import Parts, Reading

router = APIRouter(prefix="/api", tags=["cases"])

State = Literal[
    "open", "all", "intake", "in_transfer", "screening", "kept", "with_family", "quasi_family", "referred_out",
    "closed",
]  # fmt: skip
Typed = Annotated[str, Query(max_length=100)]


@router.get("/cases")
def cases(
    page: PageOf,
    parts: Parts,
    work: Reading,
    state: State = "open",
    q: Typed = "",
    after: After = "",
    limit: Limit = 50,
) -> CasePage:
    """The newest first."""
    place = read_cursor(after, datetime, int)
    by, marks = page.signed_in.account_id, parts.container.names
    wanted = queries.case_filter(work.session, by=by, marks=marks, state=state, typed=q)
    found = queries.listed_after(work.session, wanted, place, limit)
    last = found.rows[-1].case if found.rows and found.more else None
    return CasePage(
        cases=[case_row_out(row) for row in found.rows],
        next=cursor(last.opened_at.isoformat(), last.id) if last else None,
    )


@router.get("/cases/{case_id}", response_model=CaseSheetOut)
def case(request: Request, page: PageOf, work: Reading, case_id: int) -> Response:
    """The sheet: our promises first. Its ETag rises with everything that is written on the case."""
    view = queries.one(work.session, case_id, by=page.signed_in.account_id)
    if view is None:
        raise NotThere("case")
    found = sheet(work, case_id, page.say.now, by=page.signed_in.account_id)
    waiting = next((proposal.id for proposal in view.proposals if proposal.state == "open"), None)
    body = sheet_out(found, view.case.events, page.signed_in.roles, waiting).model_dump(mode="json")
    return readable(request, body, f'"case-{case_id}-{found.opened.case.version}"')


@router.get("/cases/{case_id}/entries")
def entries(page: PageOf, work: Reading, case_id: int, after: After = "", limit: Limit = 50) -> EntryPage:
    """Everything that was ever written, the newest first: corrected, asked and refused ones too."""
    seen = visible_to(page.signed_in.account_id, Case.child_id)
    if work.session.scalar(select(Case.id).where(Case.id == case_id, seen)) is None:
        raise NotThere("case")
    start, rows = read_cursor(after, int), select(CaseEntry).where(CaseEntry.case_id == case_id)
    if start:
        rows = rows.where(CaseEntry.id < start[0])
    found = work.session.scalars(rows.order_by(CaseEntry.id.desc()).limit(limit + 1)).all()
    return _entries(page, list(found), limit)


@router.get("/cases/{case_id}/forms", response_model=FormsOut)
def standing_forms(request: Request, page: PageOf, work: Reading, case_id: int) -> Response:
    """The forms as they stand, by task; each has the ETag that a correction of it sends as If-Match."""
    opened = take_up(work, case_id, page.say.now, by=page.signed_in.account_id, lock=False)
    standing = {entry.task: entry.id for entry in opened.facts.entries}
    rows = work.session.scalars(select(CaseEntry).where(CaseEntry.id.in_(standing.values())))
    forms = {row.task: EntryOut.of(row, page.signed_in.roles) for row in rows}
    return readable(request, FormsOut(forms=forms).model_dump(mode="json"), f'"case-{case_id}-{opened.case.version}"')


@router.get("/tasks")
def tasks(
    page: PageOf, work: Reading, due_before: Moment | None = None, after: After = "", limit: Limit = 50
) -> TaskPage:
    """The tasks that the asker's roles may do, the most pressing first; those without a time are not in it."""
    mine = [task.name for task in TASKS.values() if task.writers & page.signed_in.roles]
    rows = select(CaseTask).join(Case).where(visible_to(page.signed_in.account_id, Case.child_id))
    rows = rows.where(CaseTask.outcome == "open", CaseTask.due_at.is_not(None), CaseTask.name.in_(mine))
    if due_before is not None:
        rows = rows.where(CaseTask.due_at < due_before)
    if place := read_cursor(after, datetime, int):
        rows = rows.where(tuple_(CaseTask.due_at, CaseTask.id) > place)
    found = work.session.scalars(rows.order_by(CaseTask.due_at, CaseTask.id).limit(limit + 1)).all()
    shown, last = found[:limit], found[limit - 1] if len(found) > limit else None
    return TaskPage(
        tasks=[TaskOut.of(row, page.say.now) for row in shown],
        next=cursor(last.due_at.isoformat(), last.id) if last and last.due_at else None,
    )


@router.get("/requests")
def requests(page: PageOf, work: Reading, after: After = "", limit: Limit = 50) -> EntryPage:
    """What others have asked and the asker may decide, the longest waiting first; never one's own."""
    viewer = page.signed_in
    start, rows = read_cursor(after, int), select(CaseEntry).join(Case).where(CaseEntry.standing == "asked")
    rows = rows.where(visible_to(viewer.account_id, Case.child_id))
    mine = [task.name for task in TASKS.values() if task.is_decided and task.who & viewer.roles]
    rows = rows.where(CaseEntry.written_by_id != viewer.account_id, CaseEntry.task.in_(mine))
    if start:
        rows = rows.where(CaseEntry.id > start[0])
    found = work.session.scalars(rows.order_by(CaseEntry.id).limit(limit + 1)).all()
    page_of = _entries(page, list(found), limit)
    may = {row.id for row in found if deciders(TASKS[row.task], form_of(row)) & viewer.roles}
    return page_of.model_copy(update={"entries": [entry for entry in page_of.entries if entry.id in may]})


def _entries(page: PageOf, found: list[CaseEntry], limit: int) -> EntryPage:
    shown = [EntryOut.of(row, page.signed_in.roles) for row in found[:limit]]
    return EntryPage(entries=shown, next=cursor(found[limit - 1].id) if len(found) > limit else None)
