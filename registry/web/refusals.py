"""Refused requests in the audit trail. A flood must not fill it: beyond the allowance they are counted, and the count
is told with the next entry."""

import threading
import time
from collections.abc import Callable

from starlette.requests import Request

from registry.web.interfaces import Viewer, WebContainer

ALLOWANCE = 120
"""Entries a minute and process."""


class Refusals:
    def __init__(self, container: WebContainer, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._container, self._monotonic = container, monotonic
        self._lock = threading.Lock()
        self._minute, self._written, self._untold = -1.0, 0, 0

    def stranger(self, request: Request) -> None:
        self._write("stranger", request)

    def person(self, request: Request, viewer: Viewer) -> None:
        self._write(viewer.name, request)

    def form(self, request: Request) -> None:
        """A form that no page of ours made, whoever sent it."""
        viewer: Viewer | None = getattr(request.state, "viewer", None)
        self._write(viewer.name if viewer else "stranger", request)

    def _write(self, actor: str, request: Request) -> None:
        untold = self._admit()
        if untold is None:
            return
        detail: dict[str, object] = {
            "method": request.method,
            "path": request.url.path[:200],
            "address": address_of(request),
        }
        if untold:
            detail["also_refused"] = untold
        self._container.trail.record(self._container.database, actor=actor, action="request.refused", detail=detail)

    def _admit(self) -> int | None:
        """How many were refused without an entry since the last one, or None when this one gets none either."""
        with self._lock:
            minute = self._monotonic() // 60
            if minute != self._minute:
                self._minute, self._written = minute, 0
            if self._written >= ALLOWANCE:
                self._untold += 1
                return None
            self._written += 1
            untold, self._untold = self._untold, 0
            return untold


def address_of(request: Request) -> str:
    """The caller's address; behind a reverse proxy, uvicorn has put the true one here."""
    return request.client.host if request.client else ""
