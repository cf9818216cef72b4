"""Telling people, in the transaction that is told of. One notice per cause and person, whoever finds the cause."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from sqlalchemy import insert, select, update

from registry.access.rules import Role
from registry.calendar.rules import end_of
from registry.cases.about import About
from registry.cases.reading import Opened, form_of
from registry.cases.records import CaseEntry
from registry.cases.rules.clocks import ringing
from registry.cases.rules.states import CaseState
from registry.cases.rules.table import CASEWORK
from registry.cases.rules.task import Task
from registry.cases.rules.writing import Table
from registry.children.people import Person
from registry.children.rules import READS_RECORD
from registry.db import UnitOfWork
from registry.inbox.house import seeing as seeing_of
from registry.inbox.rules import causes
from registry.inbox.rules.causes import STANDING, Found, Kind, Level
from registry.inbox.rules.people import Seeing
from registry.inbox.tables import Cause, Notice
from registry.live.service import Happening
from registry.live.service import tell as tell_live
from registry.notes.tables import Flag, WrittenNote

LIVE = "inbox_changed"


def tell(work: UnitOfWork, found: Iterable[Found], *, now: datetime) -> int:
    """Write what is new of it: causes, and a notice for everybody who has none yet. How many notices are new.

    The trail's lock is held from here on, so that two who find the same cause do not both write it.
    """
    by_key = {one.key: one for one in sorted(found, key=lambda one: one.key)}
    if not by_key:
        return 0
    work.lock_trail()
    ids = _written(work, by_key, now)
    asked = select(Notice.cause_id, Notice.account_id).where(Notice.cause_id.in_(ids.values()))
    there = {(row.cause_id, row.account_id) for row in work.session.execute(asked)}
    new = [
        {"cause_id": ids[key], "account_id": account}
        for key, one in by_key.items()
        for account in sorted(one.told)
        if (ids[key], account) not in there
    ]
    if new:
        work.session.execute(insert(Notice), new)
        accounts = sorted({row["account_id"] for row in new})
        tell_live(work, [Happening(kind=LIVE, data={"accounts": accounts})], at=now)
    return len(new)


def _written(work: UnitOfWork, found: Mapping[str, Found], now: datetime) -> dict[str, int]:
    """The causes' numbers by key. One that ended and stands again is the same cause."""
    asked = select(Cause.key, Cause.id, Cause.ended_at).where(Cause.key.in_(found))
    known = {row.key: row for row in work.session.execute(asked)}
    new = [_row(one, now) for key, one in found.items() if key not in known]
    if new:
        work.session.execute(insert(Cause), new)
    again = [row.id for row in known.values() if row.ended_at is not None]
    if again:
        work.session.execute(update(Cause).where(Cause.id.in_(again)).values(ended_at=None))
    if not new:
        return {key: row.id for key, row in known.items()}
    return {row.key: row.id for row in work.session.execute(asked)}


_REFS = tuple(column.name for column in Cause.__table__.columns if column.name.endswith("_id"))


def _row(one: Found, now: datetime) -> dict[str, object]:
    return {
        "key": one.key, "kind": str(one.kind), "what": one.what, "level": str(one.level), "at": now,
        "due_at": one.due_at, "days": one.days, "by": one.by,
        **{name: one.refs.get(name) for name in _REFS},
    }  # fmt: skip


def end(work: UnitOfWork, *conditions: object, now: datetime) -> int:
    """What no longer stands. How many causes ended."""
    ended = update(Cause).where(Cause.ended_at.is_(None), *conditions).values(ended_at=now)  # type: ignore[arg-type]
    return work.session.execute(ended).rowcount  # type: ignore[attr-defined]


def tell_of_case(work: UnitOfWork, opened: Opened, *, table: Table, now: datetime) -> None:
    """Everything that stands on a case after an act; what stood before and does not any more ends."""
    work.session.flush()  # tasks that were just opened have their numbers
    case = opened.case
    standing = [] if case.state == CaseState.CLOSED else list(_standing(work, opened, table, now))
    keys = [one.key for one in standing]
    end(work, Cause.case_id == case.id, Cause.kind.in_(STANDING), Cause.key.not_in(keys), now=now)
    tell(work, standing, now=now)


def _standing(work: UnitOfWork, opened: Opened, table: Table, now: datetime) -> Iterable[Found]:
    case, seeing = opened.case, seeing_of(work.session, opened.case.child_id)
    yield from _tasks(opened, seeing, table, now)
    for ring in ringing(opened.facts, now):
        yield causes.alarm(ring, case_id=case.id, seeing=seeing, owner=case.owner_id)
    yield from _approvals(work, opened, seeing, table)


def _tasks(opened: Opened, seeing: Seeing, table: Table, now: datetime) -> Iterable[Found]:
    for name, row in opened.tasks.items():
        if row.due_at is None:
            continue
        found = causes.task_due(
            table[name], task_id=row.id, case_id=opened.case.id, opened=row.opened_at, due=row.due_at, now=now,
            seeing=seeing, owner=opened.case.owner_id,
        )  # fmt: skip
        if found is not None:
            yield found


def _approvals(work: UnitOfWork, opened: Opened, seeing: Seeing, table: Table) -> Iterable[Found]:
    asked = select(CaseEntry).where(CaseEntry.case_id == opened.case.id, CaseEntry.standing == "asked")
    for entry in work.session.scalars(asked):
        yield causes.approval(
            table[entry.task], form_of(entry, table), entry_id=entry.id, case_id=entry.case_id,
            asked_by=entry.written_by_id, asker=entry.written_by, seeing=seeing, owner=opened.case.owner_id,
            table=table,
        )  # fmt: skip


def tell_decided(work: UnitOfWork, opened: Opened, entry: CaseEntry, task: Task, *, now: datetime) -> None:
    """To who asked: granted or refused."""
    seeing = seeing_of(work.session, opened.case.child_id)
    found = causes.decided(
        task, entry_id=entry.id, case_id=entry.case_id, asked_by=entry.written_by_id,
        granted=entry.standing == "in_force", decider=entry.decided_by or "", seeing=seeing,
    )  # fmt: skip
    tell(work, [found], now=now)


def tell_called(
    work: UnitOfWork, note: WrittenNote, about: About, accounts: Collection[int], *, by: str, now: datetime
) -> None:
    """A colleague's note calls them, or they were named for a sealed one. Who may not see the child is not told."""
    if not accounts:
        return
    may = CASEWORK if about.case_id else READS_RECORD
    staff = seeing_of(work.session, about.child_id).staff
    told = frozenset(one for one in accounts if staff.get(one, frozenset()) & may)
    found = Found(
        key=f"note:{note.id}:called", kind=Kind.MENTION, told=told, level=Level.SOON, by=by,
        refs=_refs(about, note_id=note.id),
    )  # fmt: skip
    tell(work, [found], now=now)


def tell_flag_raised(work: UnitOfWork, flag: Flag, about: About, *, now: datetime) -> None:
    seeing = seeing_of(work.session, about.child_id)
    told = seeing.told({Role.CASE_MANAGER}, owner=about.owner, but={flag.raised_by_id})
    due = end_of(flag.look_by) if flag.look_by else None
    found = Found(
        key=f"flag:{flag.id}:raised", kind=Kind.FLAG, told=told, level=Level.SOON, due_at=due, by=flag.raised_by,
        refs=_refs(about, flag_id=flag.id),
    )  # fmt: skip
    tell(work, [found], now=now)


def tell_flag_resolved(work: UnitOfWork, flag: Flag, about: About, *, by: Person, now: datetime) -> None:
    end(work, Cause.key == f"flag:{flag.id}:raised", now=now)
    staff = seeing_of(work.session, about.child_id).staff
    told = frozenset({flag.raised_by_id} & staff.keys()) - {by.account_id}
    found = Found(
        key=f"flag:{flag.id}:resolved", kind=Kind.FLAG_RESOLVED, told=told, by=by.name,
        refs=_refs(about, flag_id=flag.id),
    )  # fmt: skip
    tell(work, [found], now=now)


def _refs(about: About, **refs: int) -> dict[str, int]:
    return refs | ({"case_id": about.case_id} if about.case_id else {})
