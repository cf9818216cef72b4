"""Handing a referral to an organisation outside, its answer and reports, and the end. The commit is the caller's."""

from collections.abc import Callable
from datetime import date, datetime

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import aliased, selectinload

from common.time import Clock, in_tehran
from registry.audit.service import AuditTrail
from registry.cases.forms.leaving import Referral as WrittenReferral
from registry.cases.history import record
from registry.cases.reading import form_of, take_up
from registry.cases.records import CaseEntry
from registry.cases.rules.facts import Actor
from registry.cases.rules.refusals import Refusal as LawRefusal
from registry.cases.rules.states import CaseState
from registry.cases.rules.writing import is_anothers_case
from registry.cases.tables import Case
from registry.children.people import Person
from registry.children.rules import draw_code
from registry.children.sealing import visible_to
from registry.db import UnitOfWork
from registry.errors import LawRefuses, NotThere, ReferralChanged, RuleForbids
from registry.referrals import partners, rules
from registry.referrals.forms import AnswerForm, EndForm, HandOverForm, ReportForm
from registry.referrals.rules import Refusal, State
from registry.referrals.tables import Partner, Referral, ReferralReport

TASK = "referral"


def hand_over(
    work: UnitOfWork, case_id: int, form: HandOverForm, *, by: Person, draw: Callable[[int], int], trail: AuditTrail,
    clock: Clock,
) -> Referral:  # fmt: skip
    """Show the receiver what the form lists, so long as the form says. One that was written anew replaces the old one.

    Errors: NotThere, LawRefuses, RuleForbids.
    """
    now = clock.now()
    case = _working_on(work, case_id, by, now)
    entry, written = _written(work, case_id, form.entry_id)
    partner = work.session.get(Partner, form.partner_id)
    if partner is None:
        raise NotThere("partner")
    _refuse(
        rules.why_not_hand_over(
            named=written.receiver, partner=partner.name, closed=partner.closed_at is not None,
            somebody_reads=bool(partners.READS_FOR.of(work, partner.id)), ends_on=written.ends_on,
            today=in_tehran(now).date(),
        )
    )  # fmt: skip
    _end_what_it_replaces(work, entry, by, now)
    referral = Referral(
        number=_number(work, draw), case_id=case_id, entry_id=entry.id, partner_id=partner.id, state=State.OPEN,
        service=written.service, shared=list(written.shared), ends_on=written.ends_on, opened_at=now,
        opened_by=by.name, version=1,
    )  # fmt: skip
    work.session.add(referral)
    work.session.flush()  # its number goes into the history
    _record(work, case, "referral_handed", referral, by, now, trail)
    return referral


def end(
    work: UnitOfWork, referral_id: int, form: EndForm, *, by: Person, seen: int | None, trail: AuditTrail, clock: Clock
) -> Referral:
    """Consent was withdrawn, or the service is no longer needed: the receiver sees nothing from now on.

    Errors: NotThere, LawRefuses, ReferralChanged, RuleForbids.
    """
    now = clock.now()
    case_id = work.session.scalar(select(Referral.case_id).where(Referral.id == referral_id))
    if case_id is None:
        raise NotThere("referral")
    case = _working_on(work, case_id, by, now)
    referral = work.session.get_one(Referral, referral_id, with_for_update=True, populate_existing=True)
    _demand_seen(referral, seen)
    if referral.state not in rules.STANDING:
        _refuse(Refusal.ENDED_ALREADY)
    _ended(referral, form.reason, by.name, now)
    _record(work, case, "referral_ended", referral, by, now, trail)
    return referral


def answer(
    work: UnitOfWork, referral_id: int, form: AnswerForm, *, by: Person, seen: int | None, trail: AuditTrail,
    clock: Clock,
) -> Referral:  # fmt: skip
    """By the receiver. Errors: NotThere, ReferralChanged, RuleForbids."""
    now = clock.now()
    referral = _received(work, referral_id, by, now)
    _demand_seen(referral, seen)
    _refuse(rules.why_not_answer(referral.state))
    referral.state = State.ACCEPTED if form.accepted else State.DECLINED
    referral.answered_at, referral.answered_by, referral.reason = now, by.name, form.reason
    referral.version += 1
    _record(work, _case(work, referral), f"referral_{referral.state}", referral, by, now, trail)
    return referral


def report(
    work: UnitOfWork, referral_id: int, form: ReportForm, *, by: Person, trail: AuditTrail, clock: Clock
) -> Referral:
    """By the receiver; the last one ends the referral. Errors: NotThere, RuleForbids."""
    now = clock.now()
    referral = _received(work, referral_id, by, now)
    _refuse(rules.why_not_report(referral.state, form.on, in_tehran(now).date()))
    referral.reports.append(ReferralReport(form=form.model_dump(mode="json"), at=now, by=by.name))
    if form.finished:
        _ended(referral, "", by.name, now)
    else:
        referral.version += 1
    _record(work, _case(work, referral), "referral_reported", referral, by, now, trail)
    return referral


def look(work: UnitOfWork, referral_id: int, *, by: Person, trail: AuditTrail, clock: Clock) -> Referral:
    """As the receiver reads it; each reading is in the trail. Errors: NotThere."""
    referral = _received(work, referral_id, by, clock.now())
    referral.seen_at = referral.seen_at or clock.now()
    trail.append(work, actor=by.name, action="referral.read", subject=f"referral:{referral.id}")
    return referral


def received_by(by: Person, partner_id: int | None, today: date) -> ColumnElement[bool]:
    """The condition that a receiver sees a referral: its organisation's, standing, not past its end, not written anew,
    and of no child that is sealed or kept from this very person."""
    return (Referral.partner_id == (partner_id or 0)) & stands(today) & _may_see(by)


def stands(today: date) -> ColumnElement[bool]:
    """The condition that a referral is there for its receivers: neither ended, nor past its end, nor written anew."""
    anew = aliased(CaseEntry)
    return (
        Referral.state.in_(rules.STANDING)
        & (Referral.ends_on >= today)
        & exists().where(Partner.id == Referral.partner_id, Partner.closed_at.is_(None))
        & ~exists().where(anew.corrects_id == Referral.entry_id, anew.standing == "in_force")
    )


def sent_to(by: Person) -> ColumnElement[bool]:
    """The condition that a referral, standing or not, went to the organisation of this person, and that the child is
    not kept from them."""
    return Referral.partner_id.in_(partners.READS_FOR.mine(by.account_id)) & _may_see(by)


def _may_see(by: Person) -> ColumnElement[bool]:
    return exists().where(Case.id == Referral.case_id, visible_to(by.account_id, Case.child_id))


def of_case(work: UnitOfWork, case_id: int, by: Person) -> list[Referral]:
    """For who works on the case, the newest first. Errors: NotThere."""
    if work.session.scalar(select(Case.id).where(Case.id == case_id, visible_to(by.account_id, Case.child_id))) is None:
        raise NotThere("case")
    rows = select(Referral).where(Referral.case_id == case_id).order_by(Referral.id.desc())
    return list(work.session.scalars(rows.options(selectinload(Referral.partner), selectinload(Referral.reports))))


def _working_on(work: UnitOfWork, case_id: int, by: Person, now: datetime) -> Case:
    opened, mine = take_up(work, case_id, now, by=by.account_id), by.roles & rules.HANDS_OVER
    if not mine:
        raise LawRefuses(LawRefusal.NOT_YOUR_ROLE, task=TASK)
    if is_anothers_case(opened.facts, _actor(by), mine):
        raise LawRefuses(LawRefusal.NOT_YOUR_CASE, task=TASK)
    if opened.facts.state is CaseState.CLOSED:
        raise LawRefuses(LawRefusal.CASE_CLOSED, task=TASK)
    return opened.case


def _written(work: UnitOfWork, case_id: int, entry_id: int) -> tuple[CaseEntry, WrittenReferral]:
    entry = work.session.get(CaseEntry, entry_id)
    if entry is None or entry.case_id != case_id or entry.standing != "in_force":
        raise NotThere("entry")
    form = form_of(entry)
    if not isinstance(form, WrittenReferral):
        raise NotThere("entry")
    if work.session.scalar(select(Referral.id).where(Referral.entry_id == entry_id)) is not None:
        _refuse(Refusal.HANDED_OVER_ALREADY)
    anew = select(CaseEntry.id).where(CaseEntry.corrects_id == entry_id, CaseEntry.standing == "in_force")
    if work.session.scalar(anew) is not None:
        _refuse(Refusal.WRITTEN_ANEW)
    return entry, form


def _end_what_it_replaces(work: UnitOfWork, entry: CaseEntry, by: Person, now: datetime) -> None:
    if entry.corrects_id is None:
        return
    old = work.session.scalar(select(Referral).where(Referral.entry_id == entry.corrects_id))
    if old is not None and old.state in rules.STANDING:
        _ended(old, "written anew", by.name, now)


def _received(work: UnitOfWork, referral_id: int, by: Person, now: datetime) -> Referral:
    if not rules.RECEIVES & by.roles:
        raise NotThere("referral")
    mine = work.session.scalar(partners.READS_FOR.mine(by.account_id))
    # The case first, as those who work on it lock it: the other way round the two would wait for each other.
    of_it = select(Referral.case_id).where(Referral.id == referral_id).scalar_subquery()
    work.session.execute(select(Case.id).where(Case.id == of_it).with_for_update())
    asked = select(Referral).where(Referral.id == referral_id, received_by(by, mine, in_tehran(now).date()))
    asked = asked.options(selectinload(Referral.reports)).with_for_update(of=Referral)
    found = work.session.scalars(asked).one_or_none()
    if found is None:
        raise NotThere("referral")
    return found


def _demand_seen(referral: Referral, seen: int | None) -> None:
    if seen is not None and seen != referral.version:
        raise ReferralChanged(referral.id, referral.version)


def _ended(referral: Referral, reason: str, by: str, now: datetime) -> None:
    referral.state, referral.ended_at, referral.ended_by = State.ENDED, now, by
    referral.reason, referral.version = reason[:500], referral.version + 1


def _case(work: UnitOfWork, referral: Referral) -> Case:
    return work.session.get_one(Case, referral.case_id)


def _record(
    work: UnitOfWork, case: Case, kind: str, referral: Referral, by: Person, now: datetime, trail: AuditTrail
) -> None:
    detail: dict[str, object] = {"referral": referral.id, "reason": referral.reason}
    record(work, case, kind, actor=_actor(by), now=now, trail=trail, detail=detail)


def _actor(by: Person) -> Actor:
    return Actor(account_id=by.account_id, name=by.name, roles=by.roles)


def _number(work: UnitOfWork, draw: Callable[[int], int]) -> str:
    def taken(code: str) -> bool:
        return work.session.execute(select(Referral.id).where(Referral.number == f"R-{code}")).first() is not None

    return f"R-{draw_code(draw, taken=taken)}"


def _refuse(why: Refusal | None) -> None:
    if why is not None:
        raise RuleForbids(f"referrals.{why}")
