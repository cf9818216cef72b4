"""Who may pass: decided before routing, before any body is read, for every path alike."""

import logging
from collections.abc import Callable

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from registry.errors import NotThere, RegistryError
from registry.web.errors import LoginNeeded
from registry.web.failing import Failing
from registry.web.interfaces import Viewer
from registry.web.permissions import STRANGER, roles_for
from registry.web.refusals import Refusals
from registry.web.tokens import SESSION_COOKIE

log = logging.getLogger(__name__)
FindViewer = Callable[[str], Viewer | None]
"""The viewer behind a cookie's token, or None. Called in a worker thread."""


class AccessGuard:
    """Puts the viewer into `scope["state"]` or answers: strangers are sent to the log-in, whatever they asked for;
    a person without the right gets what an unknown page gets. Refusals are written to the audit trail."""

    def __init__(self, app: ASGIApp, *, find_viewer: FindViewer, failing: Failing, refusals: Refusals) -> None:
        self.app, self.find_viewer, self.failing, self.refusals = app, find_viewer, failing, refusals

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request = Request(scope, receive)
        try:
            error = await self._check(request)
        except RegistryError as trouble:
            log.exception("The access check failed: %s", type(trouble).__name__)
            error = trouble
        if error is None:
            await self.app(scope, receive, send)
        else:
            await self.failing.answer(request, error)(scope, receive, send)

    async def _check(self, request: Request) -> Exception | None:
        roles = roles_for(request.method, request.url.path)
        if request.url.path.startswith("/static/"):
            return None
        token = request.cookies.get(SESSION_COOKIE)
        viewer = await run_in_threadpool(self.find_viewer, token) if token else None
        request.state.viewer = viewer
        if roles is STRANGER:
            return None
        if viewer is None:
            await run_in_threadpool(self.refusals.stranger, request)
            return LoginNeeded()
        if roles is None:
            return NotThere("page")
        if not roles & viewer.roles:
            await run_in_threadpool(self.refusals.person, request, viewer)
            return NotThere("page")
        return None
