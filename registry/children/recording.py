"""Writing a child's record: every version stays, and whoever was second is shown both."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from common.time import Clock, in_tehran
from registry.audit.service import AuditTrail
from registry.cases.forms.assessing import Nationality
from registry.children.marked import KIND_FIELDS, add_marks, gather_marks
from registry.children.people import Person
from registry.children.record import ChildRecord
from registry.children.records import ChildNameMark, RecordNameMark, RecordVersion, SlotNameMark
from registry.children.rules import WRITES_RECORD, differing, kept_age, lies_ahead
from registry.children.sealing import demand_visible
from registry.children.tables import Child
from registry.db import UnitOfWork
from registry.encounters.tables import Slot
from registry.errors import NotThere, RecordChanged, RuleForbids
from registry.names.tokens import NameMarks

_CHUNK = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Writing:
    """A record as somebody filled it in. `seen`: the version they had before them, None for a blank form."""

    child_id: int
    record: ChildRecord
    seen: int | None
    because: str = ""


def newest(session: Session, child_id: int) -> RecordVersion | None:
    asked = select(RecordVersion).where(RecordVersion.child_id == child_id).order_by(RecordVersion.id.desc())
    return session.scalars(asked.limit(1)).first()


def newest_of(session: Session, child_ids: Collection[int]) -> dict[int, ChildRecord]:
    """The records in force of these children."""
    last = (
        select(func.max(RecordVersion.id)).where(RecordVersion.child_id.in_(child_ids)).group_by(RecordVersion.child_id)
    )
    rows = session.execute(select(RecordVersion.child_id, RecordVersion.record).where(RecordVersion.id.in_(last)))
    return {child_id: ChildRecord.model_validate(record) for child_id, record in rows}


def write_record(
    work: UnitOfWork, writing: Writing, *, by: Person, marks: NameMarks, trail: AuditTrail, clock: Clock
) -> RecordVersion:
    """The version now in force. Sending what stands already changes nothing.

    Errors: NotThere, RecordChanged, RuleForbids.
    """
    if not WRITES_RECORD & by.roles:
        raise NotThere("child")
    child = _taken_up(work, writing.child_id, by)
    last, now = newest(work.session, child.id), clock.now()
    before = ChildRecord.model_validate(last.record) if last else None
    if last is not None and before == writing.record:
        return last
    if (last.id if last else None) != writing.seen:
        raise RecordChanged(child_id=child.id, seen=writing.seen, newest=last.id if last else None)
    _demand_sense(writing, in_tehran(now).date())
    version = RecordVersion(
        child_id=child.id, follows_id=writing.seen, record=writing.record.model_dump(mode="json"), written_at=now,
        written_by=by.name, because=writing.because,
    )  # fmt: skip
    work.session.add(version)
    work.session.flush()  # its number goes into the marks and the audit entry
    mark_record(work, version.id, writing.record, marks)
    gather_marks(work, [child.id])
    _summarise(child, writing.record, in_tehran(now).date())
    fields = list(differing(before or ChildRecord(), writing.record))
    trail.append(
        work, actor=by.name, action="child.recorded", subject=f"child:{child.id}",
        detail={"version": version.id, "fields": fields},
    )  # fmt: skip
    return version


def record_nationality(
    work: UnitOfWork, child_id: int, claim: Nationality, *, by: Person, trail: AuditTrail, now: datetime
) -> None:
    """What was heard when the child was identified, added to its record. Names stay, and so do their marks: a search
    reads those of all versions."""
    child = work.session.get_one(Child, child_id, with_for_update=True)
    last = newest(work.session, child.id)
    before = ChildRecord.model_validate(last.record) if last else ChildRecord()
    after = before.model_copy(update={"nationality": (*before.nationality, claim)})
    version = RecordVersion(
        child_id=child.id, follows_id=last.id if last else None, record=after.model_dump(mode="json"), written_at=now,
        written_by=by.name, because="",
    )  # fmt: skip
    work.session.add(version)
    work.session.flush()  # its number goes into the marks and the audit entry
    trail.append(
        work, actor=by.name, action="child.recorded", subject=f"child:{child.id}",
        detail={"version": version.id, "fields": ["nationality"]},
    )  # fmt: skip


def mark_record(work: UnitOfWork, record_id: int, record: ChildRecord, marks: NameMarks) -> None:
    """Make the names of a version findable, once `gather_marks` has been called for its child."""
    rows = [
        {"mark": mark, "kind": kind, "record_id": record_id}
        for kind, fields in KIND_FIELDS.items()
        for mark in _marks_of([getattr(record, field) for field in fields], marks)
    ]
    if rows:
        work.session.execute(insert(RecordNameMark), rows)


def mark_slot(work: UnitOfWork, slot: Slot, child: Child, marks: NameMarks) -> None:
    """Make the name said at an encounter findable under the slot's child."""
    add_marks(work, child.id, "own", _mark_slot(work, slot, marks))


def mark_everything_again(work: UnitOfWork, marks: NameMarks) -> int:
    """Make all marks anew, for another key or another rule; how many names were read."""
    for table in (ChildNameMark, SlotNameMark, RecordNameMark):
        work.session.execute(delete(table))
    count = 0
    named = select(Slot).where(Slot.given_name.is_not(None))
    for slot in work.session.scalars(named.execution_options(yield_per=_CHUNK)):
        _mark_slot(work, slot, marks)
        count += 1
    for version in work.session.scalars(select(RecordVersion).execution_options(yield_per=_CHUNK)):
        mark_record(work, version.id, ChildRecord.model_validate(version.record), marks)
        count += 1
    ids = work.session.scalars(select(Child.id)).all()
    for start in range(0, len(ids), _CHUNK):
        gather_marks(work, ids[start : start + _CHUNK])
    return count


def _mark_slot(work: UnitOfWork, slot: Slot, marks: NameMarks) -> frozenset[int]:
    stored = marks.stored(slot.given_name or "")
    if stored:
        work.session.execute(insert(SlotNameMark), [{"mark": mark, "slot_id": slot.id} for mark in stored])
    return stored


def _taken_up(work: UnitOfWork, child_id: int, by: Person) -> Child:
    """The child, with nobody else writing on it until the end. One merged into another is written on there."""
    demand_visible(work, child_id, by)
    child = work.session.get_one(Child, child_id, with_for_update=True)
    if child.merged_into_id is not None:
        raise NotThere("child")
    return child


def _demand_sense(writing: Writing, today: date) -> None:
    ahead = lies_ahead(writing.record, today)
    if ahead is not None:
        raise RuleForbids("people.in_the_future", field=ahead)
    if any(sibling.child_id == writing.child_id for sibling in writing.record.siblings):
        raise RuleForbids("people.not_the_child_itself", field="siblings")


def _summarise(child: Child, record: ChildRecord, today: date) -> None:
    """What lists and the van show follows the record; what the record leaves open stays as the street said it."""
    child.given_name = record.given_name or child.given_name
    if record.sex != "unknown":
        child.sex = str(record.sex)
    if (age := kept_age(record, today)) is not None:
        child.age_low, child.age_high, child.age_method, child.age_on = age.low, age.high, age.method, age.on


def _marks_of(names: Iterable[str | None], marks: NameMarks) -> set[int]:
    """Of each name, and of all of them as one, for what is typed as one word."""
    there = [name for name in names if name]
    return {mark for name in [*there, " ".join(there)] for mark in marks.stored(name)}
