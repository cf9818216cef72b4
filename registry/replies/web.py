"""What routes for programs share: doing a thing once, ETags, cursors."""

import base64
import binascii
import json
import re
from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any

from fastapi import Depends, Header, Query
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from registry.db import UnitOfWork
from registry.errors import CursorUnreadable
from registry.replies.service import Key, Reply, claim, fingerprint, keep
from registry.web.interfaces import Viewer
from registry.web.parts import WebParts

MOST_ON_A_PAGE = 100
MOST_OF_A_ROWS_NUMBER = 2**63 - 1
Limit = Annotated[int, Query(ge=1, le=MOST_ON_A_PAGE)]
After = Annotated[str, Query(max_length=200, description="`next` of the answer before; empty for the first page")]
IfMatch = Annotated[str | None, Header(max_length=100)]
IdempotencyKey = Annotated[str | None, Header(min_length=8, max_length=200, pattern=r"^[\x21-\x7e]+$")]


async def _raw_body(request: Request) -> bytes:
    return await request.body()


RawBody = Annotated[bytes, Depends(_raw_body)]


def once(
    request: Request, parts: WebParts, viewer: Viewer, body: bytes, key: str | None, act: Callable[[UnitOfWork], Reply]
) -> Response:
    """Do it and commit; under an Idempotency-Key only the first time. What was refused is not kept: it did nothing."""
    with parts.container.database.writing() as work:
        taken = _key(request, viewer, body, key) if key else None
        kept = claim(work, taken, parts.container.clock.now()) if taken else None
        if kept is not None:
            return answer(kept, repeated=True)
        reply = act(work)
        if taken is not None:
            keep(work, taken, reply)
        work.commit()
    return answer(reply)


def _key(request: Request, viewer: Viewer, body: bytes, text: str) -> Key:
    seen = request.headers.get("if-match", "")
    query = [request.url.query.encode()] if request.url.query else []
    asked = fingerprint(request.method.encode(), request.url.path.encode(), seen.encode(), body, *query)
    return Key(account_id=viewer.account_id, text=text, request=asked)


def answer(reply: Reply, *, repeated: bool = False) -> Response:
    headers = {"etag": reply.etag} if reply.etag else {}
    if repeated:
        headers["idempotent-replay"] = "true"
    if reply.status == 204:
        return Response(status_code=204, headers=headers)
    return JSONResponse(reply.body, status_code=reply.status, headers=headers)


def readable(request: Request, body: dict[str, Any], etag: str) -> Response:
    """An answer with its ETag, or 304 to whoever has it already."""
    if request.headers.get("if-none-match") == etag:
        return Response(status_code=304, headers={"etag": etag})
    return JSONResponse(body, headers={"etag": etag})


def number_in(etag: str | None, kind: str) -> int | None:
    """17 for "entry-17"; None where nothing was said; -1, which is no row's number, for anything else."""
    if etag is None:
        return None
    found = re.fullmatch(rf'"{kind}-(\d{{1,18}})"', etag.strip())
    return int(found[1]) if found else -1


def cursor(*values: str | int) -> str:
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


def read_cursor(text: str, *kinds: type) -> tuple[Any, ...] | None:
    """The values of a cursor, or None for the first page. Errors: CursorUnreadable."""
    if not text:
        return None
    try:
        values = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (ValueError, binascii.Error) as exc:
        raise CursorUnreadable from exc
    if not isinstance(values, list) or len(values) != len(kinds):
        raise CursorUnreadable
    return tuple(_read(value, kind) for value, kind in zip(values, kinds, strict=True))


def _read(value: object, kind: type) -> object:
    if kind is datetime and isinstance(value, str):
        try:
            instant = datetime.fromisoformat(value)
        except ValueError as exc:
            raise CursorUnreadable from exc
        if instant.tzinfo is not None:
            return instant
    if type(value) is not kind or (isinstance(value, int) and abs(value) > MOST_OF_A_ROWS_NUMBER):
        raise CursorUnreadable
    return value
