"""A family as its workers see it: first who they are, then each child with its case and what we owe it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, selectinload

from registry.cases.records import Promise
from registry.cases.tables import Case
from registry.children.sealing import visible_to
from registry.children.tables import Child
from registry.families.service import seen_by
from registry.families.tables import Family, FamilyMember, HouseholdAid


@dataclass(frozen=True, slots=True, kw_only=True)
class ChildOfFamily:
    child: Child
    case: Case | None
    """The open case, or the one closed last."""
    unkept_promises: int
    """Ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FamilyView:
    family: Family
    members: tuple[FamilyMember, ...]
    """Those who belong to it now, and whom this person may see."""
    former: tuple[FamilyMember, ...]
    children: dict[int, ChildOfFamily]
    aid: tuple[HouseholdAid, ...]


def one(session: Session, family_id: int, *, account_id: int, today: date) -> FamilyView | None:
    """The same number of statements for every family."""
    found = _families(session, [family_id], account_id)
    return _views(session, found, account_id=account_id, today=today)[0] if found else None


def listed(
    session: Session,
    *,
    account_id: int,
    today: date,
    child_id: int | None = None,
    before: int | None = None,
    limit: int,
) -> list[FamilyView]:
    """The newest first; those of one child, or all."""
    rows = select(Family.id).where(seen_by(account_id))
    if child_id is not None:
        homes = select(FamilyMember.family_id).where(
            FamilyMember.child_id == child_id, FamilyMember.left_at.is_(None),
            visible_to(account_id, FamilyMember.child_id),
        )  # fmt: skip
        rows = rows.where(Family.id.in_(homes))
    if before is not None:
        rows = rows.where(Family.id < before)
    ids = session.scalars(rows.order_by(Family.id.desc()).limit(limit)).all()
    return _views(session, _families(session, ids, account_id), account_id=account_id, today=today)


def _families(session: Session, ids: Sequence[int], account_id: int) -> list[Family]:
    rows = select(Family).where(Family.id.in_(ids), seen_by(account_id)).order_by(Family.id.desc())
    loaded = rows.options(selectinload(Family.members).selectinload(FamilyMember.restraints), selectinload(Family.aid))
    return list(session.scalars(loaded))


def _views(session: Session, families: list[Family], *, account_id: int, today: date) -> list[FamilyView]:
    ids = {member.child_id for family in families for member in family.members if member.child_id is not None}
    children = _children(session, ids, account_id, today)
    return [_view(family, children) for family in families]


def _view(family: Family, children: dict[int, ChildOfFamily]) -> FamilyView:
    shown = [member for member in family.members if member.child_id is None or member.child_id in children]
    corrected = {aid.corrects_id for aid in family.aid}
    return FamilyView(
        family=family, children=children,
        members=tuple(member for member in shown if member.left_at is None),
        former=tuple(member for member in shown if member.left_at is not None),
        aid=tuple(aid for aid in family.aid if aid.id not in corrected),
    )  # fmt: skip


def _children(session: Session, ids: set[int], account_id: int, today: date) -> dict[int, ChildOfFamily]:
    rows = session.scalars(select(Child).where(Child.id.in_(ids), visible_to(account_id))).all()
    cases: dict[int, Case] = {}
    for case in session.scalars(select(Case).where(Case.child_id.in_(ids)).order_by(Case.closed_at.is_(None), Case.id)):
        cases[case.child_id] = case
    unkept = dict(
        session.execute(
            select(Case.child_id, func.count())
            .join(Promise, Promise.case_id == Case.id)
            .where(Case.child_id.in_(ids))
            .where(or_(Promise.ended == "broken", Promise.ended.is_(None) & (Promise.due_on < today)))
            .group_by(Case.child_id)
        ).all()
    )
    return {
        child.id: ChildOfFamily(child=child, case=cases.get(child.id), unkept_promises=unkept.get(child.id, 0))
        for child in rows
    }
