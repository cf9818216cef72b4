"""What pages read about questions that wait for a reviewer."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import Session, defer, selectinload

from registry.children.sealing import visible_to
from registry.encounters.tables import Encounter, Slot
from registry.review.tables import ReviewItem, ReviewMember

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewRow:
    item: ReviewItem
    probes: tuple[tuple[Slot, Encounter, ReviewMember], ...]
    candidates: tuple[ReviewMember, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewPage:
    rows: tuple[ReviewRow, ...]
    next: tuple[str, int] | None
    """Where the next page begins, as a cursor holds it."""


def open_items(
    session: Session, account_id: int, *, after: tuple[Any, ...] | None = None, limit: int = PAGE_SIZE
) -> ReviewPage:
    """Open questions, the longest waiting first; none in which a sealed child stands that this person may not see."""
    members = selectinload(ReviewItem.members).selectinload(ReviewMember.child)
    unseen = select(func.count()).where(
        ReviewMember.item_id == ReviewItem.id, ~visible_to(account_id, ReviewMember.child_id)
    )  # counted, PostgreSQL asks it of those items that the page reaches; with NOT IN or EXISTS, of all there ever were
    asked = select(ReviewItem).where(ReviewItem.state == "open", unseen.scalar_subquery() == 0)
    if after is not None:
        asked = asked.where(tuple_(ReviewItem.opened_at, ReviewItem.id) > after)
    asked = asked.order_by(ReviewItem.opened_at, ReviewItem.id).limit(limit + 1)
    found = session.scalars(asked.options(members)).all()
    items, last = found[:limit], found[limit - 1] if len(found) > limit else None
    met = _met(session, (m.slot_id for item in items for m in item.members if m.slot_id is not None))
    return ReviewPage(
        rows=tuple(_row(item, met) for item in items), next=(last.opened_at.isoformat(), last.id) if last else None
    )


def _met(session: Session, slot_ids: Iterable[int]) -> dict[int, tuple[Slot, Encounter]]:
    rows = session.execute(
        select(Slot, Encounter)
        .join(Encounter, Encounter.id == Slot.encounter_id)
        .where(Slot.id.in_(set(slot_ids)))
        .options(defer(Slot.evidence), defer(Encounter.models))
    )
    return {slot.id: (slot, encounter) for slot, encounter in rows}


def _row(item: ReviewItem, met: dict[int, tuple[Slot, Encounter]]) -> ReviewRow:
    probes = tuple(
        (*met[m.slot_id], m) for m in item.members if m.role == "probe" and m.slot_id is not None and m.slot_id in met
    )
    candidates: dict[int, ReviewMember] = {}
    for member in item.members:
        if member.role == "candidate":
            best = candidates.get(member.child_id)
            if best is None or (member.score or 1) < (best.score or 1):
                candidates[member.child_id] = member
    return ReviewRow(item=item, probes=probes, candidates=tuple(candidates.values()))
