"""Offices and who works in them; kept by the administrator."""

from collections.abc import Collection

from common.time import Clock
from registry.access.memberships import demand_accounts, write_named
from registry.audit.service import AuditTrail
from registry.children.people import Person
from registry.db import UnitOfWork
from registry.errors import NotThere
from registry.transfers import rules
from registry.transfers.custody import WORKS_IN
from registry.transfers.forms import OfficeForm
from registry.transfers.tables import Office

_TAKEN = f"transfers.{rules.Refusal.OFFICE_EXISTS}"


def open_office(work: UnitOfWork, form: OfficeForm, *, by: Person, trail: AuditTrail, clock: Clock) -> Office:
    """Errors: NotThere, RuleForbids."""
    _demand(by)
    office = Office(opened_at=clock.now(), opened_by=by.name, **form.model_dump())
    write_named(work, office, taken=_TAKEN)
    trail.append(work, actor=by.name, action="office.opened", subject=f"office:{office.id}")
    return office


def edit_office(work: UnitOfWork, office_id: int, form: OfficeForm, *, by: Person, trail: AuditTrail) -> Office:
    """Errors: NotThere, RuleForbids."""
    office = _taken_up(work, office_id, by)
    before = {name: getattr(office, name) for name in OfficeForm.model_fields}
    for name, value in form.model_dump().items():
        setattr(office, name, value)
    write_named(work, office, taken=_TAKEN)
    detail: dict[str, object] = {"from": before, "to": form.model_dump()}
    trail.append(work, actor=by.name, action="office.edited", subject=f"office:{office_id}", detail=detail)
    return office


def set_members(
    work: UnitOfWork, office_id: int, accounts: Collection[int], *, by: Person, trail: AuditTrail, clock: Clock
) -> Office:
    """These people, and no others. Errors: NotThere, PersonUnknown."""
    office = _taken_up(work, office_id, by)
    demand_accounts(work, accounts)
    WORKS_IN.set(work, office_id, accounts, by=by.name, now=clock.now())
    told = {"members": sorted(accounts)}
    trail.append(work, actor=by.name, action="office.members_set", subject=f"office:{office_id}", detail=told)
    return office


def _taken_up(work: UnitOfWork, office_id: int, by: Person) -> Office:
    _demand(by)
    office = work.session.get(Office, office_id, with_for_update=True)
    if office is None:
        raise NotThere("office")
    return office


def _demand(by: Person) -> None:
    if not rules.KEEPS_OFFICES & by.roles:
        raise NotThere("office")
