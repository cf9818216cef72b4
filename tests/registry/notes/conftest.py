"""Colleagues around one case, by their programs; on both databases."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from registry.bootstrap import Registry
from registry.cases.tables import Case
from tests.registry.cases.office import Office
from tests.registry.house import StillClock
from tests.registry.web.conftest import Person, app, log_in, passwords, stranger, templates

__all__ = ["app", "log_in", "passwords", "stranger", "templates"]


@dataclass
class Colleague:
    """Somebody's program. `name` is what others call them by."""

    person: Person
    name: str
    account_id: int

    def get(self, path: str, **options: Any) -> httpx.Response:
        return self.person.http.get(f"/api{path}", **options)

    def post(self, path: str, /, *, headers: dict[str, str] | None = None, **body: Any) -> httpx.Response:
        return self.person.http.post(f"/api{path}", json=body, headers=headers or {})

    def inbox(self, which: str = "unread") -> list[dict[str, Any]]:
        answer = self.get(f"/inbox?which={which}")
        assert answer.status_code == 200, answer.text
        found: list[dict[str, Any]] = answer.json()["notices"]
        return found

    def kinds(self, which: str = "unread") -> list[str]:
        return [notice["kind"] for notice in self.inbox(which)]


@dataclass
class Team:
    office: Office
    log_in: Callable[..., Person]
    people: dict[tuple[str, ...], Colleague] = field(default_factory=dict)

    def of(self, *roles: str) -> Colleague:
        if roles not in self.people:
            person = self.log_in(*roles)
            me = person.http.get("/api/me").json()
            self.people[roles] = Colleague(person, me["name"], me["id"])
        return self.people[roles]

    def case(self, owner: Colleague | None = None) -> int:
        case_id = self.office.open_case()
        if owner is not None:
            with self.office.registry.database.writing() as work:
                work.session.get_one(Case, case_id).owner_id = owner.account_id
                work.commit()
        return case_id

    def child_of(self, case_id: int) -> int:
        return self.office.case(case_id).child_id


@pytest.fixture
def office(registry: Registry, clock: StillClock) -> Office:
    return Office(registry, clock)


@pytest.fixture
def team(office: Office, log_in: Callable[..., Person]) -> Team:
    return Team(office, log_in)


@pytest.fixture
def sara(team: Team) -> Colleague:
    """The case's manager."""
    return team.of("case_manager")


@pytest.fixture
def omid(team: Team) -> Colleague:
    return team.of("social_worker")
