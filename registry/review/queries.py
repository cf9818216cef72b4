"""What pages read about questions that wait for a reviewer."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from registry.children.sealing import visible_to
from registry.encounters.tables import Encounter, Slot
from registry.review.tables import ReviewItem, ReviewMember


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewRow:
    item: ReviewItem
    probes: tuple[tuple[Slot, Encounter, ReviewMember], ...]
    candidates: tuple[ReviewMember, ...]


def open_items(session: Session, account_id: int, *, limit: int = 200) -> list[ReviewRow]:
    """Open questions, the longest waiting first; none in which a sealed child stands that this person may not see."""
    members = selectinload(ReviewItem.members).selectinload(ReviewMember.child)
    unseen = select(ReviewMember.item_id).where(~visible_to(account_id, ReviewMember.child_id))
    items = session.scalars(
        select(ReviewItem)
        .where(ReviewItem.state == "open", ReviewItem.id.not_in(unseen))
        .order_by(ReviewItem.opened_at)
        .limit(limit)
        .options(members)
    ).all()
    met = _met(session, (m.slot_id for item in items for m in item.members if m.slot_id is not None))
    return [_row(item, met) for item in items]


def _met(session: Session, slot_ids: Iterable[int]) -> dict[int, tuple[Slot, Encounter]]:
    rows = session.execute(
        select(Slot, Encounter).join(Encounter, Encounter.id == Slot.encounter_id).where(Slot.id.in_(set(slot_ids)))
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
