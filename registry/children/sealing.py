"""Sealed children: named people only. To everybody else the child is not there, in lists, searches and pages alike.

The safeguarding officer seals, names and lifts; that gives the officer no way into the file. Whoever is kept away from
a child because of a safeguarding report meets the same silence.
"""

from collections.abc import Collection
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, Select, SQLColumnExpression, and_, select, update

from common.time import Clock
from registry.access.tables import Account
from registry.audit.service import AuditTrail
from registry.children.people import Person
from registry.children.records import ChildSeal, SealAccess
from registry.children.rules import SEALS
from registry.children.tables import Child
from registry.db import UnitOfWork
from registry.errors import NotThere, RuleForbids
from registry.safeguarding.tables import AccessWithdrawn
from registry.transfers.custody import elsewhere


class Ground(StrEnum):
    ABUSE_BY_OFFICIAL = "abuse_by_official"
    TRAFFICKING_WITNESS = "trafficking_witness"
    OTHER = "other"


def visible_to(account_id: int, column: SQLColumnExpression[Any] = Child.id) -> ColumnElement[bool]:
    """The condition that every list of children carries: this person is not kept away, the child is not sealed, or this
    person is among the named, and its case is not another office's.

    `column` is the child's id in the statement at hand.
    """
    return and_(column.not_in(sealed_from(account_id)), ~elsewhere(account_id, column))


def sealed_from(account_id: int) -> CompoundSelect[Any]:
    """The ids of the children whom this person may not see: few, whatever the number of children."""
    named = select(SealAccess.child_id).where(SealAccess.account_id == account_id, SealAccess.ended_at.is_(None))
    sealed = select(ChildSeal.child_id).where(ChildSeal.lifted_at.is_(None), ChildSeal.child_id.not_in(named))
    return sealed.union_all(_kept_away_from(account_id))


def _kept_away_from(account_id: int) -> Select[Any]:
    """By a safeguarding report; after a merge, from the record that goes on as well."""
    kept = (
        select(AccessWithdrawn.child_id.label("child_id"))
        .where(AccessWithdrawn.account_id == account_id, AccessWithdrawn.ended_at.is_(None))
        .cte(recursive=True)
    )
    goes_on = select(Child.merged_into_id).join(kept, kept.c.child_id == Child.id)
    kept = kept.union(goes_on.where(Child.merged_into_id.is_not(None)))
    return select(kept.c.child_id)


def demand_visible(work: UnitOfWork, child_id: int, person: Person) -> Child:
    """Errors: NotThere, for a child who is not on record and for one whom this person may not see."""
    asked = select(Child).where(Child.id == child_id, visible_to(person.account_id))
    child = work.session.execute(asked).scalar_one_or_none()
    if child is None:
        raise NotThere("child")
    return child


def is_sealed(work: UnitOfWork, child_id: int) -> bool:
    """For whoever answers a van: a sealed child is never said to be known."""
    asked = select(ChildSeal.id).where(ChildSeal.child_id == child_id, ChildSeal.lifted_at.is_(None))
    return work.session.execute(asked.limit(1)).first() is not None


def seal(
    work: UnitOfWork, *, child_id: int, ground: Ground, reason: str, named: Collection[int], by: Person,
    trail: AuditTrail, clock: Clock,
) -> None:  # fmt: skip
    """`named`: the accounts that go on seeing the child. Errors: NotThere, RuleForbids."""
    now = clock.now()
    _demand_officer(by)
    _locked(work, child_id)
    if is_sealed(work, child_id):
        raise RuleForbids("people.sealed_already")
    if not named:
        raise RuleForbids("people.only_named_people")
    work.session.add(ChildSeal(child_id=child_id, ground=ground, reason=reason, sealed_at=now, sealed_by=by.name))
    for account_id in sorted(set(named)):
        _name(work, child_id, account_id, by, now)
    told = {"ground": str(ground), "named": sorted(set(named))}
    trail.append(work, actor=by.name, action="child.sealed", subject=f"child:{child_id}", detail=told)


def name_people(
    work: UnitOfWork, *, child_id: int, named: Collection[int], by: Person, trail: AuditTrail, clock: Clock
) -> None:
    """From now on these people, and no others, see the child. Errors: NotThere, RuleForbids."""
    now = clock.now()
    _demand_officer(by)
    _locked(work, child_id)
    if not is_sealed(work, child_id):
        raise RuleForbids("people.not_sealed")
    if not named:
        raise RuleForbids("people.only_named_people")
    before = named_people(work, child_id)
    _end(work, child_id, before - set(named), by, now)
    for account_id in sorted(set(named) - before):
        _name(work, child_id, account_id, by, now)
    trail.append(
        work, actor=by.name, action="child.seal_named", subject=f"child:{child_id}", detail={"named": sorted(named)}
    )


def lift(work: UnitOfWork, *, child_id: int, reason: str, by: Person, trail: AuditTrail, clock: Clock) -> None:
    """Errors: NotThere, RuleForbids."""
    now = clock.now()
    _demand_officer(by)
    _locked(work, child_id)
    if not is_sealed(work, child_id):
        raise RuleForbids("people.not_sealed")
    work.session.execute(
        update(ChildSeal)
        .where(ChildSeal.child_id == child_id, ChildSeal.lifted_at.is_(None))
        .values(lifted_at=now, lifted_by=by.name, lifted_reason=reason)
    )
    _end(work, child_id, named_people(work, child_id), by, now)
    trail.append(work, actor=by.name, action="child.seal_lifted", subject=f"child:{child_id}")


def named_people(work: UnitOfWork, child_id: int) -> set[int]:
    asked = select(SealAccess.account_id).where(SealAccess.child_id == child_id, SealAccess.ended_at.is_(None))
    return set(work.session.scalars(asked))


def _demand_officer(by: Person) -> None:
    if not SEALS & by.roles:
        raise NotThere("child")


def _locked(work: UnitOfWork, child_id: int) -> None:
    if work.session.get(Child, child_id, with_for_update=True) is None:
        raise NotThere("child")


def _name(work: UnitOfWork, child_id: int, account_id: int, by: Person, now: datetime) -> None:
    account = work.session.get(Account, account_id)
    if account is None or account.disabled_at is not None:
        raise RuleForbids("people.no_such_colleague")
    work.session.add(SealAccess(child_id=child_id, account_id=account_id, given_at=now, given_by=by.name))


def _end(work: UnitOfWork, child_id: int, accounts: Collection[int], by: Person, now: datetime) -> None:
    work.session.execute(
        update(SealAccess)
        .where(
            SealAccess.child_id == child_id, SealAccess.ended_at.is_(None), SealAccess.account_id.in_(sorted(accounts))
        )
        .values(ended_at=now, ended_by=by.name)
    )
