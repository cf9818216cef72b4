"""Two counties of one province and one of another, with people of their own."""

from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from registry.access.rules import Role
from registry.access.tables import Account, RoleAssignment
from tests.registry.cases.conftest import Desks, app, desks, log_in, office, passwords, stranger, templates
from tests.registry.cases.samples import best_interests, forms
from tests.registry.children.conftest import Api
from tests.registry.web.conftest import LogIn, Person

__all__ = ["app", "desks", "log_in", "office", "passwords", "stranger", "templates"]

NEEDS = {"reason": "مادرش آنجاست", "needs": "تختی برای دختر ده‌ساله و مددکار دری‌زبان"}


@dataclass
class Counties:
    desks: Desks
    log_in: LogIn
    people: dict[tuple[str, str], Api] = field(default_factory=dict)
    offices: dict[str, int] = field(default_factory=dict)

    def open(self, name: str, province: str) -> int:
        answer = self.admin.post("/offices", name=name, province=province)
        assert answer.status_code == 201, answer.text
        self.offices[name] = answer.json()["id"]
        return self.offices[name]

    @property
    def admin(self) -> Api:
        return Api(Person(self.desks.of("administrator")))  # type: ignore[arg-type]

    def person(self, office: str, *roles: str) -> Api:
        """Somebody of this office; the first time, they are hired."""
        key = (office, "-".join(roles))
        if key not in self.people:
            self.people[key] = Api(self._hired(key, roles))
            here = [one.account_id for (where, _), one in self.people.items() if where == office]
            path = f"/api/offices/{self.offices[office]}/members"
            assert self.admin.http.put(path, json={"accounts": here}).status_code == 200
        return self.people[key]

    def _hired(self, key: tuple[str, str], roles: tuple[str, ...]) -> Person:
        """A log-in is named after its roles; it is renamed at once, so that another office can have one like it."""
        person, name = self.log_in(*roles), key[1].replace("_", "-")
        with self.desks.office.registry.database.writing() as work:
            account = work.session.query(Account).filter_by(name=name).one()
            account.name = f"{name}-{account.id}"
            work.commit()
        return person

    def hire(self, office: str, name: str, *roles: Role) -> int:
        """A colleague of this office who does not log in here."""
        now = self.desks.office.clock.now()
        with self.desks.office.registry.database.writing() as work:
            account = Account(name=name, password_hash="!", created_at=now)
            account.roles = [RoleAssignment(role=role, given_at=now, given_by="test") for role in roles]
            work.session.add(account)
            work.session.flush()
            account_id = account.id
            work.commit()
        here = [one.account_id for (where, _), one in self.people.items() if where == office]
        path = f"/api/offices/{self.offices[office]}/members"
        assert self.admin.http.put(path, json={"accounts": [*here, account_id]}).status_code == 200
        return account_id

    def case(self, *, interests: bool = True) -> int:
        """Tehran's: a child in screening, everything written; best interests of a transfer confirmed."""
        case_id = self.desks.ready_to_leave()
        if interests:
            self.desks.do(case_id, "best_interests", **best_interests("transfer"))
        manager = self.person("تهران", "case_manager")
        assert manager.post(f"/cases/{case_id}/owner", account_id=manager.account_id).status_code == 200
        return case_id

    def ask(self, case_id: int, to: str, by: Api | None = None, /, **changes: Any) -> httpx.Response:
        by = by or self.person("تهران", "case_manager")
        return by.post(f"/cases/{case_id}/transfers", to_office_id=self.offices[to], **NEEDS | changes)

    def offered(self, to: str = "کرج", *, case_id: int | None = None) -> dict[str, Any]:
        asked = self.ask(case_id or self.case(), to)
        assert asked.status_code == 201, asked.text
        approver = self.person("تهران", "county_officer")
        done = approver.post(f"/transfers/{asked.json()['id']}/decision", granted=True)
        assert done.status_code == 200, done.text
        return done.json()  # type: ignore[no-any-return]

    def accepted(self, to: str = "کرج") -> dict[str, Any]:
        transfer = self.offered(to)
        owner = self.person(to, "case_manager").account_id
        accept = {"accepted": True, "owner_id": owner}
        answer = self.person(to, "county_officer").post(f"/transfers/{transfer['id']}/answer", **accept)
        assert answer.status_code == 200, answer.text
        return answer.json()  # type: ignore[no-any-return]

    def visit(self) -> dict[str, Any]:
        return {"form": forms(self.desks.office.clock.now())["follow_up"]}


@pytest.fixture
def counties(desks: Desks, log_in: LogIn) -> Counties:
    found = Counties(desks, log_in)
    for name, province in (("تهران", "تهران"), ("ری", "تهران"), ("کرج", "البرز")):
        found.open(name, province)
        found.person(name, "county_officer")
        found.person(name, "case_manager")
    return found
