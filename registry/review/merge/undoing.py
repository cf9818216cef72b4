"""Taking a merge back, also after further work: the rows from before it return exactly, those written since go where a
person says, and the two are asked about afresh."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.exc import IntegrityError

from common.time import Clock
from registry.audit.service import AuditTrail
from registry.children import service as children
from registry.children.marked import gather_marks
from registry.children.people import Person
from registry.children.tables import Child
from registry.db import UnitOfWork
from registry.encounters.tables import Encounter, Slot
from registry.errors import NotThere, ReasonNeeded, ReviewRefused
from registry.live.service import Happening, tell
from registry.review.merge.owned import LINKS, RECORDS, table
from registry.review.merge.proposing import child_row
from registry.review.merge.recording import write_record
from registry.review.merge.rules import APART
from registry.review.merge.since import Since, To, hand_over, put, since_merge
from registry.review.merge.values import restored, stored
from registry.review.people import demand, demand_both, refuse
from registry.review.rules import UNDOES_MERGE, Refusal, unassigned
from registry.review.service import ask_afresh
from registry.review.tables import Merge, MergeRow, ReviewQuestion

_SAID_AGAIN = frozenset({"given_name", "sex", "age_low", "age_high", "age_method", "age_on", "last_met_on"})
"""What a meeting writes on the record (`children.met_again`): put back, and the meetings since are said again."""


def listed_since(work: UnitOfWork, merge_id: int, by: Person) -> list[Since]:
    """What a person must assign before this merge can be undone. Errors: NotThere, ReviewRefused."""
    return since_merge(work, _undoable(work, merge_id, by))


def undo_merge(
    work: UnitOfWork,
    *,
    merge_id: int,
    by: Person,
    reason: str,
    assigned: Mapping[str, To],
    trail: AuditTrail,
    clock: Clock,
) -> Merge:
    """`assigned`: each row written since ("case_file:7") to whose it is. Undone twice it is undone once.

    Errors: NotThere, ReasonNeeded, ReviewRefused (not_merged, later_merge, choice_missing, list_changed, clash).
    """
    demand(by, UNDOES_MERGE, "merge")
    work.lock_gallery()
    merge = work.session.get(Merge, merge_id)
    if merge is not None and merge.state == "undone" and merge.undone_by == by.name:
        return merge
    if not reason.strip():
        raise ReasonNeeded
    merge, now = _undoable(work, merge_id, by), clock.now()
    since = since_merge(work, merge)
    refuse(unassigned([one.key for one in since], assigned))
    work.session.flush()
    kept = _take_apart(work, merge, since, assigned, by=by.name, now=now)
    work.session.expire_all()
    merge.state, merge.undone_by, merge.undone_at = "undone", by.name, now
    merge.undone_reason, merge.assigned = reason.strip()[:500], {"rows": dict(assigned), "kept": kept}
    ask_afresh(
        work, work.session.get_one(ReviewQuestion, merge.question_id), by=by.name, reason=reason.strip(), now=now
    )
    pair = {"survivor": merge.survivor_id, "absorbed": merge.absorbed_id}
    trail.append(work, actor=by.name, action="merge.undone", subject=f"merge:{merge.id}", detail=pair)
    tell(
        work, [Happening(kind="children_unmerged", child_id=merge.survivor_id, data={"merge": merge.id} | pair)], at=now
    )
    return merge


def _undoable(work: UnitOfWork, merge_id: int, by: Person) -> Merge:
    demand(by, UNDOES_MERGE, "merge")
    merge = work.session.get(Merge, merge_id)
    if merge is None:
        raise NotThere("merge")
    demand_both(work, by, (merge.survivor_id, merge.absorbed_id), "merge")
    refuse(None if merge.state == "done" else Refusal.NOT_MERGED)
    last = _last_merge_of(work, merge.survivor_id)
    refuse(None if last == merge.id else Refusal.LATER_MERGE, what=f"merge {last}")
    return merge


def _last_merge_of(work: UnitOfWork, child_id: int) -> int | None:
    """Merges of one child are undone in the order opposite to that in which they were made."""
    return work.session.execute(
        select(Merge.id)
        .join(MergeRow, MergeRow.merge_id == Merge.id)
        .where(Merge.state == "done", or_(Merge.survivor_id == child_id, Merge.absorbed_id == child_id))
        .group_by(Merge.id)
        .order_by(func.max(MergeRow.id).desc())
        .limit(1)
    ).scalar_one_or_none()


def _take_apart(
    work: UnitOfWork, merge: Merge, since: Sequence[Since], assigned: Mapping[str, To], *, by: str, now: datetime
) -> list[str]:
    """The columns that somebody changed since, and that therefore stay as they are ("case_file:7.child_id")."""
    rows = work.session.scalars(select(MergeRow).where(MergeRow.merge_id == merge.id).order_by(MergeRow.id)).all()
    moved = [row for row in rows if row.before and row.table_name not in (LINKS, "child")]
    # Whoever leaves goes first, then what is newly given away: a child has one open case at every moment between.
    kept = _restore(work, [row for row in moved if "child_id" in row.before])
    _close_links(work, [row for row in rows if row.written and row.table_name == LINKS], by, now, merge.id)
    kept += _restore(work, [row for row in rows if row.before and row.table_name == LINKS])
    leaving = [one for one in since if assigned[one.key] == "absorbed"]
    slots = hand_over(work, leaving, merge.absorbed_id, by=by, now=now, why=f"unmerge:{merge.id}")
    kept += _restore(work, [row for row in moved if "child_id" not in row.before])
    links = {one.key: one.row_id for one in since if one.table == LINKS}
    met = _slots_of(work, links.values())
    kept += _restore_records(work, [row for row in rows if row.table_name == "child"], met)
    _say_again(work, merge.survivor_id, _slots_of(work, [links[key] for key in links if assigned[key] == "survivor"]))
    _say_again(work, merge.absorbed_id, slots)
    _restore_written(work, merge, rows, by=by, now=now)
    gather_marks(work, [merge.survivor_id, merge.absorbed_id])
    return kept


def _restore(work: UnitOfWork, rows: Iterable[MergeRow]) -> list[str]:
    kept = []
    for row in rows:
        one = table(row.table_name)
        current = work.session.execute(one.select().where(one.c.id == row.row_id)).mappings().one_or_none()
        if current is None:
            continue
        same = {name for name, value in row.after.items() if stored(current[name]) == value}
        if row.table_name == LINKS and _stands_elsewhere(work, current["slot_id"]):
            same = set()
        kept += [f"{row.table_name}:{row.row_id}.{name}" for name in row.after if name not in same]
        values = restored(one, {name: value for name, value in row.before.items() if name in same})
        if values:
            _put_back(work, row, values)
    return kept


def _put_back(work: UnitOfWork, row: MergeRow, values: Mapping[str, Any]) -> None:
    try:
        put(work, row.table_name, row.row_id, values)
    except IntegrityError as error:
        raise ReviewRefused(str(Refusal.CLASH), what=f"{row.table_name}:{row.row_id}") from error


def _stands_elsewhere(work: UnitOfWork, slot_id: int) -> bool:
    """The slot was taken from the survivor since and given to another child: there it stays."""
    links = table(LINKS)
    found = select(links.c.id).where(links.c.slot_id == slot_id, links.c.unlinked_at.is_(None))
    return work.session.execute(found).first() is not None


def _close_links(work: UnitOfWork, rows: Iterable[MergeRow], by: str, now: datetime, merge_id: int) -> None:
    links = table(LINKS)
    work.session.execute(
        links.update()
        .where(links.c.id.in_([row.row_id for row in rows]), links.c.unlinked_at.is_(None))
        .values(unlinked_at=now, unlinked_by=by, unlinked_reason=f"unmerge:{merge_id}")
    )


def _restore_records(work: UnitOfWork, rows: Iterable[MergeRow], met: Sequence[int]) -> list[str]:
    """Both records as they were, save what a person has corrected since. `met`: the slots since, of either child."""
    kept = []
    for row in rows:
        current, values = child_row(work.session, row.row_id), {}
        said = _said(restored(table("child"), row.after), _meetings(work, met))
        for name in row.before.keys() - (APART - {"merged_into_id"}):
            if stored(current[name]) == row.after[name] or (name in _SAID_AGAIN and current[name] == said[name]):
                values[name] = row.before[name]
            else:
                kept.append(f"child:{row.row_id}.{name}")
        put(work, "child", row.row_id, restored(table("child"), values))
    return kept


def _restore_written(work: UnitOfWork, merge: Merge, rows: Sequence[MergeRow], *, by: str, now: datetime) -> None:
    """Where the record that the merge wrote is still in force, the survivor's own comes after it again."""
    versions = table(RECORDS)
    mine = select(versions.c.id, versions.c.record).where(versions.c.child_id == merge.survivor_id)
    found = work.session.execute(mine.order_by(versions.c.id.desc())).all()
    of_merge = {row.row_id for row in rows if row.table_name == RECORDS and row.written}
    if found and found[0].id in of_merge:
        before = {row.row_id for row in rows if row.table_name == RECORDS and not row.written}
        own: dict[str, Any] = next((version.record for version in found if version.id in before), {})
        write_record(work, None, merge.survivor_id, own, by=by, why=f"unmerge:{merge.id}", now=now)


def _said(record: Mapping[str, Any], meetings: Sequence[tuple[Slot, Encounter]]) -> dict[str, Any]:
    """What the meetings since made of the record by themselves."""
    child = Child(**record)
    for slot, encounter in meetings:
        children.met_again(child, slot, met_on=encounter.shift_date)
    return {name: getattr(child, name) for name in _SAID_AGAIN}


def _slots_of(work: UnitOfWork, link_ids: Iterable[int]) -> list[int]:
    links = table(LINKS)
    return list(work.session.execute(select(links.c.slot_id).where(links.c.id.in_(list(link_ids)))).scalars())


def _say_again(work: UnitOfWork, child_id: int, slot_ids: Sequence[int]) -> None:
    """The meetings since, as if the merge had never been."""
    child = work.session.get_one(Child, child_id, populate_existing=True)
    for slot, encounter in _meetings(work, slot_ids):
        children.met_again(child, slot, met_on=encounter.shift_date)
    work.session.flush()


def _meetings(work: UnitOfWork, slot_ids: Sequence[int]) -> list[tuple[Slot, Encounter]]:
    """In the order in which they happened."""
    met = select(Slot, Encounter).join(Encounter, Encounter.id == Slot.encounter_id).where(Slot.id.in_(slot_ids))
    return list(work.session.execute(met.order_by(Encounter.captured_at, Slot.id)))
