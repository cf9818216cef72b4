"""Merges on pages: what would become of two records, asking, deciding, taking back."""

from collections.abc import Callable
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Form, Query
from fastapi.responses import HTMLResponse
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from registry.cases.forms.fields import Note
from registry.db import UnitOfWork
from registry.errors import ReasonNeeded, ReviewRefused
from registry.review.merge import reading
from registry.review.merge.deciding import decide_merge
from registry.review.merge.proposing import Choices, ask_merge, propose
from registry.review.merge.rules import CHOSEN_OF_CASES, Take
from registry.review.merge.since import To
from registry.review.merge.undoing import listed_since, undo_merge
from registry.review.rules import DECIDES_MERGE, UNDOES_MERGE
from registry.web.page import Page, PageOf
from registry.web.parts import Parts, Reading, WebParts

router = APIRouter(tags=["merges"])

Survivor = Annotated[int | None, Query(ge=1)]
Decision = Annotated[Literal["accept", "refuse"], Form()]
Comment = Annotated[Note, Form(max_length=500)]
_FIELD, _CASE, _ROW = "field:", "case:", "row:"


async def _fields(request: Request) -> FormData:
    return await request.form()


Sent = Annotated[FormData, Depends(_fields)]
"""A form whose fields depend on what it is about."""


@router.get("/merges", response_class=HTMLResponse)
def merges(page: PageOf, work: Reading) -> HTMLResponse:
    viewer = page.signed_in
    waiting, found = reading.to_ask(work.session, viewer), reading.merges(work.session, viewer)
    return page.render("review/merges.html", waiting=waiting, found=found)


@router.get("/reviews/{question_id}/merge", response_class=HTMLResponse)
def proposal(page: PageOf, work: Reading, question_id: int, survivor: Survivor = None) -> HTMLResponse:
    question = reading.agreed_question(work, question_id, page.signed_in)
    plan = propose(work.session, question, survivor_id=survivor).as_plan()
    return page.render("review/merge.html", plan=plan, question=question, seen=None, since=(), problem=None)


@router.post("/reviews/{question_id}/merge", response_class=HTMLResponse)
def ask(page: PageOf, parts: Parts, question_id: int, sent: Sent) -> Response:
    takes, cases = _of(sent, _FIELD), _of(sent, _CASE)
    choices = Choices(
        survivor_id=_number(sent.get("survivor")),
        fields={name: Take(take) for name, take in takes.items() if take in tuple(Take)},
        case={name: _number(case) or 0 for name, case in cases.items() if name in CHOSEN_OF_CASES},
    )
    with parts.container.database.writing() as work:
        merge = ask_merge(
            work, question_id=question_id, by=page.signed_in, choices=choices, digest=str(sent.get("digest", "")),
            **_tools(parts),
        ).id  # fmt: skip
        work.commit()
    return RedirectResponse(f"/merges/{merge}", status_code=303)


@router.get("/merges/{merge_id}", response_class=HTMLResponse)
def merge(page: PageOf, work: Reading, merge_id: int) -> HTMLResponse:
    return _merge(page, work, merge_id)


@router.post("/merges/{merge_id}/decision", response_class=HTMLResponse)
def decide(
    page: PageOf,
    parts: Parts,
    merge_id: int,
    answer: Annotated[Literal["accept", "refuse"], Form()],
    note: Comment = "",
) -> Response:
    return _act(
        page, parts, merge_id,
        lambda work: decide_merge(
            work, merge_id=merge_id, by=page.signed_in, accept=answer == "accept", note=note, **_tools(parts)
        ),
    )  # fmt: skip


@router.post("/merges/{merge_id}/undo", response_class=HTMLResponse)
def undo(page: PageOf, parts: Parts, merge_id: int, sent: Sent, reason: Comment = "") -> Response:
    given = _of(sent, _ROW)
    assigned: dict[str, To] = {key: "survivor" if to == "survivor" else "absorbed" for key, to in given.items()}
    return _act(
        page, parts, merge_id,
        lambda work: undo_merge(
            work, merge_id=merge_id, by=page.signed_in, reason=reason, assigned=assigned, **_tools(parts)
        ),
    )  # fmt: skip


def _act(page: Page, parts: WebParts, merge_id: int, act: Callable[[UnitOfWork], object]) -> Response:
    database = parts.container.database
    try:
        with database.writing() as work:
            act(work)
            work.commit()
    except ReviewRefused as refused:
        problem, status = page.say.t(refused.said), 409
    except ReasonNeeded:
        problem, status = page.say.t("proposal.reason_needed"), 422
    else:
        return RedirectResponse(f"/merges/{merge_id}", status_code=303)
    with database.reading() as work:
        return _merge(page, work, merge_id, status=status, problem=problem)


def _merge(
    page: Page, work: UnitOfWork, merge_id: int, *, status: int = 200, problem: str | None = None
) -> HTMLResponse:
    seen, viewer = reading.one(work, merge_id, page.signed_in), page.signed_in
    undoes = seen.merge.state == "done" and bool(viewer.roles & UNDOES_MERGE)
    try:
        since = listed_since(work, merge_id, viewer) if undoes else []
    except ReviewRefused as refused:  # a later merge stands in the way: nothing can be taken back here now
        undoes, since, problem = False, [], problem or page.say.t(refused.said)
    return page.render(
        "review/merge.html", status=status, plan=seen.merge.plan, question=None, seen=seen, since=since, undoes=undoes,
        decides=seen.merge.state == "asked" and bool(viewer.roles & DECIDES_MERGE), problem=problem,
    )  # fmt: skip


def _of(sent: FormData, prefix: str) -> dict[str, str]:
    return {name.removeprefix(prefix): str(value) for name, value in sent.items() if name.startswith(prefix)}


def _number(text: object) -> int | None:
    written = str(text or "")
    return int(written) if written.isascii() and written.isdigit() and len(written) < 19 else None


def _tools(parts: WebParts) -> dict[str, Any]:
    return {"trail": parts.container.trail, "clock": parts.container.clock}
