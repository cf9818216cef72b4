"""Safeguarding reports and complaints for programs: filing one, its answer, and the officer's work."""

import secrets
from collections.abc import Callable
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from registry.access.patience import Patience
from registry.cases.forms.fields import Form
from registry.children.acting import Act, Acting
from registry.db import UnitOfWork
from registry.errors import ReportChanged
from registry.replies.service import Reply
from registry.replies.web import After, IfMatch, Limit, cursor, number_in, read_cursor, readable
from registry.safeguarding import forced_scans, handling, keeping_away, service
from registry.safeguarding.forms import (
    AccusedForm,
    AnswerAsked,
    ChildForm,
    DecisionForm,
    ForcedForm,
    KeptAwayForm,
    LineForm,
    NoteForm,
    ReportForm,
    TakeForm,
    ToldForm,
)
from registry.safeguarding.handling import Handling
from registry.safeguarding.json import (
    AnswerOut,
    AnswerPage,
    ColleagueList,
    FiledOut,
    ReportConflictOut,
    ReportOut,
    ReportPage,
    UnattendedList,
    UnattendedOut,
    answer_out,
    colleague_out,
    filed_out,
    report_out,
    row_out,
)
from registry.safeguarding.tables import Report
from registry.web.page import PageOf
from registry.web.parts import Reading
from registry.web.refusals import address_of

router = APIRouter(prefix="/api", tags=["safeguarding"])
_acts = APIRouter(responses={412: {"model": ReportConflictOut}})


@router.post("/safeguarding/reports", status_code=201, response_model=FiledOut)
def file(act: Act, sent: ReportForm) -> Response:
    """By anybody, with words or pictograms alone. Nothing leads from an anonymous one to the log-in it came through."""
    if sent.anonymous:
        return _file_anonymously(act, sent)

    def file_it(work: UnitOfWork) -> Reply:
        report = service.file(work, sent, by=act.person, draw=secrets.randbelow, **act.tools)
        return Reply(body=filed_out(report, None).model_dump(mode="json"), status=201)

    return act.once(file_it)


@router.get("/safeguarding/mine")
def mine(page: PageOf, work: Reading, after: After = "", limit: Limit = 20) -> AnswerPage:
    """What the asker filed by name, with what they are told; the newest first."""
    start = read_cursor(after, int)
    found = service.own(work, page.signed_in, before=start[0] if start else None, limit=limit + 1)
    shown, last = [answer_out(one) for one in found[:limit]], found[limit - 1].report.id if len(found) > limit else None
    return AnswerPage(reports=shown, next=cursor(last) if last else None)


@router.post("/safeguarding/answer", response_model=AnswerOut)
def fetch_answer(act: Act, sent: AnswerAsked) -> Response:
    """For whoever filed without a name: by the code and the secret that they took along. Guessing is
    slowed as log-ins are."""
    database = act.parts.container.database
    slowly = Patience(database=database, **act.tools).guessing
    with slowly(address=address_of(act.request), action="safeguarding.guessing"), database.writing() as work:
        found = answer_out(service.fetch_answer(work, sent, **act.tools))
        work.commit()
    return JSONResponse(found.model_dump(mode="json"))


@router.get("/safeguarding/reports")
def reports(
    page: PageOf, work: Reading, everything: Annotated[bool, Query()] = False, after: After = "", limit: Limit = 50
) -> ReportPage:
    """Danger first, then what must be answered soonest. An officer who is accused in one does not find it here."""
    start = read_cursor(after, int, datetime, int)
    place = (start[0], start[1], start[2]) if start else None
    found = handling.waiting(work, page.signed_in, everything=everything, after=place, limit=limit + 1)
    last = found[limit - 1] if len(found) > limit else None
    return ReportPage(
        reports=[row_out(one, page.say.now) for one in found[:limit]],
        next=cursor(last.urgency, last.due_at.isoformat(), last.id) if last else None,
    )


@router.get("/safeguarding/unattended")
def unattended(work: Reading) -> UnattendedList:
    """Reports that no officer may see, so that another officer is found: not what they say."""
    return UnattendedList(reports=[UnattendedOut.model_validate(one) for one in handling.unattended(work)])


@router.get("/safeguarding/people")
def people(work: Reading) -> ColleagueList:
    """Whom a report can be against by account, and to whom each answers."""
    return ColleagueList(people=[colleague_out(one, above) for one, above in keeping_away.lines(work)])


@router.get("/safeguarding/reports/{report_id}", response_model=ReportOut)
def report(request: Request, page: PageOf, work: Reading, report_id: int) -> Response:
    """All of it. Send its ETag as If-Match when you write."""
    found = handling.one(work, report_id, page.signed_in)
    return readable(request, _shown(work, found, page.say.now).model_dump(mode="json"), _etag(found))


@_acts.post("/safeguarding/reports/{report_id}/take", response_model=ReportOut)
def take(act: Act, report_id: int, sent: TakeForm, if_match: IfMatch = None) -> Response:
    """Mine from now on; from another officer, with the reason."""
    return _done(act, report_id, sent, if_match, lambda handling: handling.take(sent))


@_acts.put("/safeguarding/reports/{report_id}/child", response_model=ReportOut)
def name_child(act: Act, report_id: int, sent: ChildForm, if_match: IfMatch = None) -> Response:
    """Whom it is about. The accused and their line do not see that child from now on."""
    return _done(act, report_id, sent, if_match, lambda handling: handling.name_child(sent))


@_acts.post("/safeguarding/reports/{report_id}/accused", response_model=ReportOut)
def accuse(act: Act, report_id: int, sent: AccusedForm, if_match: IfMatch = None) -> Response:
    """Somebody more, or the account of who was known by sight only."""
    return _done(act, report_id, sent, if_match, lambda handling: handling.accuse(sent))


@_acts.put("/safeguarding/reports/{report_id}/kept-away", response_model=ReportOut)
def keep_away(act: Act, report_id: int, sent: KeptAwayForm, if_match: IfMatch = None) -> Response:
    """These people, and no others, do not see the child because of this report."""
    return _done(act, report_id, sent, if_match, lambda handling: handling.keep_away(sent))


@_acts.post("/safeguarding/reports/{report_id}/forced-scan", response_model=ReportOut)
def remove_iris(act: Act, report_id: int, sent: ForcedForm, if_match: IfMatch = None) -> Response:
    """These captures were made against the child's will: nothing of the eyes is kept. The meetings stay."""
    return _done(act, report_id, sent, if_match, lambda handling: handling.remove_iris(sent))


@_acts.post("/safeguarding/reports/{report_id}/notes", response_model=ReportOut)
def note(act: Act, report_id: int, sent: NoteForm, if_match: IfMatch = None) -> Response:
    return _done(act, report_id, sent, if_match, lambda handling: handling.note(sent))


@_acts.post("/safeguarding/reports/{report_id}/decision", response_model=ReportOut)
def decide(act: Act, report_id: int, sent: DecisionForm, if_match: IfMatch = None) -> Response:
    """What was found and what the complainant is told. To put one right, send the ETag and the reason."""
    return _done(act, report_id, sent, if_match, lambda handling: handling.decide(sent))


@_acts.post("/safeguarding/reports/{report_id}/told", response_model=ReportOut)
def tell(act: Act, report_id: int, sent: ToldForm, if_match: IfMatch = None) -> Response:
    """The complainant has been told."""
    return _done(act, report_id, sent, if_match, lambda handling: handling.tell(sent))


@router.get("/staff-lines")
def lines(work: Reading) -> ColleagueList:
    """Who answers to whom: the line that is kept away together with who is accused."""
    return ColleagueList(people=[colleague_out(one, above) for one, above in keeping_away.lines(work)])


@router.put("/staff-lines/{account_id}", response_model=ColleagueList)
def set_line(act: Act, account_id: int, sent: LineForm) -> Response:
    """These superiors, and no others."""

    def set_it(work: UnitOfWork) -> Reply:
        keeping_away.set_line(work, account_id, sent.superiors, by=act.person, **act.tools)
        work.session.flush()
        shown = [colleague_out(one, above) for one, above in keeping_away.lines(work) if one.id == account_id]
        return Reply(body=ColleagueList(people=shown).model_dump(mode="json"))

    return act.once(set_it)


router.include_router(_acts)


def _file_anonymously(act: Acting, sent: ReportForm) -> Response:
    """Without `act.once`: a kept reply would carry the account."""
    with act.parts.container.database.writing() as work:
        filed = service.file_anonymously(
            work, sent, by=act.person, key=act.key or secrets.token_urlsafe(), draw=secrets.randbelow, **act.tools
        )
        body = filed_out(filed.report, filed.secret).model_dump(mode="json")
        work.commit()
    return JSONResponse(body, status_code=201)


def _done(act: Acting, report_id: int, sent: Form, if_match: str | None, do: Callable[[Handling], Report]) -> Response:
    """Do it, and answer with the report as it stands then; with both where somebody else was quicker."""

    def reply(work: UnitOfWork) -> Reply:
        handling = Handling(work, report_id, by=act.person, seen=number_in(if_match, "report"), **act.tools)
        done = do(handling)
        body = _shown(work, done, act.parts.container.clock.now()).model_dump(mode="json")
        return Reply(body=body, etag=_etag(done))

    try:
        return act.once(reply)
    except ReportChanged as changed:
        return _both(act, changed, sent)


def _both(act: Acting, changed: ReportChanged, sent: Form) -> Response:
    with act.parts.container.database.reading() as work:
        found = handling.one(work, changed.report_id, act.person)
        theirs = _shown(work, found, act.parts.container.clock.now())
    both = ReportConflictOut(detail=str(changed), yours=sent.model_dump(mode="json"), theirs=theirs)
    return JSONResponse(both.model_dump(mode="json"), status_code=412, headers={"etag": _etag(found)})


def _shown(work: UnitOfWork, found: Report, now: datetime) -> ReportOut:
    owner_away = keeping_away.owner_is_kept_away(work, found)
    captures = forced_scans.captures(work, found.child_id)
    return report_out(found, keeping_away.kept_away(work, found), captures, owner_away=owner_away, now=now)


def _etag(found: Report) -> str:
    return f'"report-{found.version}"'
