"""The way in and the way out."""

import secrets
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Form, Query
from fastapi.responses import HTMLResponse
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from registry.access.sessions import LIFETIME
from registry.errors import LoginPaused, LoginRefused
from registry.web.page import LANGUAGE_COOKIE, PageOf, make_page
from registry.web.parts import Parts, WebParts
from registry.web.refusals import address_of
from registry.web.tokens import SESSION_COOKIE, VISITOR_COOKIE

router = APIRouter(tags=["access"])

FormText = Annotated[str, Form(max_length=500)]
NOTES = ("left", "ended")


@router.get("/login", response_class=HTMLResponse)
def login(
    request: Request,
    page: PageOf,
    parts: Parts,
    target: Annotated[str, Query(alias="next", max_length=200)] = "",
    note: Annotated[str, Query(max_length=12)] = "",
) -> Response:
    if page.viewer is not None:
        return RedirectResponse(_safe(target), status_code=303)
    told = page.say.t(f"login.{note}") if note in NOTES else (page.say.t("login.ended") if target else None)
    answer = _form(request, parts, target=target, note=told)
    if request.query_params.get("lang") == page.say.language:  # chosen here, it holds after the log-in too
        _give(answer, request, LANGUAGE_COOKIE, page.say.language, seconds=31536000)
    return answer


@router.post("/login", response_class=HTMLResponse)
def log_in(
    request: Request,
    page: PageOf,
    parts: Parts,
    name: FormText = "",
    password: FormText = "",
    target: Annotated[str, Form(alias="next", max_length=200)] = "",
) -> Response:
    say = page.say
    if not name.strip() or not password:
        return _form(request, parts, target=target, name=name, problem=say.t("login.empty"), status=422)
    try:
        token, _ = parts.sessions.log_in(name, password, address=address_of(request))
    except LoginRefused:
        return _form(request, parts, target=target, name=name, problem=say.t("login.refused"), status=403)
    except LoginPaused as error:
        problem = say.t("login.paused", n=error.minutes)
        return _form(request, parts, target=target, name=name, problem=problem, status=429)
    answer = RedirectResponse(_safe(target), status_code=303)
    _give(answer, request, SESSION_COOKIE, token, seconds=int(LIFETIME.total_seconds()))
    answer.delete_cookie(VISITOR_COOKIE, path="/")
    return answer


@router.post("/logout")
def log_out(page: PageOf, parts: Parts) -> Response:
    viewer = page.signed_in
    parts.sessions.end(viewer.session_id, account_id=viewer.account_id, actor=viewer.name)
    answer = RedirectResponse("/login?note=left", status_code=303)
    answer.delete_cookie(SESSION_COOKIE, path="/")
    return answer


def _form(
    request: Request,
    parts: WebParts,
    *,
    target: str,
    name: str = "",
    problem: str | None = None,
    note: str | None = None,
    status: int = 200,
) -> HTMLResponse:
    """The form belongs to a visitor's cookie, which a first visit is given: a log-in is forgeable too."""
    visitor = request.cookies.get(VISITOR_COOKIE) or secrets.token_urlsafe(24)
    page = make_page(request, environment=parts.environment, clock=parts.container.clock, visitor=visitor)
    answer = page.render("web/login.html", status=status, next=target, name=name, problem=problem, note=note)
    _give(answer, request, VISITOR_COOKIE, visitor, seconds=3600)
    if SESSION_COOKIE in request.cookies:  # a stale one would be taken for the cookie this form belongs to
        answer.delete_cookie(SESSION_COOKIE, path="/")
    return answer


def _give(answer: Response, request: Request, name: str, value: str, *, seconds: int) -> None:
    secure = request.url.scheme == "https"
    answer.set_cookie(name, value, max_age=seconds, path="/", httponly=True, samesite="lax", secure=secure)


def _safe(target: str) -> str:
    """Only a path of ours: a link must not send a person elsewhere after the log-in."""
    parts = urlsplit(target)
    ours = target.startswith("/") and not target.startswith(("//", "/\\")) and not parts.scheme and not parts.netloc
    return target if ours and target.isprintable() and "\\" not in target else "/"
