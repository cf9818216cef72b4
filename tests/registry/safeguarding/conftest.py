"""A child who was hurt, who did it, who answers for whom, and an officer who is independent of them all."""

from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from registry.access.rules import Role
from registry.access.tables import Account, RoleAssignment
from registry.bootstrap import Registry
from registry.cases.tables import Case
from tests.registry.children.conftest import Api, app, log_in, passwords, scene, stranger, templates, zahra
from tests.registry.web.conftest import LogIn

__all__ = ["app", "log_in", "passwords", "scene", "stranger", "templates", "zahra"]

TOLD: dict[str, Any] = {"kind": "safeguarding", "told_by": "child", "concerns": ["hit"], "words": "مرا زد"}


@dataclass
class Watch:
    """The people of a safeguarding story; each logs in when first asked for."""

    registry: Registry
    log_in: LogIn
    child_id: int

    def __post_init__(self) -> None:
        self.people: dict[str, Api] = {}

    def of(self, *roles: str) -> Api:
        name = "-".join(roles)
        if name not in self.people:
            self.people[name] = Api(self.log_in(*roles))
        return self.people[name]

    @property
    def officer(self) -> Api:
        return self.of("safeguarding_officer")

    def hire(self, name: str, *roles: Role) -> int:
        """A colleague who does not log in here."""
        now = self.registry.clock.now()
        with self.registry.database.writing() as work:
            account = Account(name=name, password_hash="!", created_at=now)
            account.roles = [RoleAssignment(role=role, given_at=now, given_by="test") for role in roles]
            work.session.add(account)
            work.session.flush()
            account_id = account.id
            work.commit()
        return account_id

    def give_case_to(self, account_id: int) -> None:
        with self.registry.database.writing() as work:
            case = work.session.query(Case).filter_by(child_id=self.child_id).one()
            case.owner_id = account_id
            work.commit()

    def file(
        self, by: str = "psychologist", /, *, headers: dict[str, str] | None = None, **said: Any
    ) -> httpx.Response:
        return self.of(by).http.post("/api/safeguarding/reports", json=TOLD | said, headers=headers or {})

    def against(self, account_id: int, **said: Any) -> dict[str, Any]:
        """About Zahra, against a colleague, taken by the officer; the report as it stands."""
        filed = self.file(child_id=self.child_id, against=[{"kind": "staff", "account_id": account_id}], **said)
        assert filed.status_code == 201, filed.text
        return self.taken(filed.json()["reference"])

    def taken(self, reference: str) -> dict[str, Any]:
        rows = self.officer.get("/safeguarding/reports").json()["reports"]
        found = next(row for row in rows if row["reference"] == reference)
        return self.act(found["id"], "take").json()

    def act(
        self, report_id: int, what: str, /, *, method: str = "POST", by: Api | None = None, seen: int | None = None,
        **body: Any,
    ) -> httpx.Response:  # fmt: skip
        headers = {"if-match": f'"report-{seen}"'} if seen is not None else {}
        path = f"/api/safeguarding/reports/{report_id}/{what}"
        return (by or self.officer).http.request(method, path, json=body, headers=headers)

    def sees(self, who: Api) -> bool:
        """Whether the child, or the child's case, is there for them at all."""
        named = [row["id"] for row in who.get("/children").json()["children"]]
        record = who.get(f"/children/{self.child_id}/record").status_code
        cases = [row["child_id"] for row in who.get("/cases?state=all").json()["cases"]]
        case = who.get("/cases/1").status_code
        answers = {self.child_id in named, record == 200, self.child_id in cases, case == 200}
        assert len(answers) == 1, "the child is there everywhere or nowhere"
        return answers.pop()


DECISION: dict[str, Any] = {
    "outcome": "upheld", "findings": "دو نفر دیدند", "measures": ["کنار گذاشته شد"],
    "answer": "حق با تو بود؛ او دیگر اینجا نیست",
}  # fmt: skip


@pytest.fixture
def watch(registry: Registry, log_in: LogIn, zahra: int) -> Watch:
    return Watch(registry, log_in, zahra)
