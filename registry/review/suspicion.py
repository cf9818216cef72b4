"""An eye that looked like a print, a screen or a patterned lens: what a reviewer is told, and what lifts the doubt."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.children.tables import Child
from registry.db import UnitOfWork
from registry.encounters.tables import Slot
from registry.review.rules import only_suspected
from registry.review.tables import ReviewItem, ReviewMember, ReviewQuestion


@dataclass(frozen=True, slots=True, kw_only=True)
class SuspectedEye:
    """record: 0 or 1, the side of the question; eye: left or right; forgery: print, screen or lens."""

    record: int
    eye: str
    forgery: str

    def as_shown(self) -> dict[str, Any]:
        return {"record": self.record, "eye": self.eye, "forgery": self.forgery}


def suspected_eyes(session: Session, sides: tuple[Collection[int], Collection[int]]) -> tuple[SuspectedEye, ...]:
    """Of all captures of both records, each once. sides: the slots of either."""
    rows = session.execute(
        select(Slot.id, Slot.left_liveness, Slot.right_liveness)
        .where(Slot.id.in_([*sides[0], *sides[1]]))
        .order_by(Slot.id)
    ).all()
    found = [
        SuspectedEye(record=record, eye=eye, forgery=str(told["suspected"]))
        for record, side in enumerate(sides)
        for slot_id, left, right in rows
        if slot_id in side
        for eye, told in (("left", left), ("right", right))
        if told and told.get("suspected")
    ]
    return tuple(dict.fromkeys(found))


def waits_for_a_living_eye(work: UnitOfWork, child_id: int) -> bool:
    """Whether nothing but a suspicion keeps this child provisional: nobody was asked whether it is somebody else."""
    asked = select(ReviewQuestion.id).where(
        ReviewQuestion.item_id.is_not(None),
        (ReviewQuestion.child_id == child_id) | (ReviewQuestion.other_id == child_id),
    )
    items = _items(work, child_id)
    return bool(items) and all(only_suspected(one.reason) for one in items) and not work.session.scalars(asked).first()


def lift(work: UnitOfWork, child: Child, now: datetime) -> None:
    """The same eyes were captured again and looked alive."""
    child.standing = "confirmed"
    for item in _items(work, child.id):
        if item.state == "open":
            item.state, item.closed_at = "closed", now


def _items(work: UnitOfWork, child_id: int) -> list[ReviewItem]:
    probes = select(ReviewMember.item_id).where(ReviewMember.child_id == child_id, ReviewMember.role == "probe")
    return list(work.session.scalars(select(ReviewItem).where(ReviewItem.id.in_(probes))))
