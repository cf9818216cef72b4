"""A case that is ready for letters, and a reader of PDFs that knows nothing of how they were made."""

import re
from dataclasses import dataclass
from typing import Any

import httpx
import pypdfium2
import pytest

from tests.registry.cases.conftest import Desks, desks, office
from tests.registry.web.conftest import PASSWORD, app, log_in, passwords, stranger, templates

__all__ = ["app", "desks", "log_in", "office", "passwords", "stranger", "templates"]


def text_of(pdf: bytes) -> str:
    """The words of all pages, as any reader gives them, with a line's end as a space."""
    document = pypdfium2.PdfDocument(pdf)
    pages = [document[k].get_textpage().get_text_range() for k in range(len(document))]
    return re.sub(r"\s*[\r\n]+\s*", " ", "\n".join(pages))


def pages_of(pdf: bytes) -> list[tuple[float, float]]:
    """Width and height of each page, in millimetres."""
    document = pypdfium2.PdfDocument(pdf)
    return [tuple(round(side * 25.4 / 72, 1) for side in document[k].get_size()) for k in range(len(document))]


@dataclass
class Letters:
    """People who write and sign letters over HTTP."""

    desks: Desks

    def draft(self, case: int, kind: str, form: dict[str, Any], *, by: str, **more: Any) -> httpx.Response:
        return self.desks.of(by).post(f"/api/cases/{case}/letters/{kind}", json={"form": form} | more)

    def pdf(self, letter: int, *, by: str = "case_manager") -> bytes:
        answer = self.desks.of(by).get(f"/api/letters/{letter}/pdf")
        assert answer.headers["content-type"] == "application/pdf", answer.text
        return answer.content

    def issue(self, letter: int, *, by: str, seen: str = '"letter-1"', proof: str | None = None) -> httpx.Response:
        desk = self.desks.of(by)
        typed = proof or desk.post("/api/reentry", json={"password": PASSWORD}).json()["proof"]
        return desk.post(f"/api/letters/{letter}/issue", json={}, headers={"if-match": seen, "reentry": typed})

    def post(self, path: str, *, by: str, **body: Any) -> httpx.Response:
        return self.desks.of(by).post(path, json=body)


@pytest.fixture
def letters(desks: Desks) -> Letters:
    return Letters(desks)


def why(answer: httpx.Response) -> str:
    """The refusal's word, said in both languages."""
    assert answer.status_code in (403, 409), answer.text
    refusal = answer.json()["refusal"]
    assert re.search("[آ-ی]", refusal["reason"]["fa"])
    assert re.fullmatch("[ -~]+", refusal["reason"]["en"])
    said: str = refusal["why"]
    return said
