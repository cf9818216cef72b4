"""Letters for programs: draft, look at the paper, issue with the password once more, and what came after.

One route a kind, so that each has its own form in OpenAPI and its own roles, which are asked before the body is read.
"""

from collections.abc import Callable
from datetime import date
from typing import Annotated, Any, Generic, TypeVar

from fastapi import APIRouter, Body
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import Response

from registry.access.reentry import ReentryHeader, demand_proof
from registry.cases.forms.fields import Form, Note
from registry.cases.writing_api import actor_of, desk_of
from registry.children.acting import Act
from registry.db import UnitOfWork
from registry.errors import CursorUnreadable
from registry.letters import following, service
from registry.letters.forms import FORMS, Answered, Kind, Reason, Registered, Signature
from registry.letters.json import LetterOut, LetterPage, etag_of, letter_out
from registry.letters.rules import LAWS
from registry.letters.tables import Letter
from registry.replies.service import Reply
from registry.replies.web import After, IfMatch, Limit, cursor, number_in, read_cursor, readable
from registry.web.interfaces import Viewer
from registry.web.page import PageOf
from registry.web.parts import Reading
from registry.web.strings import catalogue

router = APIRouter(prefix="/api", tags=["letters"])
F = TypeVar("F", bound=Form)
_PDF: dict[int | str, dict[str, Any]] = {200: {"content": {"application/pdf": {}}}}


class Typed(BaseModel, Generic[F]):
    """`replaces_id`: the issued letter that this one takes the place of, and why."""

    model_config = ConfigDict(extra="forbid")
    form: F
    replaces_id: int | None = None
    because: Annotated[Note, Field(max_length=500)] = ""


class Retyped(BaseModel, Generic[F]):
    model_config = ConfigDict(extra="forbid")
    form: F


def _drafter(kind: Kind) -> Callable[..., Response]:
    def draft(act: Act, case_id: int, typed: Typed[Any]) -> Response:
        drafted = service.Drafted(
            kind=kind, form=typed.form, replaces_id=typed.replaces_id, because=typed.because
        )  # fmt: skip

        def do(work: UnitOfWork) -> Reply:
            return _reply(
                work, service.draft(work, desk_of(act.parts), case_id=case_id, drafted=drafted,
                                    actor=actor_of(act.person)), status=201,
            )  # fmt: skip

        return act.once(do)

    draft.__annotations__["typed"] = Annotated[Typed[FORMS[kind]], Body()]  # type: ignore[valid-type]
    draft.__doc__ = f"Draft a letter of the kind `{kind}`. Look at its `pdf`, then issue the version that you saw."
    return draft


def _redrafter(kind: Kind) -> Callable[..., Response]:
    def rewrite(act: Act, letter_id: int, typed: Retyped[Any], if_match: IfMatch = None) -> Response:
        def do(work: UnitOfWork) -> Reply:
            return _reply(
                work, service.rewrite(work, desk_of(act.parts), letter_id=letter_id,
                                      seen=number_in(if_match, "letter"), form=typed.form, actor=actor_of(act.person)),
            )  # fmt: skip

        return act.once(do)

    rewrite.__annotations__["typed"] = Annotated[Retyped[FORMS[kind]], Body()]  # type: ignore[valid-type]
    rewrite.__doc__ = f"Write a draft of the kind `{kind}` anew; If-Match names the version seen."
    return rewrite


for _kind in LAWS:
    router.add_api_route(
        f"/cases/{{case_id}}/letters/{_kind}", _drafter(_kind), methods=["POST"], name=f"draft_{_kind}",
        response_model=LetterOut, status_code=201,
    )  # fmt: skip
    router.add_api_route(
        f"/letters/{{letter_id}}/{_kind}", _redrafter(_kind), methods=["PUT"], name=f"rewrite_{_kind}",
        response_model=LetterOut,
    )  # fmt: skip


@router.get("/cases/{case_id}/letters")
def letters_of_case(page: PageOf, work: Reading, case_id: int, after: After = "", limit: Limit = 50) -> LetterPage:
    """The newest first, drafts and withdrawn ones too."""
    place = read_cursor(after, int)
    found = following.of_case(
        work, case_id, by=page.signed_in.account_id, before=place[0] if place else None, limit=limit
    )
    more = cursor(found[limit - 1].id) if len(found) > limit else None
    return LetterPage(letters=_shown(work, found[:limit]), next=more)


@router.get("/letters")
def letters_waiting(page: PageOf, work: Reading, after: After = "", limit: Limit = 50) -> LetterPage:
    """Letters that wait for an answer, the longest overdue first."""
    found = following.waiting(work, by=page.signed_in.account_id, after=_place(after), limit=limit)
    last = found[limit - 1] if len(found) > limit else None
    more = cursor(last.answer_due_on.isoformat(), last.id) if last and last.answer_due_on else None
    return LetterPage(letters=_shown(work, found[:limit]), next=more)


@router.get("/letters/{letter_id}", response_model=LetterOut)
def letter(request: Request, page: PageOf, work: Reading, letter_id: int) -> Response:
    found = service.find(work, letter_id, by=page.signed_in.account_id)
    return readable(request, _shown(work, [found])[0].model_dump(mode="json"), etag_of(found))


@router.get("/letters/{letter_id}/pdf", response_class=Response, responses=_PDF)
def paper(page: PageOf, work: Reading, letter_id: int) -> Response:
    """The copy that was sent, byte for byte; of a draft, how it will look, marked as one."""
    found = service.find(work, letter_id, by=page.signed_in.account_id)
    name = f"letter-{found.number.replace('/', '-')}.pdf"
    headers = {"content-disposition": f'inline; filename="{name}"', "etag": etag_of(found)}
    return Response(service.paper_of(found), media_type="application/pdf", headers=headers)


@router.post("/letters/{letter_id}/withdraw", response_model=LetterOut)
def withdraw(act: Act, letter_id: int, sent: Reason) -> Response:
    """A draft that nobody will issue; its number is not given again."""
    return act.once(
        lambda work: _reply(
            work,
            service.withdraw(
                work, desk_of(act.parts), letter_id=letter_id, reason=sent.reason, actor=actor_of(act.person)
            ),
        )
    )


@router.post("/letters/{letter_id}/issue", response_model=LetterOut)
def issue(
    act: Act, letter_id: int, _sent: Signature, if_match: IfMatch = None, reentry: ReentryHeader = None
) -> Response:
    """Sign it; the body is `{}`. If-Match names the version that was looked at, the header `Reentry` carries the proof
    that the password was typed again (POST /api/reentry). From then on the letter never changes."""

    def do(work: UnitOfWork) -> Reply:
        now = act.parts.container.clock.now()
        demand_proof(work, reentry, session_id=act.person.session_id, now=now)
        seen, actor = number_in(if_match, "letter"), actor_of(act.person)
        kind = Kind(service.find(work, letter_id, by=actor.account_id).kind)
        issued = service.issue(
            work, desk_of(act.parts), letter_id=letter_id, seen=seen, actor=actor,
            signed_by=_name_and_post(act.person, kind),
        )  # fmt: skip
        return _reply(work, issued)

    return act.once(do)


@router.post("/letters/{letter_id}/registered", response_model=LetterOut)
def registered(act: Act, letter_id: int, sent: Registered) -> Response:
    """The secretariat's number, as its stamp says it. Sent again it corrects; both stay."""
    return act.once(
        lambda work: _reply(
            work,
            following.register(work, desk_of(act.parts), letter_id=letter_id, said=sent, actor=actor_of(act.person)),
        )
    )


@router.post("/letters/{letter_id}/answer", response_model=LetterOut)
def answered(act: Act, letter_id: int, sent: Answered) -> Response:
    """What came back, and the paper itself where it is attached to the case."""
    return act.once(
        lambda work: _reply(
            work,
            following.answer(work, desk_of(act.parts), letter_id=letter_id, said=sent, actor=actor_of(act.person)),
        )
    )


def _reply(work: UnitOfWork, row: Letter, *, status: int = 200) -> Reply:
    return Reply(body=_shown(work, [row])[0].model_dump(mode="json"), status=status, etag=etag_of(row))


def _shown(work: UnitOfWork, rows: list[Letter]) -> list[LetterOut]:
    newer = service.followers(work, [row.id for row in rows])
    return [letter_out(row, newer.get(row.id)) for row in rows]


def _name_and_post(viewer: Viewer, kind: Kind) -> str:
    """As it stands under the line. Letters are Persian, whatever language the page is read in."""
    post = min(viewer.roles & LAWS[kind].signed_by, default=None)
    name = viewer.full_name or viewer.name
    return f"{name}، {catalogue('fa')[f'role.{post}']}" if post else name


def _place(after: str) -> tuple[date, int] | None:
    found = read_cursor(after, str, int)
    if found is None:
        return None
    try:
        return date.fromisoformat(found[0]), found[1]
    except ValueError as exc:
        raise CursorUnreadable from exc
