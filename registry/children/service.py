"""Children, the slots that stand under them, and what the gallery holds of them."""

from collections.abc import Callable, Collection
from datetime import date, datetime

from sqlalchemy import insert, select, update

from matching import Template
from registry.children.rules import adds_variety, draw_code
from registry.children.tables import Child, ChildSlotLink, GalleryLog, IrisTemplate
from registry.db import UnitOfWork
from registry.encounters.tables import Encounter, Slot

MATCHING = "matching"


def owners(work: UnitOfWork, template_ids: Collection[int]) -> dict[int, int]:
    """Template to the child under whom its slot stands. Removed templates and detached slots are left out.

    Asked under the gallery lock, so that the answer holds until the commit.
    """
    if not template_ids:
        return {}
    rows = work.session.execute(
        select(IrisTemplate.id, ChildSlotLink.child_id)
        .join(ChildSlotLink, ChildSlotLink.slot_id == IrisTemplate.slot_id)
        .where(
            IrisTemplate.id.in_(template_ids), IrisTemplate.removed_at.is_(None), ChildSlotLink.unlinked_at.is_(None)
        )
    )
    return {row.id: row.child_id for row in rows}


def sensors(work: UnitOfWork, template_ids: Collection[int]) -> dict[int, str | None]:
    """Template to the model of scanner that it was taken with; None where that was not told."""
    if not template_ids:
        return {}
    rows = work.session.execute(
        select(IrisTemplate.id, Encounter.sensor)
        .join(Slot, Slot.id == IrisTemplate.slot_id)
        .join(Encounter, Encounter.id == Slot.encounter_id)
        .where(IrisTemplate.id.in_(template_ids))
    )
    return {row.id: row.sensor for row in rows}


def enrol(
    work: UnitOfWork, slot: Slot, *, standing: str, met_on: date, now: datetime, draw: Callable[[int], int]
) -> Child:
    """A new child record from what was said of the slot's child; flushed. standing: confirmed | provisional."""
    code = draw_code(draw, taken=lambda code: _code_taken(work, code))
    child = Child(
        code=code, standing=standing, given_name=slot.given_name, sex=slot.sex, age_low=slot.age_low,
        age_high=slot.age_high, age_method=slot.age_method, age_on=met_on if slot.age_low is not None else None,
        created_at=now, last_met_on=met_on,
    )  # fmt: skip
    work.session.add(child)
    work.session.flush()
    return child


def met_again(child: Child, slot: Slot, *, met_on: date) -> None:
    """The record follows what was said last; a sex or age once on record is not overwritten by a guess."""
    child.given_name = slot.given_name or child.given_name
    if child.sex == "unknown":
        child.sex = slot.sex
    if child.age_low is None and slot.age_low is not None:
        child.age_low, child.age_high = slot.age_low, slot.age_high
        child.age_method, child.age_on = slot.age_method, met_on
    child.last_met_on = max(met_on, child.last_met_on or met_on)


def link(work: UnitOfWork, slot: Slot, child: Child, *, by: str, now: datetime) -> None:
    work.session.execute(insert(ChildSlotLink).values(slot_id=slot.id, child_id=child.id, linked_at=now, linked_by=by))


def add_template(work: UnitOfWork, slot: Slot, template: Template, *, seq: int, now: datetime) -> int:
    """Make the template searchable; its id. `seq`: the log's next number, read under the gallery lock that is held."""
    template_id: int = work.session.execute(
        insert(IrisTemplate)
        .values(slot_id=slot.id, encoder=template.encoder, data=template.to_bytes(), created_at=now)
        .returning(IrisTemplate.id)
    ).scalar_one()
    work.session.execute(insert(GalleryLog).values(seq=seq, op="add", template_id=template_id, at=now))
    return template_id


def remove_templates(work: UnitOfWork, slot_ids: Collection[int], *, seq: int, now: datetime) -> list[int]:
    """Out of gallery and store; their ids. What stays of each is its number, which the log names. `seq`: the log's next
    number, read under the gallery lock that is held."""
    gone = list(
        work.session.scalars(
            update(IrisTemplate)
            .where(IrisTemplate.slot_id.in_(slot_ids), IrisTemplate.removed_at.is_(None))
            .values(data=b"", removed_at=now)
            .returning(IrisTemplate.id)
        )
    )
    for number, template_id in enumerate(sorted(gone)):
        work.session.execute(insert(GalleryLog).values(seq=seq + number, op="remove", template_id=template_id, at=now))
    return gone


def may_add_template(work: UnitOfWork, child_id: int, template: Template) -> bool:
    """Whether one more template would help: there are fewer than a child may have, and none at a like pupil."""
    rows = work.session.execute(
        select(IrisTemplate.data)
        .join(ChildSlotLink, ChildSlotLink.slot_id == IrisTemplate.slot_id)
        .where(
            ChildSlotLink.child_id == child_id, ChildSlotLink.unlinked_at.is_(None), IrisTemplate.removed_at.is_(None)
        )
    ).scalars()
    return adds_variety(_pupil(template), [_pupil(Template.from_bytes(data)) for data in rows])


def _pupil(template: Template) -> float:
    """The mean pupil ratio of the preferred codes, 0..1."""
    ratios = [codes[0].pupil_ratio for codes in (template.left, template.right) if codes]
    return sum(ratios) / len(ratios)


def _code_taken(work: UnitOfWork, code: str) -> bool:
    return work.session.execute(select(Child.id).where(Child.code == code)).first() is not None
