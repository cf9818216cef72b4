"""By when tasks are due: the law's own times, and those that people have set instead. Everything else is law.

A time set anew holds for what opens from then on; nobody's day is moved behind their back.
"""

from collections.abc import Mapping

from sqlalchemy import delete, select

from common.time import Clock
from registry.audit.service import AuditTrail
from registry.calendar.forms import DueSet
from registry.calendar.tables import TaskDue
from registry.cases.rules.table import TASKS
from registry.cases.rules.task import Scope, Task, with_dues
from registry.db import UnitOfWork
from registry.errors import NotThere

SETTABLE: Mapping[str, Task] = {
    task.name: task for task in TASKS.values() if task.due is not None and task.scope is Scope.CASE
    and task.name != "follow_up"
}  # fmt: skip
"""A follow-up comes by the rhythm of the child's risk, an exit's review by the exit."""


def table_of(work: UnitOfWork) -> Mapping[str, Task]:
    rows = work.session.execute(select(TaskDue.task, TaskDue.due)).all()
    if not rows:
        return TASKS
    return with_dues(TASKS, {row.task: DueSet.model_validate(row.due).due for row in rows if row.task in SETTABLE})


def set_dues(work: UnitOfWork) -> dict[str, TaskDue]:
    """What people have set, by task."""
    return {row.task: row for row in work.session.scalars(select(TaskDue))}


def set_due(work: UnitOfWork, task: str, due: DueSet, *, actor: str, trail: AuditTrail, clock: Clock) -> TaskDue:
    """Errors: NotThere (no such task, or one without a time of its own)."""
    if task not in SETTABLE:
        raise NotThere("task")
    said = due.model_dump(mode="json")
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
