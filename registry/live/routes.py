"""The stream that the board listens to."""

import time
from collections.abc import AsyncIterator, Sequence
from typing import Annotated

from fastapi import APIRouter, Header, Query
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import StreamingResponse

from registry.encounters import queries
from registry.live.tables import LiveEvent
from registry.web.page import Page, PageOf
from registry.web.parts import Parts, WebParts
from registry.web.tokens import SESSION_COOKIE

BEAT_S = 15.0
"""A comment line now and then: proxies keep the connection, and a log-in that has ended is noticed."""
RETRY_MS = 1000

router = APIRouter(tags=["live"])


@router.get("/live/encounters", response_class=StreamingResponse)
async def live_encounters(
    request: Request,
    page: PageOf,
    parts: Parts,
    after: Annotated[int, Query(ge=0)] = 0,
    last_event_id: Annotated[str | None, Header()] = None,
) -> StreamingResponse:
    """Server-sent events: `encounter` (a row as HTML) and `changed` (what waits). Resumes by Last-Event-ID."""
    start = int(last_event_id) if last_event_id and last_event_id.isascii() and last_event_id.isdigit() else after
    return StreamingResponse(
        _messages(request, page, parts, start),
        media_type="text/event-stream",
        headers={"cache-control": "no-store", "x-accel-buffering": "no"},
    )


async def _messages(request: Request, page: Page, parts: WebParts, start: int) -> AsyncIterator[str]:
    yield f"retry: {RETRY_MS}\n\n"
    token, checked = request.cookies.get(SESSION_COOKIE, ""), time.monotonic()
    async for events in parts.feed.follow(start, beat_s=BEAT_S):
        if time.monotonic() - checked >= BEAT_S:  # a busy board must not outlive its log-in either
            if await run_in_threadpool(parts.sessions.find, token) is None:
                return
            checked = time.monotonic()
        yield await run_in_threadpool(_told, page, parts, events) if events else ": still here\n\n"


def _told(page: Page, parts: WebParts, events: Sequence[LiveEvent]) -> str:
    ids = {e.encounter_id for e in events if e.kind == "encounter_settled" and e.encounter_id is not None}
    with parts.container.database.reading() as work:
        views = queries.by_ids(work.session, ids, by=page.signed_in.account_id)
        messages = [_message(page, event, views) for event in events]
    return "".join(messages)


def _message(page: Page, event: LiveEvent, views: dict[int, queries.EncounterView]) -> str:
    if event.kind == "inbox_changed":  # somebody's own affair: this stream only goes on from there
        return f"id: {event.id}\n\n"
    view = views.get(event.encounter_id) if event.kind == "encounter_settled" and event.encounter_id else None
    if view is None:
        return f"id: {event.id}\nevent: changed\ndata: {event.kind}\n\n"
    html = page.at_present().markup("encounters/fragments/encounter.html", view=view)
    lines = "".join(f"data: {line}\n" for line in html.splitlines() if line.strip())
    return f"id: {event.id}\nevent: encounter\n{lines}\n"
