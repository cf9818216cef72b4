"""An office on each database, by its services and over HTTP."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select

from registry.bootstrap import Registry
from registry.cases.records import CaseEntry
from registry.cases.rules.table import TASKS
from tests.registry.cases.office import Office
from tests.registry.cases.samples import forms
from tests.registry.house import StillClock
from tests.registry.web.conftest import PASSWORD, LogIn, Person, app, log_in, passwords, stranger, templates

__all__ = ["app", "log_in", "passwords", "stranger", "templates"]


@pytest.fixture
def office(registry: Registry, clock: StillClock) -> Office:
    return Office(registry, clock)


@dataclass
class Desks:
    """People of every role at their browsers' developer tools: they speak JSON with the registry."""

    office: Office
    log_in: Callable[..., Person]
    people: dict[tuple[str, ...], Person] = field(default_factory=dict)

    def of(self, *roles: str) -> httpx.Client:
        if roles not in self.people:
            self.people[roles] = self.log_in(*roles)
        return self.people[roles].http

    def days_pass(self, days: int) -> None:
        """Everybody's log-in has ended meanwhile."""
        self.office.clock.forward(days=days)
        for roles, person in self.people.items():
            name = "-".join(roles).replace("_", "-")
            person.http.cookies.clear()
            assert person.post("/login", page="/login", name=name, password=PASSWORD).status == 303

    def form(self, case_id: int, task: str, /, **changes: Any) -> dict[str, Any]:
        number = self.office.case(case_id).number
        return forms(self.office.clock.now(), number=number)[task] | changes

    def send(
        self, case_id: int, task: str, /, *, role: str | None = None, headers: dict[str, str] | None = None,
        second: bool = True, because: str = "", **changes: Any,
    ) -> httpx.Response:  # fmt: skip
        """Whoever of the right role is logged in hands the form in; a minute passes."""
        self.office.clock.forward(minutes=1)
        rule = TASKS[task]
        role = role or str(min(rule.asked_by or rule.who))
        body: dict[str, Any] = {"form": self.form(case_id, task, **changes), "because": because}
        if rule.second and second:
            other = next(p for r, p in self.office.people.items() if r in rule.second and str(r) != role)
            body["second_id"] = other.account_id
        return self.of(role).post(f"/api/cases/{case_id}/tasks/{task}", json=body, headers=headers or {})

    def do(self, case_id: int, *tasks: str, **changes: Any) -> None:
        for task in tasks:
            answer = self.send(case_id, task, **changes)
            assert answer.status_code in (201, 202), f"{task}: {answer.text}"
            if answer.status_code == 202:
                granted = self.decide(answer.json()["id"])
                assert granted.status_code == 200, f"{task}: {granted.text}"

    def decide(self, entry_id: int, *, by: str = "centre_manager", granted: bool = True, **more: Any) -> httpx.Response:
        body = {"granted": granted, "reason": ""} | more
        return self.of(by).post(f"/api/entries/{entry_id}/decision", json=body)

    def count(self, *conditions: Any) -> int:
        """How many entries there are."""
        with self.office.registry.database.reading() as work:
            return work.session.scalar(select(func.count()).select_from(CaseEntry).where(*conditions)) or 0

    def sheet(self, case_id: int) -> dict[str, Any]:
        found: dict[str, Any] = self.of("case_manager").get(f"/api/cases/{case_id}").json()
        return found

    def ready_to_leave(self) -> int:
        case_id = self.office.open_case()
        self.do(case_id, "transfer", "arrival", "arrival_check", "urgent_need", "health_assessment", "interview")
        self.do(case_id, "identity", "home_visit", "best_interests")
        return case_id


@pytest.fixture
def desks(office: Office, log_in: LogIn) -> Desks:
    return Desks(office, log_in)
