"""A centre at work: people of every role who write, ask and decide through the services."""

import datetime as dt
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any

from registry.access.rules import Role
from registry.access.tables import Account
from registry.bootstrap import Registry
from registry.cases import service
from registry.cases.casework import Desk, Handed, decide, write
from registry.cases.reading import take_up
from registry.cases.records import CaseEntry
from registry.cases.rules.facts import Actor, Facts
from registry.cases.rules.table import TASKS
from registry.cases.tables import Case
from registry.children.rules import draw_code
from registry.children.tables import Child
from tests.registry.cases.people import hire, staff
from tests.registry.cases.samples import forms
from tests.registry.house import StillClock


@dataclass
class Office:
    registry: Registry
    clock: StillClock
    people: dict[Role, Actor] = field(default_factory=dict)
    draw: Random = field(default_factory=lambda: Random(3))

    def __post_init__(self) -> None:
        self.people = staff(self.registry)
        self.second_approver = hire(self.registry, "county-2", Role.COUNTY_OFFICER, Role.CENTRE_MANAGER)

    @property
    def desk(self) -> Desk:
        return Desk(trail=self.registry.trail, clock=self.clock)

    def open_case(self, *, age: tuple[int, int] = (9, 11)) -> int:
        """A child's case without any capture, as other doors than the van open it."""
        now = self.clock.now()
        with self.registry.database.locking_gallery() as work:
            child = Child(
                code=draw_code(self.draw.randrange, taken=lambda _: False), standing="confirmed", given_name="ستاره",
                sex="girl", age_low=age[0], age_high=age[1], age_method="said", age_on=now.date(), created_at=now,
            )  # fmt: skip
            work.session.add(child)
            work.session.flush()
            case = service.admit(work, child_id=child.id, actor="test", trail=self.registry.trail, clock=self.clock)
            work.commit()
            return case.id

    def form(self, case_id: int, task: str, /, **changes: Any) -> Any:
        produces = TASKS[task].produces
        assert produces is not None
        return produces.model_validate(forms(self.clock.now(), number=self.case(case_id).number)[task] | changes)

    def hand_in(
        self,
        case_id: int,
        task: str,
        /,
        *,
        by: Role | Actor | None = None,
        seen: int | None = None,
        because: str = "",
        second: Actor | None = None,
        **changes: Any,
    ) -> CaseEntry:
        """By somebody of the right role unless told otherwise; a minute passes."""
        rule = TASKS[task]
        self.clock.forward(minutes=1)
        actor = by if isinstance(by, Actor) else self.people[by or min(rule.asked_by or rule.who)]
        form = self.form(case_id, task, **changes)
        if second is None and rule.second and rule.second_if(form):
            second = next(p for role, p in self.people.items() if role in rule.second and role not in actor.roles)
        handed = Handed(form=form, second_id=second.account_id if second else None, seen=seen, because=because)
        with self.registry.database.writing() as work:
            entry = write(work, self.desk, case_id=case_id, task_name=task, handed=handed, actor=actor)
            work.commit()
            return entry

    def answer(self, entry: CaseEntry, *, granted: bool = True, reason: str = "", by: Actor | None = None) -> CaseEntry:
        self.clock.forward(minutes=1)
        with self.registry.database.writing() as work:
            decided = decide(
                work, self.desk, entry_id=entry.id, granted=granted, reason=reason, actor=by or self.second_approver
            )
            work.commit()
            return decided

    def do(self, case_id: int, *tasks: str, **changes: Any) -> "Office":
        """Each handed in, and granted by somebody else where it is asked."""
        for task in tasks:
            entry = self.hand_in(case_id, task, **changes)
            if entry.standing == "asked":
                self.answer(entry)
        return self

    def ready_to_leave(self, **opened: Any) -> int:
        case_id = self.open_case(**opened)
        self.do(case_id, "arrival", "arrival_check", "urgent_need", "health_assessment", "interview", "identity")
        self.do(case_id, "home_visit", "best_interests")
        return case_id

    def close(self, case_id: int) -> None:
        self.do(case_id, "closure")

    def disable(self, actor: Actor) -> None:
        with self.registry.database.writing() as work:
            work.session.get_one(Account, actor.account_id).disabled_at = self.clock.now()
            work.commit()

    def case(self, case_id: int) -> Case:
        with self.registry.database.reading() as work:
            return work.session.get_one(Case, case_id)

    def facts(self, case_id: int) -> Facts:
        with self.registry.database.reading() as work:
            return take_up(work, case_id, self.clock.now(), by=None, lock=False).facts

    def open_tasks(self, case_id: int) -> dict[str, dt.datetime | None]:
        with self.registry.database.reading() as work:
            tasks = take_up(work, case_id, self.clock.now(), by=None, lock=False).tasks
            return {name: row.due_at for name, row in tasks.items()}


def with_roles(actor: Actor, *roles: Role) -> Actor:
    return replace(actor, roles=frozenset(roles))
