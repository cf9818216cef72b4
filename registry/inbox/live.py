"""How much of one's inbox is unread, told to an open page at once."""

import json
import time
from collections.abc import AsyncIterator, Sequence

from sqlalchemy import func, select
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from registry.inbox.queries import count
from registry.inbox.service import LIVE
from registry.live.routes import BEAT_S, RETRY_MS
from registry.live.tables import LiveEvent
from registry.web.page import Page
from registry.web.parts import WebParts
from registry.web.tokens import SESSION_COOKIE


async def counts(request: Request, page: Page, parts: WebParts) -> AsyncIterator[str]:
    """Ends with the log-in. What was read in another window shows with the next notice, or the next beat."""
    token, me = request.cookies.get(SESSION_COOKIE, ""), page.signed_in.account_id
    start, told = await run_in_threadpool(_start, page, parts)
    yield f"retry: {RETRY_MS}\n\n{told}"
    checked = time.monotonic()
    async for events in parts.feed.follow(start, beat_s=BEAT_S):
        if time.monotonic() - checked >= BEAT_S:
            if await run_in_threadpool(parts.sessions.find, token) is None:
                return
            checked = time.monotonic()
        if events and not _mine(events, me):
            continue
        now = await run_in_threadpool(_counted, page, parts)
        yield now if now != told else ": still here\n\n"
        told = now


def _mine(events: Sequence[LiveEvent], account_id: int) -> bool:
    return any(event.kind == LIVE and account_id in event.data.get("accounts", ()) for event in events)


def _start(page: Page, parts: WebParts) -> tuple[int, str]:
    """Where the feed stands, read before the count, so that nothing between the two is missed."""
    with parts.container.database.reading() as work:
        last = work.session.scalar(select(func.coalesce(func.max(LiveEvent.id), 0))) or 0
    return last, _counted(page, parts)


def _counted(page: Page, parts: WebParts) -> str:
    with parts.container.database.reading() as work:
        found = count(work.session, page.signed_in)
    return f"event: inbox\ndata: {json.dumps({'unread': found.unread, 'urgent': found.urgent})}\n\n"
