"""What pages read about children."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, func, not_, select, union
from sqlalchemy.orm import Session, defer

from common.text import canonical_code
from registry.cases.tables import Case, Proposal
from registry.children.finding import Sought, find
from registry.children.sealing import visible_to
from registry.children.tables import Child, ChildSlotLink
from registry.encounters.queries import SlotView, slot_views
from registry.encounters.tables import Encounter, Slot
from registry.names.tokens import NameMarks
from registry.review.tables import ReviewItem, ReviewMember

MOST_FOUND = 50
PAGE_SIZE = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class ChildRow:
    """A child in a list: where it stands and when it was last met."""

    child: Child
    times_met: int
    latest: SlotView | None
    place: str | None
    team: str | None
    met_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftPage:
    rows: tuple[ChildRow, ...]
    total: int
    """Children of the whole shift."""
    more: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """One slot of the child's timeline, and who was scanned beside it."""

    encounter: Encounter
    slot: Slot
    linked_by: str
    siblings: tuple[SlotView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChildView:
    child: Child
    meetings: tuple[Meeting, ...]
    cases: tuple[Case, ...]
    proposals: tuple[Proposal, ...]
    review_id: int | None
    """The open question this child stands in, if any."""
    names: tuple[str, ...]
    """Every given name said, latest first."""


def of_shift(session: Session, day: date, *, account_id: int, page: int = 1) -> ShiftPage:
    """The children met in one shift, the latest first."""
    met = (
        select(
            ChildSlotLink.child_id, func.max(Encounter.captured_at).label("at"), func.count().over().label("children")
        )
        .join(Slot, Slot.id == ChildSlotLink.slot_id)
        .join(Encounter, Encounter.id == Slot.encounter_id)
        .where(Encounter.shift_date == day, ChildSlotLink.unlinked_at.is_(None))
        .where(visible_to(account_id, ChildSlotLink.child_id))
        .group_by(ChildSlotLink.child_id)
        .subquery()
    )
    asked = select(Child, met.c.children).join(met, met.c.child_id == Child.id)
    asked = asked.order_by(met.c.at.desc(), Child.id.desc()).limit(PAGE_SIZE).offset((page - 1) * PAGE_SIZE)
    found = session.execute(asked).all()
    total = found[0].children if found else 0
    rows = _rows(session, [child for child, _ in found])
    return ShiftPage(rows=tuple(rows), total=total, more=page * PAGE_SIZE < total)


def search(session: Session, typed: str, *, marks: NameMarks, account_id: int) -> list[ChildRow]:
    """By code, by case number, or by a name as somebody else may have written it: those that sound so come first."""
    code = canonical_code(typed)
    by_code, by_number = select(Child.id).where(Child.code == code), select(Case.child_id).where(Case.number == code)
    numbered = session.scalars(select(Child).where(Child.id.in_(union(by_code, by_number)), visible_to(account_id)))
    found = dict.fromkeys(numbered)
    if any(character.isalpha() for character in typed):
        named = find(session, Sought(own=typed), marks, account_id=account_id, limit=MOST_FOUND).rows
        found |= dict.fromkeys(row.child for row in named)
    return _rows(session, list(found)[:MOST_FOUND])


def one(session: Session, child_id: int, *, account_id: int) -> ChildView | None:
    child = session.scalars(select(Child).where(Child.id == child_id, visible_to(account_id))).one_or_none()
    if child is None:
        return None
    meetings = _meetings(session, child_id, account_id)
    names = dict.fromkeys(meeting.slot.given_name for meeting in meetings if meeting.slot.given_name)
    cases = session.scalars(select(Case).where(Case.child_id == child_id).order_by(Case.opened_at.desc())).all()
    proposals = session.scalars(
        select(Proposal).where(Proposal.child_id == child_id).order_by(Proposal.opened_at.desc(), Proposal.id.desc())
    ).all()
    return ChildView(
        child=child, meetings=meetings, cases=tuple(cases), proposals=tuple(proposals),
        review_id=_open_question(session, child_id), names=tuple(names),
    )  # fmt: skip


def _open_question(session: Session, child_id: int) -> int | None:
    return session.scalar(
        select(ReviewItem.id)
        .join(ReviewMember, ReviewMember.item_id == ReviewItem.id)
        .where(ReviewMember.child_id == child_id, ReviewItem.state == "open")
        .order_by(ReviewItem.id)
        .limit(1)
    )


def _meetings(session: Session, child_id: int, account_id: int) -> tuple[Meeting, ...]:
    rows = session.execute(
        select(Encounter, Slot, ChildSlotLink.linked_by)
        .join(Slot, Slot.encounter_id == Encounter.id)
        .join(ChildSlotLink, ChildSlotLink.slot_id == Slot.id)
        .where(ChildSlotLink.child_id == child_id, ChildSlotLink.unlinked_at.is_(None))
        .order_by(Encounter.captured_at.desc(), Encounter.id.desc())
    ).all()
    others = select(Slot).where(Slot.encounter_id.in_([r[0].id for r in rows]), Slot.id.not_in([r[1].id for r in rows]))
    hidden = (
        select(ChildSlotLink.id)
        .where(ChildSlotLink.slot_id == Slot.id, ChildSlotLink.unlinked_at.is_(None))
        .where(not_(visible_to(account_id, ChildSlotLink.child_id)))
    )
    beside = session.scalars(others.where(~hidden.exists()).options(defer(Slot.evidence))).all()
    views = slot_views(session, beside)
    return tuple(
        Meeting(
            encounter=encounter, slot=slot, linked_by=linked_by,
            siblings=tuple(views[s.id] for s in beside if s.encounter_id == encounter.id),
        )
        for encounter, slot, linked_by in rows
    )  # fmt: skip


def _rows(session: Session, children: Sequence[Child]) -> list[ChildRow]:
    """In the order given. Only the latest meeting of each is loaded, however often a child was met."""
    met = _meetings_ranked([child.id for child in children]).subquery()
    found = session.execute(
        select(met.c.child_id, met.c.times, Slot, Encounter)
        .join(Slot, Slot.id == met.c.slot_id)
        .join(Encounter, Encounter.id == Slot.encounter_id)
        .where(met.c.place == 1)
        .options(defer(Slot.evidence), defer(Encounter.models))
    ).all()
    latest = {child_id: (slot, encounter) for child_id, _, slot, encounter in found}
    times = {child_id: count for child_id, count, _, _ in found}
    views = slot_views(session, [slot for slot, _ in latest.values()])
    return [_row(child, times.get(child.id, 0), latest.get(child.id), views) for child in children]


def _meetings_ranked(ids: Sequence[int]) -> Select[Any]:
    return (
        select(
            ChildSlotLink.child_id,
            ChildSlotLink.slot_id,
            func.count().over(partition_by=ChildSlotLink.child_id).label("times"),
            func.row_number()
            .over(partition_by=ChildSlotLink.child_id, order_by=(Encounter.captured_at.desc(), Encounter.id.desc()))
            .label("place"),
        )
        .join(Slot, Slot.id == ChildSlotLink.slot_id)
        .join(Encounter, Encounter.id == Slot.encounter_id)
        .where(ChildSlotLink.child_id.in_(ids), ChildSlotLink.unlinked_at.is_(None))
    )


def _row(child: Child, times: int, latest: tuple[Slot, Encounter] | None, views: dict[int, SlotView]) -> ChildRow:
    if latest is None:
        return ChildRow(child=child, times_met=times, latest=None, place=None, team=None, met_at=None)
    slot, encounter = latest
    return ChildRow(
        child=child, times_met=times, latest=views[slot.id], place=encounter.place_name, team=encounter.team,
        met_at=encounter.captured_at,
    )  # fmt: skip
