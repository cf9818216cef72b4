"""Requests put to the registry's own application in this process: what a server spends on them, without a socket."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from fastapi import FastAPI
from sqlalchemy import Engine, event

from registry.web.tokens import SESSION_COOKIE

_NO_MORE_S = 0.3


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    status: int
    body: bytes
    ms: float
    cpu_ms: float
    """Of this process; the database's own is in `sql_ms`, as waited for."""
    sql_ms: float
    statements: int


@dataclass(slots=True)
class Statements:
    """What goes to the database, counted as it goes. One request at a time."""

    count: int = 0
    ms: float = 0.0
    texts: list[str] = field(default_factory=list)
    _began: float = 0.0

    def watch(self, engine: Engine) -> None:
        event.listen(engine, "before_cursor_execute", self._before)
        event.listen(engine, "after_cursor_execute", self._after)

    def begin(self) -> None:
        self.count, self.ms = 0, 0.0
        self.texts.clear()

    def _before(self, _connection: Any, _cursor: Any, statement: str, *_others: Any) -> None:
        self._began = time.perf_counter()
        self.texts.append(statement)

    def _after(self, *_others: Any) -> None:
        self.count += 1
        self.ms += (time.perf_counter() - self._began) * 1e3


class Asker:
    def __init__(self, app: FastAPI, engine: Engine) -> None:
        self._app = app
        self.statements = Statements()
        self.statements.watch(engine)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        async with self._app.router.lifespan_context(self._app):
            yield

    async def get(self, path: str, query: dict[str, str], token: str, *, accept: str = "text/html") -> Answered:
        """An endless answer is read to its second piece, for the first says only that it is open; or to the first, if
        nothing follows it."""
        answer = _Answer()
        self.statements.begin()
        began, worked = time.perf_counter(), time.process_time()
        await self._app(_scope(path, query, token, accept), answer.receive, answer.send)
        return Answered(
            status=answer.status, body=bytes(answer.body), ms=(answer.ended - began) * 1e3,
            cpu_ms=(time.process_time() - worked) * 1e3, sql_ms=self.statements.ms, statements=self.statements.count,
        )  # fmt: skip


@dataclass(slots=True)
class _Answer:
    status: int = 0
    body: bytearray = field(default_factory=bytearray)
    ended: float = 0.0
    endless: bool = False
    pieces: int = 0
    last: float = 0.0
    asked: bool = False

    async def receive(self) -> dict[str, Any]:
        if not self.asked:
            self.asked = True
            return {"type": "http.request", "body": b"", "more_body": False}
        while not self.ended:
            await asyncio.sleep(0.001)
            if self.endless and self.last and time.perf_counter() - self.last > _NO_MORE_S:
                self.ended = self.last
        return {"type": "http.disconnect"}

    async def send(self, message: Any) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.endless = any(value.startswith(b"text/event-stream") for _, value in message["headers"])
            return
        self.body += message.get("body", b"")
        self.pieces, self.last = self.pieces + 1, time.perf_counter()
        if not message.get("more_body") or (self.endless and self.pieces == 2):
            self.ended = self.ended or time.perf_counter()


def _scope(path: str, query: dict[str, str], token: str, accept: str) -> dict[str, Any]:
    headers = {"host": "panah.bench", "accept": accept, "cookie": f"{SESSION_COOKIE}={token}"}
    return {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "scheme": "http",
        "path": path, "raw_path": path.encode(), "query_string": urlencode(query).encode(), "root_path": "",
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 80), "state": {},
    }  # fmt: skip
