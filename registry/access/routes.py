"""One's own account, and the accounts that an administrator keeps."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import HTMLResponse
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from registry.access import queries
from registry.access.accounts import ROLES
from registry.access.passwords import LEAST_LENGTH
from registry.errors import (
    AccountExists,
    AccountNameInvalid,
    LastAdministrator,
    LoginRefused,
    PasswordTooShort,
    RegistryError,
    RoleNeeded,
    RolesClash,
)
from registry.web.page import LANGUAGE_COOKIE, Page, PageOf
from registry.web.parts import Parts, Reading
from registry.web.strings import LANGUAGES

router = APIRouter(tags=["access"])

FormText = Annotated[str, Form(max_length=500)]
_WORDS: dict[type[RegistryError], str] = {
    AccountExists: "user.exists",
    AccountNameInvalid: "user.bad_name",
    LastAdministrator: "user.last",
    LoginRefused: "account.wrong",
    RoleNeeded: "user.role_needed",
    RolesClash: "user.roles_clash",
}


@dataclass(frozen=True, slots=True)
class _Typed:
    """What stays in the form when it comes back; never the password."""

    name: str = ""
    full_name: str = ""
    roles: Sequence[str] = ()


@router.get("/account", response_class=HTMLResponse)
def account(page: PageOf, work: Reading) -> HTMLResponse:
    return _account(page, work)


@router.post("/account/password", response_class=HTMLResponse)
def change_password(
    page: PageOf, parts: Parts, work: Reading, old: FormText = "", new: FormText = "", again: FormText = ""
) -> Response:
    viewer = page.signed_in
    if new != again:
        return _account(page, work, status=422, problem=page.say.t("account.differ"))
    try:
        parts.accounts.change_password(
            viewer.account_id, old=old, new=new, keep_session=viewer.session_id, actor=viewer.name
        )
    except (LoginRefused, PasswordTooShort) as error:
        return _account(page, work, status=422, problem=_problem(page, error))
    return RedirectResponse("/account?done=password", status_code=303)


@router.post("/account/language")
def choose_language(request: Request, language: FormText = LANGUAGES[0]) -> Response:
    answer = RedirectResponse("/account?done=language", status_code=303)
    if language in LANGUAGES:
        secure = request.url.scheme == "https"
        answer.set_cookie(
            LANGUAGE_COOKIE, language, max_age=31536000, path="/", httponly=True, samesite="lax", secure=secure
        )
    return answer


@router.post("/account/sessions/{session_id}/end")
def end_session(page: PageOf, parts: Parts, session_id: int) -> Response:
    viewer = page.signed_in
    parts.sessions.end(session_id, account_id=viewer.account_id, actor=viewer.name)
    return RedirectResponse("/account?done=session", status_code=303)


class MeOut(BaseModel):
    id: int
    name: str
    roles: list[str]
    expires_at: datetime


@router.get("/api/me")
def me(page: PageOf) -> MeOut:
    """Who is logged in, and until when."""
    viewer = page.signed_in
    roles = sorted(str(role) for role in viewer.roles)
    return MeOut(id=viewer.account_id, name=viewer.name, roles=roles, expires_at=viewer.expires_at)


@router.get("/users", response_class=HTMLResponse)
def users(page: PageOf, work: Reading) -> HTMLResponse:
    return _users(page, work)


@router.post("/users", response_class=HTMLResponse)
def add_user(
    page: PageOf,
    parts: Parts,
    work: Reading,
    name: FormText = "",
    full_name: Annotated[str, Form(max_length=200)] = "",
    password: FormText = "",
    roles: Annotated[list[str] | None, Form()] = None,
) -> Response:
    typed = _Typed(name, full_name, roles or ())
    try:
        parts.accounts.add(
            name=name, password=password, roles=typed.roles, full_name=full_name.strip(), actor=page.signed_in.name
        )
    except (AccountExists, AccountNameInvalid, PasswordTooShort, RoleNeeded, RolesClash) as error:
        return _users(page, work, status=422, typed=typed, problem=_problem(page, error))
    return RedirectResponse("/users?done=user_added", status_code=303)


@router.post("/users/{account_id}/disable", response_class=HTMLResponse)
def disable_user(page: PageOf, parts: Parts, work: Reading, account_id: int) -> Response:
    try:
        parts.accounts.disable(account_id, actor=page.signed_in.name)
    except LastAdministrator as error:
        return _users(page, work, status=409, problem=_problem(page, error))
    return RedirectResponse("/users?done=user_disabled", status_code=303)


@router.post("/users/{account_id}/password", response_class=HTMLResponse)
def give_password(page: PageOf, parts: Parts, work: Reading, account_id: int, password: FormText = "") -> Response:
    """For who has forgotten theirs."""
    try:
        parts.accounts.give_password(account_id, new=password, actor=page.signed_in.name)
    except PasswordTooShort as error:
        return _users(page, work, status=422, problem=_problem(page, error))
    return RedirectResponse("/users?done=password_given", status_code=303)


def _account(page: Page, work: Reading, *, status: int = 200, problem: str | None = None) -> HTMLResponse:
    sessions = queries.open_sessions(work.session, page.signed_in.account_id, page.say.now)
    return page.render("access/account.html", status=status, sessions=sessions, problem=problem, least=LEAST_LENGTH)


def _users(
    page: Page, work: Reading, *, status: int = 200, typed: _Typed | None = None, problem: str | None = None
) -> HTMLResponse:
    rows = queries.accounts(work.session)
    context = {"rows": rows, "form": typed or _Typed(), "problem": problem, "roles": ROLES, "least": LEAST_LENGTH}
    return page.render("access/users.html", status=status, **context)


def _problem(page: Page, error: RegistryError) -> str:
    if isinstance(error, PasswordTooShort):
        return page.say.t("user.short", n=error.least)
    return page.say.t(_WORDS[type(error)])
