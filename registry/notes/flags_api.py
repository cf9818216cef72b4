"""Flags for programs: raised on a child or a case, listed for everybody who may see it, resolved with a reason."""

from collections.abc import Callable
from enum import StrEnum

from fastapi import APIRouter
from starlette.responses import Response

from registry.cases.about import About, about_case, about_child
from registry.children.acting import Act, Acting
from registry.db import UnitOfWork
from registry.notes import flags, rules
from registry.notes.forms import FlagForm, ResolutionForm
from registry.notes.json import FlagOut, FlagPage
from registry.notes.tables import Flag
from registry.replies.service import Reply
from registry.replies.web import After, Limit, cursor, read_cursor
from registry.web.page import PageOf
from registry.web.parts import Reading

router = APIRouter(prefix="/api", tags=["notes"])


class Which(StrEnum):
    OPEN = "open"
    ALL = "all"


@router.get("/flags")
def every_flag(
    page: PageOf, work: Reading, which: Which = Which.OPEN, after: After = "", limit: Limit = 50
) -> FlagPage:
    """Of all children whom the reader may see, the newest first."""
    found = flags.every(work, page.signed_in, only_open=which is Which.OPEN, after=_start(after), limit=limit + 1)
    return _page(found, limit)


@router.get("/cases/{case_id}/flags")
def flags_of_case(
    page: PageOf, work: Reading, case_id: int, which: Which = Which.ALL, after: After = "", limit: Limit = 50
) -> FlagPage:
    about = about_case(work, case_id, page.signed_in, rules.ON_CASES)
    found = flags.of_one(work, about, only_open=which is Which.OPEN, after=_start(after), limit=limit + 1)
    return _page(found, limit)


@router.post("/cases/{case_id}/flags", response_model=FlagOut, status_code=201)
def flag_case(act: Act, case_id: int, sent: FlagForm) -> Response:
    """The case's manager is told; where there is none, the centre's manager."""
    return _raise(act, sent, lambda work: about_case(work, case_id, act.person, rules.ON_CASES))


@router.get("/children/{child_id}/flags")
def flags_of_child(
    page: PageOf, work: Reading, child_id: int, which: Which = Which.ALL, after: After = "", limit: Limit = 50
) -> FlagPage:
    about = about_child(work, child_id, page.signed_in, rules.ON_CHILDREN)
    found = flags.of_one(work, about, only_open=which is Which.OPEN, after=_start(after), limit=limit + 1)
    return _page(found, limit)


@router.post("/children/{child_id}/flags", response_model=FlagOut, status_code=201)
def flag_child(act: Act, child_id: int, sent: FlagForm) -> Response:
    return _raise(act, sent, lambda work: about_child(work, child_id, act.person, rules.ON_CHILDREN))


@router.post("/flags/{flag_id}/resolve", response_model=FlagOut)
def resolve(act: Act, flag_id: int, sent: ResolutionForm) -> Response:
    """With the reason, which whoever raised it is told of."""

    def resolve_it(work: UnitOfWork) -> Reply:
        flag = flags.resolve(work, flag_id, sent.because, by=act.person, **act.tools)
        return Reply(body=FlagOut.model_validate(flag).model_dump(mode="json"))

    return act.once(resolve_it)


def _raise(act: Acting, sent: FlagForm, about: Callable[[UnitOfWork], About]) -> Response:
    def raise_it(work: UnitOfWork) -> Reply:
        flag = flags.raise_flag(work, about(work), sent, by=act.person, **act.tools)
        return Reply(body=FlagOut.model_validate(flag).model_dump(mode="json"), status=201)

    return act.once(raise_it)


def _start(after: str) -> int | None:
    start = read_cursor(after, int)
    return start[0] if start else None


def _page(found: list[Flag], limit: int) -> FlagPage:
    shown = [FlagOut.model_validate(flag) for flag in found[:limit]]
    return FlagPage(flags=shown, next=cursor(shown[-1].id) if len(found) > limit else None)
