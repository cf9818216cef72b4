"""A child's record for programs, as this person may see it."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any

from pydantic import BaseModel

from registry.access.rules import Role
from registry.children.finding import FoundChild
from registry.children.record import ChildRecord
from registry.children.records import RecordVersion
from registry.children.rules import age_on, age_today, differing, hidden_from


class AgeOut(BaseModel):
    """The youngest and the oldest that the child can be today."""

    low: int
    high: int


class VersionOut(BaseModel):
    """`record` lacks the fields in `hidden`. `changed`: what its writer changed against the version before."""

    version: int | None
    child_id: int
    record: dict[str, Any]
    hidden: list[str]
    age_today: AgeOut | None
    written_at: datetime | None
    written_by: str | None
    because: str


class VersionPage(BaseModel):
    versions: list[VersionOut]
    next: str | None


class RecordConflictOut(BaseModel):
    """Two people wrote one record. Nothing of either is lost; the second decides, field by field."""

    detail: str
    yours: dict[str, Any]
    theirs: VersionOut
    differing: list[str]


class FoundOut(BaseModel):
    id: int
    code: str
    grade: str
    """same: spellings of what was typed; near: a slip away, look closely."""
    given_name: str | None
    names: list[str]
    fathers_names: list[str]
    sex: str
    age_low: int | None
    """Today's."""
    age_high: int | None
    last_met_on: date | None


class FoundPage(BaseModel):
    children: list[FoundOut]
    next: str | None


class SealOut(BaseModel):
    """That a child is sealed, and for whom it is not. Nothing of its file."""

    child_id: int
    code: str
    ground: str
    sealed_at: datetime
    sealed_by: str
    named: list[int]


class UnsealedOut(BaseModel):
    child_id: int
    sealed: bool


class SealPage(BaseModel):
    seals: list[SealOut]
    next: str | None


def version_out(child_id: int, version: RecordVersion | None, roles: Collection[Role], today: date) -> VersionOut:
    record = ChildRecord.model_validate(version.record) if version else ChildRecord()
    hidden, age = hidden_from(roles), age_on(record, today)
    return VersionOut(
        version=version.id if version else None,
        child_id=child_id,
        record=record.model_dump(mode="json", exclude=set(hidden)),
        hidden=sorted(hidden),
        age_today=AgeOut(low=age[0], high=age[1]) if age else None,
        written_at=version.written_at if version else None,
        written_by=version.written_by if version else None,
        because=version.because if version else "",
    )


def conflict_out(detail: str, yours: ChildRecord, theirs: VersionOut) -> RecordConflictOut:
    fields = differing(yours, ChildRecord.model_validate(theirs.record))
    return RecordConflictOut(detail=detail, yours=yours.model_dump(mode="json"), theirs=theirs, differing=list(fields))


def found_out(rows: Sequence[FoundChild], today: date) -> list[FoundOut]:
    return [_found(row, today) for row in rows]


def _found(row: FoundChild, today: date) -> FoundOut:
    child = row.child
    low, high = age_today(child.age_low, child.age_high, child.age_on, today) or (None, None)
    return FoundOut(
        id=child.id, code=child.code, grade=row.grade.name.lower(), given_name=child.given_name,
        names=list(row.names["own"]), fathers_names=list(row.names["father"]), sex=child.sex,
        age_low=low, age_high=high, last_met_on=child.last_met_on,
    )  # fmt: skip
