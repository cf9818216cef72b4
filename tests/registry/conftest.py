"""Fixtures: the same centre on SQLite and on PostgreSQL."""

import datetime as dt
import os
import shutil
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from pydantic import SecretStr
from sqlalchemy import NullPool, create_engine, make_url, text

from edge.messages.keys import DeviceKeys
from matching.calibration import Calibration
from matching.calibration.fit import LabelledCapture, calibrate
from matching.simulation import simulate_templates
from matching.thresholds import Policy
from registry.bootstrap import Registry
from registry.config import RegistrySettings
from registry.db import Database
from registry.devices.service import register
from registry.errors import DatabaseUnavailable
from registry.intake.deciding import Weigher
from registry.migrations.run import migrate
from registry.schema import metadata
from tests.registry.house import GOOD, Centre, Eyes, StillClock, Tablet

_COUNTING_FROM_ONE = (
    "select setval(format('%I.%I', schemaname, sequencename)::regclass, 1, false) from pg_sequences "
    "where schemaname = :schema and last_value is not null"
)
POSTGRESQL = os.environ.get("PANAH_TEST_POSTGRESQL", "postgresql+psycopg://root@127.0.0.1:5432/test")


@pytest.fixture(scope="session")
def calibration() -> Calibration:
    rng = np.random.default_rng(7)
    people = simulate_templates(rng, 50, how=GOOD, captures=6)
    captures = [LabelledCapture(f"p{k}", t) for k, shots in enumerate(people) for t in shots]
    made, _ = calibrate(captures, version="simulated", made_on=dt.date(2026, 1, 1), source="simulated irises")
    return made


@pytest.fixture(scope="session")
def postgresql() -> str:
    database = Database.open(POSTGRESQL)
    try:
        with database.reading() as work:
            work.session.execute(text("select 1"))
    except DatabaseUnavailable as exc:
        pytest.skip(f"PostgreSQL does not answer, so nothing is tried on it: {exc.cause}")
    finally:
        database.close()
    return POSTGRESQL


@pytest.fixture
def postgresql_alone(postgresql: str) -> Iterator[str]:
    """A database that nobody else on this server uses, for what looks at all of it."""
    name = f"panah_test_{uuid.uuid4().hex[:12]}"
    with create_engine(postgresql, isolation_level="AUTOCOMMIT", poolclass=NullPool).connect() as connection:
        connection.execute(text(f"create database {name}"))
        yield str(make_url(postgresql).set(database=name).render_as_string(hide_password=False))
        connection.execute(text(f"drop database {name} with (force)"))


@pytest.fixture(scope="session")
def sqlite_pattern(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated file to copy: migrating one for every test would take longer than the tests."""
    path = tmp_path_factory.mktemp("pattern") / "registry.db"
    _migrate(f"sqlite:///{path}", None)
    return path


@pytest.fixture(scope="session")
def postgresql_schema(postgresql: str) -> Iterator[str]:
    """A migrated schema of this run's own, emptied after every test."""
    schema = f"t_{uuid.uuid4().hex[:12]}"
    _migrate(postgresql, schema)
    yield schema
    _execute(postgresql, f'drop schema "{schema}" cascade')


@pytest.fixture(params=["sqlite", "postgresql"])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[RegistrySettings]:
    """A fresh, migrated database and home."""
    home, file = tmp_path / "home", tmp_path / "registry.db"
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_pattern"), file)
        yield RegistrySettings(home=home, database_url=SecretStr(f"sqlite:///{file}"))
        return
    url, schema = request.getfixturevalue("postgresql"), request.getfixturevalue("postgresql_schema")
    yield RegistrySettings(home=home, database_url=SecretStr(url), database_schema=schema)
    _empty(url, schema)


def _empty(url: str, schema: str) -> None:
    """Deletes in the few tables that hold rows: truncating all of them takes thirty times as long."""
    database = Database.open(url, schema=schema)
    each = " union all ".join(f"(select '{table.name}' from {table.name} limit 1)" for table in metadata.sorted_tables)
    with database.writing() as work:
        run = work.session.execute
        run(text("set local session_replication_role = replica"))  # the audit trail's trigger refuses to be emptied
        for name in work.session.scalars(text(each)).all():
            run(text(f"delete from {name}"))
        run(text(_COUNTING_FROM_ONE), {"schema": schema})
        run(
            text(
                "create or replace trigger audit_entry_append_only before update or delete or truncate on audit_entry "
                "for each statement execute function audit_entry_append_only()"
            )
        )
        work.commit()
    database.close()


def _execute(url: str, *statements: str) -> None:
    database = Database.open(url)
    with database.writing() as work:
        for statement in statements:
            work.session.execute(text(statement))
        work.commit()
    database.close()


def _migrate(url: str, schema: str | None) -> None:
    database = Database.open(url, schema=schema)
    migrate(database)
    database.close()


@pytest.fixture
def clock() -> StillClock:
    return StillClock()


@pytest.fixture
def registry(settings: RegistrySettings, clock: StillClock) -> Iterator[Registry]:
    opened = Registry.open(settings, clock=clock)
    yield opened
    opened.close()


@pytest.fixture
def weigher(calibration: Calibration) -> Weigher:
    return Weigher(calibration=calibration, policy=Policy())


@pytest.fixture
def centre(registry: Registry, weigher: Weigher) -> Centre:
    return Centre(registry, weigher)


@pytest.fixture
def tablet(centre: Centre, clock: StillClock) -> Callable[[str], Tablet]:
    def provision(name: str) -> Tablet:
        keys, registry = DeviceKeys.generate(), centre.registry
        with registry.database.writing() as work:
            register(work, name=name, team="گشت", public=keys.public, actor="test", trail=registry.trail, clock=clock)
            work.commit()
        return Tablet(name, keys, centre, clock)

    return provision


@pytest.fixture
def van_1(tablet: Callable[[str], Tablet]) -> Tablet:
    return tablet("van-1")


@pytest.fixture
def van_2(tablet: Callable[[str], Tablet]) -> Tablet:
    return tablet("van-2")


@pytest.fixture(scope="session")
def eyes() -> Eyes:
    return Eyes(11)
