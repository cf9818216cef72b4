"""A case whose child needs a service that we do not give, and an organisation that gives it."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from registry.access.rules import Role
from registry.access.tables import Account, RoleAssignment
from tests.registry.cases.conftest import Desks, app, desks, log_in, office, passwords, stranger, templates
from tests.registry.web.conftest import PASSWORD, LogIn, Person

__all__ = ["app", "desks", "log_in", "office", "passwords", "stranger", "templates"]

RECEIVER = "انجمن یاران"
LIST = ["نام کوچک: ستاره", "کلاس: سوم", "زبان: دری"]


@dataclass
class Outside:
    desks: Desks
    log_in: LogIn
    case_id: int
    partner_id: int
    ngo: httpx.Client

    def write(self, *, headers: dict[str, str] | None = None, because: str = "", **changes: Any) -> int:
        """The referral's form on the case; its number."""
        said = {"receiver": RECEIVER, "shared": LIST} | changes
        answer = self.desks.send(self.case_id, "referral", headers=headers, because=because, **said)
        assert answer.status_code == 201, answer.text
        return int(answer.json()["id"])

    def hand(self, entry_id: int, partner_id: int | None = None, by: str = "social_worker") -> httpx.Response:
        body = {"entry_id": entry_id, "partner_id": partner_id or self.partner_id}
        return self.desks.of(by).post(f"/api/cases/{self.case_id}/referrals", json=body)

    def handed(self, **changes: Any) -> dict[str, Any]:
        answer = self.hand(self.write(**changes))
        assert answer.status_code == 201, answer.text
        return answer.json()  # type: ignore[no-any-return]

    def seen(self, by: httpx.Client | None = None) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = (by or self.ngo).get("/api/received-referrals").json()["referrals"]
        return found

    def act(self, referral_id: int, what: str, by: httpx.Client | None = None, **body: Any) -> httpx.Response:
        return (by or self.ngo).post(f"/api/received-referrals/{referral_id}/{what}", json=body)

    def end(self, referral_id: int, **more: Any) -> httpx.Response:
        body, headers = {"reason": "رضایت پس گرفته شد"}, more.get("headers", {})
        return self.desks.of("social_worker").post(f"/api/referrals/{referral_id}/end", json=body, headers=headers)

    def on_case(self) -> list[dict[str, Any]]:
        path = f"/api/cases/{self.case_id}/referrals"
        return self.desks.of("social_worker").get(path).json()["referrals"]  # type: ignore[no-any-return]

    def partner(self, name: str, *people: int, **more: Any) -> int:
        made = self.desks.of("administrator").post("/api/partners", json={"name": name, "kind": "ngo"} | more)
        assert made.status_code == 201, made.text
        assert self.people(made.json()["id"], *people).status_code == 200
        return int(made.json()["id"])

    def people(self, partner_id: int, *accounts: int) -> httpx.Response:
        body = {"accounts": list(accounts)}
        return self.desks.of("administrator").put(f"/api/partners/{partner_id}/people", json=body)

    def hire(self, name: str, *roles: Role, full_name: str | None = None) -> int:
        now = self.desks.office.clock.now()
        with self.desks.office.registry.database.writing() as work:
            account = Account(name=name, full_name=full_name, password_hash="!", created_at=now)
            account.roles = [RoleAssignment(role=role, given_at=now, given_by="test") for role in roles]
            work.session.add(account)
            work.session.flush()
            account_id = account.id
            work.commit()
        return account_id

    def days_pass(self, days: int) -> None:
        """Every log-in has ended meanwhile."""
        self.desks.days_pass(days)
        self.ngo.cookies.clear()
        assert Person(self.ngo).post("/login", page="/login", name="ngo", password=PASSWORD).status == 303  # type: ignore[arg-type]

    @property
    def today(self) -> dt.date:
        return self.desks.office.clock.now().date()


@pytest.fixture
def outside(desks: Desks, log_in: LogIn) -> Outside:
    found = Outside(desks, log_in, desks.office.open_case(), 0, log_in("ngo").http)
    found.partner_id = found.partner(RECEIVER, found.ngo.get("/api/me").json()["id"], area="منطقهٔ ۱۲")
    return found
