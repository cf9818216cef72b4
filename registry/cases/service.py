"""What an encounter does to a child's case, and what a person decides about a proposal.

Every function works in the caller's transaction and leaves the commit to it. Those that may open or reopen a case
take the gallery's lock, under which settling looks whether a child has an open one.
"""

from datetime import datetime

import jdatetime
from sqlalchemy import insert, select, update

from common.time import Clock, in_tehran
from edge.messages.models import EncounterOutcome
from registry.audit.service import AuditTrail
from registry.calendar.service import working_calendar
from registry.cases.effects import begin
from registry.cases.history import note
from registry.cases.rules import CaseState, Consequence, case_number, consequence, reopen_due
from registry.cases.tables import Case, Counter, Proposal
from registry.children.sealing import visible_to
from registry.children.tables import Child
from registry.db import UnitOfWork
from registry.encounters.tables import Encounter, Slot
from registry.errors import AlreadyDecided, CaseOpenAlready, NotThere, ReasonNeeded
from registry.live.service import Happening, tell
from registry.review.sides import standing_as
from registry.transfers import custody


def after_encounter(
    work: UnitOfWork, *, child: Child, slot: Slot, outcome: EncounterOutcome, actor: str, now: datetime
) -> list[Happening]:
    """Open a case, note the meeting on the open one, or propose; under the gallery lock. What a page may show of it."""
    latest = _latest_case(work, child.id)
    match consequence(outcome, CaseState(latest.state) if latest else None):
        case Consequence.OPEN_CASE:
            case = _open(work, child, slot_id=slot.id, actor=actor, now=now)
            return [Happening(kind="case_opened", child_id=child.id, slot_id=slot.id, case_id=case.id)]
        case Consequence.NOTE_ON_CASE:
            assert latest is not None
            note(work, latest, "met_again", actor=actor, now=now, slot_id=slot.id, detail={"outcome": str(outcome)})
            return []
        case Consequence.PROPOSE_REOPENING:
            assert latest is not None
            due = reopen_due(in_tehran(now), working_calendar(work))
            return _propose(work, "reopen", child, slot, case_id=latest.id, due_at=due, now=now)
        case Consequence.PROPOSE_TO_COUNTY:
            return _propose(work, "county_list", child, slot, case_id=None, due_at=None, now=now)


def accept_proposal(
    work: UnitOfWork, *, proposal_id: int, actor: str, by: int | None = None, trail: AuditTrail, clock: Clock
) -> Case:
    """Reopen the closed case (`reopen`) or open one (`county_list`). For the roles case_manager and screening.

    Errors: NotThere, AlreadyDecided, CaseOpenAlready.
    """
    work.lock_gallery()
    proposal, now = _undecided(work, proposal_id, by), clock.now()
    child = work.session.get_one(Child, standing_as(work.session, proposal.child_id))
    if proposal.kind == "reopen":
        case = _reopen(work, work.session.get_one(Case, proposal.case_id), proposal, actor=actor, now=now)
        kind = "case_reopened"
    else:
        case, kind = _open(work, child, slot_id=proposal.last_slot_id, actor=actor, now=now), "case_opened"
    if by is not None:  # where the child is met now, whoever had the case that was closed
        custody.take_over(work, case.id, by, now)
    _decide(work, proposal, "accepted", actor=actor, reason=None, now=now, trail=trail)
    tell(work, [Happening(kind=kind, child_id=child.id, case_id=case.id, data={"proposal": proposal.id})], at=now)
    return case


def decline_proposal(
    work: UnitOfWork, *, proposal_id: int, actor: str, reason: str, by: int | None = None, trail: AuditTrail,
    clock: Clock,
) -> tuple[Proposal, Encounter]:  # fmt: skip
    """What was declined, and where the child was met last. For the roles case_manager and screening.

    Errors: NotThere, AlreadyDecided, ReasonNeeded.
    """
    if not reason.strip():
        raise ReasonNeeded
    work.lock_gallery()
    proposal, now = _undecided(work, proposal_id, by), clock.now()
    if proposal.case_id is not None:
        case, slot_id = work.session.get_one(Case, proposal.case_id), proposal.last_slot_id
        note(work, case, "reopening_declined", actor=actor, now=now, slot_id=slot_id, detail={"reason": reason})
    _decide(work, proposal, "declined", actor=actor, reason=reason.strip()[:500], now=now, trail=trail)
    tell(work, [Happening(kind="proposal_decided", child_id=proposal.child_id, data={"proposal": proposal.id})], at=now)
    met = work.session.get_one(Encounter, work.session.get_one(Slot, proposal.last_slot_id).encounter_id)
    return proposal, met


def admit(
    work: UnitOfWork, *, child_id: int, actor: str, by: int | None = None, trail: AuditTrail, clock: Clock
) -> Case:
    """Open a case for a child who came through another door than the van: 123, walk-in, another county, court, police,
    hospital, citizen. No encounter is invented. For the roles screening and case_manager.

    Errors: NotThere, CaseOpenAlready.
    """
    work.lock_gallery()
    asked, now = select(Child).where(Child.id == child_id), clock.now()
    child = work.session.scalar(asked if by is None else asked.where(visible_to(by)))
    if child is None:
        raise NotThere("child")
    case = _open(work, child, slot_id=None, actor=actor, now=now)
    if by is not None:
        custody.begin_with(work, case.id, by, now)
    trail.append(work, actor=actor, action="case.opened", subject=f"case:{case.id}")
    tell(work, [Happening(kind="case_opened", child_id=child.id, case_id=case.id)], at=now)
    return case


def _latest_case(work: UnitOfWork, child_id: int) -> Case | None:
    """The open case (of two since a merge, the one that leads), or else the one closed last."""
    rows = work.session.execute(select(Case).where(Case.child_id == child_id)).scalars().all()
    return max(
        rows,
        key=lambda case: (case.state != CaseState.CLOSED, case.joined_to_id is None, case.opened_at, case.id),
        default=None,
    )


def _open(work: UnitOfWork, child: Child, *, slot_id: int | None, actor: str, now: datetime) -> Case:
    open_one = _latest_case(work, child.id)
    if open_one is not None and open_one.state != CaseState.CLOSED:
        raise CaseOpenAlready(open_one.number)
    year = jdatetime.date.fromgregorian(date=in_tehran(now).date()).year
    case = Case(
        number=case_number(year, _next(work, f"case:{year}")),
        child_id=child.id,
        state=CaseState.INTAKE,
        opened_at=now,
        opened_by_slot_id=slot_id,
    )
    work.session.add(case)
    work.session.flush()
    begin(work, case, now)
    note(work, case, "opened", actor=actor, now=now, slot_id=slot_id, detail={})
    return case


def _reopen(work: UnitOfWork, case: Case, proposal: Proposal, *, actor: str, now: datetime) -> Case:
    open_one = _latest_case(work, case.child_id)
    if open_one is not None and open_one.state != CaseState.CLOSED:
        raise CaseOpenAlready(open_one.number)
    case.state, case.closed_at = CaseState.INTAKE, None
    begin(work, case, now)
    work.session.flush()
    note(work, case, "reopened", actor=actor, now=now, slot_id=proposal.last_slot_id, detail={"proposal": proposal.id})
    return case


def _propose(
    work: UnitOfWork,
    kind: str,
    child: Child,
    slot: Slot,
    *,
    case_id: int | None,
    due_at: datetime | None,
    now: datetime,
) -> list[Happening]:
    """One open proposal of a kind a child: a second meeting moves it on instead of adding another line."""
    standing = work.session.execute(
        update(Proposal)
        .where(Proposal.child_id == child.id, Proposal.kind == kind, Proposal.state == "open")
        .values(last_slot_id=slot.id, times=Proposal.times + 1)
        .returning(Proposal.id)
    ).scalar_one_or_none()
    if standing is not None:
        return []
    proposal_id = work.session.execute(
        insert(Proposal)
        .values(
            kind=kind, state="open", child_id=child.id, case_id=case_id, slot_id=slot.id, last_slot_id=slot.id, times=1,
            opened_at=now, due_at=due_at,
        )
        .returning(Proposal.id)
    ).scalar_one()  # fmt: skip
    data = {"proposal": proposal_id, "proposal_kind": kind}
    return [Happening(kind="proposal_opened", child_id=child.id, slot_id=slot.id, case_id=case_id, data=data)]


def _undecided(work: UnitOfWork, proposal_id: int, by: int | None) -> Proposal:
    asked = select(Proposal).where(Proposal.id == proposal_id)
    proposal = work.session.scalar(asked if by is None else asked.where(visible_to(by, Proposal.child_id)))
    if proposal is None:
        raise NotThere("proposal")
    if proposal.state != "open":
        raise AlreadyDecided("proposal", proposal.decided_by)
    return proposal


def _decide(
    work: UnitOfWork,
    proposal: Proposal,
    state: str,
    *,
    actor: str,
    reason: str | None,
    now: datetime,
    trail: AuditTrail,
) -> None:
    proposal.state, proposal.decided_at, proposal.decided_by, proposal.reason = state, now, actor, reason
    trail.append(
        work, actor=actor, action=f"proposal.{state}", subject=f"proposal:{proposal.id}", detail={"kind": proposal.kind}
    )


def _next(work: UnitOfWork, series: str) -> int:
    raised = work.session.execute(
        update(Counter).where(Counter.name == series).values(value=Counter.value + 1).returning(Counter.value)
    ).scalar_one_or_none()
    if raised is not None:
        return raised
    work.session.execute(insert(Counter).values(name=series, value=1))
    return 1
