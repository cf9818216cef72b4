"""Asking for a transfer, approving it, and the other office's answer. The commit is the caller's."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import selectinload

from common.time import Clock
from registry.access.rules import Role
from registry.access.tables import Account, RoleAssignment
from registry.audit.service import AuditTrail
from registry.cases.dues import table_of
from registry.cases.forms.deciding import Purpose
from registry.cases.history import record
from registry.cases.reading import Opened, colleague, take_up
from registry.cases.rules import interests
from registry.cases.rules.facts import Actor
from registry.cases.rules.refusals import Refusal as LawRefusal
from registry.cases.rules.states import CaseState
from registry.cases.rules.writing import is_anothers_case
from registry.cases.tables import Case
from registry.children.people import Person
from registry.children.rules import draw_code
from registry.children.sealing import sealed_from
from registry.db import UnitOfWork
from registry.errors import LawRefuses, NotThere, PersonUnknown, RuleForbids, TransferChanged
from registry.inbox.service import tell_of_case
from registry.transfers import custody, rules
from registry.transfers.forms import AnswerForm, DecisionForm, TransferForm, WithdrawForm
from registry.transfers.handing import hand_over, summary
from registry.transfers.rules import Refusal, State
from registry.transfers.tables import CaseTransfer, Office, OfficeMember

TASK = "case_transfer"


def ask(
    work: UnitOfWork, case_id: int, form: TransferForm, *, by: Person, draw: Callable[[int], int], trail: AuditTrail,
    clock: Clock,
) -> CaseTransfer:  # fmt: skip
    """By who works on the case; best interests stand before it. Errors: NotThere, LawRefuses, RuleForbids."""
    now, actor = clock.now(), _actor(by)
    opened = take_up(work, case_id, now, by=by.account_id)
    _demand_lawful(opened, actor, now)
    if _on_its_way(work, case_id):
        raise _refusal(Refusal.ON_ITS_WAY)
    own = custody.holder(work, case_id) or custody.office_of(work, by.account_id)
    if own is None:
        raise _refusal(Refusal.NO_OFFICE)
    office, other = work.session.get_one(Office, own), work.session.get(Office, form.to_office_id)
    if other is None:
        raise NotThere("office")
    there = _somebody_accepts(work, other.id, rules.approvers(office.province, other.province))
    _refuse(rules.why_not_send_to(own, other.id, closed=other.closed_at is not None, somebody_there=there))
    if custody.holder(work, case_id) is None:
        custody.pass_on(work, case_id, own, now)
    transfer = CaseTransfer(
        number=_number(work, draw), case_id=case_id, from_office_id=own, to_office_id=other.id, state=State.ASKED,
        form=form.model_dump(mode="json"), summary={}, receipt={}, asked_at=now, asked_by_id=by.account_id,
        asked_by=by.name, version=1,
    )  # fmt: skip
    work.session.add(transfer)
    work.session.flush()  # its number goes into the history
    _record(work, opened.case, "transfer_asked", transfer, actor, now, trail)
    return transfer


def decide(
    work: UnitOfWork, transfer_id: int, form: DecisionForm, *, by: Person, seen: int | None, trail: AuditTrail,
    clock: Clock,
) -> CaseTransfer:  # fmt: skip
    """By another person of the own office, who is held to the same law. Errors: NotThere, TransferChanged, LawRefuses,
    RuleForbids."""
    transfer, now, actor = _taken_up(work, transfer_id, by, seen), clock.now(), _actor(by)
    if not _is_of(work, by, transfer.from_office_id):
        raise NotThere("transfer")
    _refuse(rules.why_not_approver(by.roles, transfer.from_office.province, transfer.to_office.province))
    _refuse(
        rules.why_not_decide(
            transfer.state, by.account_id, asked_by=transfer.asked_by_id, granted=form.granted, reason=form.reason
        )
    )
    opened = take_up(work, transfer.case_id, now, by=by.account_id)
    if form.granted:
        _demand_best_interests(opened, now)
        transfer.summary = summary(work, opened, TransferForm.model_validate(transfer.form))
    transfer.state = State.OFFERED if form.granted else State.DECLINED
    transfer.decided_at, transfer.decided_by, transfer.reason = now, by.name, form.reason
    _record(work, opened.case, f"transfer_{transfer.state}", transfer, actor, now, trail)
    return transfer


def answer(
    work: UnitOfWork, transfer_id: int, form: AnswerForm, *, by: Person, seen: int | None, trail: AuditTrail,
    clock: Clock,
) -> CaseTransfer:  # fmt: skip
    """By the office that was asked; from acceptance on the case is its own. Errors: NotThere, TransferChanged,
    RuleForbids."""
    transfer, now, actor = _taken_up(work, transfer_id, by, seen), clock.now(), _actor(by)
    if custody.office_of(work, by.account_id) != transfer.to_office_id:
        raise NotThere("transfer")
    _refuse(rules.why_not_approver(by.roles, transfer.from_office.province, transfer.to_office.province))
    _refuse(rules.why_not_answer(transfer.state, accepted=form.accepted, reason=form.reason))
    opened = take_up(work, transfer.case_id, now, by=None)
    if form.owner_id is not None:
        _demand_owner(work, form.owner_id, opened.case, transfer.to_office_id)
        hand_over(work, transfer, opened, form.owner_id, by.name, now)
        custody.pass_on(work, transfer.case_id, transfer.to_office_id, now)
    else:
        transfer.state, transfer.answered_at, transfer.answered_by = State.REFUSED, now, by.name
        transfer.reason = form.reason
    _record(work, opened.case, f"transfer_{transfer.state}", transfer, actor, now, trail)
    tell_of_case(work, opened, table=table_of(work), now=now)
    return transfer


def withdraw(
    work: UnitOfWork, transfer_id: int, form: WithdrawForm, *, by: Person, seen: int | None, trail: AuditTrail,
    clock: Clock,
) -> CaseTransfer:  # fmt: skip
    """By the own office, until the other one has answered. Errors: NotThere, TransferChanged, RuleForbids."""
    transfer, now = _taken_up(work, transfer_id, by, seen), clock.now()
    if not _is_of(work, by, transfer.from_office_id):
        raise NotThere("transfer")
    if transfer.state not in rules.OPEN:
        raise _refusal(Refusal.DECIDED_ALREADY)
    opened = take_up(work, transfer.case_id, now, by=by.account_id)
    transfer.state, transfer.reason = State.WITHDRAWN, form.reason
    _record(work, opened.case, "transfer_withdrawn", transfer, _actor(by), now, trail)
    return transfer


def one(work: UnitOfWork, transfer_id: int, by: Person, *, lock: bool = False) -> CaseTransfer:
    """Errors: NotThere, for a transfer that is not and for one that is no matter of this person's office."""
    asked = select(CaseTransfer).where(
        CaseTransfer.id == transfer_id, concerns(by, custody.office_of(work, by.account_id))
    )
    asked = asked.options(selectinload(CaseTransfer.from_office), selectinload(CaseTransfer.to_office))
    found = work.session.scalars(asked.with_for_update(of=CaseTransfer) if lock else asked).one_or_none()
    if found is None:
        raise NotThere("transfer")
    return found


def concerns(by: Person, office_id: int | None) -> ColumnElement[bool]:
    """The condition that a transfer is a matter of their office, and of no child that is kept from them."""
    kept = select(Case.id).where(Case.child_id.in_(sealed_from(by.account_id)))
    open_to_them = CaseTransfer.case_id.not_in(kept)
    if office_id is None:
        return open_to_them
    received = and_(CaseTransfer.to_office_id == office_id, CaseTransfer.state.in_(rules.SHOWN_TO_THE_OTHER))
    return and_(open_to_them, or_(CaseTransfer.from_office_id == office_id, received))


def is_own(work: UnitOfWork, transfer: CaseTransfer, by: Person) -> bool:
    """Whether they look at it from the office that sends: what is not in the summary is for these alone."""
    return _is_of(work, by, transfer.from_office_id)


def _taken_up(work: UnitOfWork, transfer_id: int, by: Person, seen: int | None) -> CaseTransfer:
    transfer = one(work, transfer_id, by, lock=True)
    if seen is not None and seen != transfer.version:
        raise TransferChanged(transfer_id, transfer.version)
    return transfer


def _is_of(work: UnitOfWork, by: Person, office_id: int) -> bool:
    """Whoever works in no office works for all."""
    return custody.office_of(work, by.account_id) in (office_id, None)


def _on_its_way(work: UnitOfWork, case_id: int) -> bool:
    asked = select(CaseTransfer.id).where(CaseTransfer.case_id == case_id, CaseTransfer.state.in_(rules.OPEN))
    return work.session.execute(asked).first() is not None


def _somebody_accepts(work: UnitOfWork, office_id: int, roles: frozenset[Role]) -> bool:
    asked = (
        select(Account.id)
        .join(OfficeMember, OfficeMember.account_id == Account.id)
        .join(RoleAssignment, RoleAssignment.account_id == Account.id)
        .where(
            OfficeMember.office_id == office_id, OfficeMember.ended_at.is_(None), Account.disabled_at.is_(None),
            RoleAssignment.ended_at.is_(None), RoleAssignment.role.in_(sorted(roles)),
        )
    )  # fmt: skip
    return work.session.execute(asked.limit(1)).first() is not None


def _demand_owner(work: UnitOfWork, owner_id: int, case: Case, office_id: int) -> None:
    """Whatever stands in the way, the answer is one: who is kept away from a child is not found out by it."""
    try:
        owner = colleague(work, owner_id)
    except PersonUnknown as exc:
        raise _refusal(Refusal.CANNOT_TAKE_IT) from exc
    kept = work.session.scalars(sealed_from(owner_id)).all()
    works_here = custody.office_of(work, owner_id) == office_id
    if Role.CASE_MANAGER not in owner.roles or not works_here or case.child_id in kept:
        raise _refusal(Refusal.CANNOT_TAKE_IT)


def _demand_lawful(opened: Opened, actor: Actor, now: datetime) -> None:
    mine = actor.roles & rules.ASKS
    if not mine:
        raise LawRefuses(LawRefusal.NOT_YOUR_ROLE, task=TASK)
    if is_anothers_case(opened.facts, actor, mine):
        raise LawRefuses(LawRefusal.NOT_YOUR_CASE, task=TASK)
    if opened.facts.state is CaseState.CLOSED:
        raise LawRefuses(LawRefusal.CASE_CLOSED, task=TASK)
    _demand_best_interests(opened, now)


def _demand_best_interests(opened: Opened, now: datetime) -> None:
    if why := interests.why_not(Purpose.TRANSFER, opened.facts, now):
        raise LawRefuses(why, task=TASK)


def _record(
    work: UnitOfWork, case: Case, kind: str, transfer: CaseTransfer, actor: Actor, now: datetime, trail: AuditTrail
) -> None:
    if kind != "transfer_asked":
        transfer.version += 1
    detail: dict[str, object] = {"transfer": transfer.id, "reason": transfer.reason}
    record(work, case, kind, actor=actor, now=now, trail=trail, detail=detail)


def _actor(by: Person) -> Actor:
    return Actor(account_id=by.account_id, name=by.name, roles=by.roles)


def _number(work: UnitOfWork, draw: Callable[[int], int]) -> str:
    def taken(code: str) -> bool:
        found = select(CaseTransfer.id).where(CaseTransfer.number == f"TR-{code}")
        return work.session.execute(found).first() is not None

    return f"TR-{draw_code(draw, taken=taken)}"


def _refuse(why: Refusal | None) -> None:
    if why is not None:
        raise _refusal(why)


def _refusal(why: Refusal) -> RuleForbids:
    return RuleForbids(f"transfers.{why}")
