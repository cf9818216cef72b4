"""Tracing for programs: searches of those who miss a child, and matches for the children's workers."""

import secrets
from collections.abc import Sequence

from fastapi import APIRouter
from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload
from starlette.responses import Response

from registry.children.acting import Act
from registry.children.tables import Child
from registry.db import UnitOfWork
from registry.errors import MatchJudged, NotThere
from registry.families.service import restrained_near
from registry.families.tables import FamilyMember
from registry.replies.service import Reply
from registry.replies.web import After, IfMatch, Limit, answer, cursor, number_in, read_cursor
from registry.tracing import service
from registry.tracing.forms import CloseForm, InquiryForm, VerdictForm
from registry.tracing.json import InquiryOut, InquiryPage, MatchOut, MatchPage, inquiry_out, match_etag, match_out
from registry.tracing.rules import may_be_kept_away
from registry.tracing.tables import Inquiry, PossibleMatch
from registry.web.page import Page, PageOf
from registry.web.parts import Reading

router = APIRouter(prefix="/api/tracing", tags=["tracing"])


@router.get("/inquiries")
def inquiries(work: Reading, after: After = "", limit: Limit = 50) -> InquiryPage:
    """The newest first. What was found is not here."""
    start, rows = read_cursor(after, int), select(Inquiry)
    if start:
        rows = rows.where(Inquiry.id < start[0])
    found = work.session.scalars(rows.order_by(Inquiry.id.desc()).limit(limit + 1)).all()
    shown = [inquiry_out(one) for one in found[:limit]]
    return InquiryPage(inquiries=shown, next=cursor(shown[-1].id) if len(found) > limit else None)


@router.get("/inquiries/{inquiry_id}")
def inquiry(work: Reading, inquiry_id: int) -> InquiryOut:
    found = work.session.get(Inquiry, inquiry_id)
    if found is None:
        raise NotThere("inquiry")
    return inquiry_out(found)


@router.post("/inquiries", status_code=201, response_model=InquiryOut)
def take(act: Act, sent: InquiryForm) -> Response:
    """A search is a record. The answer is a reference, and the same whether a child may be meant or not."""

    def take_it(work: UnitOfWork) -> Reply:
        taken = service.take(work, sent, by=act.person, marks=act.marks, draw=secrets.randbelow, **act.tools)
        return Reply(body=inquiry_out(taken).model_dump(mode="json"), status=201)

    return act.once(take_it)


@router.post("/inquiries/{inquiry_id}/close", response_model=InquiryOut)
def close(act: Act, inquiry_id: int, sent: CloseForm) -> Response:
    """No longer compared with new records; the search itself stays."""

    def close_it(work: UnitOfWork) -> Reply:
        closed = service.close(work, inquiry_id, sent, by=act.person, **act.tools)
        return Reply(body=inquiry_out(closed).model_dump(mode="json"))

    return act.once(close_it)


@router.get("/matches")
def matches(page: PageOf, work: Reading, after: After = "", limit: Limit = 50) -> MatchPage:
    """For the asker's own children: who may be looking for them. The newest first."""
    viewer, start = page.signed_in, read_cursor(after, int)
    rows = select(PossibleMatch).where(service.told_to(viewer.account_id, viewer.roles))
    if start:
        rows = rows.where(PossibleMatch.id < start[0])
    rows = rows.options(selectinload(PossibleMatch.inquiry), selectinload(PossibleMatch.verdicts)).order_by(
        PossibleMatch.id.desc()
    )
    found = work.session.scalars(rows.limit(limit + 1)).all()
    shown = _shown(work.session, found[:limit], page)
    return MatchPage(matches=shown, next=cursor(shown[-1].id) if len(found) > limit else None)


@router.post("/matches/{match_id}/verdict", response_model=MatchOut, responses={412: {"model": MatchOut}})
def decide(act: Act, page: PageOf, match_id: int, sent: VerdictForm, if_match: IfMatch = None) -> Response:
    """What the child's worker thinks of it; earlier verdicts stay. 412 with what stands, where a colleague was quicker.

    Whoever judges it otherwise than before sends its `etag` as If-Match.
    """

    def decide_it(work: UnitOfWork) -> Reply:
        seen = number_in(if_match, "verdict")
        return _one(work, service.decide(work, match_id, sent, seen=seen, by=act.person, **act.tools), page)

    try:
        return act.once(decide_it)
    except MatchJudged:
        with act.parts.container.database.reading() as work:
            standing = _one(work, work.session.get_one(PossibleMatch, match_id), page)
        return answer(Reply(body=standing.body, etag=standing.etag, status=412))


def _one(work: UnitOfWork, match: PossibleMatch, page: Page) -> Reply:
    return Reply(body=_shown(work.session, [match], page)[0].model_dump(mode="json"), etag=match_etag(match))


def _shown(session: Session, found: Sequence[PossibleMatch], page: Page) -> list[MatchOut]:
    ids = {one.child_id for one in found}
    codes = dict(session.execute(select(Child.id, Child.code).where(Child.id.in_(ids))).all())
    near = restrained_near(session, ids, page.say.today)
    return [match_out(one, codes[one.child_id], kept_away=_is_kept_away(one, near)) for one in found]


def _is_kept_away(match: PossibleMatch, near: dict[int, list[FamilyMember]]) -> bool:
    names = [member.name for member in near.get(match.child_id, []) if member.name]
    return may_be_kept_away(InquiryForm.model_validate(match.inquiry.inquiry), names)
