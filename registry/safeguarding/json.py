"""Reports for programs: for the complainant who filed one, and for the officer who handles it."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict

from registry.access.tables import Account
from registry.encounters.tables import Slot
from registry.safeguarding import rules
from registry.safeguarding.service import Answer
from registry.safeguarding.tables import AccessWithdrawn, Report


class _Out(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class FiledOut(BaseModel):
    """`reference` is what the complainant takes along; `secret` comes with an anonymous report, and only now."""

    reference: str
    secret: str | None
    filed_at: datetime
    due_at: datetime


class AnswerOut(BaseModel):
    reference: str
    state: str
    filed_at: datetime
    due_at: datetime
    answer: str | None


class AnswerPage(BaseModel):
    reports: list[AnswerOut]
    next: str | None


class ReportRowOut(_Out):
    id: int
    reference: str
    state: str
    danger_now: bool
    kind: str
    told_by: str
    concerns: list[str]
    child_id: int | None
    filed_at: datetime
    look_by: datetime
    due_at: datetime
    late: bool
    taken_by: str | None
    version: int


class ReportPage(BaseModel):
    reports: list[ReportRowOut]
    next: str | None


class AccusedOut(_Out):
    kind: str
    account_id: int | None
    words: str
    named_at: datetime


class KeptAwayOut(_Out):
    account_id: int
    child_id: int
    because: str
    since: datetime
    ended_at: datetime | None
    ended_because: str | None


class EntryOut(_Out):
    id: int
    kind: str
    form: dict[str, Any]
    at: datetime
    by: str


class CaptureOut(BaseModel):
    """A meeting at which an eye was scanned, so that the officer can say which one was against the child's will."""

    slot_id: int
    captured_at: datetime
    place: str
    team: str


class ReportOut(ReportRowOut):
    """`case_manager_is_kept_away`: the child's case needs another one. `captures`: of which something is kept."""

    said: dict[str, Any]
    filed_by: str | None
    accused: list[AccusedOut]
    kept_away: list[KeptAwayOut]
    case_manager_is_kept_away: bool
    entries: list[EntryOut]
    captures: list[CaptureOut]
    told_at: datetime | None


class ReportConflictOut(BaseModel):
    """Somebody wrote on it meanwhile: both are here, and the second one decides."""

    detail: str
    yours: dict[str, Any]
    theirs: ReportOut


class UnattendedOut(_Out):
    """A report that every officer is accused in: it waits for one who is not. Nothing of what it says."""

    reference: str
    filed_at: datetime
    due_at: datetime


class UnattendedList(BaseModel):
    reports: list[UnattendedOut]


class ColleagueOut(_Out):
    account_id: int
    name: str
    full_name: str | None
    roles: list[str]
    superiors: list[int]


class ColleagueList(BaseModel):
    people: list[ColleagueOut]


def filed_out(report: Report, secret: str | None) -> FiledOut:
    return FiledOut(reference=report.reference, secret=secret, filed_at=report.filed_at, due_at=report.due_at)


def answer_out(one: Answer) -> AnswerOut:
    fields = {name: getattr(one.report, name) for name in ("reference", "state", "filed_at", "due_at")}
    return AnswerOut(**fields, answer=one.answer)


def row_out(report: Report, now: datetime) -> ReportRowOut:
    return ReportRowOut(**_row(report, now))


def report_out(
    report: Report, away: list[AccessWithdrawn], captures: list[Slot], *, owner_away: bool, now: datetime
) -> ReportOut:
    return ReportOut(
        **_row(report, now), said=report.said, filed_by=report.filed_by, told_at=report.told_at,
        accused=[AccusedOut.model_validate(one) for one in report.accused],
        kept_away=[KeptAwayOut.model_validate(one) for one in away], case_manager_is_kept_away=owner_away,
        entries=[EntryOut.model_validate(one) for one in report.entries],
        captures=[_capture(one) for one in captures],
    )  # fmt: skip


def _capture(slot: Slot) -> CaptureOut:
    met = slot.encounter
    return CaptureOut(slot_id=slot.id, captured_at=met.captured_at, place=met.place_name, team=met.team)


def colleague_out(account: Account, superiors: list[int]) -> ColleagueOut:
    return ColleagueOut(
        account_id=account.id, name=account.name, full_name=account.full_name, superiors=superiors,
        roles=sorted(one.role for one in account.roles if one.ended_at is None),
    )  # fmt: skip


def _row(report: Report, now: datetime) -> dict[str, Any]:
    plain = ("id", "reference", "state", "child_id", "filed_at", "look_by", "due_at", "taken_by", "version")
    said = report.said
    return {name: getattr(report, name) for name in plain} | {
        "danger_now": report.urgency == 0, "kind": said["kind"], "told_by": said["told_by"],
        "concerns": sorted(said["concerns"]),
        "late": rules.is_late(report.state, report.due_at, report.look_by, now),
    }  # fmt: skip
