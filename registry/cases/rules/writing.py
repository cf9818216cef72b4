"""Whether a form may be written, decided or corrected, and what opens because of it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from registry.access.rules import Role
from registry.cases.forms.arriving import Waiver
from registry.cases.forms.fields import Form
from registry.cases.rules.exits import EXITS
from registry.cases.rules.facts import Actor, Entry, Facts
from registry.cases.rules.refusals import Refusal
from registry.cases.rules.states import IN_OUR_HANDS, CaseState, can_move
from registry.cases.rules.table import TASKS
from registry.cases.rules.task import After, CaseOpens, Correction, Enters, Opens, Scope, Task

Table = Mapping[str, Task]


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """Why not, and the tasks that stand in the way."""

    why: Refusal
    missing: tuple[str, ...] = ()


def why_not_write(
    task: Task,
    form: Form,
    facts: Facts,
    actor: Actor,
    *,
    now: datetime,
    second: Actor | None = None,
    corrects: bool = False,
    table: Table = TASKS,
) -> Refused | None:
    """Asking is held to the same law as deciding: nobody is sent to an approver with what the law forbids."""
    if refused := why_not_person(task, form, facts, actor, second):
        return Refused(why=refused)
    if task.name in facts.asked:
        return Refused(why=Refusal.WAITS_FOR_DECISION)
    return why_not_stand(task, form, facts, now=now, corrects=corrects, table=table)


def why_not_person(task: Task, form: Form, facts: Facts, actor: Actor, second: Actor | None) -> Refusal | None:
    mine = actor.roles & task.writers
    if not mine:
        return Refusal.NOT_YOUR_ROLE
    if is_anothers_case(facts, actor, mine):
        return Refusal.NOT_YOUR_CASE
    if task.second and task.second_if(form):
        if second is None or second.account_id == actor.account_id:
            return Refusal.NEEDS_SECOND_PERSON
        if not second.roles & second_roles(task, actor):
            return Refusal.SECOND_PERSON_LACKS_ROLE
    return None


def second_roles(task: Task, actor: Actor) -> frozenset[Role]:
    """Where two professions must meet (health), the second brings the one that the first has not."""
    if task.second == task.who and len(task.who) > 1:
        return task.second - actor.roles or task.second
    return task.second


def is_anothers_case(facts: Facts, actor: Actor, by: frozenset[Role]) -> bool:
    """A case manager works on their own cases; other roles work on all of the centre's."""
    return by == {Role.CASE_MANAGER} and facts.owner is not None and facts.owner != actor.account_id


def why_not_stand(
    task: Task, form: Form, facts: Facts, *, now: datetime, corrects: bool = False, table: Table = TASKS
) -> Refused | None:
    """What holds for everybody: scope, state, what must be done before, and the task's own law."""
    if task.scope not in (Scope.CASE, Scope.EXIT):
        return Refused(why=Refusal.NOT_OF_A_CASE)
    if facts.state is CaseState.CLOSED and not corrects:
        return Refused(why=Refusal.CASE_CLOSED)
    if corrects:
        return _why_not_correct(task, form, facts, now, table)
    if facts.state not in task.states:
        return Refused(why=Refusal.WRONG_STATE)
    if missing := missing_before(task, facts, table):
        return Refused(why=Refusal.NEEDS_ANOTHER_TASK_FIRST, missing=missing)
    if refused := _law(task, form, facts, now, table):
        return refused
    target = goes_to(task, form, facts)
    return None if target is None or can_move(facts.state, target) else Refused(why=Refusal.NO_SUCH_MOVE)


def _why_not_correct(task: Task, form: Form, facts: Facts, now: datetime, table: Table) -> Refused | None:
    if task.correction is Correction.NEW_LETTER:
        return Refused(why=Refusal.NEW_LETTER_NEEDED)
    if task.law_of_correction is None:
        return _law(task, form, facts, now, table)
    why = task.law_of_correction(form, facts, now)
    return Refused(why=why) if why else None


def goes_to(task: Task, form: Form, facts: Facts) -> CaseState | None:
    """The state that the case moves to with this entry; an exit moves only who was in our hands."""
    if task.scope is Scope.EXIT and facts.state not in IN_OUR_HANDS:
        return None
    return task.moves_to if task.moves_if(form) else None


def _law(task: Task, form: Form, facts: Facts, now: datetime, table: Table) -> Refused | None:
    why = why_not_skip(form, facts, table) if isinstance(form, Waiver) else task.law(form, facts, now)
    return Refused(why=why) if why else None


def missing_before(task: Task, facts: Facts, table: Table = TASKS) -> tuple[str, ...]:
    return tuple(name for name in task.needs if not is_done(table[name], facts))


def is_done(task: Task, facts: Facts) -> bool:
    """Done or skipped; what belongs to a stay, since the child arrived last."""
    if task.name in facts.waived:
        return True
    return any(task.done_if(entry.form) for entry in facts.of(task.name, counts_from(task, facts)))


def counts_from(task: Task, facts: Facts) -> datetime:
    return facts.stay_since if task.of_the_stay else facts.opened_at


def current(task: Task, facts: Facts) -> Entry | None:
    """The entry that a new one would correct."""
    return max(facts.of(task.name, counts_from(task, facts)), key=lambda entry: entry.id, default=None)


def why_not_skip(form: Waiver, facts: Facts, table: Table = TASKS) -> Refusal | None:
    task = table.get(form.task)
    if task is None or not task.waived_by:
        return Refusal.NOBODY_MAY_WAIVE
    return None if form.task in facts.open_tasks else Refusal.NOT_OPEN


def deciders(task: Task, form: Form, table: Table = TASKS) -> frozenset[Role]:
    """A skip is decided by whoever may waive that very task."""
    return table[form.task].waived_by if isinstance(form, Waiver) and form.task in table else task.who


def why_not_decide(
    task: Task, form: Form, facts: Facts, actor: Actor, *, asked_by: int, table: Table = TASKS
) -> Refusal | None:
    """Nobody decides what they asked for themselves, whatever roles they hold."""
    mine = actor.roles & deciders(task, form, table)
    if not mine:
        return Refusal.NOT_YOUR_ROLE
    if actor.account_id == asked_by:
        return Refusal.OWN_REQUEST
    return Refusal.NOT_YOUR_CASE if is_anothers_case(facts, actor, mine) else None


def opened_after(task: Task, facts: Facts, table: Table = TASKS) -> Iterator[Task]:
    """What opens when this task is done or skipped. `facts` stand as they are afterwards."""
    if task.name in EXITS:
        yield from (table[name] for name in (*EXITS[task.name].opens, "exit_review"))
    for other in table.values():
        if any(_opens_after(reason, task, facts, table) for reason in other.opens):
            yield other


def _opens_after(reason: Opens, task: Task, facts: Facts, table: Table) -> bool:
    if not isinstance(reason, After) or task.name not in reason.tasks:
        return False
    return all(is_done(table[name], facts) for name in reason.tasks)


def opened_on_entering(state: CaseState, table: Table = TASKS) -> Iterator[Task]:
    return (task for task in table.values() if Enters(state) in task.opens)


def opened_with_the_case(table: Table = TASKS) -> Iterator[Task]:
    return (task for task in table.values() if CaseOpens() in task.opens)
