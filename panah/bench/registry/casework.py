"""Cases in every state, with the entries, tasks, promises, commitments and history that lead there, and proposals."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

import jdatetime

from common.time import in_tehran
from panah.bench.registry.forms import pools
from panah.bench.registry.loading import Rows, Shared
from panah.bench.registry.population import NOW, FiledCase, Population, Staff
from registry.cases.rules.encounters import case_number
from registry.cases.rules.table import TASKS

_ARRIVED = ("transfer", "arrival", "arrival_check", "urgent_need", "health_assessment", "interview", "identity")
_KNOWN = (*_ARRIVED, "home_visit", "best_interests")
_HOME = (*_KNOWN, "discharge", "plan")
PATHS: dict[str, tuple[tuple[str, ...], str, tuple[str, ...]]] = {
    "intake": ((), "home_visit", ("home_visit",)),
    "in_transfer": (("transfer",), "transfer", ("arrival", "home_visit")),
    "screening": (_ARRIVED[:5], "urgent_need", ("interview", "judicial_order", "home_visit", "plan")),
    "kept": ((*_KNOWN, "judicial_order", "keeping", "plan"), "accommodation", ("accommodation", "discharge", "plan")),
    "with_family": (_HOME, "follow_up", ("follow_up", "plan")),
    "quasi_family": ((*_KNOWN, "quasi_family"), "tracing", ("tracing", "plan")),
    "referred_out": (("home_visit", "referral"), "follow_up", ("follow_up",)),
    "closed": (_HOME, "follow_up", ()),
}
"""By state: what was done once, what is done again and again, what waits."""
_REFERRED = 20
"""One case in so many is referred for a service besides."""
_ASKED = {"kept": "discharge", "with_family": "closure", "screening": "best_interests", "quasi_family": "closure"}
_MOVES = {"transfer": "in_transfer", "arrival": "screening", "keeping": "kept", "discharge": "with_family",
          "quasi_family": "quasi_family", "referral": "referred_out", "closure": "closed"}  # fmt: skip


@dataclass(slots=True)
class _Filed:
    """Rows as they come, table by table."""

    entries: list[tuple[Any, ...]] = field(default_factory=list)
    tasks: list[tuple[Any, ...]] = field(default_factory=list)
    events: list[tuple[Any, ...]] = field(default_factory=list)
    promises: list[tuple[Any, ...]] = field(default_factory=list)
    commitments: list[tuple[Any, ...]] = field(default_factory=list)


def casework(world: Population) -> Iterator[Rows]:
    draw = Random(world.size.seed + 4)
    yield _cases(world)
    writer = _Writer(world, draw, pools(world.size.seed))
    for case in world.cases:
        writer.file(case)
    yield from writer.rows()
    yield from _proposals(world, draw)


def _cases(world: Population) -> Rows:
    numbers: dict[int, int] = {}

    def row(case: FiledCase) -> tuple[Any, ...]:
        year = jdatetime.date.fromgregorian(date=in_tehran(case.opened_at).date()).year
        numbers[year] = numbers.get(year, 0) + 1
        closed = case.opened_at + (NOW - case.opened_at) / 2 if case.state == "closed" else None
        return (
            case.id, case_number(year, numbers[year]), case.child, case.state, case.opened_at, closed, case.slot,
            closed or case.opened_at, case.opened_at, case.owner.account_id, 12,
        )  # fmt: skip

    return Rows(
        table="case_file",
        columns=(
            "id", "number", "child_id", "state", "opened_at", "closed_at", "opened_by_slot_id", "state_since",
            "arrived_at", "owner_id", "version",
        ),
        values=map(row, world.cases),
    )  # fmt: skip


class _Writer:
    def __init__(self, world: Population, draw: Random, forms: dict[str, list[Shared]]) -> None:
        self.world, self.draw, self.forms, self.filed = world, draw, forms, _Filed()
        self.clerks = {
            task.name: world.with_role(*(task.asked_by or task.who)) for task in TASKS.values() if task.produces
        }
        self.manager = world.with_role("centre_manager")[0]
        self.words = {task: Shared({"task": task}) for task in TASKS}
        self.moved = {state: Shared({"to": state}) for state in PATHS}
        self.met = Shared({"outcome": "aid_only"})
        self.referred = {case.id for case in world.every(_REFERRED, least=8)}

    def file(self, case: FiledCase) -> None:
        once, again, waiting = PATHS[case.state]
        at = case.opened_at
        self._event(case, at, "opened", "matching", Shared(), slot=case.slot)
        for task in (*once, *[again] * self._times(), *(("closure",) if case.state == "closed" else ())):
            at = min(at + timedelta(hours=self.draw.randint(1, 400)), NOW)
            self._written(case, task, at)
        if case.id in self.referred:
            self._written(case, "referral", at)
        for task in waiting:
            due = NOW + timedelta(hours=self.draw.randint(-400, 600))
            self._task(case, task, at, due, None, None)
        if case.state in _ASKED and self.draw.random() < 0.05:
            self._entry(case, _ASKED[case.state], at, "asked")
        self._pledges(case, at)
        for slot, met_at in self.world.slots_of[case.child]:
            if met_at > case.opened_at:
                self._event(case, met_at, "met_again", "matching", self.met, slot=slot)

    def _times(self) -> int:
        """How often the same was done: few times for most, for one in fifty every week of the years."""
        return self.draw.randint(40, 100) if self.draw.random() < 0.02 else self.draw.randint(0, 4)

    def _written(self, case: FiledCase, task: str, at: datetime) -> None:
        entry = self._entry(case, task, at, "in_force")
        if not (TASKS[task].many and self.draw.random() < 0.5):
            self._task(case, task, at - timedelta(hours=2), at, at, entry)
        self._event(case, at, "written", self.clerks[task][0].name, self.words[task])
        if task in _MOVES:
            self._event(case, at, "moved", self.clerks[task][0].name, self.moved[_MOVES[task]])

    def _entry(self, case: FiledCase, task: str, at: datetime, standing: str) -> int:
        by, number = self.draw.choice(self.clerks[task]), len(self.filed.entries) + 1
        decided = standing == "in_force" and bool(TASKS[task].asked_by)
        self.filed.entries.append(
            (
                number, case.id, task, standing, self.draw.choice(self.forms[task]), at, by.account_id, by.name,
                at if standing == "in_force" else None, at if decided else None,
                self.manager.account_id if decided else None, self.manager.name if decided else None,
            )
        )  # fmt: skip
        return number

    def _task(
        self, case: FiledCase, name: str, opened: datetime, due: datetime, closed: datetime | None, entry: int | None
    ) -> None:
        outcome = "done" if closed else "open"
        self.filed.tasks.append((len(self.filed.tasks) + 1, case.id, name, outcome, opened, due, closed, entry))

    def _event(
        self, case: FiledCase, at: datetime, kind: str, actor: str, detail: Shared, slot: int | None = None
    ) -> None:
        self.filed.events.append((len(self.filed.events) + 1, case.id, at, kind, actor, slot, detail))

    def _pledges(self, case: FiledCase, at: datetime) -> None:
        owner = case.owner
        for _ in range(self.draw.randint(0, 3)):
            ended = self.draw.choice((None, "kept", "broken"))
            self.filed.promises.append(
                (len(self.filed.promises) + 1, case.id, "کیف و کتاب", "برایت کیف می‌آوریم", "مددکار",
                 self._day(), at, owner.name, ended, at if ended else None, owner.name if ended else None)
            )  # fmt: skip
        for _ in range(self.draw.randint(0, 2) if case.state in ("with_family", "closed") else 0):
            ended = self.draw.choice((None, "kept", "breached"))
            self.filed.commitments.append(
                (len(self.filed.commitments) + 1, case.id, "مدرسه برود", "مریم", "همسایه", self._day(), at, owner.name,
                 ended, at if ended else None, owner.name if ended else None)
            )  # fmt: skip

    def _day(self) -> Any:
        return (NOW + timedelta(days=self.draw.randint(-200, 60))).date()

    def rows(self) -> Iterator[Rows]:
        yield Rows(
            table="case_entry",
            columns=(
                "id", "case_id", "task", "standing", "form", "written_at", "written_by_id", "written_by",
                "in_force_at", "decided_at", "decided_by_id", "decided_by",
            ),
            values=self.filed.entries,
        )  # fmt: skip
        yield Rows(
            table="case_task",
            columns=("id", "case_id", "name", "outcome", "opened_at", "due_at", "closed_at", "entry_id"),
            values=_one_open(self.filed.tasks),
        )
        yield Rows(
            table="case_event", columns=("id", "case_id", "at", "kind", "actor", "slot_id", "detail"),
            values=self.filed.events,
        )  # fmt: skip
        made = ("made_at", "made_by", "ended", "ended_at", "ended_by")
        yield Rows(
            table="promise", columns=("id", "case_id", "what", "words", "by_whom", "due_on", *made),
            values=self.filed.promises,
        )  # fmt: skip
        yield Rows(
            table="commitment", columns=("id", "case_id", "what", "guardian", "witness", "review_on", *made),
            values=self.filed.commitments,
        )  # fmt: skip


def _one_open(tasks: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """A case has each task open once."""
    there: set[tuple[int, str]] = set()
    kept = []
    for row in tasks:
        if row[3] == "open" and (row[1], row[2]) in there:
            continue
        if row[3] == "open":
            there.add((row[1], row[2]))
        kept.append(row)
    return kept


def _proposals(world: Population, draw: Random) -> Iterator[Rows]:
    """The county's list of children without a case, and closed cases of children met again; most are decided."""
    filed: dict[int, FiledCase] = {case.child: case for case in world.cases}
    decider: Staff = world.with_role("case_manager")[0]
    rows: list[tuple[Any, ...]] = []
    for child, met in world.slots_of.items():
        case, (slot, at) = filed.get(child), met[-1]
        if case is None:
            kind, state, case_id = "county_list", "open" if draw.random() < 0.5 else "declined", None
        elif case.state == "closed" and at > case.opened_at:
            kind, state, case_id = "reopen", "open" if draw.random() < 0.03 else "declined", case.id
        else:
            continue
        open_ = state == "open"
        rows.append(
            (len(rows) + 1, kind, state, child, case_id, met[0][0], slot, len(met), at,
             at + timedelta(days=1) if kind == "reopen" else None, None if open_ else at,
             None if open_ else decider.name, None if open_ else "خانواده خواست")
        )  # fmt: skip
    yield Rows(
        table="proposal",
        columns=(
            "id", "kind", "state", "child_id", "case_id", "slot_id", "last_slot_id", "times", "opened_at", "due_at",
            "decided_at", "decided_by", "reason",
        ),
        values=rows,
    )  # fmt: skip
