"""By when tasks are due, for programs: the law's own times and those that people have set."""

from datetime import datetime

from fastapi import APIRouter
from pydantic import BaseModel
from starlette.responses import Response

from registry.calendar.forms import DueSet, RhythmSet
from registry.calendar.tables import TaskDue
from registry.cases.dues import SETTABLE, reset_due, reset_rhythm, set_due, set_dues, set_rhythm, set_rhythms
from registry.cases.forms.assessing import Risk
from registry.cases.rules.following import RHYTHM
from registry.children.acting import Act
from registry.db import UnitOfWork
from registry.replies.service import Reply
from registry.web.parts import Reading

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


class RhythmOut(BaseModel):
    """`set_at` is empty where the law's own rhythm holds."""

    risk: Risk
    days: tuple[int, ...]
    law: tuple[int, ...]
    set_at: datetime | None
    set_by: str | None


class Rhythms(BaseModel):
    rhythms: list[RhythmOut]


@router.get("/due-times")
def due_times(work: Reading) -> Dues:
    """Every task that has a time of its own; an exit's is the time by which it is reviewed."""
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
def reset_due_time(act: Act, task: str) -> Response:
    """The law's own time again."""

    def reset(work: UnitOfWork) -> Reply:
        reset_due(work, task, actor=act.person.name, trail=act.parts.container.trail)
        return Reply(body={}, status=204)

    return act.once(reset)


@router.get("/visit-rhythms")
def visit_rhythms(work: Reading) -> Rhythms:
    """On which days after it left a child is visited, by its risk."""
    found = set_rhythms(work)
    return Rhythms(rhythms=[_rhythm_out(risk, found.get(risk)) for risk in Risk])


@router.put("/visit-rhythms/{risk}", response_model=RhythmOut)
def set_visit_rhythm(act: Act, risk: Risk, sent: RhythmSet) -> Response:
    """For visits that open from now on; one that is open keeps its day."""

    def set_it(work: UnitOfWork) -> Reply:
        row = set_rhythm(work, risk, sent, actor=act.person.name, **act.tools)
        return Reply(body=_rhythm_out(risk, row).model_dump(mode="json"))

    return act.once(set_it)


@router.delete("/visit-rhythms/{risk}", status_code=204)
def reset_visit_rhythm(act: Act, risk: Risk) -> Response:
    """The law's own rhythm again."""

    def reset(work: UnitOfWork) -> Reply:
        reset_rhythm(work, risk, actor=act.person.name, trail=act.parts.container.trail)
        return Reply(body={}, status=204)

    return act.once(reset)


def _rhythm_out(risk: Risk, row: TaskDue | None) -> RhythmOut:
    law = RHYTHM[risk].days
    return RhythmOut(
        risk=risk, law=law, days=RhythmSet.model_validate(row.due).days if row else law,
        set_at=row.set_at if row else None, set_by=row.set_by if row else None,
    )  # fmt: skip


def _out(task: str, row: TaskDue | None) -> DueOut:
    law = DueSet.of(SETTABLE[task])
    return DueOut(
        task=task, law=law, due=DueSet.model_validate(row.due) if row else law, set_at=row.set_at if row else None,
        set_by=row.set_by if row else None,
    )  # fmt: skip
