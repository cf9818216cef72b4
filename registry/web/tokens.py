"""The cookies we give, and the token of the forms that belong to them."""

import hashlib

from starlette.requests import Request

SESSION_COOKIE = "panah_session"
VISITOR_COOKIE = "panah_visitor"


def token_for(cookie: str) -> str:
    """The token of forms shown to whoever holds this cookie."""
    return hashlib.sha256(b"panah form\0" + cookie.encode()).hexdigest()


def cookie_of(request: Request) -> str | None:
    """The cookie that forms are bound to: the log-in's, else the one a visitor got with the log-in page."""
    return request.cookies.get(SESSION_COOKIE) or request.cookies.get(VISITOR_COOKIE)
