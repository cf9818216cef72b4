"""Rows into an empty, migrated database: by COPY on PostgreSQL, by many inserts on SQLite."""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import Any

from sqlalchemy import JSON, Table, insert, text
from sqlalchemy.sql.schema import ScalarElementColumnDefault

from registry.db import Database, UnitOfWork
from registry.schema import metadata

_BATCH = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Python values in the order of `columns`; what is left out takes its default."""

    table: str
    columns: Sequence[str]
    values: Iterable[tuple[Any, ...]]


def load(database: Database, parts: Callable[[UnitOfWork], Iterable[Rows]]) -> dict[str, int]:
    """How many rows went into each table, in one transaction. Foreign keys are not asked row by row: the rows come
    from one seed."""
    counts: dict[str, int] = {}
    with database.writing() as work:
        put = _copy if database.is_postgresql else _insert
        ready = _postgresql_ready if database.is_postgresql else _sqlite_ready
        with ready(work):
            for rows in parts(work):
                counts[rows.table] = counts.get(rows.table, 0) + put(work, metadata.tables[rows.table], rows)
        work.commit()
    _settle(database)
    return counts


@contextmanager
def _sqlite_ready(work: UnitOfWork) -> Iterator[None]:
    work.session.execute(text("pragma defer_foreign_keys = on"))
    yield


@contextmanager
def _postgresql_ready(work: UnitOfWork) -> Iterator[None]:
    """No log of what is thrown away soon, and every index built at once in the end: a third of the time."""
    run, connection = work.session.execute, work.session.connection()
    for table in reversed(metadata.sorted_tables):
        run(text(f'alter table "{table.name}" set unlogged'))
    indexes = [index for table in metadata.tables.values() for index in table.indexes]
    for index in indexes:
        index.drop(connection)
    run(text("set local session_replication_role = replica"))
    run(text("set local maintenance_work_mem = '256MB'"))
    yield
    for index in indexes:
        index.create(connection)


def _copy(work: UnitOfWork, table: Table, rows: Rows) -> int:
    columns, constants = _with_defaults(table, rows.columns)
    as_json = [place for place, name in enumerate(columns) if isinstance(table.c[name].type, JSON)]
    connection = work.session.connection().connection.driver_connection
    assert connection is not None
    names, count = ", ".join(f'"{name}"' for name in columns), 0
    with connection.cursor() as cursor, cursor.copy(f'copy "{table.name}" ({names}) from stdin') as copy:
        for values in _with_text(((*values, *constants) for values in rows.values), as_json):
            copy.write_row(values)
            count += 1
    return count


def _with_text(rows: Iterable[tuple[Any, ...]], places: Sequence[int]) -> Iterable[Sequence[Any]]:
    if not places:
        yield from rows
        return
    for values in rows:
        row = list(values)
        for place in places:
            if row[place] is not None:
                row[place] = _text_of(row[place])
        yield row


class Shared(dict[str, Any]):
    """A JSON value that many rows share: written out once."""

    text: str | None = None


def _text_of(value: Any) -> str:
    if not isinstance(value, Shared):
        return json.dumps(value, ensure_ascii=False)
    if value.text is None:
        value.text = json.dumps(value, ensure_ascii=False)
    return value.text


def _with_defaults(table: Table, given: Sequence[str]) -> tuple[list[str], tuple[Any, ...]]:
    """The columns, with those that SQLAlchemy would fill in, and what it would fill them with."""
    filled = {
        column.name: column.default.arg
        for column in table.c
        if column.name not in given and isinstance(column.default, ScalarElementColumnDefault)
    }
    return [*given, *filled], tuple(filled.values())


def _insert(work: UnitOfWork, table: Table, rows: Rows) -> int:
    count = 0
    for batch in _batches(dict(zip(rows.columns, values, strict=True)) for values in rows.values):
        work.session.execute(insert(table), batch)
        count += len(batch)
    return count


def _batches(rows: Iterator[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    while batch := list(islice(rows, _BATCH)):
        yield batch


def _settle(database: Database) -> None:
    """What autovacuum has done long ago in a registry that grew to this size; other schemas are left alone."""
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        tables = ", ".join(f'"{table.name}"' for table in metadata.sorted_tables)
        connection.execute(text(f"vacuum analyze {tables}" if database.is_postgresql else "analyze"))
