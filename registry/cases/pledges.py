"""Our promises and the guardian's commitments, apart: making them, and saying how they ended."""

from datetime import date, datetime

from sqlalchemy import select

from registry.access.rules import Role
from registry.cases.casework import Desk
from registry.cases.effects import open_tasks
from registry.cases.forms.following import CommitmentEnds, Made, PromiseEnds
from registry.cases.forms.leaving import PromisedByUs
from registry.cases.history import record
from registry.cases.reading import Opened, colleague, take_up
from registry.cases.records import Commitment, Promise
from registry.cases.rules.facts import Actor, today
from registry.cases.rules.following import opened_by
from registry.cases.rules.refusals import Refusal
from registry.cases.rules.states import CaseState
from registry.cases.rules.table import APPROVERS, CASEWORK, SOCIAL
from registry.cases.rules.writing import is_anothers_case
from registry.db import UnitOfWork
from registry.errors import LawRefuses, NotThere, ReasonNeeded, RuleForbids
from registry.inbox.service import tell_of_case
from registry.transfers import custody


def promise(work: UnitOfWork, desk: Desk, *, case_id: int, made: PromisedByUs, actor: Actor) -> Promise:
    """Whoever works on the case may promise for us. Errors: NotThere, LawRefuses."""
    opened, now = _open(work, desk, case_id, actor, CASEWORK, "promise")
    _not_past(made.due_on, now, "promise")
    row = Promise(case_id=case_id, made_at=now, made_by=actor.name, **made.model_dump())
    work.session.add(row)
    work.session.flush()  # its number goes into the history
    record(work, opened.case, "promised", actor=actor, now=now, trail=desk.trail, detail={"promise": row.id})
    return row


def end_promise(work: UnitOfWork, desk: Desk, *, promise_id: int, how: PromiseEnds, note: str, actor: Actor) -> Promise:
    """Kept, or broken and why. Errors: NotThere, LawRefuses, ReasonNeeded (broken without a word)."""
    if how is PromiseEnds.BROKEN and not note.strip():
        raise ReasonNeeded
    case_id = work.session.scalar(select(Promise.case_id).where(Promise.id == promise_id))
    opened, now = _open(work, desk, case_id, actor, CASEWORK, "promise")
    row = work.session.get_one(Promise, promise_id, populate_existing=True)
    _end(row, how, note, actor, now, "promise")
    kind = f"promise_{how}"
    record(work, opened.case, kind, actor=actor, now=now, trail=desk.trail, detail={"promise": row.id})
    return row


def commit(work: UnitOfWork, desk: Desk, *, case_id: int, made: Made, actor: Actor) -> Commitment:
    """The guardian's, with a witness. For social worker and case manager. Errors: NotThere, LawRefuses."""
    opened, now = _open(work, desk, case_id, actor, SOCIAL, "commitment")
    _not_past(made.review_on, now, "commitment")
    row = Commitment(case_id=case_id, made_at=now, made_by=actor.name, **made.model_dump())
    work.session.add(row)
    work.session.flush()  # its number goes into the history
    record(work, opened.case, "committed", actor=actor, now=now, trail=desk.trail, detail={"commitment": row.id})
    return row


def end_commitment(
    work: UnitOfWork, desk: Desk, *, commitment_id: int, how: CommitmentEnds, note: str, actor: Actor
) -> Commitment:
    """A breach opens a visit and does nothing else. Errors: NotThere, LawRefuses, ReasonNeeded (a breach)."""
    if how is CommitmentEnds.BREACHED and not note.strip():
        raise ReasonNeeded
    case_id = work.session.scalar(select(Commitment.case_id).where(Commitment.id == commitment_id))
    opened, now = _open(work, desk, case_id, actor, SOCIAL, "commitment")
    row = work.session.get_one(Commitment, commitment_id, populate_existing=True)
    _end(row, how, note, actor, now, "commitment")
    kind = f"commitment_{how}"
    record(work, opened.case, kind, actor=actor, now=now, trail=desk.trail, detail={"commitment": row.id})
    open_tasks(work, opened, (desk.law(work)[name] for name in opened_by(how)), now)
    return row


def assign(work: UnitOfWork, desk: Desk, *, case_id: int, owner_id: int, actor: Actor) -> None:
    """Whose case it is. An approver gives it to any case manager; a case manager takes one that nobody has.

    Errors: NotThere, PersonUnknown, LawRefuses, RuleForbids (somebody of another office).
    """
    now = desk.clock.now()
    opened, owner = take_up(work, case_id, now, by=actor.account_id), colleague(work, owner_id)
    if Role.CASE_MANAGER not in owner.roles:
        raise LawRefuses(Refusal.SECOND_PERSON_LACKS_ROLE, task="assign")
    takes_a_free_one = opened.case.owner_id is None and owner_id == actor.account_id
    if not actor.roles & APPROVERS and not takes_a_free_one:
        raise LawRefuses(Refusal.NOT_YOUR_CASE, task="assign")
    has_it, works_in = custody.holder(work, case_id), custody.office_of(work, owner_id)
    if None not in (has_it, works_in) and has_it != works_in:
        raise RuleForbids("transfers.cannot_take_it")
    custody.begin_with(work, case_id, owner_id, now)
    opened.case.owner_id = owner_id
    record(work, opened.case, "assigned", actor=actor, now=now, trail=desk.trail, detail={"to": owner.name})
    tell_of_case(work, opened, table=desk.law(work), now=now)


def _open(
    work: UnitOfWork, desk: Desk, case_id: int | None, actor: Actor, roles: frozenset[Role], what: str
) -> tuple[Opened, datetime]:
    now = desk.clock.now()
    if case_id is None:
        raise NotThere(what)
    opened, mine = take_up(work, case_id, now, by=actor.account_id), actor.roles & roles
    if not mine:
        raise LawRefuses(Refusal.NOT_YOUR_ROLE, task=what)
    if is_anothers_case(opened.facts, actor, mine):
        raise LawRefuses(Refusal.NOT_YOUR_CASE, task=what)
    if opened.facts.state is CaseState.CLOSED:
        raise LawRefuses(Refusal.CASE_CLOSED, task=what)
    return opened, now


def _not_past(day: date, now: datetime, what: str) -> None:
    if day < today(now):
        raise LawRefuses(Refusal.DATE_PASSED, task=what)


def _end(
    row: Promise | Commitment, how: PromiseEnds | CommitmentEnds, note: str, actor: Actor, now: datetime, what: str
) -> None:
    if row.ended is not None:
        raise LawRefuses(Refusal.ENDED_BEFORE, task=what)
    row.ended, row.ended_at, row.ended_by, row.end_note = str(how), now, actor.name, note.strip()[:500]
