"""Letters for programs: what an answer holds, as OpenAPI tells it."""

from datetime import date, datetime
from typing import Any

from pydantic import BaseModel, ConfigDict

from registry.letters.tables import Letter


class LaterOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)
    kind: str
    number: str
    on_day: date
    words: str
    attachment_id: int | None
    at: datetime
    by: str


class LetterOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)
    id: int
    number: str
    """Ours."""
    secretariat_number: str | None
    """The secretariat's, entered afterwards."""
    case_id: int
    kind: str
    state: str
    form: dict[str, Any]
    replaces_id: int | None
    because: str
    replaced_by_id: int | None
    drafted_at: datetime
    drafted_by: str
    issued_at: datetime | None
    issued_by: str | None
    sha256: str | None
    """Of the copy that was sent."""
    answer_due_on: date | None
    answered: bool
    withdrawn_because: str
    later: list[LaterOut]
    etag: str


class LetterPage(BaseModel):
    letters: list[LetterOut]
    next: str | None


def letter_out(row: Letter, replaced_by: Letter | None) -> LetterOut:
    kinds = {one.kind: one for one in row.later}
    made = {"secretariat_number", "replaced_by_id", "answered", "later", "etag"}
    shown = {name: getattr(row, name) for name in LetterOut.model_fields if name not in made}
    return LetterOut(
        secretariat_number=kinds["registered"].number if "registered" in kinds else None,
        replaced_by_id=replaced_by.id if replaced_by else None, answered="answered" in kinds,
        later=[LaterOut.model_validate(one) for one in row.later], etag=etag_of(row), **shown,
    )  # fmt: skip


def etag_of(row: Letter) -> str:
    return f'"letter-{row.version}"'
