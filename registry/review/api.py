"""Review for programs: the reviewer's queue and answers, and what raises a question."""

import secrets
from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from registry.cases.forms.fields import Form, Note, Words
from registry.children.acting import Act
from registry.db import UnitOfWork
from registry.replies.service import Reply
from registry.replies.web import After, Limit, readable
from registry.review import json as out
from registry.review import judging, measuring, service
from registry.review.merge.detaching import Stay, detach, listed_for_slot
from registry.review.queue import queue_of
from registry.review.rules import Verdict
from registry.review.seeing import see
from registry.review.tagging import tag
from registry.web.page import PageOf
from registry.web.parts import Reading

router = APIRouter(prefix="/api", tags=["review"])

Because = Annotated[Words, Field(max_length=500)]
Comment = Annotated[Note, Field(max_length=500)]
Draw = Annotated[Callable[[int], int], Depends(lambda: secrets.randbelow)]


class ViewSent(Form):
    """What the irises alone say."""

    view: Verdict
    note: Comment = ""


class VerdictSent(Form):
    verdict: Verdict
    note: Comment = ""


class Supposed(Form):
    """Two records that a person takes for one child."""

    child_id: Annotated[int, Field(ge=1)]
    other_id: Annotated[int, Field(ge=1)]
    reason: Because


class Again(Form):
    """New evidence about two that are possibly the same."""

    reason: Because


class DetachSent(Form):
    """`child_id`: under whom you saw the slot. `rows`: each listed row stays or goes with it."""

    child_id: Annotated[int, Field(ge=1)]
    reason: Because
    rows: Annotated[dict[str, Stay], Field(default_factory=dict, max_length=1000)]


@router.get("/reviews")
def queue(page: PageOf, work: Reading, after: After = "", limit: Limit = 50) -> out.QueueOut:
    """The questions that you may judge, the most pressing first: nothing in it tells who."""
    return out.queue_out(queue_of(work.session, page.signed_in, page.say.now, after=after, limit=limit))


@router.post("/reviews", response_model=out.RaisedOut)
def suppose(act: Act, sent: Supposed) -> Response:
    def raised(work: UnitOfWork) -> Reply:
        number = service.raise_by_hand(
            work, child_id=sent.child_id, other_id=sent.other_id, by=act.person, reason=sent.reason, **act.tools
        )
        return Reply(body={"question_id": number})

    return act.once(raised)


@router.get("/reviews/{question_id}", response_model=out.QuestionOut)
def question(request: Request, page: PageOf, work: Reading, question_id: int) -> Response:
    """Irises first; the tracing evidence is there once you have said what they tell."""
    body = _question(work, question_id, page)
    return readable(request, body, tag(body))


@router.post("/reviews/{question_id}/irises", response_model=out.QuestionOut)
def judge_irises(act: Act, page: PageOf, question_id: int, sent: ViewSent) -> Response:
    def judged(work: UnitOfWork) -> Reply:
        view_irises(work, act, page, question_id, sent.view, sent.note)
        body = _question(work, question_id, page)
        return Reply(body=body, etag=tag(body))

    return act.once(judged)


@router.post("/reviews/{question_id}/verdict", response_model=out.QuestionOut)
def answer(act: Act, page: PageOf, question_id: int, sent: VerdictSent) -> Response:
    def answered(work: UnitOfWork) -> Reply:
        judging.give_verdict(
            work, question_id=question_id, by=act.person, verdict=sent.verdict, note=sent.note, **act.tools
        )
        body = _question(work, question_id, page)
        return Reply(body=body, etag=tag(body))

    return act.once(answered)


@router.post("/reviews/{question_id}/again", response_model=out.RaisedOut)
def raise_again(act: Act, question_id: int, sent: Again) -> Response:
    def raised(work: UnitOfWork) -> Reply:
        service.raise_again(work, question_id=question_id, by=act.person, reason=sent.reason, **act.tools)
        return Reply(body={"question_id": question_id})

    return act.once(raised)


@router.get("/slots/{slot_id}/detachment")
def detachment(page: PageOf, work: Reading, slot_id: int) -> out.SinceListOut:
    """What was written because of this slot: each row has to be given to somebody."""
    return out.since_out(listed_for_slot(work, slot_id, page.signed_in))


@router.post("/slots/{slot_id}/detachment", response_model=out.DetachedOut)
def not_this_child(act: Act, slot_id: int, sent: DetachSent, draw: Draw) -> Response:
    """“This was not that child.”"""

    def detached(work: UnitOfWork) -> Reply:
        found = detach(
            work, slot_id=slot_id, child_id=sent.child_id, by=act.person, reason=sent.reason, assigned=sent.rows,
            draw=draw, **act.tools,
        )  # fmt: skip
        body = out.DetachedOut(slot_id=slot_id, from_child_id=found.from_child_id, to_child_id=found.to_child_id)
        return Reply(body=body.model_dump(mode="json"))

    return act.once(detached)


@router.post("/review-tests", response_model=out.HiddenOut)
def hide_tests(act: Act, draw: Draw) -> Response:
    """Hide as many questions with a known answer among the others as are due."""
    return act.once(
        lambda work: Reply(body={"added": measuring.hide_tests(work, by=act.person, draw=draw, **act.tools)})
    )


@router.get("/review-measures")
def measures(page: PageOf, work: Reading) -> out.MeasuresOut:
    return out.measures_out(measuring.measures(work.session, page.signed_in))


def view_irises(work: UnitOfWork, act: Act, page: PageOf, question_id: int, view: Verdict, note: str) -> None:
    """With the view is kept what was seen."""
    shown = see(work, question_id, act.person, page.say.now).irises.as_shown()
    judging.view_irises(work, question_id=question_id, by=act.person, view=view, note=note, shown=shown, **act.tools)


def _question(work: UnitOfWork, question_id: int, page: PageOf) -> dict[str, object]:
    found = see(work, question_id, page.signed_in, page.say.now)
    return out.question_out(found).model_dump(mode="json")
