"""Schema, keys, settings and home: what a start needs, and what it says when something is wrong."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from pydantic import SecretStr

from registry.bootstrap import Registry
from registry.config import RegistrySettings
from registry.db import Database
from registry.errors import DatabaseUnavailable, HomeUnusable, KeyFileDamaged, SchemaBehind
from registry.keys import Keyring
from registry.migrations.run import demand_current, expected_revision, found_revision, migrate
from registry.schema import metadata


def test_the_migrations_make_the_tables_that_the_program_knows(registry: Registry) -> None:
    with registry.database.reading() as work:
        context = MigrationContext.configure(work.session.connection(), opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_migrating_twice_changes_nothing(registry: Registry) -> None:
    assert migrate(registry.database) == expected_revision() == found_revision(registry.database)


def test_an_empty_database_is_refused_with_what_to_do_and_is_not_migrated(tmp_path: Path) -> None:
    settings = RegistrySettings(home=tmp_path)
    with pytest.raises(SchemaBehind, match="panah registry migrate"):
        Registry.open(settings)
    database = Database.open(settings.database)
    assert found_revision(database) is None
    database.close()


def test_an_older_schema_is_named(settings: RegistrySettings, registry: Registry) -> None:
    from sqlalchemy import text

    with registry.database.writing() as work:
        work.session.execute(text("update alembic_version set version_num = '0001'"))
        work.commit()
    try:
        with pytest.raises(SchemaBehind, match="0001"):
            demand_current(registry.database)
    finally:
        with registry.database.writing() as work:
            work.session.execute(text("update alembic_version set version_num = :head"), {"head": expected_revision()})
            work.commit()


def test_a_database_that_does_not_answer_is_named_without_its_password(tmp_path: Path) -> None:
    url = SecretStr("postgresql://panah:geheim@127.0.0.1:1/panah")
    with pytest.raises(DatabaseUnavailable) as refused:
        Registry.open(RegistrySettings(home=tmp_path, database_url=url))
    assert "127.0.0.1:1" in str(refused.value)
    assert "geheim" not in str(refused.value)


def test_a_home_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("")
    with pytest.raises(HomeUnusable, match="PANAH_HOME"):
        Registry.open(RegistrySettings(home=tmp_path / "home"))


def test_keys_are_made_once_for_their_owner_only(tmp_path: Path) -> None:
    first = Keyring.open(tmp_path / "keys")
    again = Keyring.open(tmp_path / "keys")
    assert first.signing.key_id == again.signing.key_id
    assert first.audit == again.audit
    assert {stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "keys").iterdir()} == {0o600}
    assert "audit" not in repr(first)


def test_two_processes_starting_on_an_empty_home_get_the_same_keys(tmp_path: Path) -> None:
    for n in range(10):
        with ThreadPoolExecutor(4) as pool:
            rings = list(pool.map(lambda _, n=n: Keyring.open(tmp_path / str(n)), range(4)))
        assert len({(ring.signing.key_id, ring.audit) for ring in rings}) == 1


def test_a_damaged_key_is_never_replaced_by_a_new_one(tmp_path: Path) -> None:
    Keyring.open(tmp_path)
    (tmp_path / "messages-1.key").write_text("damaged")
    with pytest.raises(KeyFileDamaged, match="backup"):
        Keyring.open(tmp_path)


def test_a_newer_key_signs_and_the_older_one_still_opens(tmp_path: Path) -> None:
    from edge.messages.keys import RegistryKeys

    old = Keyring.open(tmp_path).signing
    new = RegistryKeys.generate()
    new.save(tmp_path / "messages-2.key")
    ring = Keyring.open(tmp_path)
    assert [keys.key_id for keys in ring.messages] == [new.key_id, old.key_id]


def test_settings_come_from_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PANAH_HOME", str(tmp_path))
    monkeypatch.setenv("PANAH_DATABASE_URL", "postgres://panah@db/panah")
    settings = RegistrySettings()
    assert settings.home == tmp_path
    assert settings.database == "postgresql+psycopg://panah@db/panah"
    monkeypatch.delenv("PANAH_DATABASE_URL")
    assert RegistrySettings().database == f"sqlite:///{tmp_path}/registry.db"
