"""Merges for programs: proposed, asked, decided, taken back."""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from registry.cases.forms.fields import Form, Note, Words
from registry.children.acting import Act
from registry.db import UnitOfWork
from registry.replies.service import Reply
from registry.replies.web import After, IfMatch, Limit, answer, cursor, read_cursor, readable
from registry.review import json as out
from registry.review.merge import reading
from registry.review.merge.deciding import decide_merge
from registry.review.merge.proposing import Choices, ask_merge, propose
from registry.review.merge.rules import Take
from registry.review.merge.since import To
from registry.review.merge.undoing import listed_since, undo_merge
from registry.review.tagging import is_stale, tag
from registry.web.page import PageOf
from registry.web.parts import Reading

router = APIRouter(prefix="/api", tags=["merges"])

Survivor = Annotated[int | None, Query(ge=1)]


class MergeSent(Form):
    """What you choose otherwise than proposed; `digest`: of the proposal that you saw."""

    survivor_id: Annotated[int, Field(ge=1)] | None = None
    digest: Annotated[str, Field(max_length=64)] | None = None
    fields: Annotated[dict[str, Take], Field(default_factory=dict, max_length=200)]
    case: Annotated[dict[str, int], Field(default_factory=dict, max_length=4)]


class DecisionSent(Form):
    accept: bool
    note: Annotated[Note, Field(max_length=500)] = ""


class UndoSent(Form):
    """`rows`: each row written since, to whose it is."""

    reason: Annotated[Words, Field(max_length=500)]
    rows: Annotated[dict[str, To], Field(default_factory=dict, max_length=5000)]


@router.get("/merges")
def merges(page: PageOf, work: Reading, after: After = "", limit: Limit = 50) -> out.MergesOut:
    """Those that wait for a decision first, then the latest; and on what nobody has asked yet."""
    start = read_cursor(after, int, int)
    place = (start[0], start[1]) if start else None
    found = reading.merges(work.session, page.signed_in, after=place, limit=limit + 1)
    last = found[limit - 1].merge if len(found) > limit else None
    return out.MergesOut(
        to_ask=[question.id for question in reading.to_ask(work.session, page.signed_in)],
        merges=[out.merge_out(one.merge, contested=one.contested) for one in found[:limit]],
        next=cursor(int(last.state == "asked"), last.id) if last else None,
    )


@router.get("/reviews/{question_id}/merge")
def proposal(page: PageOf, work: Reading, question_id: int, survivor: Survivor = None) -> out.ProposalOut:
    """What a merge of these two would do."""
    question = reading.agreed_question(work, question_id, page.signed_in)
    return out.ProposalOut(plan=propose(work.session, question, survivor_id=survivor).as_plan())


@router.post("/reviews/{question_id}/merge", response_model=out.MergeOut)
def ask(act: Act, question_id: int, sent: MergeSent) -> Response:
    choices = Choices(survivor_id=sent.survivor_id, fields=sent.fields, case=sent.case)

    def asked(work: UnitOfWork) -> Reply:
        merge = ask_merge(
            work, question_id=question_id, by=act.person, choices=choices, digest=sent.digest, **act.tools
        )
        return _reply(work, act, merge.id)

    return act.once(asked)


@router.get("/merges/{merge_id}", response_model=out.MergeOut)
def merge(request: Request, page: PageOf, work: Reading, merge_id: int) -> Response:
    found = reading.one(work, merge_id, page.signed_in)
    body = out.merge_out(found.merge, contested=found.contested).model_dump(mode="json")
    return readable(request, body, tag(body))


@router.post("/merges/{merge_id}/decision", response_model=out.MergeOut, responses={412: {"model": out.MergeOut}})
def decide(act: Act, merge_id: int, sent: DecisionSent, if_match: IfMatch = None) -> Response:
    """Carry out a merge that somebody else asked for, or refuse it."""

    def decided(work: UnitOfWork) -> Reply:
        _demand_fresh(work, act, merge_id, if_match)
        decide_merge(work, merge_id=merge_id, by=act.person, accept=sent.accept, note=sent.note, **act.tools)
        return _reply(work, act, merge_id)

    return _fresh(act, decided)


@router.get("/merges/{merge_id}/since")
def since(page: PageOf, work: Reading, merge_id: int) -> out.SinceListOut:
    """What was written since the merge: each row has to be given to one of the two before it is undone."""
    return out.since_out(listed_since(work, merge_id, page.signed_in))


@router.post("/merges/{merge_id}/undo", response_model=out.MergeOut, responses={412: {"model": out.MergeOut}})
def undo(act: Act, merge_id: int, sent: UndoSent, if_match: IfMatch = None) -> Response:
    def undone(work: UnitOfWork) -> Reply:
        _demand_fresh(work, act, merge_id, if_match)
        undo_merge(work, merge_id=merge_id, by=act.person, reason=sent.reason, assigned=sent.rows, **act.tools)
        return _reply(work, act, merge_id)

    return _fresh(act, undone)


class _Stale(Exception):
    def __init__(self, reply: Reply) -> None:
        super().__init__()
        self.reply = reply


def _fresh(act: Act, doing: Callable[[UnitOfWork], Reply]) -> Response:
    """412 with what stands here now, for who acts on something older."""
    try:
        return act.once(doing)
    except _Stale as stale:
        return answer(stale.reply)


def _demand_fresh(work: UnitOfWork, act: Act, merge_id: int, if_match: str | None) -> None:
    current = _reply(work, act, merge_id)
    if is_stale(if_match, current.etag or ""):
        raise _Stale(Reply(body=current.body, status=412, etag=current.etag))


def _reply(work: UnitOfWork, act: Act, merge_id: int) -> Reply:
    found = reading.one(work, merge_id, act.person)
    body = out.merge_out(found.merge, contested=found.contested).model_dump(mode="json")
    return Reply(body=body, etag=tag(body))
