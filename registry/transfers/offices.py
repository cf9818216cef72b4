"""Offices and who works in them; kept by the administrator."""

from collections.abc import Collection

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from common.time import Clock
from registry.access.tables import Account
from registry.audit.service import AuditTrail
from registry.children.people import Person
from registry.db import UnitOfWork
from registry.errors import NotThere, PersonUnknown, RuleForbids
from registry.transfers import rules
from registry.transfers.forms import OfficeForm
from registry.transfers.tables import Office, OfficeMember


def open_office(work: UnitOfWork, form: OfficeForm, *, by: Person, trail: AuditTrail, clock: Clock) -> Office:
    """Errors: NotThere, RuleForbids."""
    _demand(by)
    office = Office(opened_at=clock.now(), opened_by=by.name, **form.model_dump())
    _write(work, office)
    trail.append(work, actor=by.name, action="office.opened", subject=f"office:{office.id}")
    return office


def edit_office(work: UnitOfWork, office_id: int, form: OfficeForm, *, by: Person, trail: AuditTrail) -> Office:
    """Errors: NotThere, RuleForbids."""
    _demand(by)
    office = work.session.get(Office, office_id, with_for_update=True)
    if office is None:
        raise NotThere("office")
    before = {name: getattr(office, name) for name in OfficeForm.model_fields}
    for name, value in form.model_dump().items():
        setattr(office, name, value)
    _write(work, office)
    detail: dict[str, object] = {"from": before, "to": form.model_dump()}
    trail.append(work, actor=by.name, action="office.edited", subject=f"office:{office_id}", detail=detail)
    return office


def _write(work: UnitOfWork, office: Office) -> None:
    """Errors: RuleForbids, where another office has the name."""
    try:
        with work.session.begin_nested():
            work.session.add(office)
    except IntegrityError as exc:
        raise RuleForbids(f"transfers.{rules.Refusal.OFFICE_EXISTS}", field="name") from exc


def set_members(
    work: UnitOfWork, office_id: int, accounts: Collection[int], *, by: Person, trail: AuditTrail, clock: Clock
) -> None:
    """These people, and no others. Errors: NotThere, PersonUnknown."""
    _demand(by)
    if work.session.get(Office, office_id, with_for_update=True) is None:
        raise NotThere("office")
    now, wanted = clock.now(), set(accounts)
    known = set(work.session.scalars(select(Account.id).where(Account.id.in_(wanted), Account.disabled_at.is_(None))))
    for missing in sorted(wanted - known):
        raise PersonUnknown(missing)
    standing = set(members(work, office_id))
    leaving, coming = standing - wanted, wanted - standing
    work.session.execute(
        update(OfficeMember)
        .where(OfficeMember.ended_at.is_(None), OfficeMember.account_id.in_(leaving | coming))
        .values(ended_at=now)
    )
    for account_id in sorted(coming):
        work.session.add(OfficeMember(office_id=office_id, account_id=account_id, since=now, given_by=by.name))
    work.session.flush()
    told = {"members": sorted(wanted)}
    trail.append(work, actor=by.name, action="office.members_set", subject=f"office:{office_id}", detail=told)


def members(work: UnitOfWork, office_id: int) -> list[int]:
    asked = select(OfficeMember.account_id).where(OfficeMember.office_id == office_id, OfficeMember.ended_at.is_(None))
    return list(work.session.scalars(asked.order_by(OfficeMember.account_id)))


def _demand(by: Person) -> None:
    if not rules.KEEPS_OFFICES & by.roles:
        raise NotThere("office")
