"""The questions that wait, and the reviewer's page: irises first, then names and places."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Form
from fastapi.responses import HTMLResponse
from starlette.responses import RedirectResponse, Response

from registry.cases.forms.fields import Note
from registry.db import UnitOfWork
from registry.errors import ReviewRefused
from registry.replies.web import After, cursor, read_cursor
from registry.review import api, judging, queries
from registry.review.drawing import SIZE, paths
from registry.review.evidence import Closest
from registry.review.merge import api as merge_api
from registry.review.merge import detaching_routes
from registry.review.merge import routes as merge_routes
from registry.review.queue import queue_of
from registry.review.rules import JUDGES, Verdict
from registry.review.seeing import see
from registry.web.page import Page, PageOf
from registry.web.parts import Parts, Reading, WebParts

router = APIRouter()
for _part in (api.router, merge_routes.router, merge_api.router, detaching_routes.router):
    router.include_router(_part)

Answer = Annotated[Verdict, Form()]
Comment = Annotated[Note, Form(max_length=500)]


@router.get("/reviews", response_class=HTMLResponse, tags=["review"])
def reviews(page: PageOf, work: Reading, after: After = "") -> HTMLResponse:
    """A reviewer's own queue, which names nobody; for those who care for the children, whose question waits."""
    viewer = page.signed_in
    if viewer.roles & JUDGES:
        queue = queue_of(work.session, viewer, page.say.now, after=after)
        return page.render("review/queue.html", queue=queue)
    found = queries.open_items(work.session, viewer.account_id, after=read_cursor(after, datetime, int))
    further = cursor(*found.next) if found.next else None
    return page.render("review/reviews.html", rows=found.rows, after=after, further=further)


@router.get("/reviews/{question_id}", response_class=HTMLResponse, tags=["review"])
def question(page: PageOf, work: Reading, question_id: int) -> HTMLResponse:
    return _question(page, work, question_id)


@router.post("/reviews/{question_id}/irises", response_class=HTMLResponse, tags=["review"])
def judge_irises(page: PageOf, parts: Parts, question_id: int, answer: Answer, note: Comment = "") -> Response:
    def judged(work: UnitOfWork) -> None:
        irises = see(work, question_id, page.signed_in, page.say.now).irises
        judging.view_irises(
            work, question_id=question_id, by=page.signed_in, view=answer, note=note, shown=irises.as_shown(),
            **_tools(parts),
        )  # fmt: skip

    return _act(page, parts, question_id, judged)


@router.post("/reviews/{question_id}/verdict", response_class=HTMLResponse, tags=["review"])
def give_verdict(page: PageOf, parts: Parts, question_id: int, answer: Answer, note: Comment = "") -> Response:
    def answered(work: UnitOfWork) -> None:
        judging.give_verdict(
            work, question_id=question_id, by=page.signed_in, verdict=answer, note=note, **_tools(parts)
        )  # fmt: skip

    return _act(page, parts, question_id, answered)


def _act(page: Page, parts: WebParts, question_id: int, act: Callable[[UnitOfWork], None]) -> Response:
    """Do it and show the question again; what a rule refuses is said on the question's own page."""
    database = parts.container.database
    try:
        with database.writing() as work:
            act(work)
            work.commit()
    except ReviewRefused as refused:
        with database.reading() as work:
            return _question(page, work, question_id, status=409, problem=page.say.t(refused.said))
    return RedirectResponse(f"/reviews/{question_id}", status_code=303)


def _question(
    page: Page, work: UnitOfWork, question_id: int, *, status: int = 200, problem: str | None = None
) -> HTMLResponse:
    seen = see(work, question_id, page.signed_in, page.say.now)
    comparison = seen.irises.comparison
    eyes = [(eye, paths(eye)) for eye in comparison.eyes] if comparison else []
    apart = _apart(seen.evidence.closest) if seen.evidence else None
    return page.render(
        "review/question.html", status=status, seen=seen, eyes=eyes, size=SIZE, apart=apart, answers=list(Verdict),
        problem=problem,
    )  # fmt: skip


def _apart(closest: Closest | None) -> tuple[str, int] | None:
    """In the coarsest unit that helps."""
    if closest is None:
        return None
    if closest.minutes < 120:
        return "minutes", closest.minutes
    hours = closest.minutes // 60
    return ("hours", hours) if hours < 48 else ("days", hours // 24)


def _tools(parts: WebParts) -> dict[str, Any]:
    return {"trail": parts.container.trail, "clock": parts.container.clock}
