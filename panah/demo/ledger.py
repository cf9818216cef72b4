"""What the registry's database says of the demo's captures."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, func, select

from panah.demo.count import StandingSlot
from registry.cases.tables import Case
from registry.children.tables import Child, ChildSlotLink, IrisTemplate
from registry.db import Database, UnitOfWork
from registry.encounters.tables import Encounter, Slot
from registry.intake.tables import Journal


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    received: frozenset[UUID]
    """Captures with an outcome."""
    encounters_of: dict[UUID, int]
    """How many encounters stand for each capture; anything but 1 is an error of the house."""
    slots: tuple[StandingSlot, ...]
    cases_open: int


def read_ledger(database: Database, played: Collection[UUID]) -> Ledger:
    """Everything that the count needs, in one reading transaction."""
    with database.snapshot() as work:
        received = work.session.scalars(select(Journal.capture_id).where(Journal.outcome_at.is_not(None)))
        encounters = work.session.execute(select(Encounter.capture_id, func.count()).group_by(Encounter.capture_id))
        return Ledger(
            received=frozenset(received) & frozenset(played),
            encounters_of={capture: count for capture, count in encounters if capture in played},
            slots=tuple(_slots(work)),
            cases_open=_open_cases(work, played),
        )


def received(database: Database) -> int:
    """Captures with an outcome, for the progress bar."""
    with database.reading() as work:
        return work.session.scalar(select(func.count()).where(Journal.outcome_at.is_not(None))) or 0


def _slots(work: UnitOfWork) -> list[StandingSlot]:
    enrolled: ColumnElement[bool] = select(IrisTemplate.id).where(IrisTemplate.slot_id == Slot.id).exists()
    rows = work.session.execute(
        select(Encounter.capture_id, Slot.number, Slot.outcome, Child.id, Child.standing, enrolled)
        .join(Slot, Slot.encounter_id == Encounter.id)
        .outerjoin(ChildSlotLink, (ChildSlotLink.slot_id == Slot.id) & ChildSlotLink.unlinked_at.is_(None))
        .outerjoin(Child, Child.id == ChildSlotLink.child_id)
        .order_by(Encounter.id, Slot.number)
    )
    return [
        StandingSlot(
            capture_id=capture,
            number=number,
            outcome=outcome,
            child_id=child,
            provisional=standing == "provisional",
            enrolled=enrolled,
        )
        for capture, number, outcome, child, standing, enrolled in rows
    ]


def _open_cases(work: UnitOfWork, played: Collection[UUID]) -> int:
    """Open cases that a slot of this demo opened."""
    opened = work.session.execute(
        select(Encounter.capture_id)
        .join(Slot, Slot.encounter_id == Encounter.id)
        .join(Case, Case.opened_by_slot_id == Slot.id)
        .where(Case.state != "closed")
    )
    return sum(capture in played for (capture,) in opened)
