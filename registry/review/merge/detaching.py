"""“This was not that child”: one slot is taken from a child as fully as a merge is undone.

The slot gets a record of its own with full services, its template goes with it, each row written because of it goes
where a person says, and reviewers are asked at once whether the two are one after all.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import RowMapping, func, select

from common.time import Clock
from registry.audit.service import AuditTrail
from registry.children import service as children
from registry.children.marked import gather_marks
from registry.children.people import Person
from registry.children.record import ChildRecord
from registry.children.recording import newest
from registry.children.tables import Child, ChildSlotLink
from registry.db import UnitOfWork
from registry.encounters.tables import Encounter, Slot
from registry.errors import NotThere, ReasonNeeded
from registry.live.service import Happening, tell
from registry.review.merge.owned import LINKS, table
from registry.review.merge.since import Since, because_of_slot, hand_over, relink
from registry.review.people import demand, demand_both, refuse
from registry.review.rules import CHILD_WAITS, DETACHES, Refusal, unassigned
from registry.review.service import write_urgent
from registry.review.tables import Detachment

Stay = Literal["stays", "goes"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenSlot:
    """A meeting that may not have been with this child, as the page shows it."""

    slot: Slot
    encounter: Encounter
    child: Child
    rows: tuple[Since, ...]


def seen_slot(work: UnitOfWork, slot_id: int, by: Person) -> SeenSlot:
    """Errors: NotThere."""
    rows = listed_for_slot(work, slot_id, by)
    slot = work.session.get_one(Slot, slot_id)
    child = work.session.get_one(Child, _open_link(work, slot_id)["child_id"])
    encounter = work.session.get_one(Encounter, slot.encounter_id)
    return SeenSlot(slot=slot, encounter=encounter, child=child, rows=tuple(rows))


def listed_for_slot(work: UnitOfWork, slot_id: int, by: Person) -> list[Since]:
    """What a person must assign before the slot is detached. Errors: NotThere."""
    demand(by, DETACHES, "slot")
    link = _open_link(work, slot_id)
    demand_both(work, by, (link["child_id"],), "slot")
    return because_of_slot(work, link["child_id"], slot_id, link["linked_at"])


def detach(
    work: UnitOfWork,
    *,
    slot_id: int,
    child_id: int,
    by: Person,
    reason: str,
    assigned: Mapping[str, Stay],
    draw: Callable[[int], int],
    trail: AuditTrail,
    clock: Clock,
) -> Detachment:
    """`child_id`: under whom the person saw the slot. `assigned`: each listed row stays or goes with the slot. Detached
    twice by one person it is detached once.

    Errors: NotThere, ReasonNeeded, ReviewRefused (not_this_childs, only_slot, choice_missing, list_changed, clash).
    """
    demand(by, DETACHES, "slot")
    if not reason.strip():
        raise ReasonNeeded
    work.lock_gallery()
    link, now = _open_link(work, slot_id), clock.now()
    demand_both(work, by, (link["child_id"],), "slot")
    if link["child_id"] != child_id:
        done = _done_by(work, slot_id, child_id, by)
        refuse(Refusal.NOT_THIS_CHILDS if done is None else None)
        assert done is not None
        return done
    child = work.session.get_one(Child, child_id)
    refuse(Refusal.ONLY_SLOT if _is_all_there_is(work, child, link) else None)
    listed = because_of_slot(work, child_id, slot_id, link["linked_at"])
    refuse(unassigned([one.key for one in listed], assigned))
    going = [one for one in listed if assigned[one.key] == "goes"]
    found = _take_out(work, child, link, going, by=by.name, reason=reason.strip(), now=now, draw=draw)
    found.moved = {"rows": dict(assigned)}
    work.session.flush()
    _tell(work, found, by, trail, now)
    return found


def _take_out(
    work: UnitOfWork,
    child: Child,
    link: RowMapping,
    going: list[Since],
    *,
    by: str,
    reason: str,
    now: datetime,
    draw: Callable[[int], int],
) -> Detachment:
    slot = work.session.get_one(Slot, link["slot_id"])
    met = work.session.get_one(Encounter, slot.encounter_id)
    other = children.enrol(work, slot, standing="provisional", met_on=met.shift_date, now=now, draw=draw)
    why = f"not this child: {reason}"
    relink(work, link["id"], other.id, by=by, now=now, why=why)
    hand_over(work, going, other.id, by=by, now=now, why=why)
    gather_marks(work, [child.id, other.id])
    work.session.flush()
    _forget(work, child, slot, met)
    write_urgent(
        work, child=other, other_id=child.id, slot=slot, by=by, reason=reason, now=now, due=now + CHILD_WAITS
    )  # fmt: skip
    found = Detachment(
        slot_id=slot.id, from_child_id=child.id, to_child_id=other.id, reason=reason[:500], detached_by=by,
        detached_at=now, moved={},
    )  # fmt: skip
    work.session.add(found)
    return found


def _forget(work: UnitOfWork, child: Child, slot: Slot, met: Encounter) -> None:
    """What only this slot said of the child is said of it no longer; what others said, or somebody wrote, stands."""
    left = work.session.execute(
        select(Slot, Encounter.shift_date)
        .join(Encounter, Encounter.id == Slot.encounter_id)
        .join(ChildSlotLink, ChildSlotLink.slot_id == Slot.id)
        .where(ChildSlotLink.child_id == child.id, ChildSlotLink.unlinked_at.is_(None))
        .order_by(Encounter.captured_at, Slot.id)
    ).all()
    again = Child(sex="unknown")
    for other, day in left:
        children.met_again(again, other, met_on=day)
    last = newest(work.session, child.id)
    written = ChildRecord.model_validate(last.record) if last else ChildRecord()
    if child.last_met_on == met.shift_date:
        child.last_met_on = again.last_met_on
    if child.given_name == slot.given_name and written.given_name is None:
        child.given_name = next((o.given_name for o, _ in reversed(left) if o.given_name), None)
    if child.sex == slot.sex and written.sex == "unknown":
        child.sex = again.sex
    if _age_said(child) == (slot.age_low, slot.age_high, slot.age_method) and written.age is written.birth is None:
        child.age_low, child.age_high = again.age_low, again.age_high
        child.age_method, child.age_on = again.age_method, again.age_on


def _age_said(child: Child) -> tuple[int | None, int | None, str | None]:
    return child.age_low, child.age_high, child.age_method


def _open_link(work: UnitOfWork, slot_id: int) -> RowMapping:
    links = table(LINKS)
    found = select(links).where(links.c.slot_id == slot_id, links.c.unlinked_at.is_(None))
    link = work.session.execute(found).mappings().one_or_none()
    if link is None:
        raise NotThere("slot")
    return link


def _is_all_there_is(work: UnitOfWork, child: Child, link: RowMapping) -> bool:
    """The record was made from this slot and stands on nothing else: there is nothing to take it from."""
    others = work.session.scalar(
        select(func.count())
        .select_from(ChildSlotLink)
        .where(ChildSlotLink.child_id == child.id, ChildSlotLink.unlinked_at.is_(None), ChildSlotLink.id != link["id"])
    )
    return not others and child.created_at == link["linked_at"]


def _done_by(work: UnitOfWork, slot_id: int, child_id: int, by: Person) -> Detachment | None:
    return work.session.scalars(
        select(Detachment)
        .where(Detachment.slot_id == slot_id, Detachment.from_child_id == child_id, Detachment.detached_by == by.name)
        .order_by(Detachment.id.desc())
        .limit(1)
    ).first()


def _tell(work: UnitOfWork, found: Detachment, by: Person, trail: AuditTrail, now: datetime) -> None:
    pair = {"from": found.from_child_id, "to": found.to_child_id}
    trail.append(work, actor=by.name, action="slot.detached", subject=f"slot:{found.slot_id}", detail=pair)
    tell(
        work,
        [Happening(kind="slot_detached", slot_id=found.slot_id, child_id=found.from_child_id, data=pair)],
        at=now,
    )
