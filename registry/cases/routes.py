"""Cases, and the proposals that a case manager accepts or declines."""

from collections.abc import Callable
from typing import Annotated, Literal

from fastapi import APIRouter, Form, Query
from fastapi.responses import HTMLResponse
from starlette.responses import RedirectResponse, Response

from common.text import spoken_groups
from registry.cases import queries, service
from registry.cases.api import State
from registry.cases.casework import Handed, decide, write
from registry.cases.forms.leaving import Closure
from registry.cases.proposals_api import place_of
from registry.cases.rules import CaseState
from registry.cases.sheet import sheet
from registry.cases.tables import Proposal
from registry.cases.writing_api import actor_of, desk_of
from registry.db import UnitOfWork
from registry.errors import AlreadyDecided, CaseOpenAlready, LawRefuses, NotThere, ReasonNeeded
from registry.replies.web import After, cursor
from registry.web.page import Page, PageOf
from registry.web.parts import Parts, Reading

router = APIRouter(tags=["cases"])

Answer = Annotated[Literal["grant", "refuse"], Form()]
Typed = Annotated[str, Query(max_length=100)]
PageNumber = Annotated[int, Query(alias="page", ge=1, le=10_000)]
Reason = Annotated[str, Form(max_length=500)]


@router.get("/cases", response_class=HTMLResponse)
def cases(
    page: PageOf, parts: Parts, work: Reading, state: State = "open", q: Typed = "", number: PageNumber = 1
) -> HTMLResponse:
    """The list with its filters; asked by htmx, only its rows."""
    by, marks = page.signed_in.account_id, parts.container.names
    wanted = queries.case_filter(work.session, by=by, marks=marks, state=state, typed=q, page=number)
    found = queries.listed(work.session, wanted)
    template = "cases/fragments/rows.html" if page.is_fragment else "cases/cases.html"
    most = queries.MOST_COUNTED
    return page.render(template, found=found, wanted=wanted, states=list(CaseState), most=most)


@router.get("/cases/{case_id}", response_class=HTMLResponse)
def case(page: PageOf, work: Reading, case_id: int) -> HTMLResponse:
    return _case(page, work, case_id)


def _case(page: Page, work: Reading, case_id: int, *, status: int = 200, problem: str | None = None) -> HTMLResponse:
    view = _found(page, work, case_id)
    spoken = page.say.digits(" – ".join(spoken_groups(view.case.number)))
    found = sheet(work, case_id, page.say.now, by=page.signed_in.account_id)
    return page.render("cases/case.html", status=status, view=view, sheet=found, spoken=spoken, problem=problem)


@router.post("/cases/{case_id}/closure")
def ask_for_closing(page: PageOf, parts: Parts, case_id: int, reason: Reason = "") -> Response:
    """Asked here, decided by another person."""
    if not reason.strip():
        raise ReasonNeeded
    handed = Handed(form=Closure(reason=reason))
    return _act(
        page, parts, case_id, "asked",
        lambda work: write(
            work, desk_of(parts), case_id=case_id, task_name="closure", handed=handed, actor=actor_of(page.signed_in)
        ),
    )  # fmt: skip


@router.post("/cases/{case_id}/requests/{entry_id}")
def decide_request(
    page: PageOf, parts: Parts, case_id: int, entry_id: int, answer: Answer, reason: Reason = ""
) -> Response:
    granted = answer == "grant"
    return _act(
        page, parts, case_id, "granted" if granted else "refused",
        lambda work: decide(
            work, desk_of(parts), entry_id=entry_id, granted=granted, reason=reason, actor=actor_of(page.signed_in)
        ),
    )  # fmt: skip


def _act(page: Page, parts: Parts, case_id: int, done: str, act: Callable[[UnitOfWork], object]) -> Response:
    """Do it and show the case again; what the law refuses is said on the case's own page."""
    database = parts.container.database
    try:
        with database.writing() as work:
            act(work)
            work.commit()
    except LawRefuses as refused:
        problem = page.say.t(refused.said)
    except ReasonNeeded:
        problem = page.say.t("proposal.reason_needed")
    except AlreadyDecided:
        problem = page.say.t("proposal.already")
    else:
        return RedirectResponse(f"/cases/{case_id}?done={done}", status_code=303)
    with database.reading() as work:
        return _case(page, work, case_id, status=409, problem=problem)


@router.get("/proposals", response_class=HTMLResponse)
def proposals(page: PageOf, work: Reading, after: After = "") -> HTMLResponse:
    return _proposals(page, work, after=after)


@router.post("/proposals/{proposal_id}/accept")
def accept(page: PageOf, parts: Parts, work: Reading, proposal_id: int) -> Response:
    """Reopens the closed case, or opens one; then shows it."""
    web = parts.container
    try:
        with web.database.writing() as writing:
            found = service.accept_proposal(
                writing,
                proposal_id=proposal_id,
                actor=page.signed_in.name,
                by=page.signed_in.account_id,
                trail=web.trail,
                clock=web.clock,
            )
            kind = writing.session.get_one(Proposal, proposal_id).kind
            writing.commit()
    except AlreadyDecided:
        return _proposals(page, work, status=409, problem=page.say.t("proposal.already"))
    except CaseOpenAlready as error:
        problem = page.say.t("proposal.open_already", number=page.say.code(error.number))
        return _proposals(page, work, status=409, problem=problem)
    return RedirectResponse(f"/cases/{found.id}?done={'reopened' if kind == 'reopen' else 'opened'}", status_code=303)


@router.post("/proposals/{proposal_id}/decline")
def decline(page: PageOf, parts: Parts, work: Reading, proposal_id: int, reason: Reason = "") -> Response:
    web = parts.container
    try:
        with web.database.writing() as writing:
            service.decline_proposal(
                writing, proposal_id=proposal_id, actor=page.signed_in.name, reason=reason,
                by=page.signed_in.account_id, trail=web.trail, clock=web.clock,
            )  # fmt: skip
            writing.commit()
    except ReasonNeeded:
        return _proposals(page, work, status=422, problem=page.say.t("proposal.reason_needed"))
    except AlreadyDecided:
        return _proposals(page, work, status=409, problem=page.say.t("proposal.already"))
    return RedirectResponse("/proposals?done=declined", status_code=303)


def _proposals(
    page: Page, work: Reading, *, after: str = "", status: int = 200, problem: str | None = None
) -> HTMLResponse:
    found = queries.open_proposals(work.session, by=page.signed_in.account_id, after=place_of(after))
    further = cursor(*found.next) if found.next else None
    return page.render(
        "cases/proposals.html", status=status, found=found, most=queries.MOST_COUNTED, after=after, further=further,
        problem=problem,
    )  # fmt: skip


def _found(page: Page, work: Reading, case_id: int) -> queries.CaseView:
    found = queries.one(work.session, case_id, by=page.signed_in.account_id)
    if found is None:
        raise NotThere("case")
    return found
