"""Which children carry the marks of a name, as the database is asked it."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Literal

from sqlalchemy import ColumnElement, Select, String, and_, delete, insert, intersect, literal, or_, select, union
from sqlalchemy.dialects import postgresql, sqlite

from registry.children.records import ChildNameMark, RecordNameMark, RecordVersion, SlotNameMark
from registry.children.tables import Child, ChildSlotLink
from registry.db import UnitOfWork
from registry.names.tokens import Asked

Kind = Literal["own", "father", "grandfather"]
Level = Literal["alike", "near"]
Ways = Sequence[tuple[Asked, ...]]
Marks = frozenset[int]
Wanted = Mapping[Kind, Sequence[tuple[Marks, ...]]]
"""Of each kind the ways to have it: all of these parts, each by any of these marks."""
KIND_FIELDS: Mapping[Kind, tuple[str, ...]] = {
    "own": ("given_name", "nickname", "family_name"),
    "father": ("fathers_name",),
    "grandfather": ("grandfathers_name",),
}


def with_names(asked: Mapping[Kind, Ways], level: Level) -> ColumnElement[bool]:
    """The condition that a child has all of these names. `near`: at least one of them only a slip away."""
    alike = _all_names({kind: [tuple(part.alike for part in way) for way in ways] for kind, ways in asked.items()})
    if level == "alike":
        return and_(*alike)
    slips = [and_(*_all_names(_one_slips(asked, slipping))) for slipping in asked]
    return and_(or_(*slips), or_(*(~one for one in alike)))


def _one_slips(asked: Mapping[Kind, Ways], slipping: Kind) -> Wanted:
    """One part of this kind is a slip away, all others at most that."""
    return {
        kind: [_with_slip(way, at) for way in ways for at in range(len(way))]
        if kind == slipping
        else [tuple(part.near for part in way) for way in ways]
        for kind, ways in asked.items()
    }


def _with_slip(way: tuple[Asked, ...], at: int) -> tuple[Marks, ...]:
    return tuple(part.slips if place == at else part.near for place, part in enumerate(way))


def _all_names(wanted: Wanted) -> list[ColumnElement[bool]]:
    return [Child.id.in_(_any_way(kind, ways)) for kind, ways in wanted.items()]


def _any_way(kind: Kind, ways: Sequence[tuple[Marks, ...]]) -> Select[Any]:
    each = [_all_parts([_with_marks(kind, marks) for marks in way]) for way in ways]
    return each[0] if len(each) == 1 else select(union(*each).subquery().c[0])


def _all_parts(parts: Sequence[Select[Any]]) -> Select[Any]:
    return parts[0] if len(parts) == 1 else select(intersect(*parts).subquery().c[0])


def _with_marks(kind: Kind, marks: Collection[int]) -> Select[Any]:
    """One mark lies in the index in the order of children. Many are gathered first, or PostgreSQL, hoping for a full
    page soon, walks all children and asks each of them."""
    found = select(ChildNameMark.child_id).where(ChildNameMark.kind == kind, ChildNameMark.mark.in_(marks))
    if len(marks) == 1:
        return found
    return select(found.distinct().cte().prefix_with("materialized", dialect="postgresql").c[0])


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
