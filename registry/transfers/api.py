"""Offices, and cases on their way from one to another, for programs."""

import secrets
from collections.abc import Callable
from typing import Literal

from fastapi import APIRouter
from sqlalchemy import select
from sqlalchemy.orm import selectinload
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from registry.cases.forms.fields import Form
from registry.cases.json import EntryOut
from registry.cases.records import CaseEntry
from registry.children.acting import Act, Acting
from registry.db import UnitOfWork
from registry.errors import NotThere, TransferChanged
from registry.replies.service import Reply
from registry.replies.web import After, IfMatch, Limit, cursor, number_in, read_cursor, readable
from registry.transfers import custody, offices, rules, service
from registry.transfers.forms import AnswerForm, DecisionForm, MembersForm, OfficeForm, TransferForm, WithdrawForm
from registry.transfers.json import (
    FileOut,
    OfficeList,
    OfficeOut,
    OfficeWithMembers,
    TransferConflictOut,
    TransferOut,
    TransferPage,
    office_out,
    transfer_out,
)
from registry.transfers.tables import CaseTransfer, Office
from registry.web.page import PageOf
from registry.web.parts import Parts, Reading

router = APIRouter(prefix="/api", tags=["transfers"])
_acts = APIRouter(responses={412: {"model": TransferConflictOut}})


@router.get("/offices")
def office_list(work: Reading) -> OfficeList:
    found = work.session.scalars(
        select(Office).where(Office.closed_at.is_(None)).order_by(Office.province, Office.name)
    )
    return OfficeList(offices=[OfficeOut.model_validate(one) for one in found])


@router.post("/offices", status_code=201, response_model=OfficeWithMembers)
def open_office(act: Act, sent: OfficeForm) -> Response:
    def open_it(work: UnitOfWork) -> Reply:
        office = offices.open_office(work, sent, by=act.person, **act.tools)
        return _office(work, office, status=201)

    return act.once(open_it)


@router.put("/offices/{office_id}", response_model=OfficeWithMembers)
def edit_office(act: Act, office_id: int, sent: OfficeForm) -> Response:
    """Its name, and what stands at the head of its letters from now on; what was sent stays as it was sent."""

    def edit_it(work: UnitOfWork) -> Reply:
        office = offices.edit_office(work, office_id, sent, by=act.person, trail=act.parts.container.trail)
        return _office(work, office)

    return act.once(edit_it)


@router.put("/offices/{office_id}/members", response_model=OfficeWithMembers)
def set_members(act: Act, office_id: int, sent: MembersForm) -> Response:
    """These people, and no others. Each works in one office: from now on they see its children, not another's."""

    def set_them(work: UnitOfWork) -> Reply:
        office = offices.set_members(work, office_id, sent.accounts, by=act.person, **act.tools)
        return _office(work, office)

    return act.once(set_them)


@router.get("/transfers")
def transfers(
    page: PageOf, work: Reading, state: Literal["open", "all"] = "open", after: After = "", limit: Limit = 50
) -> TransferPage:
    """Those that the asker's office sends or is offered; the newest first."""
    office = custody.office_of(work, page.signed_in.account_id)
    rows, start = select(CaseTransfer).where(service.concerns(page.signed_in, office)), read_cursor(after, int)
    if state == "open":
        rows = rows.where(CaseTransfer.state.in_(rules.OPEN))
    if start:
        rows = rows.where(CaseTransfer.id < start[0])
    rows = rows.options(selectinload(CaseTransfer.from_office), selectinload(CaseTransfer.to_office))
    found = work.session.scalars(rows.order_by(CaseTransfer.id.desc()).limit(limit + 1)).all()
    shown = [transfer_out(one, own=office in (one.from_office_id, None)) for one in found[:limit]]
    return TransferPage(transfers=shown, next=cursor(shown[-1].id) if len(found) > limit else None)


@router.get("/transfers/{transfer_id}", response_model=TransferOut)
def transfer(request: Request, page: PageOf, work: Reading, transfer_id: int) -> Response:
    """The sender sees its request and keeps the receipt; the other office sees the summary."""
    found = service.one(work, transfer_id, page.signed_in)
    body = transfer_out(found, own=service.is_own(work, found, page.signed_in)).model_dump(mode="json")
    return readable(request, body, _etag(found))


@router.get("/transfers/{transfer_id}/file")
def file(page: PageOf, parts: Parts, work: Reading, transfer_id: int, after: After = "", limit: Limit = 50) -> FileOut:
    """What was handed over, for the office that handed it over, sealed forms by role; thirty days long."""
    found, start = service.one(work, transfer_id, page.signed_in), read_cursor(after, int)
    own = service.is_own(work, found, page.signed_in)
    if not own or found.reads_until is None or not rules.may_still_read(found.reads_until, page.say.now):
        raise NotThere("transfer")
    rows = select(CaseEntry).where(CaseEntry.case_id == found.case_id, CaseEntry.id <= found.receipt["last_entry"])
    if start:
        rows = rows.where(CaseEntry.id < start[0])
    entries = work.session.scalars(rows.order_by(CaseEntry.id.desc()).limit(limit + 1)).all()
    shown = [
        EntryOut.of(row, page.signed_in.roles, in_its_office=row.stays_with_id == found.from_office_id)
        for row in entries[:limit]
    ]
    parts.container.trail.record(
        parts.container.database, actor=page.signed_in.name, action="transfer.file_read",
        subject=f"transfer:{transfer_id}",
    )  # fmt: skip
    more = cursor(shown[-1].id) if len(entries) > limit else None
    return FileOut(number=found.number, reads_until=found.reads_until, entries=shown, next=more)


@router.post("/cases/{case_id}/transfers", status_code=201, response_model=TransferOut)
def ask(act: Act, case_id: int, sent: TransferForm) -> Response:
    """Ask that the case go to another office. Another person of the own office approves it before it is offered."""

    def ask_it(work: UnitOfWork) -> Reply:
        asked = service.ask(work, case_id, sent, by=act.person, draw=secrets.randbelow, **act.tools)
        return _reply(work, act, asked, status=201)

    return act.once(ask_it)


@_acts.post("/transfers/{transfer_id}/decision", response_model=TransferOut)
def decide(act: Act, transfer_id: int, sent: DecisionForm, if_match: IfMatch = None) -> Response:
    """By another person than who asked, of the own office; between provinces by the county's officer."""
    seen = number_in(if_match, "transfer")
    return _done(act, sent, lambda work: service.decide(work, transfer_id, sent, by=act.person, seen=seen, **act.tools))


@_acts.post("/transfers/{transfer_id}/answer", response_model=TransferOut)
def answer(act: Act, transfer_id: int, sent: AnswerForm, if_match: IfMatch = None) -> Response:
    """By the office to which it is offered: accepted with the case manager who takes it, or refused with a reason."""
    seen = number_in(if_match, "transfer")
    return _done(act, sent, lambda work: service.answer(work, transfer_id, sent, by=act.person, seen=seen, **act.tools))


@_acts.post("/transfers/{transfer_id}/withdraw", response_model=TransferOut)
def withdraw(act: Act, transfer_id: int, sent: WithdrawForm, if_match: IfMatch = None) -> Response:
    """By the own office, until the other one has answered."""
    seen = number_in(if_match, "transfer")
    return _done(
        act, sent, lambda work: service.withdraw(work, transfer_id, sent, by=act.person, seen=seen, **act.tools)
    )


router.include_router(_acts)


def _office(work: UnitOfWork, office: Office, *, status: int = 200) -> Reply:
    members = custody.WORKS_IN.of(work, office.id)
    return Reply(body=office_out(office, members).model_dump(mode="json"), status=status)


def _done(act: Acting, sent: Form, do: Callable[[UnitOfWork], CaseTransfer]) -> Response:
    try:
        return act.once(lambda work: _reply(work, act, do(work)))
    except TransferChanged as changed:
        with act.parts.container.database.reading() as work:
            theirs = service.one(work, changed.transfer_id, act.person)
            shown = transfer_out(theirs, own=service.is_own(work, theirs, act.person))
        both = TransferConflictOut(detail=str(changed), yours=sent.model_dump(mode="json"), theirs=shown)
        return JSONResponse(both.model_dump(mode="json"), status_code=412, headers={"etag": _etag(theirs)})


def _reply(work: UnitOfWork, act: Acting, found: CaseTransfer, *, status: int = 200) -> Reply:
    work.session.flush()
    body = transfer_out(found, own=service.is_own(work, found, act.person)).model_dump(mode="json")
    return Reply(body=body, status=status, etag=_etag(found))


def _etag(found: CaseTransfer) -> str:
    return f'"transfer-{found.version}"'
