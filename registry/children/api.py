"""Children for programs: finding by name, the record with its versions, seals."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field
from sqlalchemy import select
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from registry.cases.forms.fields import Form, Note, Words
from registry.children import sealing
from registry.children.acting import Act, Acting
from registry.children.finding import After as Ended
from registry.children.finding import Sought, find
from registry.children.json import (
    FoundPage,
    RecordConflictOut,
    SealOut,
    SealPage,
    UnsealedOut,
    VersionOut,
    VersionPage,
    conflict_out,
    found_out,
    version_out,
)
from registry.children.record import ChildRecord
from registry.children.recording import Writing, newest, write_record
from registry.children.records import ChildSeal, RecordVersion, SealAccess
from registry.children.sealing import demand_visible
from registry.children.tables import Child
from registry.db import UnitOfWork
from registry.errors import RecordChanged
from registry.replies.service import Reply
from registry.replies.web import After, IfMatch, Limit, cursor, number_in, read_cursor, readable
from registry.tracing.service import look_again
from registry.web.page import PageOf
from registry.web.parts import Parts, Reading

router = APIRouter(prefix="/api", tags=["children"])

Name = Annotated[str, Query(max_length=200)]


class RecordSent(Form):
    """`because`: why it is changed, for whoever reads the versions."""

    record: ChildRecord
    because: Annotated[Note, Field(max_length=500)] = ""


class SealSent(Form):
    """`named`: the accounts of those who go on seeing the child."""

    ground: sealing.Ground
    reason: Annotated[Words, Field(max_length=500)]
    named: Annotated[frozenset[int], Field(max_length=50)]


class NamedSent(Form):
    named: Annotated[frozenset[int], Field(max_length=50)]


class LiftSent(Form):
    reason: Annotated[Words, Field(max_length=500)]


@router.get("/children")
def children(
    page: PageOf, parts: Parts, work: Reading, name: Name = "", father: Name = "", grandfather: Name = "",
    after: After = "", limit: Limit = 20,
) -> FoundPage:  # fmt: skip
    """By names in any spelling: those that sound so first, then those a slip away; within each, the newest record.

    Without a name: everybody whom this person may see.
    """
    start = read_cursor(after, int, int)
    found = find(
        work.session,
        Sought(own=name, father=father, grandfather=grandfather),
        parts.container.names,
        account_id=page.signed_in.account_id,
        limit=limit,
        after=Ended(min(max(start[0], 0), 1), start[1] or None) if start else None,
    )
    end, shown = found.after, found_out(found.rows, page.say.today)
    return FoundPage(children=shown, next=cursor(end.level, end.child_id or 0) if end else None)


@router.get("/children/{child_id}/record", response_model=VersionOut)
def record(request: Request, page: PageOf, work: Reading, child_id: int) -> Response:
    """The version in force, or an empty record. Send its ETag as If-Match when you write."""
    demand_visible(work, child_id, page.signed_in)
    version = newest(work.session, child_id)
    body = version_out(child_id, version, page.signed_in.roles, page.say.today).model_dump(mode="json")
    return readable(request, body, _etag(version))


@router.put("/children/{child_id}/record", response_model=VersionOut, responses={412: {"model": RecordConflictOut}})
def write(act: Act, page: PageOf, child_id: int, sent: RecordSent, if_match: IfMatch = None) -> Response:
    """A new version. 412 shows yours and theirs when somebody wrote meanwhile; 409 gives a rule's reason."""
    writing = Writing(
        child_id=child_id, record=sent.record, because=sent.because, seen=number_in(if_match, "record") or None
    )

    def write_it(work: UnitOfWork) -> Reply:
        version = write_record(work, writing, by=act.person, marks=act.marks, **act.tools)
        look_again(work, child_id, clock=act.parts.container.clock)
        body = version_out(child_id, version, act.person.roles, page.say.today).model_dump(mode="json")
        return Reply(body=body, etag=_etag(version))

    try:
        return act.once(write_it)
    except RecordChanged as changed:
        return _both(act, page, changed, sent.record)


@router.get("/children/{child_id}/record/versions")
def versions(page: PageOf, work: Reading, child_id: int, after: After = "", limit: Limit = 20) -> VersionPage:
    """Everything that was ever written, the newest first."""
    demand_visible(work, child_id, page.signed_in)
    start, rows = read_cursor(after, int), select(RecordVersion).where(RecordVersion.child_id == child_id)
    if start:
        rows = rows.where(RecordVersion.id < start[0])
    found = work.session.scalars(rows.order_by(RecordVersion.id.desc()).limit(limit + 1)).all()
    shown = [version_out(child_id, one, page.signed_in.roles, page.say.today) for one in found[:limit]]
    return VersionPage(versions=shown, next=cursor(found[limit - 1].id) if len(found) > limit else None)


@router.get("/seals")
def seals(work: Reading, after: After = "", limit: Limit = 50) -> SealPage:
    """Which children are sealed, and who sees them. Nothing of their files."""
    start = read_cursor(after, int)
    rows = (
        select(ChildSeal, Child.code).join(Child, Child.id == ChildSeal.child_id).where(ChildSeal.lifted_at.is_(None))
    )
    if start:
        rows = rows.where(ChildSeal.id < start[0])
    found = work.session.execute(rows.order_by(ChildSeal.id.desc()).limit(limit + 1)).all()
    named = _named(work, [one.child_id for one, _ in found])
    shown = [_seal_out(one, code, named.get(one.child_id, [])) for one, code in found[:limit]]
    return SealPage(seals=shown, next=cursor(found[limit - 1][0].id) if len(found) > limit else None)


@router.post("/children/{child_id}/seal", status_code=201, response_model=SealOut)
def seal(act: Act, child_id: int, sent: SealSent) -> Response:
    """From now on only those named see the child; at a van it says "needs review"."""

    def seal_it(work: UnitOfWork) -> Reply:
        sealing.seal(
            work,
            child_id=child_id,
            ground=sent.ground,
            reason=sent.reason,
            named=sent.named,
            by=act.person,
            **act.tools,
        )
        return _sealed(work, child_id, status=201)

    return act.once(seal_it)


@router.put("/children/{child_id}/seal/named", response_model=SealOut)
def name_people(act: Act, child_id: int, sent: NamedSent) -> Response:
    """These people, and no others."""

    def name_them(work: UnitOfWork) -> Reply:
        sealing.name_people(work, child_id=child_id, named=sent.named, by=act.person, **act.tools)
        return _sealed(work, child_id)

    return act.once(name_them)


@router.post("/children/{child_id}/seal/lift", response_model=UnsealedOut)
def lift(act: Act, child_id: int, sent: LiftSent) -> Response:
    """Everybody whose work it is sees the child again."""

    def lift_it(work: UnitOfWork) -> Reply:
        sealing.lift(work, child_id=child_id, reason=sent.reason, by=act.person, **act.tools)
        return Reply(body={"child_id": child_id, "sealed": False})

    return act.once(lift_it)


def _etag(version: RecordVersion | None) -> str:
    return f'"record-{version.id if version else 0}"'


def _both(act: Acting, page: PageOf, changed: RecordChanged, yours: ChildRecord) -> Response:
    with act.parts.container.database.reading() as work:
        theirs = newest(work.session, changed.child_id)
    shown = version_out(changed.child_id, theirs, act.person.roles, page.say.today)
    body = conflict_out(str(changed), yours, shown).model_dump(mode="json")
    return JSONResponse(body, status_code=412, headers={"etag": _etag(theirs)})


def _sealed(work: UnitOfWork, child_id: int, *, status: int = 200) -> Reply:
    work.session.flush()
    rows = select(ChildSeal, Child.code).join(Child, Child.id == ChildSeal.child_id)
    rows = rows.where(ChildSeal.child_id == child_id, ChildSeal.lifted_at.is_(None)).order_by(ChildSeal.id.desc())
    found, code = work.session.execute(rows.limit(1)).one()
    named = sorted(sealing.named_people(work, child_id))
    return Reply(body=_seal_out(found, code, named).model_dump(mode="json"), status=status)


def _seal_out(found: ChildSeal, code: str, named: list[int]) -> SealOut:
    return SealOut(
        child_id=found.child_id, code=code, ground=found.ground, sealed_at=found.sealed_at, sealed_by=found.sealed_by,
        named=named,
    )  # fmt: skip


def _named(work: UnitOfWork, child_ids: list[int]) -> dict[int, list[int]]:
    asked = select(SealAccess.child_id, SealAccess.account_id).where(
        SealAccess.child_id.in_(child_ids), SealAccess.ended_at.is_(None)
    )
    named: dict[int, list[int]] = {}
    for child_id, account_id in work.session.execute(asked.order_by(SealAccess.account_id)):
        named.setdefault(child_id, []).append(account_id)
    return named
