"""ABIS over HTTP: one address takes every message and answers 200 with MOSIP's JSON, failures too."""

import asyncio
import hmac
from concurrent.futures import CancelledError

from fastapi import FastAPI, Request, Response

from abis.desk import Desk
from abis.requests import MAX_MESSAGE_BYTES

PATH = "/abis"


def make_app(desk: Desk, *, token: str | None = None) -> FastAPI:
    """token: what `Authorization: Bearer …` must carry, where there is one.

    A request with an Origin header is refused: pages in a browser have no business here, and a page of anybody's could
    otherwise ask a gallery on the visitor's own machine to delete.
    """
    app = FastAPI(title="Panah ABIS", docs_url=None, redoc_url=None)

    @app.post(PATH, summary="One ABIS message; the answer is MOSIP's, whatever the message")
    async def message(request: Request) -> Response:
        if "origin" in request.headers:
            return Response(status_code=403)
        if token is not None and not _carries(request, token):
            return Response(status_code=401, headers={"WWW-Authenticate": "Bearer"})
        body = await _body(request)
        # shielded: who hangs up does not take a queued insert back
        waiting = asyncio.wrap_future(desk.receive(body))
        try:
            answer = await asyncio.shield(waiting)
        except (CancelledError, asyncio.CancelledError):
            if not waiting.cancelled():
                raise
            answer = desk.aborted(body)
        return Response(answer, media_type="application/json")

    @app.get("/healthz", summary="The process serves")
    async def healthz() -> Response:
        return Response("ok", media_type="text/plain")

    return app


def _carries(request: Request, token: str) -> bool:
    given = request.headers.get("authorization", "")
    return hmac.compare_digest(given.encode("utf-8"), f"Bearer {token}".encode())


async def _body(request: Request) -> bytes:
    """At most one byte more than a message may have: reading more would only fill memory, and it is refused anyhow."""
    pieces, size = [], 0
    async for piece in request.stream():
        pieces.append(piece)
        size += len(piece)
        if size > MAX_MESSAGE_BYTES:
            break
    return b"".join(pieces)[: MAX_MESSAGE_BYTES + 1]
