"""The marks that children have: of their slots and of their records together."""

from collections.abc import Collection, Mapping
from typing import Literal

from sqlalchemy import String, delete, insert, literal, select, union
from sqlalchemy.dialects import postgresql, sqlite

from registry.children.records import ChildNameMark, RecordNameMark, RecordVersion, SlotNameMark
from registry.children.tables import ChildSlotLink
from registry.db import UnitOfWork

Kind = Literal["own", "father", "grandfather"]
KIND_FIELDS: Mapping[Kind, tuple[str, ...]] = {
    "own": ("given_name", "nickname", "family_name"),
    "father": ("fathers_name",),
    "grandfather": ("grandfathers_name",),
}


def add_marks(work: UnitOfWork, child_id: int, kind: Kind, marks: Collection[int]) -> None:
    """More marks of one child; those that it has already are left."""
    if not marks:
        return
    into = postgresql.insert if work.database.is_postgresql else sqlite.insert
    rows = [{"mark": mark, "kind": kind, "child_id": child_id} for mark in marks]
    work.session.execute(into(ChildNameMark).on_conflict_do_nothing(), rows)


def gather_marks(work: UnitOfWork, child_ids: Collection[int]) -> None:
    """Bring the marks of these children to what their slots and records hold now. Whoever gives a slot or a record to
    another child calls this in the same transaction."""
    work.session.flush()
    work.session.execute(delete(ChildNameMark).where(ChildNameMark.child_id.in_(child_ids)))
    written = (
        select(RecordNameMark.kind, RecordNameMark.mark, RecordVersion.child_id)
        .join(RecordVersion, RecordVersion.id == RecordNameMark.record_id)
        .where(RecordVersion.child_id.in_(child_ids))
    )
    said = (
        select(literal("own", String), SlotNameMark.mark, ChildSlotLink.child_id)
        .join(ChildSlotLink, ChildSlotLink.slot_id == SlotNameMark.slot_id)
        .where(ChildSlotLink.child_id.in_(child_ids), ChildSlotLink.unlinked_at.is_(None))
    )
    both = union(written, said).subquery()
    columns = ["kind", "mark", "child_id"]
    work.session.execute(insert(ChildNameMark).from_select(columns, select(both)))
