"""Bringing a database to this program's schema, and saying whether it is there."""

from pathlib import Path
from typing import Any, Literal

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, DateTime, text

from registry.base import UtcDateTime
from registry.db import Database
from registry.errors import SchemaBehind


def migrate(database: Database) -> str:
    """Bring the database up to date, all or nothing, and return the revision that it is at.

    On PostgreSQL the schema named by the database is made if it is missing. Errors: DatabaseUnavailable.
    """
    with database.writing() as work:
        if database.is_postgresql and database.schema is not None:
            work.session.execute(text(f'create schema if not exists "{database.schema}"'))
        config = configuration(work.session.connection())
        command.upgrade(config, "head")
        work.commit()
    return expected_revision()


def expected_revision() -> str:
    head = ScriptDirectory.from_config(configuration(None)).get_current_head()
    assert head is not None
    return head


def found_revision(database: Database) -> str | None:
    """The database's revision, or None for an empty database. Errors: DatabaseUnavailable."""
    with database.reading() as work:
        return MigrationContext.configure(work.session.connection()).get_current_revision()


def demand_current(database: Database) -> None:
    """Errors: SchemaBehind, with what to do; DatabaseUnavailable."""
    found, expected = found_revision(database), expected_revision()
    if found != expected:
        raise SchemaBehind(found=found, expected=expected)


def configuration(connection: Connection | None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def render_item(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """Migrations must outlive the classes of this program: a type of ours is written as the plain one beneath."""
    if kind == "type" and isinstance(item, UtcDateTime):
        assert isinstance(item.impl_instance, DateTime)
        return "sa.DateTime(timezone=True)"
    return False
