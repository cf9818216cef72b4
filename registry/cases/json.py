"""Cases for programs: what an answer holds, as OpenAPI tells it."""

from datetime import date, datetime
from typing import Any

from pydantic import BaseModel, ConfigDict

from registry.access.rules import Role
from registry.cases.queries import CaseRow
from registry.cases.records import CaseEntry, CaseTask, Commitment, Promise
from registry.cases.sheet import Sheet, may_read
from registry.cases.tables import Case, CaseEvent, Proposal
from registry.encounters.tables import Encounter


class _Out(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class EntryOut(_Out):
    id: int
    case_id: int
    task: str
    standing: str
    form: dict[str, Any] | None
    """None where it is sealed from the reader."""
    sealed: bool
    written_at: datetime
    written_by: str
    corrects_id: int | None
    because: str
    decided_at: datetime | None
    decided_by: str | None
    decision_reason: str
    etag: str

    @classmethod
    def of(cls, row: CaseEntry, roles: frozenset[Role], *, in_its_office: bool = False) -> "EntryOut":
        """`in_its_office`: for the office with which a sealed form stayed when the case went to another one."""
        readable = may_read(row.task, roles) and (row.stays_with_id is None or in_its_office)
        shown = {name: getattr(row, name) for name in cls.model_fields if name not in ("form", "sealed", "etag")}
        return cls(form=row.form if readable else None, sealed=not readable, etag=f'"entry-{row.id}"', **shown)


class TaskOut(_Out):
    id: int
    case_id: int
    name: str
    opened_at: datetime
    due_at: datetime | None
    late: bool

    @classmethod
    def of(cls, row: CaseTask, now: datetime) -> "TaskOut":
        late = row.due_at is not None and row.due_at < now
        return cls(
            id=row.id, case_id=row.case_id, name=row.name, opened_at=row.opened_at, due_at=row.due_at, late=late
        )  # fmt: skip


class PromiseOut(_Out):
    id: int
    what: str
    words: str
    by_whom: str
    due_on: date
    made_at: datetime
    made_by: str
    ended: str | None
    unkept: bool = False


class CommitmentOut(_Out):
    id: int
    what: str
    guardian: str
    witness: str
    review_on: date
    made_at: datetime
    ended: str | None


class AlarmOut(_Out):
    what: str
    level: str
    days: int | None


class EventOut(_Out):
    id: int
    at: datetime
    kind: str
    actor: str
    slot_id: int | None
    detail: dict[str, Any]


class CaseOut(_Out):
    id: int
    number: str
    state: str
    child_id: int
    opened_at: datetime
    closed_at: datetime | None
    open_proposal_id: int | None = None


class OwnerOut(_Out):
    case_id: int
    owner_id: int


class ProposalOut(_Out):
    """kind: reopen (a closed case of a child met again) | county_list (a child met on the street, without a case)."""

    id: int
    kind: str
    state: str
    child_id: int
    case_id: int | None
    times: int
    opened_at: datetime
    due_at: datetime | None
    encounter_id: int
    place: str
    decided_by: str | None
    reason: str | None


class ProposalsOut(_Out):
    proposals: list[ProposalOut]
    next: str | None


class CaseSheetOut(CaseOut):
    version: int
    owner_id: int | None
    arrived_at: datetime | None
    promises: list[PromiseOut]
    alarms: list[AlarmOut]
    tasks: list[TaskOut]
    requests: list[EntryOut]
    commitments: list[CommitmentOut]
    order: str
    order_expires_on: date | None
    notice: str
    history: list[EventOut]


class CasePage(_Out):
    cases: list[CaseOut]
    next: str | None


class EntryPage(_Out):
    entries: list[EntryOut]
    next: str | None


class FormsOut(_Out):
    forms: dict[str, EntryOut]


class TaskPage(_Out):
    tasks: list[TaskOut]
    next: str | None


class ConflictOut(_Out):
    """Two people wrote one form: both are here, and the second one decides."""

    detail: str
    yours: dict[str, Any]
    theirs: EntryOut | None


def case_out(case: Case, open_proposal_id: int | None = None) -> CaseOut:
    fields = ("id", "number", "state", "child_id", "opened_at", "closed_at")
    return CaseOut(**{name: getattr(case, name) for name in fields}, open_proposal_id=open_proposal_id)


def case_row_out(row: CaseRow) -> CaseOut:
    return case_out(row.case, row.proposal.id if row.proposal else None)


def promise_out(row: Promise, *, unkept: bool) -> PromiseOut:
    return PromiseOut.model_validate(row).model_copy(update={"unkept": unkept})


def commitment_out(row: Commitment) -> CommitmentOut:
    return CommitmentOut.model_validate(row)


def sheet_out(
    found: Sheet, history: list[CaseEvent], roles: frozenset[Role], open_proposal_id: int | None
) -> CaseSheetOut:
    case = found.opened.case
    return CaseSheetOut(
        **case_out(case, open_proposal_id).model_dump(),
        version=case.version, owner_id=case.owner_id, arrived_at=case.arrived_at,
        promises=[promise_out(row, unkept=found.is_unkept(row)) for row in found.promises],
        alarms=[AlarmOut(what=one.what, level=str(one.level), days=one.days) for one in found.alarms],
        tasks=[TaskOut.of(row, found.now) for row in found.tasks],
        requests=[EntryOut.of(row, roles) for row in found.requests],
        commitments=[commitment_out(row) for row in found.commitments],
        order=str(found.order), order_expires_on=found.order_expires_on, notice=str(found.notice),
        history=[EventOut.model_validate(event) for event in history],
    )  # fmt: skip


def proposal_out(row: Proposal, met: Encounter) -> ProposalOut:
    """`met`: where the child was met last."""
    own = {name: getattr(row, name) for name in ProposalOut.model_fields if name not in ("encounter_id", "place")}
    return ProposalOut(**own, encounter_id=met.id, place=met.place_name)
