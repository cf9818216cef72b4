"""Writing a form on a case, and deciding what somebody asked; in the caller's transaction, the commit is theirs."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from common.time import Clock
from registry.audit.service import AuditTrail
from registry.cases import reading
from registry.cases.dues import table_of
from registry.cases.effects import come_into_force
from registry.cases.forms.assessing import Identity
from registry.cases.forms.fields import Form
from registry.cases.history import record
from registry.cases.reading import Opened, colleague, take_up
from registry.cases.records import CaseEntry
from registry.cases.rules.facts import Actor
from registry.cases.rules.identity import to_be_recorded
from registry.cases.rules.states import CaseState
from registry.cases.rules.task import Task
from registry.cases.rules.writing import (
    Refused,
    Table,
    current,
    why_not_decide,
    why_not_stand,
    why_not_write,
)
from registry.children.recording import record_nationality
from registry.db import UnitOfWork
from registry.errors import AlreadyDecided, FormChanged, LawRefuses, NotThere, ReasonNeeded
from registry.inbox.service import tell_decided, tell_of_case


@dataclass(frozen=True, slots=True, kw_only=True)
class Handed:
    """A form as somebody hands it in. `seen` is the entry that they saw as the newest and now correct."""

    form: Form
    second_id: int | None = None
    seen: int | None = None
    because: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What every use case needs from outside."""

    trail: AuditTrail
    clock: Clock
    table: Table | None = None
    """None: the law's table with the times that people have set."""

    def law(self, work: UnitOfWork) -> Table:
        return table_of(work) if self.table is None else self.table


def write(work: UnitOfWork, desk: Desk, *, case_id: int, task_name: str, handed: Handed, actor: Actor) -> CaseEntry:
    """Write a form: in force at once, or asked where another person decides it. For the roles of the task's line.

    Errors: NotThere, FormChanged (somebody wrote it meanwhile), LawRefuses, ReasonNeeded (a correction without one),
    PersonUnknown (the second person).
    """
    table = desk.law(work)
    task = table[task_name]
    _lock(work, task)
    now = desk.clock.now()
    opened = take_up(work, case_id, now, by=actor.account_id)
    corrects = _newest_seen(work, task, opened, handed)
    if corrects is not None and not handed.because.strip():
        raise ReasonNeeded
    second = colleague(work, handed.second_id) if handed.second_id is not None else None
    refused = why_not_write(
        task, handed.form, opened.facts, actor, now=now, second=second, corrects=corrects is not None, table=table
    )
    _refuse(task, refused)
    entry = _entry(opened, task, handed, corrects, actor, now)
    work.session.add(entry)
    work.session.flush()  # its number goes into the history
    kind = "asked" if task.is_decided else ("written" if corrects is None else "corrected")
    detail: dict[str, object] = {"task": task.name, "entry": entry.id}
    if corrects is not None:
        detail |= {"corrects": corrects, "because": entry.because}
    record(work, opened.case, kind, actor=actor, now=now, trail=desk.trail, detail=detail)
    if not task.is_decided:
        _put_on_record(work, opened, handed.form, actor=actor, desk=desk, now=now)
        come_into_force(work, opened, entry, handed.form, actor=actor.name, now=now, table=table)
    tell_of_case(work, opened, table=table, now=now)
    return entry


def _put_on_record(work: UnitOfWork, opened: Opened, form: Form, *, actor: Actor, desk: Desk, now: datetime) -> None:
    """A nationality that was first heard here stands in the child's record, from which it is read from now on."""
    claim = to_be_recorded(form, opened.facts) if isinstance(form, Identity) else None
    if claim is not None:
        record_nationality(work, opened.case.child_id, claim, by=actor, trail=desk.trail, now=now)


def decide(work: UnitOfWork, desk: Desk, *, entry_id: int, granted: bool, reason: str, actor: Actor) -> CaseEntry:
    """Grant or refuse what somebody else asked; the law is held to it once more. A refusal needs its reason.

    Errors: NotThere, AlreadyDecided, ReasonNeeded, LawRefuses (also for one's own request).
    """
    if not granted and not reason.strip():
        raise ReasonNeeded
    found = work.session.execute(
        select(CaseEntry.task, CaseEntry.case_id).where(CaseEntry.id == entry_id)
    ).one_or_none()
    if found is None:
        raise NotThere("request")
    table = desk.law(work)
    task = table[found.task]
    _lock(work, task)
    now = desk.clock.now()
    opened = take_up(work, found.case_id, now, by=actor.account_id)
    entry = work.session.get_one(CaseEntry, entry_id, populate_existing=True)
    if entry.standing != "asked":
        raise AlreadyDecided("request", entry.decided_by)
    form = reading.form_of(entry, table)
    asked_by = entry.written_by_id
    if why := why_not_decide(task, form, opened.facts, actor, asked_by=asked_by, table=table):
        raise LawRefuses(why, task=task.name)
    if granted:
        corrects = entry.corrects_id is not None
        _refuse(task, why_not_stand(task, form, opened.facts, now=now, corrects=corrects, table=table))
    _decided(entry, granted=granted, reason=reason, actor=actor, now=now)
    kind = "granted" if granted else "refused"
    detail: dict[str, object] = {"task": task.name, "entry": entry.id, "reason": entry.decision_reason}
    record(work, opened.case, kind, actor=actor, now=now, trail=desk.trail, detail=detail)
    if granted:
        come_into_force(work, opened, entry, form, actor=actor.name, now=now, table=table)
    tell_of_case(work, opened, table=table, now=now)
    tell_decided(work, opened, entry, task, now=now)
    return entry


def _lock(work: UnitOfWork, task: Task) -> None:
    """Settling asks, under the gallery's lock, whether a child's case is open: closing waits for it."""
    if task.moves_to is CaseState.CLOSED:
        work.lock_gallery()


def _newest_seen(work: UnitOfWork, task: Task, opened: Opened, handed: Handed) -> int | None:
    """The entry that this one corrects. Errors: FormChanged where the newest is not the one that the writer saw."""
    newest = current(task, opened.facts)
    if handed.seen is None:
        if newest is not None and not task.many:
            raise FormChanged(task=task.name, seen=None, newest=newest.id)
        return None
    known = {entry.id for entry in opened.facts.entries if entry.task == task.name}
    if handed.seen not in known:
        raise FormChanged(task=task.name, seen=handed.seen, newest=_follower(work, opened.case.id, handed.seen))
    return handed.seen


def _follower(work: UnitOfWork, case_id: int, seen: int) -> int | None:
    """The entry in force that somebody put in the place of the one seen; None where there never was such a one."""
    following = select(CaseEntry.id).where(CaseEntry.case_id == case_id, CaseEntry.standing == "in_force")
    found, newest = work.session.scalar(following.where(CaseEntry.corrects_id == seen)), None
    while found is not None:
        newest = found
        found = work.session.scalar(following.where(CaseEntry.corrects_id == newest))
    return newest


def _refuse(task: Task, refused: Refused | None) -> None:
    if refused is not None:
        raise LawRefuses(refused.why, task=task.name, missing=refused.missing)


def _entry(opened: Opened, task: Task, handed: Handed, corrects: int | None, actor: Actor, now: datetime) -> CaseEntry:
    return CaseEntry(
        case_id=opened.case.id, task=task.name, standing="asked" if task.is_decided else "in_force",
        form=handed.form.model_dump(mode="json"), written_at=now, written_by_id=actor.account_id, written_by=actor.name,
        second_id=handed.second_id, corrects_id=corrects, because=handed.because.strip()[:500],
        in_force_at=None if task.is_decided else now,
    )  # fmt: skip


def _decided(entry: CaseEntry, *, granted: bool, reason: str, actor: Actor, now: datetime) -> None:
    entry.standing = "in_force" if granted else "refused"
    entry.in_force_at = now if granted else None
    entry.decided_at, entry.decided_by_id, entry.decided_by = now, actor.account_id, actor.name
    entry.decision_reason = reason.strip()[:500]
