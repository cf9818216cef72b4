"""A form proves that one of our own pages made it.

The token is a hash of the visitor's cookie, so nothing is kept for it: another site can neither read the cookie nor
the page. A JSON body needs none, because a browser lets no other site send one without asking us first, and we
never agree.
"""

import hmac
import re
from urllib.parse import parse_qs

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from registry.attachments.media import MOST_BYTES
from registry.web.errors import BodyTooLarge, FormNotOurs
from registry.web.failing import Failing
from registry.web.refusals import Refusals
from registry.web.tokens import cookie_of, token_for

FIELD = "csrf_token"
HEADER = "x-csrf-token"
MAX_BODY_BYTES = 64 * 1024
_FILES = re.compile(r"/api/(?:cases|children)/[^/]+/attachments")
"""The one place where a file may come in: as the whole body, which no form of another site can send."""
_SENT_BY_ANY_FORM = frozenset({"", "application/x-www-form-urlencoded", "multipart/form-data", "text/plain"})
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class FormGuard:
    """Refuses form posts without the token, posts from another origin, and bodies over 64 KiB (a file: 10 MiB)."""

    def __init__(self, app: ASGIApp, *, failing: Failing, refusals: Refusals) -> None:
        self.app, self.failing, self.refusals = app, failing, refusals

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in _SAFE:
            await self.app(scope, receive, send)
            return
        request = Request(scope, receive)
        most = MOST_BYTES if _FILES.fullmatch(request.url.path) else MAX_BODY_BYTES
        body = await _read(request, most)
        if body is None:
            said = "error.large.text" if most == MAX_BODY_BYTES else "attachments.too_large"
            await self.failing.answer(request, BodyTooLarge(most, said=said))(scope, receive, send)
        elif not _is_ours(request, body):
            await run_in_threadpool(self.refusals.form, request)
            await self.failing.answer(request, FormNotOurs())(scope, receive, send)
        else:
            await self.app(scope, _replay(body, receive), send)


async def _read(request: Request, most: int) -> bytes | None:
    said = request.headers.get("content-length", "")
    if said.isascii() and said.isdigit() and int(said) > most:
        return None  # not a byte of it is taken in
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > most:
            return None
        parts.append(part)
    return b"".join(parts)


def _is_ours(request: Request, body: bytes) -> bool:
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return False
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "application/json" or (_FILES.fullmatch(request.url.path) and kind not in _SENT_BY_ANY_FORM):
        return True
    cookie = cookie_of(request)
    given = request.headers.get(HEADER)
    if given is None and kind == "application/x-www-form-urlencoded":
        given = parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True).get(FIELD, [""])[0]
    return bool(cookie and given and hmac.compare_digest(given.encode(), token_for(cookie).encode()))


def _replay(body: bytes, receive: Receive) -> Receive:
    told = False

    async def again() -> Message:
        nonlocal told
        if told:
            return await receive()
        told = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again
