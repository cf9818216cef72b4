"""Every refusal and failure in the words of the person who meets it; JSON for programs.

An unknown id and a missing right give the same answer, byte for byte.
"""

import logging
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from jinja2 import Environment
from sqlalchemy.exc import DataError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from common.time import Clock
from registry.cases.forms.fields import FormRefused
from registry.cases.rules.refusals import ABOUT_THE_PERSON
from registry.errors import (
    CursorUnreadable,
    DatabaseUnavailable,
    Forbidden,
    KeyOfAnotherRequest,
    LawRefuses,
    LoginPaused,
    LoginRefused,
    NotThere,
    PersonUnknown,
    ReasonNeeded,
    ReentryNeeded,
    RegistryError,
    RuleForbids,
    SchemaBehind,
)
from registry.web.errors import BodyTooLarge, LoginNeeded, WebError
from registry.web.page import make_page
from registry.web.strings import LANGUAGES, catalogue
from registry.web.wording import Wording

log = logging.getLogger(__name__)
_TOO_LARGE = (OverflowError, DataError)
_CANNOT_BE_READ = (ReasonNeeded, CursorUnreadable, PersonUnknown, KeyOfAnotherRequest)


@dataclass(frozen=True, slots=True)
class Failing:
    environment: Environment
    clock: Clock

    def answer(self, request: Request, error: Exception) -> Response:
        status, words, english = _meaning(error)
        if isinstance(error, LoginNeeded) and _wants_page(request):
            return _to_login(request)
        if not _wants_page(request):
            return JSONResponse({"detail": english} | self._both_languages(error), status_code=status)
        page = make_page(request, environment=self.environment, clock=self.clock)
        return page.render("web/error.html", status=status, words=words)

    def _both_languages(self, error: Exception) -> dict[str, Any]:
        """What a law or rule refuses, what cannot be read, and how long to wait is told in both, whoever asks."""
        if isinstance(error, RequestValidationError) and all(problem["loc"][0] != "path" for problem in error.errors()):
            return {"refusal": _unreadable(error)}
        if isinstance(error, LoginPaused):
            said = [Wording(language=language, now=self.clock.now()) for language in LANGUAGES]
            wait = {say.language: say.t("login.paused", n=error.minutes) for say in said}
            return {"refusal": {"why": "paused", "field": None, "reason": wait}}
        if not isinstance(error, Forbidden | BodyTooLarge):
            return {}
        reason = {language: catalogue(language)[error.said] for language in LANGUAGES}
        return {"refusal": {**_why(error), "reason": reason}}


def _meaning(error: Exception) -> tuple[int, str, str]:
    """HTTP status, the catalogue's key, and the sentence for programs."""
    if isinstance(error, NotThere) or _beyond_every_row(error):
        return 404, "error.not_there", "This does not exist or is not yours to see."
    if isinstance(error, HTTPException) and error.status_code in (404, 405):
        return 404, "error.not_there", "This does not exist or is not yours to see."
    if isinstance(error, DataError) and "NUL" in str(error.orig):  # no text of PostgreSQL's has it
        return 422, "error.input", "What was typed cannot be read: it holds a control character."
    if isinstance(error, WebError):
        return error.status, error.words, str(error)
    if isinstance(error, RequestValidationError):
        if any(problem["loc"][0] == "path" for problem in error.errors()):
            return _meaning(NotThere("page"))
        return 422, "error.input", "Some fields are missing or cannot be read: " + _fields(error)
    if isinstance(error, _CANNOT_BE_READ):
        return 422, "error.reason" if isinstance(error, ReasonNeeded) else "error.input", str(error)
    if isinstance(error, DatabaseUnavailable | SchemaBehind):
        return 503, "error.database", "The database does not answer. Nothing is lost; try again in a minute."
    return _other(error)


def _beyond_every_row(error: Exception) -> bool:
    """A number that is larger than any row's: neither database will look for it."""
    return isinstance(error, _TOO_LARGE) and ("SQLite" in str(error) or "out of range" in str(error))


def _other(error: Exception) -> tuple[int, str, str]:
    if isinstance(error, LawRefuses):
        return 403 if error.why in ABOUT_THE_PERSON else 409, "error.registry", str(error)
    if isinstance(error, ReentryNeeded | LoginRefused):
        return 403, "error.registry", str(error)
    if isinstance(error, LoginPaused):
        return 429, "error.registry", str(error)
    if isinstance(error, RegistryError):
        return 409, "error.registry", str(error)
    if isinstance(error, HTTPException):
        return error.status_code, "error.input", str(error.detail)
    return 500, "error.ours", "Something went wrong here. Nothing was changed; try again."


def _why(error: Forbidden | BodyTooLarge) -> dict[str, Any]:
    if isinstance(error, LawRefuses):
        return {"why": error.why, "task": error.task, "missing": list(error.missing)}
    if isinstance(error, RuleForbids):
        return {"why": error.said.rpartition(".")[2], "field": error.field}
    return {"why": error.said.rpartition(".")[2] if isinstance(error, Forbidden) else "too_large", "field": None}


def _unreadable(error: RequestValidationError) -> dict[str, Any]:
    """The forms' own rules in their words; for all else only that something is missing or cannot be read."""
    problems = error.errors()
    rules = sorted({rule.said for problem in problems if (rule := _rule(problem))}) or ["error.input.text"]
    reason = {language: " ".join(catalogue(language)[said] for said in rules) for language in LANGUAGES}
    why = rules[0].rpartition(".")[2] if rules[0] != "error.input.text" else "cannot_be_read"
    return {"why": why, "field": str(problems[0]["loc"][-1]), "reason": reason}


def _rule(problem: dict[str, Any]) -> FormRefused | None:
    found = problem.get("ctx", {}).get("error")
    return found if isinstance(found, FormRefused) else None


def _fields(error: RequestValidationError) -> str:
    """The names of the fields and what our own rules say of them, never what was typed into them."""
    return ", ".join(sorted({_field(problem) for problem in error.errors()}))


def _field(problem: dict[str, Any]) -> str:
    name = str(problem["loc"][-1])
    rule = _rule(problem)
    said = catalogue("en")[rule.said] if rule else str(problem.get("ctx", {}).get("error", ""))
    said = said if problem["type"] == "value_error" else ""
    repeats = isinstance(problem["input"], str) and problem["input"] in said
    return f"{name} ({said})" if said and not repeats else name


def _wants_page(request: Request) -> bool:
    if request.url.path.startswith("/api/") or request.url.path in ("/live/encounters", "/live/inbox"):
        return False
    return "text/html" in request.headers.get("accept", "") or "hx-request" in request.headers


def _to_login(request: Request) -> Response:
    back = request.url.path if request.method == "GET" and "hx-request" not in request.headers else "/"
    target = "/login" if back == "/" else f"/login?next={quote(back)}"
    if "hx-request" in request.headers:  # htmx would follow a redirect and put the log-in form into a table row
        return Response(status_code=401, headers={"hx-redirect": target})
    return RedirectResponse(target, status_code=303)


def install(app: FastAPI, failing: Failing) -> None:
    async def handle(request: Request, error: Exception) -> Response:
        status = _meaning(error)[0]
        if status >= 500:
            log.error("%s %s failed: %s", request.method, request.url.path, type(error).__name__, exc_info=error)
        return failing.answer(request, error)

    for kind in (RegistryError, HTTPException, RequestValidationError, *_TOO_LARGE, Exception):
        app.add_exception_handler(kind, handle)
