"""Members, restraints and aid of a household. Every function leaves the commit to its caller."""

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session, aliased, selectinload

from common.time import Clock, in_tehran
from registry.access.rules import Role
from registry.audit.service import AuditTrail
from registry.children.people import Person
from registry.children.sealing import demand_visible, sealed_from
from registry.db import UnitOfWork
from registry.errors import NotThere, RuleForbids
from registry.families import rules
from registry.families.forms import AidForm, FamilyForm, LeavesForm, LiftForm, MemberForm, RestraintForm
from registry.families.tables import Family, FamilyMember, FamilyRestraint, HouseholdAid


def open_family(work: UnitOfWork, form: FamilyForm, *, by: Person, trail: AuditTrail, clock: Clock) -> Family:
    """Errors: NotThere, RuleForbids."""
    _demand(by, rules.WRITES)
    now = clock.now()
    family = Family(area=form.area, opened_at=now, opened_by=by.name)
    work.session.add(family)
    work.session.flush()  # its number goes into the members and the audit entry
    for member in form.members:
        _join(work, family, member, by, now)
    trail.append(work, actor=by.name, action="family.opened", subject=f"family:{family.id}")
    return family


def add_member(
    work: UnitOfWork, family_id: int, form: MemberForm, *, by: Person, trail: AuditTrail, clock: Clock
) -> FamilyMember:
    """Errors: NotThere, RuleForbids."""
    family = _taken_up(work, family_id, by, rules.WRITES)
    member = _join(work, family, form, by, clock.now())
    trail.append(
        work, actor=by.name, action="family.member_added", subject=f"family:{family_id}",
        detail={"member": member.id, "child": member.child_id, "relation": str(form.relation)},
    )  # fmt: skip
    return member


def member_leaves(
    work: UnitOfWork, member_id: int, form: LeavesForm, *, by: Person, trail: AuditTrail, clock: Clock
) -> FamilyMember:
    """Errors: NotThere, RuleForbids."""
    member = _member(work, member_id, by, rules.WRITES)
    member.left_at, member.left_by, member.left_because = clock.now(), by.name, form.because
    _tell_of(work, member, "family.member_left", by, trail)
    return member


def restrain(
    work: UnitOfWork, member_id: int, form: RestraintForm, *, by: Person, trail: AuditTrail, clock: Clock
) -> FamilyRestraint:
    """The member stays in the family and is told and given nothing. Errors: NotThere, RuleForbids."""
    member, now = _member(work, member_id, by, rules.RESTRAINS), clock.now()
    if member.child_id is not None:
        raise RuleForbids("people.children_are_not_restrained")
    if is_restrained(member, in_tehran(now).date()):
        raise RuleForbids("people.restrained_already")
    restraint = FamilyRestraint(
        member_id=member_id, because=form.because, order_number=form.order_number, until=form.until, set_at=now,
        set_by=by.name,
    )  # fmt: skip
    work.session.add(restraint)
    work.session.flush()
    _tell_of(work, member, "family.member_restrained", by, trail)
    return restraint


def lift_restraint(
    work: UnitOfWork, member_id: int, form: LiftForm, *, by: Person, trail: AuditTrail, clock: Clock
) -> FamilyMember:
    """By the centre's manager, and by another person than who set it. Errors: NotThere, RuleForbids."""
    member, now = _member(work, member_id, by, rules.LIFTS), clock.now()
    if not is_restrained(member, in_tehran(now).date()):
        raise RuleForbids("people.not_restrained")
    for restraint in member.restraints:
        if restraint.lifted_at is None:
            if not rules.may_lift(restraint.set_by, by.name):
                raise RuleForbids("people.lifted_by_another")
            restraint.lifted_at, restraint.lifted_by, restraint.lifted_because = now, by.name, form.because
    _tell_of(work, member, "family.restraint_lifted", by, trail)
    return member


def give_aid(
    work: UnitOfWork, family_id: int, form: AidForm, *, by: Person, trail: AuditTrail, clock: Clock
) -> HouseholdAid:
    """Errors: NotThere, RuleForbids."""
    family, now = _taken_up(work, family_id, by, rules.WRITES), clock.now()
    if form.given_on > in_tehran(now).date():
        raise RuleForbids("people.in_the_future", field="given_on")
    if form.corrects is not None:
        _demand_correctable(work, family.id, form.corrects)
    aid = HouseholdAid(
        family_id=family.id, kind=form.kind, what=form.what, rials=form.rials, given_on=form.given_on, written_at=now,
        written_by=by.name, corrects_id=form.corrects,
    )  # fmt: skip
    work.session.add(aid)
    work.session.flush()
    trail.append(work, actor=by.name, action="family.aid_given", subject=f"family:{family_id}", detail={"aid": aid.id})
    return aid


def family_of(work: UnitOfWork, member_id: int) -> int:
    return work.session.get_one(FamilyMember, member_id).family_id


def is_restrained(member: FamilyMember, today: date) -> bool:
    return rules.is_restrained(
        (rules.Restraint(until=one.until, lifted=one.lifted_at is not None) for one in member.restraints), today
    )


def restrained_near(session: Session, child_ids: Iterable[int], today: date) -> dict[int, list[FamilyMember]]:
    """The members of each child's families who are kept away: for whoever hands a child over, writes or answers."""
    shared = select(FamilyMember.child_id, FamilyMember.family_id).where(
        FamilyMember.child_id.in_(list(child_ids)), FamilyMember.left_at.is_(None)
    )
    homes = [(child_id, home) for child_id, home in session.execute(shared) if child_id is not None]
    if not homes:
        return {}
    adults = session.scalars(
        select(FamilyMember)
        .where(FamilyMember.family_id.in_({home for _, home in homes}), FamilyMember.child_id.is_(None))
        .options(selectinload(FamilyMember.restraints))
    ).all()
    kept_away = [adult for adult in adults if is_restrained(adult, today)]
    found: dict[int, list[FamilyMember]] = {}
    for child_id, home in homes:
        near = [adult for adult in kept_away if adult.family_id == home]
        if near:
            found.setdefault(child_id, []).extend(near)
    return found


def _tell_of(work: UnitOfWork, member: FamilyMember, action: str, by: Person, trail: AuditTrail) -> None:
    subject, detail = f"family:{member.family_id}", {"member": member.id}
    trail.append(work, actor=by.name, action=action, subject=subject, detail=detail)


def _join(work: UnitOfWork, family: Family, form: MemberForm, by: Person, now: datetime) -> FamilyMember:
    if form.child_id is not None:
        demand_visible(work, form.child_id, by)
        there = select(FamilyMember.id).where(
            FamilyMember.family_id == family.id, FamilyMember.child_id == form.child_id, FamilyMember.left_at.is_(None)
        )
        if work.session.execute(there).first() is not None:
            raise RuleForbids("people.member_already")
    member = FamilyMember(
        family_id=family.id, child_id=form.child_id, name=form.name, relation=form.relation, evidence=form.evidence,
        joined_at=now, joined_by=by.name,
    )  # fmt: skip
    work.session.add(member)
    work.session.flush()
    return member


def _demand(by: Person, roles: frozenset[Role]) -> None:
    if not roles & by.roles:
        raise NotThere("family")


def seen_by(account_id: int) -> ColumnElement[bool]:
    """The condition that this person sees a family: one of its children, or it has none. A family whose children are
    all sealed is not there, or its area would lead to them."""
    sealed, other = sealed_from(account_id), aliased(FamilyMember)
    shown = exists().where(
        other.family_id == FamilyMember.family_id, other.child_id.is_not(None), other.child_id.not_in(sealed)
    )
    return Family.id.not_in(select(FamilyMember.family_id).where(FamilyMember.child_id.in_(sealed), ~shown))


def _taken_up(work: UnitOfWork, family_id: int, by: Person, roles: frozenset[Role]) -> Family:
    """With nobody else writing on it until the end."""
    _demand(by, roles)
    asked = select(Family).where(Family.id == family_id, seen_by(by.account_id))
    family = work.session.execute(asked.with_for_update(of=Family)).scalar_one_or_none()
    if family is None:
        raise NotThere("family")
    return family


def _member(work: UnitOfWork, member_id: int, by: Person, roles: frozenset[Role]) -> FamilyMember:
    _demand(by, roles)
    member = work.session.get(FamilyMember, member_id)
    if member is None:
        raise NotThere("family")
    _taken_up(work, member.family_id, by, roles)
    if member.child_id is not None:
        demand_visible(work, member.child_id, by)
    if member.left_at is not None:
        raise RuleForbids("people.left_already")
    return member


def _demand_correctable(work: UnitOfWork, family_id: int, aid_id: int) -> None:
    aid = work.session.get(HouseholdAid, aid_id)
    if aid is None or aid.family_id != family_id:
        raise NotThere("aid")
    corrected = select(HouseholdAid.id).where(HouseholdAid.corrects_id == aid_id)
    if work.session.execute(corrected).first() is not None:
        raise RuleForbids("people.corrected_already")
