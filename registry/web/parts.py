"""What `create_app` makes once and every route may use, and how a route asks for it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends
from jinja2 import Environment
from starlette.requests import Request

from registry.access.accounts import Accounts
from registry.access.sessions import Sessions
from registry.db import UnitOfWork
from registry.live.feed import LiveFeed
from registry.web.interfaces import WebContainer


@dataclass(frozen=True, slots=True, kw_only=True)
class WebParts:
    container: WebContainer
    environment: Environment
    sessions: Sessions
    accounts: Accounts
    feed: LiveFeed


def parts_of(request: Request) -> WebParts:
    parts: WebParts = request.app.state.web
    return parts


Parts = Annotated[WebParts, Depends(parts_of)]


def reading(parts: Parts) -> Iterator[UnitOfWork]:
    with parts.container.database.reading() as work:
        yield work


Reading = Annotated[UnitOfWork, Depends(reading)]
