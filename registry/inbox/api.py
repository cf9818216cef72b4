"""One's own inbox for programs, and the stream that says how much of it is unread."""

from collections.abc import AsyncIterator

from fastapi import APIRouter
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from registry.cases.forms.fields import Form
from registry.children.acting import Act, Acting
from registry.db import UnitOfWork
from registry.inbox import live, queries, reading
from registry.inbox.json import CountOut, InboxPage, NoticeOut, ReadOut
from registry.inbox.queries import Which
from registry.replies.service import Reply
from registry.replies.web import MOST_OF_A_ROWS_NUMBER, After, Limit, cursor, read_cursor, readable
from registry.web.page import PageOf
from registry.web.parts import Parts, Reading

router = APIRouter(tags=["inbox"])


class UpTo(Form):
    """The newest notice that was seen."""

    up_to: int = Field(ge=1, le=MOST_OF_A_ROWS_NUMBER)


@router.get("/api/inbox")
def inbox(page: PageOf, work: Reading, which: Which = Which.UNREAD, after: After = "", limit: Limit = 50) -> InboxPage:
    """Calls, flags, approvals asked of the reader, tasks that are due or late, alarms: the newest first."""
    start = read_cursor(after, int)
    found = queries.items(work.session, page.signed_in, which, after=start[0] if start else None, limit=limit + 1)
    shown = [NoticeOut.of(item, page.say.now) for item in found[:limit]]
    return InboxPage(notices=shown, next=cursor(shown[-1].id) if len(found) > limit else None)


@router.get("/api/inbox/count", response_model=CountOut)
def unread(request: Request, page: PageOf, work: Reading) -> Response:
    """How much is unread, and how much of that is urgent."""
    found = queries.count(work.session, page.signed_in)
    body = CountOut(unread=found.unread, urgent=found.urgent).model_dump()
    return readable(request, body, f'"inbox-{found.unread}-{found.urgent}"')


@router.post("/api/inbox/read", response_model=ReadOut)
def read_all(act: Act, sent: UpTo) -> Response:
    """Everything up to the newest notice that was seen; what came since stays unread."""

    def read_them(work: UnitOfWork) -> Reply:
        now = act.parts.container.clock.now()
        return Reply(body={"read": reading.mark_all(work, sent.up_to, by=act.person, now=now)})

    return act.once(read_them)


@router.post("/api/inbox/{notice_id}/read", response_model=NoticeOut)
def read(act: Act, notice_id: int) -> Response:
    """The first reading counts."""
    return _mark(act, notice_id, read=True)


@router.post("/api/inbox/{notice_id}/unread", response_model=NoticeOut)
def unread_again(act: Act, notice_id: int) -> Response:
    """To be looked at once more."""
    return _mark(act, notice_id, read=False)


def _mark(act: Acting, notice_id: int, *, read: bool) -> Response:
    now = act.parts.container.clock.now()

    def mark_it(work: UnitOfWork) -> Reply:
        item = reading.mark(work, notice_id, by=act.person, read_at=now if read else None)
        return Reply(body=NoticeOut.of(item, now).model_dump(mode="json"))

    return act.once(mark_it)


@router.get("/live/inbox", response_class=StreamingResponse)
async def live_inbox(request: Request, page: PageOf, parts: Parts) -> StreamingResponse:
    """Server-sent events `inbox`: how much is unread, now and whenever that changes."""
    messages: AsyncIterator[str] = live.counts(request, page, parts)
    headers = {"cache-control": "no-store", "x-accel-buffering": "no"}
    return StreamingResponse(messages, media_type="text/event-stream", headers=headers)
