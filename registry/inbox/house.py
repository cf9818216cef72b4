"""Who works here now, which children are sealed and for whom not, and who is kept away from whom: small tables."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.access.rules import Role
from registry.access.tables import Account, RoleAssignment
from registry.cases.tables import Case
from registry.children.records import ChildSeal, SealAccess
from registry.children.tables import Child
from registry.inbox.rules.people import House, Seeing
from registry.safeguarding.tables import AccessWithdrawn
from registry.transfers.tables import CaseCustody, OfficeMember


def the_house(session: Session) -> House:
    staff: dict[int, set[Role]] = defaultdict(set)
    names: dict[str, int] = {}
    rows = session.execute(
        select(Account.id, Account.name, RoleAssignment.role)
        .join(RoleAssignment, RoleAssignment.account_id == Account.id)
        .where(RoleAssignment.ended_at.is_(None), Account.disabled_at.is_(None))
    )
    for row in rows:
        staff[row.id].add(Role(row.role))
        names[row.name] = row.id
    return House(
        staff={one: frozenset(roles) for one, roles in staff.items()}, names=names, sealed=_sealed(session),
        away=_away(session), works_in=_offices(session),
    )  # fmt: skip


def holding(session: Session, house: House, children: Collection[int]) -> House:
    """The same house, knowing which offices have the cases of these children."""
    if not house.works_in or not children:
        return house
    held: dict[int, set[int]] = defaultdict(set)
    rows = session.execute(
        select(Case.child_id, CaseCustody.office_id)
        .join(CaseCustody, CaseCustody.case_id == Case.id)
        .where(Case.child_id.in_(set(children)), Case.state != "closed", CaseCustody.ended_at.is_(None))
    )
    for child, office in rows:
        held[child].add(office)
    return replace(house, held={child: frozenset(offices) for child, offices in held.items()})


def seeing(session: Session, *children: int) -> Seeing:
    """Those who may see all of these children now."""
    return holding(session, the_house(session), children).seeing(*children)


def _offices(session: Session) -> dict[int, int]:
    asked = select(OfficeMember.account_id, OfficeMember.office_id).where(OfficeMember.ended_at.is_(None))
    return {row[0]: row[1] for row in session.execute(asked)}


def _sealed(session: Session) -> dict[int, frozenset[int]]:
    sealed: dict[int, set[int]] = {
        child: set() for child in session.scalars(select(ChildSeal.child_id).where(ChildSeal.lifted_at.is_(None)))
    }
    if sealed:
        named = select(SealAccess.child_id, SealAccess.account_id).where(SealAccess.ended_at.is_(None))
        for child, account in session.execute(named):
            if child in sealed:
                sealed[child].add(account)
    return {child: frozenset(accounts) for child, accounts in sealed.items()}


def _away(session: Session) -> dict[int, frozenset[int]]:
    """After a merge they are kept from the record that goes on as well, as `children.sealing` has it."""
    away: dict[int, set[int]] = defaultdict(set)
    kept = select(AccessWithdrawn.child_id, AccessWithdrawn.account_id).where(AccessWithdrawn.ended_at.is_(None))
    for child, account in session.execute(kept):
        away[child].add(account)
    ahead = set(away)
    while ahead:
        merged = select(Child.id, Child.merged_into_id).where(Child.id.in_(ahead), Child.merged_into_id.is_not(None))
        ahead = set()
        for child, into in session.execute(merged):
            if into is not None and not away[child] <= away[into]:
                away[into] |= away[child]
                ahead.add(into)
    return {child: frozenset(accounts) for child, accounts in away.items()}
