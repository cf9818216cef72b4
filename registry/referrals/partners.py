"""Organisations that receive referrals, and their people; kept by the administrator."""

from collections.abc import Collection

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from common.time import Clock
from registry.access.rules import Role
from registry.access.tables import Account
from registry.audit.service import AuditTrail
from registry.children.people import Person
from registry.db import UnitOfWork
from registry.errors import NotThere, PersonUnknown, RuleForbids
from registry.referrals import rules
from registry.referrals.forms import PartnerForm
from registry.referrals.tables import Partner, PartnerPerson


def open_partner(work: UnitOfWork, form: PartnerForm, *, by: Person, trail: AuditTrail, clock: Clock) -> Partner:
    """Errors: NotThere, PersonUnknown (the supervisor), RuleForbids."""
    _demand(by)
    if form.supervisor_id is not None:
        _account(work, form.supervisor_id)
    partner = Partner(opened_at=clock.now(), opened_by=by.name, **form.model_dump())
    try:
        with work.session.begin_nested():
            work.session.add(partner)
    except IntegrityError as exc:
        raise RuleForbids(f"referrals.{rules.Refusal.PARTNER_EXISTS}", field="name") from exc
    trail.append(work, actor=by.name, action="partner.opened", subject=f"partner:{partner.id}")
    return partner


def set_people(
    work: UnitOfWork, partner_id: int, accounts: Collection[int], *, by: Person, trail: AuditTrail, clock: Clock
) -> Partner:
    """These accounts, and no others. Errors: NotThere, PersonUnknown, RuleForbids."""
    _demand(by)
    partner, now, wanted = work.session.get(Partner, partner_id, with_for_update=True), clock.now(), set(accounts)
    if partner is None:
        raise NotThere("partner")
    supervisor = _account(work, partner.supervisor_id) if partner.supervisor_id is not None else None
    for account_id in sorted(wanted):
        account = _account(work, account_id)
        why = rules.why_not_person(
            [Role(one.role) for one in account.roles if one.ended_at is None], account.full_name or "",
            is_supervisor=account_id == partner.supervisor_id, supervisor=supervisor.full_name if supervisor else None,
        )  # fmt: skip
        if why is not None:
            raise RuleForbids(f"referrals.{why}")
    standing = set(people(work, partner_id))
    work.session.execute(
        update(PartnerPerson)
        .where(PartnerPerson.ended_at.is_(None), PartnerPerson.account_id.in_(standing ^ wanted))
        .values(ended_at=now)
    )
    for account_id in sorted(wanted - standing):
        work.session.add(PartnerPerson(partner_id=partner_id, account_id=account_id, since=now, given_by=by.name))
    work.session.flush()
    told = {"people": sorted(wanted)}
    trail.append(work, actor=by.name, action="partner.people_set", subject=f"partner:{partner_id}", detail=told)
    return partner


def people(work: UnitOfWork, partner_id: int) -> list[int]:
    asked = select(PartnerPerson.account_id).where(
        PartnerPerson.partner_id == partner_id, PartnerPerson.ended_at.is_(None)
    )
    return list(work.session.scalars(asked.order_by(PartnerPerson.account_id)))


def partner_of(work: UnitOfWork, account_id: int) -> int | None:
    asked = select(PartnerPerson.partner_id).where(
        PartnerPerson.account_id == account_id, PartnerPerson.ended_at.is_(None)
    )
    return work.session.scalar(asked)


def _account(work: UnitOfWork, account_id: int) -> Account:
    account = work.session.get(Account, account_id)
    if account is None or account.disabled_at is not None:
        raise PersonUnknown(account_id)
    return account


def _demand(by: Person) -> None:
    if not rules.KEEPS_PARTNERS & by.roles:
        raise NotThere("partner")
