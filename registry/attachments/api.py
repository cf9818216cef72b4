"""Attachments for programs: the file is the body, what it is called and of what it is stands in the address."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import select
from starlette.requests import Request
from starlette.responses import Response

from registry.attachments import rules, service
from registry.attachments.media import MOST_BYTES, Media
from registry.attachments.rules import Kind
from registry.attachments.tables import Attachment
from registry.cases.about import About, about_case, about_child
from registry.cases.forms.fields import Form, Line, Words
from registry.children.acting import Act, Acting
from registry.db import UnitOfWork
from registry.replies.service import Reply
from registry.replies.web import After, Limit, cursor, read_cursor, readable
from registry.web.page import Page, PageOf
from registry.web.parts import Parts, Reading

router = APIRouter(prefix="/api", tags=["attachments"])
Named = Annotated[Line, Query(description="What the file is called; its ending is not believed")]
_SANDBOX = "default-src 'none'; sandbox"
_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "description": f"The file itself: JPEG, PNG or PDF, at most {MOST_BYTES // 1024**2} MiB",
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}
_FILE: dict[int | str, dict[str, Any]] = {200: {"content": {media: {} for media in Media}}}


class AttachmentOut(BaseModel):
    """`sha256` is of what is kept and handed out; `received_sha256` of what was sent."""

    model_config = ConfigDict(from_attributes=True)

    id: int
    child_id: int | None
    case_id: int | None
    kind: str
    name: str
    media_type: str
    size: int
    sha256: str
    received_sha256: str
    pages: int | None
    width: int | None
    height: int | None
    added_at: datetime
    added_by: str
    withdrawn_at: datetime | None
    withdrawn_by: str | None
    withdrawn_because: str | None


class AttachmentPage(BaseModel):
    attachments: list[AttachmentOut]
    next: str | None


class Withdrawal(Form):
    because: Annotated[Words, Field(max_length=500)]


@router.get("/cases/{case_id}/attachments")
def attachments_of_case(
    page: PageOf, work: Reading, case_id: int, after: After = "", limit: Limit = 50
) -> AttachmentPage:
    """The newest first, withdrawn ones too; what is of health for its readers only."""
    return _listed(work, page, about_case(work, case_id, page.signed_in, rules.ON_CASES), after, limit)


@router.post("/cases/{case_id}/attachments", response_model=AttachmentOut, status_code=201, openapi_extra=_BODY)
def attach_to_case(request: Request, act: Act, case_id: int, name: Named, kind: Kind = Kind.OTHER) -> Response:
    """A picture is written anew without place and camera; a PDF that runs programs is refused."""
    return _attach(request, act, name, kind, lambda work: about_case(work, case_id, act.person, rules.ON_CASES))


@router.get("/children/{child_id}/attachments")
def attachments_of_child(
    page: PageOf, work: Reading, child_id: int, after: After = "", limit: Limit = 50
) -> AttachmentPage:
    """On the child itself; those on its cases are with the cases."""
    return _listed(work, page, about_child(work, child_id, page.signed_in, rules.ON_CHILDREN), after, limit)


@router.post("/children/{child_id}/attachments", response_model=AttachmentOut, status_code=201, openapi_extra=_BODY)
def attach_to_child(request: Request, act: Act, child_id: int, name: Named, kind: Kind = Kind.OTHER) -> Response:
    """As to a case, for what outlasts one."""
    return _attach(request, act, name, kind, lambda work: about_child(work, child_id, act.person, rules.ON_CHILDREN))


@router.get("/attachments/{attachment_id}", response_model=AttachmentOut)
def attachment(request: Request, page: PageOf, work: Reading, attachment_id: int) -> Response:
    row = service.shown(work, attachment_id, page.signed_in)
    standing = "-withdrawn" if row.withdrawn_at else ""
    body = AttachmentOut.model_validate(row).model_dump(mode="json")
    return readable(request, body, f'"attachment-{row.id}{standing}"')


@router.get("/attachments/{attachment_id}/file", response_class=Response, responses=_FILE)
def file(page: PageOf, parts: Parts, attachment_id: int) -> Response:
    """To be saved, never shown by our own site. Who reads it is written down."""
    row, data = _opened(page, parts, attachment_id, "file")
    media = service.media_of(row)
    headers = {
        "content-disposition": rules.disposition(row.id, row.name, media), "content-security-policy": _SANDBOX,
        "etag": f'"sha256-{row.sha256}"',
    }  # fmt: skip
    return Response(data, media_type=media, headers=headers)


@router.get("/attachments/{attachment_id}/preview", response_class=Response, responses=_FILE)
def preview(page: PageOf, parts: Parts, attachment_id: int) -> Response:
    """A small picture of it, or of its first page. Who reads it is written down."""
    _, data = _opened(page, parts, attachment_id, "preview")
    return Response(data, media_type=Media.JPEG, headers={"content-disposition": "inline"})


@router.post("/attachments/{attachment_id}/withdraw", response_model=AttachmentOut)
def withdraw(act: Act, attachment_id: int, sent: Withdrawal) -> Response:
    """Attached by mistake. It stays in the list with the reason; nobody opens it any more."""

    def withdraw_it(work: UnitOfWork) -> Reply:
        row = service.withdraw(work, attachment_id, sent.because, by=act.person, **act.tools)
        return Reply(body=AttachmentOut.model_validate(row).model_dump(mode="json"))

    return act.once(withdraw_it)


def _attach(request: Request, act: Acting, name: str, kind: Kind, about: Callable[[UnitOfWork], About]) -> Response:
    """Who may not attach here learns it before the file is opened; the file is opened outside any transaction."""
    container = act.parts.container
    with container.database.reading() as work:
        service.demand_may_attach(about(work), act.person)
    claimed = request.headers.get("content-type", "")
    taken = service.examine(act.body, name=name, claimed=claimed, kind=kind)

    def attach_it(work: UnitOfWork) -> Reply:
        row = service.attach(work, about(work), taken, by=act.person, vault=container.vault, **act.tools)
        body = AttachmentOut.model_validate(row).model_dump(mode="json")
        return Reply(body=body, status=201, etag=f'"attachment-{row.id}"')

    return act.once(attach_it)


def _opened(page: Page, parts: Parts, attachment_id: int, part: str) -> tuple[Attachment, bytes]:
    web = parts.container
    with web.database.writing() as work:
        found = service.opened(work, attachment_id, part, by=page.signed_in, vault=web.vault, trail=web.trail)
        work.commit()
    return found


def _listed(work: UnitOfWork, page: Page, about: About, after: str, limit: int) -> AttachmentPage:
    of_it = Attachment.case_id == about.case_id if about.case_id else Attachment.child_id == about.child_id
    mine = service.readable_by(page.signed_in.roles)
    start, rows = read_cursor(after, int), select(Attachment).where(of_it, mine)
    if start:
        rows = rows.where(Attachment.id < start[0])
    found = work.session.scalars(rows.order_by(Attachment.id.desc()).limit(limit + 1)).all()
    shown = [AttachmentOut.model_validate(row) for row in found[:limit]]
    return AttachmentPage(attachments=shown, next=cursor(shown[-1].id) if len(found) > limit else None)
