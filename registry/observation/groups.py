"""Who belongs together in an encounter: siblings met at once, friends, and the adult whom a child came with.

Relations stand between slots. Whose they are follows the slots, so that "this was not that child" and a merge take them
along by themselves.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from common.time import Clock
from registry.audit.service import AuditTrail
from registry.children.people import Person
from registry.children.rules import WRITES_RECORD
from registry.children.sealing import visible_to
from registry.children.tables import Child, ChildSlotLink
from registry.db import UnitOfWork
from registry.encounters.tables import Encounter, Slot
from registry.errors import NotThere, RuleForbids
from registry.observation.forms import RelationForm, WithdrawForm
from registry.observation.tables import SlotRelation


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupChild:
    slot: Slot
    child: Child | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """An encounter as one meeting of several. Who may not be seen is not in it, nor any word of them."""

    encounter: Encounter
    children: tuple[GroupChild, ...]
    relations: tuple[SlotRelation, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Belonging:
    """One child's tie to another, or to an adult, with the encounter where it was told."""

    relation: SlotRelation
    encounter: Encounter
    other: Child | None


def relate(
    work: UnitOfWork, encounter_id: int, form: RelationForm, *, by: Person, trail: AuditTrail, clock: Clock
) -> SlotRelation:
    """Errors: NotThere, RuleForbids."""
    _demand(by)
    group = one(work.session, encounter_id, account_id=by.account_id)
    if group is None or work.session.get(Encounter, encounter_id, with_for_update=True) is None:
        raise NotThere("encounter")
    slots = {each.slot.number: each.slot.id for each in group.children}
    if form.slot not in slots or (form.other is not None and form.other not in slots):
        raise RuleForbids("people.not_in_this_encounter")
    relation = SlotRelation(
        slot_id=slots[form.slot], other_slot_id=slots[form.other] if form.other is not None else None,
        adult=form.adult, relation=form.relation, source=form.source, written_at=clock.now(), written_by=by.name,
    )  # fmt: skip
    if any(_is_the_same(relation, there) for there in group.relations):
        raise RuleForbids("people.related_already")
    work.session.add(relation)
    work.session.flush()  # its number goes into the audit entry
    trail.append(
        work, actor=by.name, action="encounter.related", subject=f"encounter:{encounter_id}",
        detail={"relation": relation.id, "kind": str(form.relation)},
    )  # fmt: skip
    return relation


def withdraw(
    work: UnitOfWork, relation_id: int, form: WithdrawForm, *, by: Person, trail: AuditTrail, clock: Clock
) -> SlotRelation:
    """It was not so: the row stays, with the reason. Errors: NotThere, RuleForbids."""
    _demand(by)
    relation = work.session.get(SlotRelation, relation_id, with_for_update=True)
    slot = work.session.get(Slot, relation.slot_id) if relation else None
    group = one(work.session, slot.encounter_id, account_id=by.account_id, withdrawn=True) if slot else None
    if relation is None or group is None or relation not in group.relations:
        raise NotThere("relation")
    if relation.withdrawn_at is not None:
        raise RuleForbids("people.withdrawn_already")
    relation.withdrawn_at, relation.withdrawn_by, relation.withdrawn_because = clock.now(), by.name, form.because
    trail.append(
        work, actor=by.name, action="encounter.relation_withdrawn", subject=f"encounter:{group.encounter.id}",
        detail={"relation": relation_id},
    )  # fmt: skip
    return relation


def one(session: Session, encounter_id: int, *, account_id: int, withdrawn: bool = False) -> Group | None:
    """The same number of statements for every group."""
    encounter = session.get(Encounter, encounter_id)
    if encounter is None:
        return None
    rows = session.execute(
        select(Slot, Child, visible_to(account_id))
        .outerjoin(ChildSlotLink, (ChildSlotLink.slot_id == Slot.id) & ChildSlotLink.unlinked_at.is_(None))
        .outerjoin(Child, Child.id == ChildSlotLink.child_id)
        .where(Slot.encounter_id == encounter_id)
        .order_by(Slot.number)
    ).all()
    children = tuple(GroupChild(slot=slot, child=child) for slot, child, seen in rows if child is None or seen)
    if not children and rows:
        return None
    return Group(
        encounter=encounter, children=children,
        relations=_relations(session, [each.slot.id for each in children], withdrawn=withdrawn),
    )  # fmt: skip


def belonging(session: Session, child_id: int, *, account_id: int) -> list[Belonging]:
    """Everything told of whom this child belongs to, in all its encounters, the latest first."""
    mine = select(ChildSlotLink.slot_id).where(
        ChildSlotLink.child_id == child_id,
        ChildSlotLink.unlinked_at.is_(None),
        visible_to(account_id, ChildSlotLink.child_id),
    )
    told = session.scalars(
        select(SlotRelation)
        .where(SlotRelation.withdrawn_at.is_(None))
        .where(or_(SlotRelation.slot_id.in_(mine), SlotRelation.other_slot_id.in_(mine)))
        .order_by(SlotRelation.id.desc())
    ).all()
    slots = {slot for one in told for slot in (one.slot_id, one.other_slot_id) if slot is not None}
    rows = session.execute(
        select(Slot.id, Encounter, Child, visible_to(account_id))
        .join(Encounter, Encounter.id == Slot.encounter_id)
        .join(ChildSlotLink, (ChildSlotLink.slot_id == Slot.id) & ChildSlotLink.unlinked_at.is_(None))
        .join(Child, Child.id == ChildSlotLink.child_id)
        .where(Slot.id.in_(slots))
    ).all()
    of = {slot_id: (encounter, child, bool(seen)) for slot_id, encounter, child, seen in rows}
    return [_belonging(relation, child_id, of) for relation in told if _is_shown(relation, of)]


_Of = dict[int, tuple[Encounter, Child, bool]]


def _is_shown(relation: SlotRelation, of: _Of) -> bool:
    sides = [side for side in (relation.slot_id, relation.other_slot_id) if side is not None]
    return all(side in of and of[side][2] for side in sides)


def _belonging(relation: SlotRelation, child_id: int, of: _Of) -> Belonging:
    encounter, child, _ = of[relation.slot_id]
    other = of[relation.other_slot_id][1] if relation.other_slot_id is not None else None
    return Belonging(relation=relation, encounter=encounter, other=other if child.id == child_id else child)


def _relations(session: Session, slot_ids: Sequence[int], *, withdrawn: bool) -> tuple[SlotRelation, ...]:
    rows = select(SlotRelation).where(
        SlotRelation.slot_id.in_(slot_ids),
        or_(SlotRelation.other_slot_id.is_(None), SlotRelation.other_slot_id.in_(slot_ids)),
    )
    if not withdrawn:
        rows = rows.where(SlotRelation.withdrawn_at.is_(None))
    return tuple(session.scalars(rows.order_by(SlotRelation.id)))


def _is_the_same(one: SlotRelation, there: SlotRelation) -> bool:
    sides = {one.slot_id, one.other_slot_id} == {there.slot_id, there.other_slot_id}
    return sides and (one.adult, one.relation) == (there.adult, there.relation)


def _demand(by: Person) -> None:
    if not WRITES_RECORD & by.roles:
        raise NotThere("encounter")
