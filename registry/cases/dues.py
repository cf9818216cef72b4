"""By when tasks are due and how often a child is visited: the law's own times, and those that people have set instead.
Everything else is law.

A time set anew holds for what opens from then on; nobody's day is moved behind their back.
"""

from collections.abc import Mapping

from sqlalchemy import delete, select

from common.time import Clock
from registry.audit.service import AuditTrail
from registry.calendar.forms import DueSet, RhythmSet
from registry.calendar.rules import Due
from registry.calendar.tables import TaskDue
from registry.cases.forms.assessing import Risk
from registry.cases.rules.exits import EXITS
from registry.cases.rules.facts import Times
from registry.cases.rules.table import TASKS
from registry.cases.rules.task import Scope, Task, with_dues
from registry.db import UnitOfWork
from registry.errors import NotThere

_OF_TASKS: Mapping[str, Due] = {
    task.name: task.due for task in TASKS.values() if task.due is not None and task.scope is Scope.CASE
    and task.name != "follow_up"
}  # fmt: skip
_OF_EXITS: Mapping[str, Due] = {one.name: one.review_within for one in EXITS.values()}
SETTABLE: Mapping[str, Due] = {**_OF_TASKS, **_OF_EXITS}
"""An exit's is the time by which it is reviewed. A follow-up comes by the rhythm of the child's risk."""


def table_of(work: UnitOfWork) -> Mapping[str, Task]:
    rows = work.session.execute(select(TaskDue.task, TaskDue.due)).all()
    if not rows:
        return TASKS
    return with_dues(TASKS, {row.task: DueSet.model_validate(row.due).due for row in rows if row.task in _OF_TASKS})


def times_of(work: UnitOfWork) -> Times:
    """The rhythms of visits and the times of exits' reviews that people have set."""
    rows = work.session.execute(select(TaskDue.task, TaskDue.due)).all()
    rhythms = {_key(risk): risk for risk in Risk}
    return Times(
        rhythms={rhythms[row.task]: RhythmSet.model_validate(row.due).rhythm for row in rows if row.task in rhythms},
        reviews={row.task: DueSet.model_validate(row.due).due for row in rows if row.task in _OF_EXITS},
    )


def set_rhythms(work: UnitOfWork) -> dict[Risk, TaskDue]:
    """What people have set, by risk."""
    found = set_dues(work)
    return {risk: found[_key(risk)] for risk in Risk if _key(risk) in found}


def set_rhythm(
    work: UnitOfWork, risk: Risk, rhythm: RhythmSet, *, actor: str, trail: AuditTrail, clock: Clock
) -> TaskDue:
    return _set(work, _key(risk), rhythm, actor=actor, trail=trail, clock=clock)


def reset_rhythm(work: UnitOfWork, risk: Risk, *, actor: str, trail: AuditTrail) -> None:
    """Errors: NotThere (nobody has set another one)."""
    reset_due(work, _key(risk), actor=actor, trail=trail)


def _key(risk: Risk) -> str:
    return f"follow_up:{risk}"


def set_dues(work: UnitOfWork) -> dict[str, TaskDue]:
    """What people have set, by task."""
    return {row.task: row for row in work.session.scalars(select(TaskDue))}


def set_due(work: UnitOfWork, task: str, due: DueSet, *, actor: str, trail: AuditTrail, clock: Clock) -> TaskDue:
    """Errors: NotThere (no such task, or one without a time of its own)."""
    if task not in SETTABLE:
        raise NotThere("task")
    return _set(work, task, due, actor=actor, trail=trail, clock=clock)


def _set(
    work: UnitOfWork, task: str, set_: DueSet | RhythmSet, *, actor: str, trail: AuditTrail, clock: Clock
) -> TaskDue:
    said = set_.model_dump(mode="json")
    before = work.session.get(TaskDue, task, with_for_update=True)
    detail: dict[str, object] = {"to": said, "from": before.due if before else None}
    row = work.session.merge(TaskDue(task=task, due=said, set_at=clock.now(), set_by=actor))
    trail.append(work, actor=actor, action="due.set", subject=f"task:{task}", detail=detail)
    return row


def reset_due(work: UnitOfWork, task: str, *, actor: str, trail: AuditTrail) -> None:
    """Back to the law's own time. Errors: NotThere (nobody has set another one)."""
    gone = work.session.execute(delete(TaskDue).where(TaskDue.task == task).returning(TaskDue.task)).one_or_none()
    if gone is None:
        raise NotThere("task")
    trail.append(work, actor=actor, action="due.reset", subject=f"task:{task}")
