"""A person at a program that speaks HTTP with the registry: logged in through the log-in page, like everybody."""

import json
import re
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPResponse
from http.cookiejar import CookieJar
from typing import Any

from panah.story.errors import StoryWentWrong

_TIMEOUT_S = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    status: int
    body: bytes
    etag: str | None

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def is_done(self) -> bool:
        return self.status < 300

    def reason(self) -> tuple[str, str, str] | None:
        """The refusal's word and its sentence in Persian and English, where a rule refused."""
        try:
            refusal = self.json["refusal"]
            return refusal["why"], refusal["reason"]["fa"], refusal["reason"]["en"]
        except (ValueError, KeyError, TypeError):
            return None


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object, **__: object) -> None:
        return None


class Client:
    """`full_name` and `role` are how the story speaks of this person."""

    def __init__(self, address: str, *, name: str, password: str, full_name: str, role: str) -> None:
        self.name, self.full_name, self.role, self.account_id = name, full_name, role, 0
        self._address, self._password = address, password
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()), _NoRedirect())

    def log_in(self) -> None:
        """Errors: StoryWentWrong."""
        answer = self.form("/login", {"name": self.name, "password": self._password}, page="/login")
        if answer.status != 303:
            raise StoryWentWrong(f"log-in of {self.name}", str(answer.status))
        self.account_id = self.get("/api/me").json["id"]

    def get(self, path: str, **query: str) -> Answer:
        return self._ask("GET", path + (f"?{urllib.parse.urlencode(query)}" if query else ""))

    def send(self, method: str, path: str, body: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> Answer:
        given = {"content-type": "application/json", **(headers or {})}
        return self._ask(method, path, json.dumps(body).encode(), given)

    def form(self, path: str, fields: Mapping[str, str], *, page: str) -> Answer:
        """As a browser sends a form that stands on `page`."""
        found = re.search(rb'name="csrf_token" value="([0-9a-f]+)"', self._ask("GET", page).body)
        data = urllib.parse.urlencode({"csrf_token": found[1].decode() if found else "", **fields}).encode()
        return self._ask("POST", path, data, {"content-type": "application/x-www-form-urlencoded"})

    def password_again(self) -> dict[str, str]:
        """The header for one act that leaves the house."""
        return {"reentry": self.send("POST", "/api/reentry", {"password": self._password}).json["proof"]}

    def _ask(
        self, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> Answer:
        accept = {} if path.startswith("/api/") else {"accept": "text/html"}
        request = urllib.request.Request(  # noqa: S310 - our own address
            self._address + path, data=body, method=method, headers={**accept, **(headers or {})}
        )
        try:
            with self._opener.open(request, timeout=_TIMEOUT_S) as answer:
                return _answer(answer)
        except urllib.error.HTTPError as refused:
            with refused:
                return _answer(refused)


def _answer(answer: "HTTPResponse | urllib.error.HTTPError") -> Answer:
    status = answer.status if isinstance(answer, HTTPResponse) else answer.code
    return Answer(status=status, body=answer.read(), etag=answer.headers.get("etag"))
