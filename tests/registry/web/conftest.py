"""The web application over a whole registry, and people who log in through its own form."""

import re
import shutil
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from fastapi import FastAPI
from fastapi.testclient import TestClient
from jinja2 import Environment
from pydantic import SecretStr
from sqlalchemy import text

from common.assets import AssetsMissing, require_assets
from registry.access.passwords import Passwords
from registry.app import create_app, make_templates
from registry.bootstrap import Registry
from registry.config import RegistrySettings
from registry.db import Database
from registry.migrations.run import migrate
from tests.registry.web.scene import Scene

PASSWORD = "four words of test"


@pytest.fixture
def settings(request: pytest.FixtureRequest, tmp_path: Path, sqlite_pattern: Path) -> Iterator[RegistrySettings]:
    """SQLite, unless a test asks for "postgresql" indirectly: pages speak to both in the same words."""
    if getattr(request, "param", "sqlite") == "sqlite":
        shutil.copy(sqlite_pattern, tmp_path / "registry.db")
        yield RegistrySettings(home=tmp_path / "home", database_url=SecretStr(f"sqlite:///{tmp_path / 'registry.db'}"))
        return
    url, schema = request.getfixturevalue("postgresql"), f"web_{uuid.uuid4().hex[:12]}"
    database = Database.open(url, schema=schema)
    migrate(database)
    yield RegistrySettings(home=tmp_path / "home", database_url=SecretStr(url), database_schema=schema)
    with database.writing() as work:
        work.session.execute(text(f'drop schema "{schema}" cascade'))
        work.commit()
    database.close()


@pytest.fixture(scope="session")
def passwords() -> Passwords:
    """argon2 as weak as it goes: what is tried here is not its strength."""
    return Passwords(PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))


@pytest.fixture(scope="session")
def templates() -> Environment:
    """Compiled once for all tests."""
    return make_templates()


@pytest.fixture
def app(registry: Registry, passwords: Passwords, templates: Environment) -> FastAPI:
    try:
        require_assets()
    except AssetsMissing as missing:
        pytest.skip(str(missing))
    return create_app(registry, passwords=passwords, templates=templates)


@pytest.fixture
def scene(registry: Registry) -> Scene:
    return Scene(web=registry)


@pytest.fixture
def stranger(app: FastAPI) -> TestClient:
    return TestClient(app, follow_redirects=False)


@dataclass
class Person:
    """Somebody at a browser: forms carry the token of the page they stand on."""

    http: TestClient

    def get(self, path: str, **options: object) -> "Answer":
        answer = self.http.get(path, headers={"accept": "text/html"}, **options)  # type: ignore[arg-type]
        return Answer(answer.status_code, answer.text, dict(answer.headers))

    def token(self, page: str = "/account") -> str:
        found = re.search(r'name="csrf_token" value="([0-9a-f]+)"', self.get(page).text)
        assert found, f"no form on {page}"
        return found[1]

    def post(self, path: str, page: str = "/account", **fields: object) -> "Answer":
        data = {"csrf_token": self.token(page)} | fields
        answer = self.http.post(path, data=data, headers={"accept": "text/html"})
        return Answer(answer.status_code, answer.text, dict(answer.headers))


@dataclass(frozen=True)
class Answer:
    status: int
    text: str
    headers: dict[str, str]

    @property
    def goes_to(self) -> str:
        return self.headers.get("location", "")


LogIn = Callable[..., Person]


@pytest.fixture
def log_in(app: FastAPI) -> LogIn:
    """`log_in("case_manager")` gives a person with that role; the account is named after its roles."""

    def enter(*roles: str) -> Person:
        name = "-".join(roles).replace("_", "-")
        app.state.web.accounts.add(name=name, password=PASSWORD, roles=roles, actor="test")
        person = Person(TestClient(app, follow_redirects=False))
        answer = person.post("/login", page="/login", name=name, password=PASSWORD)
        assert answer.status == 303, answer.text
        return person

    return enter
