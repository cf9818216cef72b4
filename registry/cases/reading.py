"""One case as the law looks at it: its rows, and the facts made from them. A fixed number of statements, however long
the case's history is."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from common.time import in_tehran
from registry.access.rules import Role
from registry.access.tables import Account
from registry.calendar.rules import WorkingCalendar
from registry.calendar.service import working_calendar
from registry.cases.dues import times_of
from registry.cases.forms.assessing import Nationality
from registry.cases.forms.fields import Form
from registry.cases.records import CaseEntry, CaseTask, Promise
from registry.cases.rules.facts import Actor, Entry, Facts, KeptAway
from registry.cases.rules.states import CaseState
from registry.cases.rules.table import TASKS
from registry.cases.rules.task import Task
from registry.cases.tables import Case
from registry.children.recording import newest
from registry.children.rules import age_today
from registry.children.sealing import visible_to
from registry.db import UnitOfWork
from registry.errors import NotThere, PersonUnknown
from registry.families.service import restrained_near
from registry.transfers import custody


@dataclass(slots=True, kw_only=True)
class Opened:
    """A case taken up by a service: its row, the facts, and its open tasks by name. Changes with what is written."""

    case: Case
    facts: Facts
    tasks: dict[str, CaseTask]


def take_up(work: UnitOfWork, case_id: int, now: datetime, *, by: int | None, lock: bool = True) -> Opened:
    """With `lock`, for writing: nobody else writes on this case until the transaction ends, and where it has gone is
    among the facts. `by` is the account that asks: a sealed
    child's case is there for named people only (None: the registry itself asks). Errors: NotThere."""
    asked = select(Case).where(Case.id == case_id).options(selectinload(Case.child))
    if by is not None:
        asked = asked.where(visible_to(by, Case.child_id))
    case = work.session.scalars(asked.with_for_update(of=Case) if lock else asked).one_or_none()
    if case is None:
        raise NotThere("case")
    tasks = list(work.session.scalars(select(CaseTask).where(CaseTask.case_id == case_id).order_by(CaseTask.id)))
    facts = _facts(case, _entries(work, [case_id]), tasks, _promises(work, [case_id]), working_calendar(work), now)
    facts = replace(
        facts, kept_away=_kept_away(work, case.child_id, now), nationality=_nationality(work, case.child_id),
        times=times_of(work),
    )  # fmt: skip
    if lock:
        facts = replace(facts, moves=custody.moves(work, case_id), provinces=custody.provinces(work))
    return Opened(case=case, facts=facts, tasks={t.name: t for t in tasks if t.outcome == "open"})


def all_facts(work: UnitOfWork, cases: Sequence[Case], now: datetime) -> dict[int, Facts]:
    """Of many cases, whose children were loaded with them, by case; four statements, however many there are. Without
    those who are kept away from the children: only a discharge asks for them."""
    ids, calendar = [case.id for case in cases], working_calendar(work)
    entries, promises = defaultdict(list), _promises(work, ids)
    for entry in _entries(work, ids):
        entries[entry.case_id].append(entry)
    tasks = defaultdict(list)
    for task in work.session.scalars(select(CaseTask).where(CaseTask.case_id.in_(ids)).order_by(CaseTask.id)):
        tasks[task.case_id].append(task)
    return {case.id: _facts(case, entries[case.id], tasks[case.id], promises, calendar, now) for case in cases}


def _entries(work: UnitOfWork, case_ids: Sequence[int]) -> list[CaseEntry]:
    asked = select(CaseEntry).where(CaseEntry.case_id.in_(case_ids)).order_by(CaseEntry.id)
    return list(work.session.scalars(asked))


def _promises(work: UnitOfWork, case_ids: Sequence[int]) -> dict[int, int]:
    """How many of ours are open, by case."""
    counted = select(Promise.case_id, func.count()).where(Promise.case_id.in_(case_ids), Promise.ended.is_(None))
    return dict(work.session.execute(counted.group_by(Promise.case_id)).all())


def _kept_away(work: UnitOfWork, child_id: int, now: datetime) -> tuple[KeptAway, ...]:
    near = restrained_near(work.session, [child_id], in_tehran(now).date()).get(child_id, [])
    return tuple(KeptAway(name=adult.name or "", at_home=adult.left_at is None) for adult in near)


def _nationality(work: UnitOfWork, child_id: int) -> tuple[Nationality, ...]:
    found = newest(work.session, child_id)
    return tuple(Nationality.model_validate(one) for one in found.record.get("nationality", ())) if found else ()


def _facts(
    case: Case, entries: list[CaseEntry], tasks: list[CaseTask], promises: Mapping[int, int],
    calendar: WorkingCalendar, now: datetime,
) -> Facts:  # fmt: skip
    child, start, standing = case.child, case.round_since or case.opened_at, in_force(entries)
    return Facts(
        number=case.number, state=CaseState(case.state), state_since=case.state_since or start, opened_at=start,
        owner=case.owner_id, age=age_today(child.age_low, child.age_high, child.age_on, in_tehran(now).date()),
        entries=standing, waived=_waived(standing, tasks, start),
        open_tasks=frozenset(task.name for task in tasks if task.outcome == "open"),
        asked=frozenset(entry.task for entry in entries if entry.standing == "asked"),
        open_promises=promises.get(case.id, 0), calendar=calendar,
    )  # fmt: skip


def in_force(entries: list[CaseEntry]) -> tuple[Entry, ...]:
    """Decided where they needed it and not corrected by another one in force; the oldest first. A correction stands in
    the time of what it corrects: it renews nothing."""
    corrected = {entry.corrects_id for entry in entries if entry.standing == "in_force"}
    first_at: dict[int, datetime] = {}
    found = []
    for entry in entries:  # by id, so that what is corrected comes before its correction
        if entry.standing != "in_force":
            continue
        at = first_at.get(entry.corrects_id or 0) or entry.in_force_at or entry.written_at
        first_at[entry.id] = at
        if entry.id not in corrected:
            found.append(Entry(id=entry.id, task=entry.task, form=form_of(entry), by=entry.written_by_id, at=at))
    return tuple(sorted(found, key=lambda entry: (entry.at, entry.id)))


def form_of(entry: CaseEntry, table: Mapping[str, Task] = TASKS) -> Form:
    produces = table[entry.task].produces
    assert produces is not None, f"{entry.task} is not written on a case"
    return produces.model_validate(entry.form)


def _waived(standing: tuple[Entry, ...], tasks: list[CaseTask], start: datetime) -> frozenset[str]:
    """A skip counts for this time, and of the tasks of a stay for this stay."""
    stay = max((entry.at for entry in standing if entry.task == "arrival" and entry.at >= start), default=start)
    return frozenset(
        task.name
        for task in tasks
        if task.outcome == "waived" and (task.closed_at or start) >= (stay if TASKS[task.name].of_the_stay else start)
    )


def colleague(work: UnitOfWork, account_id: int) -> Actor:
    """Errors: PersonUnknown."""
    account = work.session.get(Account, account_id)
    if account is None or account.disabled_at is not None:
        raise PersonUnknown(account_id)
    roles = frozenset(Role(one.role) for one in account.roles if one.ended_at is None)
    return Actor(account_id=account.id, name=account.name, roles=roles)
