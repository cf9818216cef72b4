"""Organisations that receive referrals, and their people; kept by the administrator."""

from collections.abc import Collection

from common.time import Clock
from registry.access.memberships import Memberships, demand_accounts, write_named
from registry.access.rules import Role
from registry.audit.service import AuditTrail
from registry.children.people import Person
from registry.db import UnitOfWork
from registry.errors import NotThere, RuleForbids
from registry.referrals import rules
from registry.referrals.forms import PartnerForm
from registry.referrals.tables import Partner, PartnerPerson

READS_FOR = Memberships(PartnerPerson, PartnerPerson.partner_id)


def open_partner(work: UnitOfWork, form: PartnerForm, *, by: Person, trail: AuditTrail, clock: Clock) -> Partner:
    """Errors: NotThere, PersonUnknown (the supervisor), RuleForbids."""
    _demand(by)
    if form.supervisor_id is not None:
        demand_accounts(work, [form.supervisor_id])
    partner = Partner(opened_at=clock.now(), opened_by=by.name, **form.model_dump())
    write_named(work, partner, taken=f"referrals.{rules.Refusal.PARTNER_EXISTS}")
    trail.append(work, actor=by.name, action="partner.opened", subject=f"partner:{partner.id}")
    return partner


def set_people(
    work: UnitOfWork, partner_id: int, accounts: Collection[int], *, by: Person, trail: AuditTrail, clock: Clock
) -> Partner:
    """These accounts, and no others. Errors: NotThere, PersonUnknown, RuleForbids."""
    _demand(by)
    partner = work.session.get(Partner, partner_id, with_for_update=True)
    if partner is None:
        raise NotThere("partner")
    _demand_outsiders(work, partner, accounts)
    READS_FOR.set(work, partner_id, accounts, by=by.name, now=clock.now())
    told = {"people": sorted(accounts)}
    trail.append(work, actor=by.name, action="partner.people_set", subject=f"partner:{partner_id}", detail=told)
    return partner


def _demand_outsiders(work: UnitOfWork, partner: Partner, accounts: Collection[int]) -> None:
    supervisor = demand_accounts(work, [partner.supervisor_id])[0] if partner.supervisor_id is not None else None
    for account in demand_accounts(work, accounts):
        why = rules.why_not_person(
            [Role(one.role) for one in account.roles if one.ended_at is None], account.full_name or "",
            is_supervisor=account.id == partner.supervisor_id, supervisor=supervisor.full_name if supervisor else None,
        )  # fmt: skip
        if why is not None:
            raise RuleForbids(f"referrals.{why}")


def _demand(by: Person) -> None:
    if not rules.KEEPS_PARTNERS & by.roles:
        raise NotThere("partner")
