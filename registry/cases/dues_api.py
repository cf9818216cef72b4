"""By when tasks are due, for programs: the law's own times and those that people have set."""

from datetime import datetime

from fastapi import APIRouter
from pydantic import BaseModel
from starlette.responses import Response

from registry.calendar.forms import DueSet
from registry.calendar.tables import TaskDue
from registry.cases.dues import SETTABLE, reset_due, set_due, set_dues
from registry.children.acting import Act
from registry.db import UnitOfWork
from registry.replies.service import Reply
from registry.web.page import PageOf
from registry.web.parts import Parts, Reading

router = APIRouter(prefix="/api", tags=["calendar"])


class DueOut(BaseModel):
    """`set_at` is empty where the law's own time holds."""

    task: str
    due: DueSet
    law: DueSet
    set_at: datetime | None
    set_by: str | None


class Dues(BaseModel):
    dues: list[DueOut]


@router.get("/due-times")
def due_times(work: Reading) -> Dues:
    """Every task that has a time of its own."""
    found = set_dues(work)
    return Dues(dues=[_out(task, found.get(task)) for task in SETTABLE])


@router.put("/due-times/{task}", response_model=DueOut)
def set_due_time(act: Act, task: str, sent: DueSet) -> Response:
    """For what opens from now on; what is open keeps its time."""

    def set_it(work: UnitOfWork) -> Reply:
        row = set_due(work, task, sent, actor=act.person.name, **act.tools)
        return Reply(body=_out(task, row).model_dump(mode="json"))

    return act.once(set_it)


@router.delete("/due-times/{task}", status_code=204)
def reset_due_time(page: PageOf, parts: Parts, task: str) -> Response:
    """The law's own time again."""
    with parts.container.database.writing() as work:
        reset_due(work, task, actor=page.signed_in.name, trail=parts.container.trail)
        work.commit()
    return Response(status_code=204)


def _out(task: str, row: TaskDue | None) -> DueOut:
    due = SETTABLE[task].due
    assert due is not None  # by what is settable
    law = DueSet.of(due)
    return DueOut(
        task=task, law=law, due=DueSet.model_validate(row.due) if row else law, set_at=row.set_at if row else None,
        set_by=row.set_by if row else None,
    )  # fmt: skip
