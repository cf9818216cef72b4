"""Families for programs."""

import hashlib
from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from registry.children.acting import Act, Acting
from registry.db import UnitOfWork
from registry.errors import NotThere
from registry.families import queries, service
from registry.families.forms import AidForm, FamilyForm, LeavesForm, LiftForm, MemberForm, RestraintForm
from registry.families.json import FamilyOut, FamilyPage, family_out
from registry.replies.service import Reply
from registry.replies.web import After, Limit, cursor, read_cursor, readable
from registry.web.page import PageOf
from registry.web.parts import Reading

router = APIRouter(prefix="/api", tags=["families"])


@router.get("/families")
def families(
    page: PageOf, work: Reading, child_id: Annotated[int | None, Query(ge=1)] = None, after: After = "",
    limit: Limit = 20,
) -> FamilyPage:  # fmt: skip
    """The newest first; with `child_id`, those that the child belongs to now."""
    start = read_cursor(after, int)
    found = queries.listed(
        work.session, account_id=page.signed_in.account_id, today=page.say.today, child_id=child_id,
        before=start[0] if start else None, limit=limit + 1,
    )  # fmt: skip
    shown = [family_out(view, page.say.today) for view in found[:limit]]
    return FamilyPage(families=shown, next=cursor(shown[-1].id) if len(found) > limit else None)


@router.get("/families/{family_id}", response_model=FamilyOut)
def family(request: Request, page: PageOf, work: Reading, family_id: int) -> Response:
    """Members with the children's cases and what we owe them, and the household's aid."""
    body = _shown(work, family_id, page.signed_in.account_id, page)
    return readable(request, body, _etag(body))


@router.post("/families", status_code=201, response_model=FamilyOut)
def open_family(act: Act, page: PageOf, sent: FamilyForm) -> Response:
    return _done(act, page, lambda work: service.open_family(work, sent, by=act.person, **act.tools).id, status=201)


@router.post("/families/{family_id}/members", status_code=201, response_model=FamilyOut)
def add_member(act: Act, page: PageOf, family_id: int, sent: MemberForm) -> Response:
    def add(work: UnitOfWork) -> int:
        return service.add_member(work, family_id, sent, by=act.person, **act.tools).family_id

    return _done(act, page, add, status=201)


@router.post("/family-members/{member_id}/leave", response_model=FamilyOut)
def leave(act: Act, page: PageOf, member_id: int, sent: LeavesForm) -> Response:
    """No longer of this household; what was stays readable."""

    def leaves(work: UnitOfWork) -> int:
        return service.member_leaves(work, member_id, sent, by=act.person, **act.tools).family_id

    return _done(act, page, leaves)


@router.post("/family-members/{member_id}/restraint", status_code=201, response_model=FamilyOut)
def restrain(act: Act, page: PageOf, member_id: int, sent: RestraintForm) -> Response:
    """Still a member; told and given nothing from now on."""

    def restrains(work: UnitOfWork) -> int:
        service.restrain(work, member_id, sent, by=act.person, **act.tools)
        return service.family_of(work, member_id)

    return _done(act, page, restrains, status=201)


@router.post("/family-members/{member_id}/restraint/lift", response_model=FamilyOut)
def lift(act: Act, page: PageOf, member_id: int, sent: LiftForm) -> Response:
    """By the centre's manager, who is not the one that set it."""

    def lifts(work: UnitOfWork) -> int:
        return service.lift_restraint(work, member_id, sent, by=act.person, **act.tools).family_id

    return _done(act, page, lifts)


@router.post("/families/{family_id}/aid", status_code=201, response_model=FamilyOut)
def give_aid(act: Act, page: PageOf, family_id: int, sent: AidForm) -> Response:
    """Aid to the household; with `corrects`, in place of an earlier row, which stays."""

    def gives(work: UnitOfWork) -> int:
        return service.give_aid(work, family_id, sent, by=act.person, **act.tools).family_id

    return _done(act, page, gives, status=201)


def _done(act: Acting, page: PageOf, do: Callable[[UnitOfWork], int], *, status: int = 200) -> Response:
    """Do it, and answer with the family as it stands then."""

    def reply(work: UnitOfWork) -> Reply:
        family_id = do(work)
        work.session.flush()
        work.session.expire_all()
        body = _shown(work, family_id, act.person.account_id, page)
        return Reply(body=body, status=status, etag=_etag(body))

    return act.once(reply)


def _shown(work: UnitOfWork, family_id: int, account_id: int, page: PageOf) -> dict[str, object]:
    view = queries.one(work.session, family_id, account_id=account_id, today=page.say.today)
    if view is None:
        raise NotThere("family")
    return family_out(view, page.say.today).model_dump(mode="json")


def _etag(body: dict[str, object]) -> str:
    """Nothing of a family is overwritten, so its tag only saves sending what the asker has."""
    return f'"family-{hashlib.sha256(repr(body).encode()).hexdigest()[:16]}"'
