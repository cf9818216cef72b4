"""An act asked for over HTTP: who asks, done once under its key, in one transaction."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends
from starlette.requests import Request
from starlette.responses import Response

from registry.db import UnitOfWork
from registry.names.tokens import NameMarks
from registry.replies.service import Reply
from registry.replies.web import IdempotencyKey, RawBody, once
from registry.web.interfaces import Viewer
from registry.web.page import PageOf
from registry.web.parts import Parts, WebParts


@dataclass(frozen=True, slots=True, kw_only=True)
class Acting:
    request: Request
    parts: WebParts
    person: Viewer
    body: bytes
    key: str | None

    @property
    def tools(self) -> dict[str, Any]:
        """What every service takes: the audit trail and the clock."""
        return {"trail": self.parts.container.trail, "clock": self.parts.container.clock}

    @property
    def marks(self) -> NameMarks:
        return self.parts.container.names

    def once(self, act: Callable[[UnitOfWork], Reply]) -> Response:
        return once(self.request, self.parts, self.person, self.body, self.key, act)


def _acting(
    request: Request, page: PageOf, parts: Parts, raw: RawBody, idempotency_key: IdempotencyKey = None
) -> Acting:
    return Acting(request=request, parts=parts, person=page.signed_in, body=raw, key=idempotency_key)


Act = Annotated[Acting, Depends(_acting)]
