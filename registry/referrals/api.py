"""Referrals for programs: the worker hands one over and reads what comes back; the receiver sees its list alone."""

import secrets
from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Query
from sqlalchemy import select
from sqlalchemy.orm import selectinload
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from registry.cases.forms.fields import Form
from registry.children.acting import Act, Acting
from registry.db import UnitOfWork
from registry.errors import NotThere, ReferralChanged
from registry.referrals import partners, service
from registry.referrals.forms import AnswerForm, EndForm, HandOverForm, PartnerForm, PeopleForm, ReportForm
from registry.referrals.json import (
    PartnerOut,
    PartnerPage,
    PartnerWithPeople,
    ReceivedOut,
    ReceivedPage,
    ReferralConflictOut,
    ReferralList,
    ReferralOut,
    partner_out,
    received_out,
    referral_out,
)
from registry.referrals.tables import Partner, Referral
from registry.replies.service import Reply
from registry.replies.web import After, IfMatch, Limit, cursor, number_in, read_cursor, readable
from registry.web.page import PageOf
from registry.web.parts import Reading

router = APIRouter(prefix="/api", tags=["referrals"])
_BOTH: dict[int | str, dict[str, object]] = {412: {"model": ReferralConflictOut}}


@router.get("/partners")
def partner_list(
    work: Reading, area: Annotated[str, Query(max_length=200)] = "", after: After = "", limit: Limit = 50
) -> PartnerPage:
    """Organisations that can receive a referral; with `area`, those that serve it."""
    rows, start = select(Partner).where(Partner.closed_at.is_(None)), read_cursor(after, int)
    if area.strip():
        rows = rows.where(Partner.area.contains(area.strip(), autoescape=True))
    if start:
        rows = rows.where(Partner.id < start[0])
    found = work.session.scalars(rows.order_by(Partner.id.desc()).limit(limit + 1)).all()
    shown = [PartnerOut.model_validate(one) for one in found[:limit]]
    return PartnerPage(partners=shown, next=cursor(shown[-1].id) if len(found) > limit else None)


@router.post("/partners", status_code=201, response_model=PartnerWithPeople)
def open_partner(act: Act, sent: PartnerForm) -> Response:
    def open_it(work: UnitOfWork) -> Reply:
        partner = partners.open_partner(work, sent, by=act.person, **act.tools)
        return Reply(body=partner_out(partner, []).model_dump(mode="json"), status=201)

    return act.once(open_it)


@router.put("/partners/{partner_id}/people", response_model=PartnerWithPeople)
def set_people(act: Act, partner_id: int, sent: PeopleForm) -> Response:
    """These accounts, and no others; none of them supervises the organisation."""

    def set_them(work: UnitOfWork) -> Reply:
        partner = partners.set_people(work, partner_id, sent.accounts, by=act.person, **act.tools)
        return Reply(body=partner_out(partner, partners.READS_FOR.of(work, partner_id)).model_dump(mode="json"))

    return act.once(set_them)


@router.get("/cases/{case_id}/referrals")
def referrals(page: PageOf, work: Reading, case_id: int) -> ReferralList:
    """Those that were handed over, the newest first, with what the receivers reported."""
    found = service.of_case(work, case_id, page.signed_in)
    return ReferralList(referrals=[referral_out(one) for one in found])


@router.post("/cases/{case_id}/referrals", status_code=201, response_model=ReferralOut)
def hand_over(act: Act, case_id: int, sent: HandOverForm) -> Response:
    """Show the receiver what the referral's form lists, until its end date."""

    def hand_it_over(work: UnitOfWork) -> Reply:
        handed = service.hand_over(work, case_id, sent, by=act.person, draw=secrets.randbelow, **act.tools)
        return _reply(handed, referral_out(handed), status=201)

    return act.once(hand_it_over)


@router.post("/referrals/{referral_id}/end", response_model=ReferralOut, responses=_BOTH)
def end(act: Act, referral_id: int, sent: EndForm, if_match: IfMatch = None) -> Response:
    """The receiver sees nothing of it from now on."""

    def end_it(work: UnitOfWork) -> Reply:
        seen = number_in(if_match, "referral")
        ended = service.end(work, referral_id, sent, by=act.person, seen=seen, **act.tools)
        return _reply(ended, referral_out(ended))

    return _done(act, sent, end_it)


@router.get("/received-referrals")
def received(page: PageOf, work: Reading, after: After = "", limit: Limit = 50) -> ReceivedPage:
    """Of the asker's organisation: those that stand, the newest first."""
    viewer, start = page.signed_in, read_cursor(after, int)
    mine = work.session.scalar(partners.READS_FOR.mine(viewer.account_id))
    rows = select(Referral).where(service.received_by(viewer, mine, page.say.today))
    if start:
        rows = rows.where(Referral.id < start[0])
    rows = rows.options(selectinload(Referral.reports)).order_by(Referral.id.desc())
    found = work.session.scalars(rows.limit(limit + 1)).all()
    shown = [received_out(one) for one in found[:limit]]
    return ReceivedPage(referrals=shown, next=cursor(shown[-1].id) if len(found) > limit else None)


@router.get("/received-referrals/{referral_id}", response_model=ReceivedOut)
def received_one(request: Request, act: Act, referral_id: int) -> Response:
    """The list, the service and the end date: nothing else of the child. Reading it is written down."""
    with act.parts.container.database.writing() as work:
        found = service.look(work, referral_id, by=act.person, **act.tools)
        body, etag = received_out(found).model_dump(mode="json"), _etag(found)
        work.commit()
    return readable(request, body, etag)


@router.post("/received-referrals/{referral_id}/answer", response_model=ReceivedOut, responses=_BOTH)
def answer(act: Act, referral_id: int, sent: AnswerForm, if_match: IfMatch = None) -> Response:
    """Accepted, or declined and why."""

    def answer_it(work: UnitOfWork) -> Reply:
        seen = number_in(if_match, "referral")
        answered = service.answer(work, referral_id, sent, by=act.person, seen=seen, **act.tools)
        return _reply(answered, received_out(answered))

    return _done(act, sent, answer_it)


@router.post("/received-referrals/{referral_id}/reports", status_code=201, response_model=ReceivedOut)
def report(act: Act, referral_id: int, sent: ReportForm) -> Response:
    """What came of it. `finished` ends the referral."""

    def report_it(work: UnitOfWork) -> Reply:
        reported = service.report(work, referral_id, sent, by=act.person, **act.tools)
        work.session.flush()
        return _reply(reported, received_out(reported), status=201)

    return act.once(report_it)


def _done(act: Acting, sent: Form, do: Callable[[UnitOfWork], Reply]) -> Response:
    try:
        return act.once(do)
    except ReferralChanged as changed:
        with act.parts.container.database.reading() as work:
            found = work.session.get(Referral, changed.referral_id)
            if found is None:
                raise NotThere("referral") from changed
            both = ReferralConflictOut(
                detail=str(changed), yours=sent.model_dump(mode="json"), theirs=received_out(found)
            )
            etag = _etag(found)
        return JSONResponse(both.model_dump(mode="json"), status_code=412, headers={"etag": etag})


def _reply(found: Referral, shown: ReceivedOut, *, status: int = 200) -> Reply:
    return Reply(body=shown.model_dump(mode="json"), status=status, etag=_etag(found))


def _etag(found: Referral) -> str:
    return f'"referral-{found.version}"'
