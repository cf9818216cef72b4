"""Children met on the street, and people who work with their records."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from argon2 import PasswordHasher

from registry.access.accounts import Accounts
from registry.access.passwords import Passwords
from registry.access.rules import Role
from registry.bootstrap import Registry
from registry.children import sealing
from registry.children.finding import After, Found, Sought, find
from registry.children.record import ChildRecord
from registry.children.recording import Writing, write_record
from registry.children.records import RecordVersion
from registry.db import UnitOfWork
from tests.registry.web.conftest import LogIn, Person, app, log_in, passwords, stranger, templates
from tests.registry.web.scene import Scene, Seen

__all__ = ["app", "log_in", "passwords", "stranger", "templates"]


@dataclass(frozen=True)
class Colleague:
    account_id: int
    name: str
    roles: frozenset[Role]


@dataclass
class Desk:
    """Records of children, each act in a transaction of its own."""

    registry: Registry
    scene: Scene

    def meet(self, *names: str | None) -> tuple[int, ...]:
        return self.scene.meet(*(Seen(name=name) for name in names)).child_ids

    @contextmanager
    def work(self) -> Iterator[UnitOfWork]:
        with self.registry.database.writing() as work:
            yield work
            work.commit()

    @property
    def tools(self) -> dict[str, object]:
        return {"trail": self.registry.trail, "clock": self.registry.clock}

    def colleague(self, name: str, *roles: Role) -> Colleague:
        weak = Passwords(PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
        accounts = Accounts(database=self.registry.database, passwords=weak, **self.tools)  # type: ignore[arg-type]
        account_id = accounts.add(name=name, password="four words of test", roles=roles, actor="test")
        return Colleague(account_id, name, frozenset(roles))

    def write(self, child_id: int, by: Colleague, *, seen: int | None = None, **fields: object) -> RecordVersion:
        writing = Writing(child_id=child_id, record=ChildRecord.model_validate(fields), seen=seen)
        with self.work() as work:
            return write_record(work, writing, by=by, marks=self.registry.names, **self.tools)  # type: ignore[arg-type]

    def find(self, by: Colleague, *, after: After | None = None, limit: int = 20, **names: str) -> Found:
        with self.registry.database.reading() as work:
            sought = Sought(**names)
            return find(work.session, sought, self.registry.names, account_id=by.account_id, after=after, limit=limit)

    def found(self, by: Colleague, **names: str) -> list[int]:
        return [row.child.id for row in self.find(by, **names).rows]

    def seal(self, child_id: int, officer: Colleague, *named: Colleague) -> None:
        with self.work() as work:
            sealing.seal(
                work, child_id=child_id, ground=sealing.Ground.ABUSE_BY_OFFICIAL, reason="به گفتهٔ کودک",
                named=[one.account_id for one in named], by=officer, **self.tools,  # type: ignore[arg-type]
            )  # fmt: skip


@pytest.fixture
def desk(registry: Registry, scene: Scene) -> Desk:
    return Desk(registry, scene)


@pytest.fixture
def sara(desk: Desk) -> Colleague:
    return desk.colleague("sara", Role.CASE_MANAGER)


@pytest.fixture
def omid(desk: Desk) -> Colleague:
    return desk.colleague("omid", Role.SOCIAL_WORKER)


@pytest.fixture
def officer(desk: Desk) -> Colleague:
    return desk.colleague("mina", Role.SAFEGUARDING_OFFICER)


@dataclass(frozen=True)
class Api:
    """A logged-in person's program."""

    person: Person

    @property
    def http(self) -> httpx.Client:
        return self.person.http

    @property
    def account_id(self) -> int:
        return int(self.get("/me").json()["id"])

    def get(self, path: str, **options: Any) -> httpx.Response:
        return self.http.get(f"/api{path}", **options)

    def post(self, path: str, /, **body: object) -> httpx.Response:
        return self.http.post(f"/api{path}", json=body)

    def write(self, child: int, seen: int | None = None, **record: object) -> httpx.Response:
        headers = {"if-match": f'"record-{seen}"'} if seen is not None else {}
        body = {"record": record, "because": "از گفت‌وگوی نخست"}
        return self.http.put(f"/api/children/{child}/record", json=body, headers=headers)


@pytest.fixture
def scene(registry: Registry) -> Scene:
    return Scene(web=registry)


@pytest.fixture
def worker(log_in: LogIn) -> Api:
    return Api(log_in("social_worker"))


@pytest.fixture
def zahra(scene: Scene) -> int:
    return scene.meet(Seen(name="زهرا")).child_ids[0]
