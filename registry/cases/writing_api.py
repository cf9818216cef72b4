"""Acts on a case for programs. One route a task, made from the law's table, so that each has its own form in OpenAPI
and its own roles in the table of permissions, which are asked before the body is read."""

from collections.abc import Callable
from typing import Annotated, Any, Generic, TypeVar

from fastapi import APIRouter, Body
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from registry.access.rules import Role
from registry.cases import pledges, service
from registry.cases.casework import Desk, Handed, decide, write
from registry.cases.forms.fields import Form, Note
from registry.cases.forms.following import CommitmentEnds, Made, PromiseEnds
from registry.cases.forms.leaving import PromisedByUs
from registry.cases.json import (
    CaseOut,
    CommitmentOut,
    ConflictOut,
    EntryOut,
    OwnerOut,
    PromiseOut,
    case_out,
    commitment_out,
    promise_out,
)
from registry.cases.records import CaseEntry
from registry.cases.rules.facts import Actor
from registry.cases.rules.table import on_a_case
from registry.cases.rules.task import Task
from registry.db import UnitOfWork
from registry.errors import FormChanged
from registry.replies.service import Reply
from registry.replies.web import IdempotencyKey, IfMatch, RawBody, number_in, once
from registry.web.interfaces import Viewer
from registry.web.page import PageOf
from registry.web.parts import Parts, WebParts

router = APIRouter(prefix="/api", tags=["cases"])
F = TypeVar("F", bound=Form)
_CONFLICT: dict[int | str, dict[str, Any]] = {412: {"model": ConflictOut}}


class Sent(BaseModel, Generic[F]):
    """A form as it is sent. `second_id` is the colleague who took part; `because` says why something is corrected."""

    model_config = ConfigDict(extra="forbid")
    form: F
    second_id: int | None = None
    because: Annotated[Note, Field(max_length=500)] = ""


class Decision(Form):
    granted: bool
    reason: Annotated[Note, Field(max_length=500)] = ""


class PromiseEnded(Form):
    how: PromiseEnds
    note: Annotated[Note, Field(max_length=500)] = ""


class CommitmentEnded(Form):
    how: CommitmentEnds
    note: Annotated[Note, Field(max_length=500)] = ""


class Owner(Form):
    account_id: int


class Admission(Form):
    child_id: int


def actor_of(viewer: Viewer) -> Actor:
    return Actor(account_id=viewer.account_id, name=viewer.name, roles=frozenset(Role(role) for role in viewer.roles))


def desk_of(parts: WebParts) -> Desk:
    return Desk(trail=parts.container.trail, clock=parts.container.clock)


def _writer(task: Task) -> Callable[..., Response]:
    def hand_in(
        request: Request,
        page: PageOf,
        parts: Parts,
        case_id: int,
        sent: Sent[Any],
        raw: RawBody,
        if_match: IfMatch = None,
        idempotency_key: IdempotencyKey = None,
    ) -> Response:
        seen = number_in(if_match, "entry")
        handed = Handed(form=sent.form, second_id=sent.second_id, seen=seen, because=sent.because)

        def act(work: UnitOfWork) -> Reply:
            entry = write(
                work, desk_of(parts), case_id=case_id, task_name=task.name, handed=handed,
                actor=actor_of(page.signed_in),
            )  # fmt: skip
            status = 202 if entry.standing == "asked" else 201
            return Reply(body=_entry(entry, page.signed_in), status=status, etag=f'"entry-{entry.id}"')

        try:
            return once(request, parts, page.signed_in, raw, idempotency_key, act)
        except FormChanged as changed:
            return _both(parts, page.signed_in, changed, sent.form)

    hand_in.__annotations__["sent"] = Annotated[Sent[task.produces], Body()]  # type: ignore[name-defined]
    hand_in.__doc__ = (
        f"Write `{task.name}`. 201: in force; 202: waits for another person's decision; 409 or 403: the law's reason "
        "in Persian and English. To correct an entry send its ETag as If-Match; 412 shows both forms when somebody was "
        "quicker."
    )
    return hand_in


for _task in on_a_case():
    router.add_api_route(
        f"/cases/{{case_id}}/tasks/{_task.name}", _writer(_task), methods=["POST"], name=f"write_{_task.name}",
        response_model=EntryOut, status_code=201, responses=_CONFLICT,
    )  # fmt: skip


@router.post("/cases", response_model=CaseOut, status_code=201)
def admit(
    request: Request, page: PageOf, parts: Parts, sent: Admission, raw: RawBody, idempotency_key: IdempotencyKey = None
) -> Response:
    """Open a case for a child who came through another door than the van."""
    desk, who = desk_of(parts), page.signed_in

    def act(work: UnitOfWork) -> Reply:
        case = service.admit(
            work, child_id=sent.child_id, actor=who.name, by=who.account_id, trail=desk.trail, clock=desk.clock
        )
        body = case_out(case).model_dump(mode="json")
        return Reply(body=body, status=201, etag=f'"case-{case.id}-{case.version}"')

    return once(request, parts, page.signed_in, raw, idempotency_key, act)


@router.post("/entries/{entry_id}/decision", response_model=EntryOut)
def answer_request(
    request: Request, page: PageOf, parts: Parts, entry_id: int, sent: Decision, raw: RawBody,
    idempotency_key: IdempotencyKey = None,
) -> Response:  # fmt: skip
    """Grant or refuse what somebody else asked."""

    def act(work: UnitOfWork) -> Reply:
        entry = decide(
            work, desk_of(parts), entry_id=entry_id, granted=sent.granted, reason=sent.reason,
            actor=actor_of(page.signed_in),
        )  # fmt: skip
        return Reply(body=_entry(entry, page.signed_in), etag=f'"entry-{entry.id}"')

    return once(request, parts, page.signed_in, raw, idempotency_key, act)


@router.post("/cases/{case_id}/promises", response_model=PromiseOut, status_code=201)
def promise(
    request: Request, page: PageOf, parts: Parts, case_id: int, sent: PromisedByUs, raw: RawBody,
    idempotency_key: IdempotencyKey = None,
) -> Response:  # fmt: skip
    """Ours, in words that can be said to the child."""

    def act(work: UnitOfWork) -> Reply:
        row = pledges.promise(work, desk_of(parts), case_id=case_id, made=sent, actor=actor_of(page.signed_in))
        return Reply(body=promise_out(row, unkept=False).model_dump(mode="json"), status=201)

    return once(request, parts, page.signed_in, raw, idempotency_key, act)


@router.post("/promises/{promise_id}/end", response_model=PromiseOut)
def end_promise(
    request: Request, page: PageOf, parts: Parts, promise_id: int, sent: PromiseEnded, raw: RawBody,
    idempotency_key: IdempotencyKey = None,
) -> Response:  # fmt: skip
    """Kept, or broken and why."""

    def act(work: UnitOfWork) -> Reply:
        row = pledges.end_promise(
            work, desk_of(parts), promise_id=promise_id, how=sent.how, note=sent.note, actor=actor_of(page.signed_in)
        )
        return Reply(body=promise_out(row, unkept=row.ended == "broken").model_dump(mode="json"))

    return once(request, parts, page.signed_in, raw, idempotency_key, act)


@router.post("/cases/{case_id}/commitments", response_model=CommitmentOut, status_code=201)
def commit(
    request: Request, page: PageOf, parts: Parts, case_id: int, sent: Made, raw: RawBody,
    idempotency_key: IdempotencyKey = None,
) -> Response:  # fmt: skip
    """The guardian's, with a witness."""

    def act(work: UnitOfWork) -> Reply:
        row = pledges.commit(work, desk_of(parts), case_id=case_id, made=sent, actor=actor_of(page.signed_in))
        return Reply(body=commitment_out(row).model_dump(mode="json"), status=201)

    return once(request, parts, page.signed_in, raw, idempotency_key, act)


@router.post("/commitments/{commitment_id}/end", response_model=CommitmentOut)
def end_commitment(
    request: Request, page: PageOf, parts: Parts, commitment_id: int, sent: CommitmentEnded, raw: RawBody,
    idempotency_key: IdempotencyKey = None,
) -> Response:  # fmt: skip
    """A breach opens a home visit and does nothing else."""

    def act(work: UnitOfWork) -> Reply:
        row = pledges.end_commitment(
            work, desk_of(parts), commitment_id=commitment_id, how=sent.how, note=sent.note,
            actor=actor_of(page.signed_in),
        )  # fmt: skip
        return Reply(body=commitment_out(row).model_dump(mode="json"))

    return once(request, parts, page.signed_in, raw, idempotency_key, act)


@router.post("/cases/{case_id}/owner", response_model=OwnerOut)
def assign(
    request: Request, page: PageOf, parts: Parts, case_id: int, sent: Owner, raw: RawBody,
    idempotency_key: IdempotencyKey = None,
) -> Response:  # fmt: skip
    """Whose case it is."""

    def act(work: UnitOfWork) -> Reply:
        actor = actor_of(page.signed_in)
        pledges.assign(work, desk_of(parts), case_id=case_id, owner_id=sent.account_id, actor=actor)
        return Reply(body={"case_id": case_id, "owner_id": sent.account_id})

    return once(request, parts, page.signed_in, raw, idempotency_key, act)


def _entry(row: CaseEntry, viewer: Viewer) -> dict[str, Any]:
    return EntryOut.of(row, viewer.roles).model_dump(mode="json")


def _both(parts: WebParts, viewer: Viewer, changed: FormChanged, mine: Form) -> Response:
    """Both forms, side by side: nothing that was typed is lost."""
    theirs = None
    if changed.newest is not None:
        with parts.container.database.reading() as work:
            theirs = EntryOut.of(work.session.get_one(CaseEntry, changed.newest), viewer.roles)
    both = ConflictOut(detail=str(changed), yours=mine.model_dump(mode="json"), theirs=theirs)
    headers = {"etag": f'"entry-{changed.newest}"'} if changed.newest is not None else {}
    return JSONResponse(both.model_dump(mode="json"), status_code=412, headers=headers)
