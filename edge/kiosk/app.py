"""The kiosk's web application on 127.0.0.1: the board, refreshed when something changed, and the open encounter."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from uuid import UUID

from fastapi import Depends, FastAPI, Request, Response
from fastapi.responses import HTMLResponse, StreamingResponse
from starlette.middleware.trustedhost import TrustedHostMiddleware

from common.assets import STATIC, VENDOR, AssetFiles, asset_url, require_assets
from common.pages import make_environment
from common.time import Clock
from edge.bootstrap import Tablet
from edge.kiosk.board import BoardView, board_view
from edge.kiosk.meeting import Meeting, NoMeeting
from edge.kiosk.meeting_routes import from_this_page, meeting_routes, no_meeting
from edge.outbox.errors import SpaceLow

HERE = Path(__file__).parent
_LOOK_S = 0.1
"""How often the stream looks whether something changed; half of it is added to what a person waits for a result."""
_HEARTBEATS = 150
"""A comment every so many looks (15 s), by which a page whose tablet program has died finds out."""

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def make_app(tablet: Tablet, *, clock: Clock) -> FastAPI:
    """Errors: AssetsMissing, when set-up has not fetched the page's files."""
    require_assets()
    app = FastAPI(openapi_url=None)
    pages = make_environment({"kiosk": HERE / "pages"})
    folders = (STATIC, VENDOR, HERE / "static")
    pages.globals["kiosk_asset"] = lambda name: asset_url(name, folders)
    app.mount("/static", AssetFiles(HERE / "static"))
    # Only a page opened by this address: another site cannot point its own name at this machine and read it.
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=["127.0.0.1", "localhost"])
    app.state.ending = False
    app.state.meeting = meeting = Meeting(tablet.encounter, tablet.changes.tell)

    def render(template: str, **more: object) -> HTMLResponse:
        version = tablet.changes.version  # read first: what changes meanwhile is asked for again
        page = pages.get_template(template).render(
            board=read_board(tablet, clock), version=version, is_meeting=meeting.look() is not None, **more
        )
        return HTMLResponse(page, headers={"Cache-Control": "no-store"})

    @app.middleware("http")
    async def guard(request: Request, handle: Callable[[Request], Awaitable[Response]]) -> Response:
        response = await handle(request)
        response.headers.update(HEADERS)
        return response

    @app.get("/")
    def page() -> HTMLResponse:
        return render("kiosk/page.html")

    @app.get("/board")
    def board() -> HTMLResponse:
        return render("kiosk/board.html")

    @app.get("/changes")
    async def changes(after: int = 0) -> StreamingResponse:
        return StreamingResponse(_changes(app, tablet, after), media_type="text/event-stream")

    app.include_router(meeting_routes(meeting, render))
    app.add_exception_handler(NoMeeting, no_meeting)

    @app.post("/notes/{capture_id}/read", dependencies=[Depends(from_this_page)])
    def read_note(capture_id: UUID) -> HTMLResponse:
        tablet.outbox.dismiss(capture_id)
        return render("kiosk/board.html")

    @app.get("/healthz")
    def healthz() -> dict[str, str]:
        return {"device": tablet.config.device, "link": tablet.link.status.state.value}

    return app


def read_board(tablet: Tablet, clock: Clock) -> BoardView:
    try:
        tablet.outbox.require_space()
        space = None
    except SpaceLow as exc:
        space = exc
    return board_view(
        label=tablet.config.label,
        team=tablet.config.team,
        clock=clock,
        counts=tablet.outbox.counts(),
        memos=tablet.outbox.recent(limit=7),
        link=tablet.link.status,
        space=space,
    )


async def _changes(app: FastAPI, tablet: Tablet, seen: int) -> AsyncIterator[str]:
    looks = 0
    while not app.state.ending:
        version = tablet.changes.version
        if version != seen:
            seen = version
            yield f"event: changed\nid: {version}\ndata: {version}\n\n"
        elif looks % _HEARTBEATS == 0:
            yield ": still here\n\n"
        looks += 1
        await asyncio.sleep(_LOOK_S)
