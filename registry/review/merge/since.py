"""What was written for a child since a merge, or because of one slot: each row is given to somebody by a person."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import RowMapping, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from registry.db import UnitOfWork
from registry.encounters.tables import Encounter, Slot
from registry.errors import ReviewRefused
from registry.review.merge.owned import LINKS, MOVING, table
from registry.review.merge.recording import rows_of
from registry.review.rules import Refusal
from registry.review.tables import Merge, MergeRow

To = Literal["survivor", "absorbed"]
_MOMENTS = (
    "opened_at",
    "linked_at",
    "created_at",
    "written_at",
    "sealed_at",
    "given_at",
    "joined_at",
    "found_at",
    "raised_at",
    "added_at",
    "at",
)
_TELLING = ("number", "kind", "state", "relation", "ground", "verdict", "written_by", "raised_by", "added_by")


@dataclass(frozen=True, slots=True, kw_only=True)
class Since:
    """One row, with the little by which a person recognises it."""

    table: str
    row_id: int
    column: str
    at: datetime | None
    about: str

    @property
    def key(self) -> str:
        return f"{self.table}:{self.row_id}"


def since_merge(work: UnitOfWork, merge: Merge) -> list[Since]:
    """Rows of the survivor that neither record had at the merge; the links of slots first, then table by table."""
    known = set(work.session.execute(select(MergeRow.table_name, MergeRow.row_id).where(MergeRow.merge_id == merge.id)))
    return [one for one in _all_of(work, merge.survivor_id) if (one.table, one.row_id) not in known]


def because_of_slot(work: UnitOfWork, child_id: int, slot_id: int, linked_at: datetime) -> list[Since]:
    """Rows of the child that name the slot, and those written since it was linked: not the link itself."""
    return [
        one
        for one in _all_of(work, child_id)
        if one.table != LINKS and (_names(work, one, slot_id) or (one.at is not None and one.at >= linked_at))
    ]


def _all_of(work: UnitOfWork, child_id: int) -> Iterator[Since]:
    links = [row for row in rows_of(work, LINKS, "child_id", child_id) if row["unlinked_at"] is None]
    about = _met(work.session, [row["slot_id"] for row in links])
    for row in links:
        yield Since(table=LINKS, row_id=row["id"], column="child_id", at=row["linked_at"], about=about[row["slot_id"]])
    for owned in MOVING:
        for row in rows_of(work, owned.table, owned.column, child_id):
            yield Since(table=owned.table, row_id=row["id"], column=owned.column, at=_moment(row), about=_told(row))


def _names(work: UnitOfWork, one: Since, slot_id: int) -> bool:
    """Whether the row refers to the slot by any of its columns."""
    columns = [c for c in table(one.table).c if any(key.column.table.name == "slot" for key in c.foreign_keys)]
    if not columns:
        return False
    row = work.session.execute(select(*columns).where(table(one.table).c.id == one.row_id)).one()
    return slot_id in tuple(row)


def _met(session: Session, slot_ids: Sequence[int]) -> dict[int, str]:
    rows = session.execute(
        select(Slot.id, Slot.given_name, Encounter.place_name)
        .join(Encounter, Encounter.id == Slot.encounter_id)
        .where(Slot.id.in_(slot_ids))
    )
    return {row.id: " · ".join(part for part in (row.given_name, row.place_name) if part) for row in rows}


def _moment(row: RowMapping) -> datetime | None:
    return next((row[name] for name in _MOMENTS if isinstance(row.get(name), datetime)), None)


def _told(row: RowMapping) -> str:
    return " · ".join(str(row[name]) for name in _TELLING if row.get(name))


def hand_over(work: UnitOfWork, rows: Sequence[Since], child_id: int, *, by: str, now: datetime, why: str) -> list[int]:
    """Put these rows under the child; the slots among them. Errors: ReviewRefused (clash): it has one that must stand
    alone, an open case for example, so that this one goes to the other."""
    slots = []
    for one in rows:
        if one.table == LINKS:
            slots.append(relink(work, one.row_id, child_id, by=by, now=now, why=why))
            continue
        try:
            put(work, one.table, one.row_id, {one.column: child_id})
        except IntegrityError as error:
            raise ReviewRefused(str(Refusal.CLASH), what=one.key) from error
    return slots


def relink(work: UnitOfWork, link_id: int, child_id: int, *, by: str, now: datetime, why: str) -> int:
    """Close the link and open one to the child; the slot's number."""
    links = table(LINKS)
    put(work, LINKS, link_id, {"unlinked_at": now, "unlinked_by": by, "unlinked_reason": why[:500]})
    slot_id: int = work.session.execute(select(links.c.slot_id).where(links.c.id == link_id)).scalar_one()
    work.session.execute(links.insert().values(slot_id=slot_id, child_id=child_id, linked_at=now, linked_by=by))
    return slot_id


def put(work: UnitOfWork, name: str, row_id: int, values: Mapping[str, Any]) -> None:
    """Errors: IntegrityError, and then nothing has changed."""
    one = table(name)
    with work.session.begin_nested():
        work.session.execute(one.update().where(one.c.id == row_id).values(**values))
