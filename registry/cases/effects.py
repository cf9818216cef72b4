"""What an entry does when it comes into force: the case's state, tasks that end and open, promises and commitments."""

from collections.abc import Iterable
from datetime import datetime

from registry.calendar.rules import end_of
from registry.calendar.service import working_calendar
from registry.cases import reading
from registry.cases.dues import table_of
from registry.cases.forms.arriving import Arrival, Waiver
from registry.cases.forms.fields import Form
from registry.cases.forms.following import ExitReview
from registry.cases.forms.leaving import Closure, Discharge
from registry.cases.history import note
from registry.cases.reading import Opened
from registry.cases.records import CaseEntry, CaseTask, Commitment, Promise
from registry.cases.rules.clocks import again_at, due_at, is_due, starts_at_arrival
from registry.cases.rules.exits import EXITS, puts_aside
from registry.cases.rules.states import CaseState
from registry.cases.rules.task import Task
from registry.cases.rules.writing import (
    Table,
    goes_to,
    is_done,
    opened_after,
    opened_on_entering,
    opened_with_the_case,
)
from registry.cases.tables import Case
from registry.db import UnitOfWork


def come_into_force(
    work: UnitOfWork, opened: Opened, entry: CaseEntry, form: Form, *, actor: str, now: datetime, table: Table
) -> None:
    """A correction replaces what was said; it moves nobody and promises nothing anew."""
    task, target = table[entry.task], None
    if entry.corrects_id is None:
        target = goes_to(task, form, opened.facts)
        _pledge(work, entry, form, now)
        if target is not None:
            opened.case.state, opened.case.state_since = target, now
            opened.case.closed_at = now if target is CaseState.CLOSED else None
    _refresh(work, opened, now)
    if isinstance(form, Arrival):
        _set_clock_of_keeping(opened, table)
    _end(opened, task, form, entry, now)
    _refresh(work, opened, now)
    if task.name in EXITS:
        _put_aside(opened, puts_aside(task.name, opened.tasks), now)
    if target is not None:
        _enter(work, opened, target, form, actor=actor, now=now, table=table)
    _begin_what_follows(work, opened, task, form, now=now, table=table)
    _plan_first_visit(opened, form)


def _set_clock_of_keeping(opened: Opened, table: Table) -> None:
    """Also when an arrival's time is corrected: what is still open is due by the true one."""
    opened.case.arrived_at = opened.facts.arrived_at
    for name, row in opened.tasks.items():
        if starts_at_arrival(table[name]):
            row.due_at = due_at(table[name], opened.facts, row.opened_at)


def _refresh(work: UnitOfWork, opened: Opened, now: datetime) -> None:
    work.session.flush()  # the facts are read again with what was just written
    seen = reading.take_up(work, opened.case.id, now, by=None, lock=False)
    opened.facts, opened.tasks = seen.facts, seen.tasks


def _end(opened: Opened, task: Task, form: Form, entry: CaseEntry, now: datetime) -> None:
    if isinstance(form, Waiver):
        _close(opened.tasks.get(form.task), "waived", entry, now)
    elif task.done_if(form):
        _close(opened.tasks.get(task.name), "done", entry, now)


def _close(row: CaseTask | None, outcome: str, entry: CaseEntry | None, now: datetime) -> None:
    if row is not None:
        row.outcome, row.closed_at, row.entry_id = outcome, now, entry.id if entry else None


def _enter(
    work: UnitOfWork, opened: Opened, target: CaseState, form: Form, *, actor: str, now: datetime, table: Table
) -> None:
    """What has no place in the new state is dropped; what it asks for opens."""
    kind = "closed" if target is CaseState.CLOSED else "moved"
    reason = {"reason": form.reason[:500]} if isinstance(form, Closure) else {}
    note(work, opened.case, kind, actor=actor, now=now, detail={"to": str(target), **reason})
    _put_aside(opened, [name for name in opened.tasks if target not in table[name].states], now)
    open_tasks(work, opened, opened_on_entering(target, table), now)


def _put_aside(opened: Opened, names: Iterable[str], now: datetime) -> None:
    for name in names:
        _close(opened.tasks.pop(name), "dropped", None, now)


def _begin_what_follows(
    work: UnitOfWork, opened: Opened, task: Task, form: Form, *, now: datetime, table: Table
) -> None:
    done = table[form.task] if isinstance(form, Waiver) and form.task in table else task
    following = [
        other
        for other in opened_after(done, opened.facts, table)
        if done.scope == "exit" or (opened.facts.state in other.states and not is_done(other, opened.facts))
    ]
    if isinstance(form, ExitReview) and form.goes_on:
        following += [other for other in opened_on_entering(opened.facts.state, table) if is_due(other, opened.facts)]
    open_tasks(work, opened, following, now)
    again = again_at(task, opened.facts, now)
    if again is not None and opened.facts.state in task.states and task.name not in opened.tasks:
        _add(work, opened, task.name, now, again)


def open_tasks(work: UnitOfWork, opened: Opened, tasks: Iterable[Task], now: datetime) -> None:
    for task in tasks:
        if task.name not in opened.tasks:
            _add(work, opened, task.name, now, due_at(task, opened.facts, now))


def _add(work: UnitOfWork, opened: Opened, name: str, now: datetime, due: datetime | None) -> None:
    row = CaseTask(case_id=opened.case.id, name=name, outcome="open", opened_at=now, due_at=due)
    work.session.add(row)
    opened.tasks[name] = row


def begin(work: UnitOfWork, case: Case, now: datetime) -> None:
    """The tasks that open with a case, new or reopened; the home visit while the child is still at home."""
    case.state_since, case.round_since = now, now
    calendar = working_calendar(work)
    for task in opened_with_the_case(table_of(work)):
        due = task.due.due(now, calendar) if task.due else None
        work.session.add(CaseTask(case_id=case.id, name=task.name, outcome="open", opened_at=now, due_at=due))


def _pledge(work: UnitOfWork, entry: CaseEntry, form: Form, now: datetime) -> None:
    """The guardian's commitments and our promises, apart from each other and from the form that they came with."""
    if not isinstance(form, Discharge):
        return
    shared = {"case_id": entry.case_id, "entry_id": entry.id, "made_at": now, "made_by": entry.written_by}
    for pledged in form.commitments:
        work.session.add(
            Commitment(
                what=pledged.what, guardian=form.receiver.name, witness=form.witness[:200],
                review_on=pledged.review_on, **shared,
            )
        )  # fmt: skip
    for ours in form.promises:
        work.session.add(Promise(what=ours.what, words=ours.words, by_whom=ours.by_whom, due_on=ours.due_on, **shared))


def _plan_first_visit(opened: Opened, form: Form) -> None:
    """The day that was agreed at the door, where it is sooner than the rhythm's."""
    row = opened.tasks.get("follow_up")
    if isinstance(form, Discharge) and row is not None:
        agreed = end_of(form.first_follow_up_on)
        row.due_at = min(agreed, row.due_at) if row.due_at else agreed
