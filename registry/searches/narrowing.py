"""From what a search is narrowed to, to the templates that it looks at: what the records say at the moment."""

from datetime import date

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from common.text import comparison_key
from registry.children.rules import age_today
from registry.children.tables import Child, ChildSlotLink, IrisTemplate
from registry.db import UnitOfWork
from registry.encounters.tables import Encounter, Slot
from registry.searches.rules import Narrowing, Region


def template_ids(work: UnitOfWork, narrowing: Narrowing, *, encoder: str, today: date) -> list[int]:
    """The searchable templates of the children to whom everything that is set may apply, rising. Two statements."""
    rows = work.session.execute(
        select(IrisTemplate.id, Child.id.label("child_id"), Child.age_low, Child.age_high, Child.age_on)
        .join(ChildSlotLink, _stands_under(IrisTemplate.slot_id))
        .join(Child, Child.id == ChildSlotLink.child_id)
        .where(IrisTemplate.removed_at.is_(None), IrisTemplate.encoder == encoder, *_conditions(narrowing))
        .order_by(IrisTemplate.id)
    )
    elsewhere = _met_elsewhere(work, narrowing, narrowing.region) if narrowing.region is not None else set()
    return [
        row.id
        for row in rows
        if row.child_id not in elsewhere
        and narrowing.allows_age(age_today(row.age_low, row.age_high, row.age_on, today))
    ]


def _conditions(narrowing: Narrowing) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if narrowing.sex is not None:
        conditions.append(Child.sex.in_((narrowing.sex, "unknown")))
    if narrowing.seen_from is not None:
        conditions.append(or_(Child.last_met_on.is_(None), Child.last_met_on >= narrowing.seen_from))
    if narrowing.seen_until is not None:
        conditions.append(or_(Child.last_met_on.is_(None), Child.last_met_on <= narrowing.seen_until))
    return conditions


def _met_elsewhere(work: UnitOfWork, narrowing: Narrowing, region: Region) -> set[int]:
    """Children met at places that are known, never in the region."""
    meetings = work.session.execute(
        select(ChildSlotLink.child_id, Encounter.place_name, Encounter.latitude, Encounter.longitude)
        .join(Slot, Slot.id == ChildSlotLink.slot_id)
        .join(Encounter, Encounter.id == Slot.encounter_id)
        .join(Child, Child.id == ChildSlotLink.child_id)
        .where(ChildSlotLink.unlinked_at.is_(None), *_conditions(narrowing))
        .distinct()
    )
    wanted = {comparison_key(place) for place in region.places}
    there, elsewhere = set[int](), set[int]()
    for row in meetings:
        somewhere = row.latitude is not None and row.longitude is not None
        if comparison_key(row.place_name) in wanted or (somewhere and region.holds(row.latitude, row.longitude)):
            there.add(row.child_id)
        elif somewhere or not region.is_round:
            elsewhere.add(row.child_id)
    return elsewhere - there


def _stands_under(slot_id: InstrumentedAttribute[int]) -> ColumnElement[bool]:
    return and_(ChildSlotLink.slot_id == slot_id, ChildSlotLink.unlinked_at.is_(None))
