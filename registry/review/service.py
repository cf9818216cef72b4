"""Keeping one question about a child in one place, however many captures it draws in."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, insert, select

from registry.children.tables import Child
from registry.db import UnitOfWork
from registry.encounters.tables import Slot
from registry.live.service import Happening
from registry.review.tables import ReviewItem, ReviewMember


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspect:
    """An enrolled child that the probe may be, by the best of its templates."""

    child_id: int
    template_id: int | None
    score: float


def open_item_of(work: UnitOfWork, child_ids: Collection[int]) -> int | None:
    """The oldest open question that asks who one of these children is, or None.

    Only a child that was itself captured unsurely draws others in: a child who merely is somebody's candidate may be
    the candidate of several questions.
    """
    if not child_ids:
        return None
    return work.session.execute(
        select(func.min(ReviewItem.id))
        .join(ReviewMember, ReviewMember.item_id == ReviewItem.id)
        .where(ReviewItem.state == "open", ReviewMember.role == "probe", ReviewMember.child_id.in_(child_ids))
    ).scalar_one()


def ask(
    work: UnitOfWork, *, slot: Slot, child: Child, suspects: Sequence[Suspect], reason: str, now: datetime
) -> list[Happening]:
    """Put this slot's child before a person: into the open item of the child or of any suspect, or into a new one."""
    item_id = open_item_of(work, {child.id, *(suspect.child_id for suspect in suspects)})
    kind = "review_joined"
    if item_id is None:
        kind = "review_opened"
        item_id = work.session.execute(
            insert(ReviewItem).values(state="open", reason=reason, opened_at=now).returning(ReviewItem.id)
        ).scalar_one()
    there = set(work.session.execute(select(ReviewMember.child_id).where(ReviewMember.item_id == item_id)).scalars())
    members = [_member(item_id, "probe", child.id, slot, now)]
    members += [
        _member(item_id, "candidate", suspect.child_id, slot, now, suspect)
        for suspect in suspects
        if suspect.child_id not in there and suspect.child_id != child.id
    ]
    work.session.execute(insert(ReviewMember), members)
    return [Happening(kind=kind, child_id=child.id, slot_id=slot.id, data={"item": item_id, "reason": reason})]


def _member(
    item_id: int, role: str, child_id: int, slot: Slot, now: datetime, suspect: Suspect | None = None
) -> dict[str, object]:
    return {
        "item_id": item_id, "role": role, "child_id": child_id, "slot_id": slot.id, "joined_at": now,
        "template_id": suspect.template_id if suspect else None, "score": suspect.score if suspect else None,
    }  # fmt: skip
