"""The database, SQLite or PostgreSQL, and the unit of work: rolled back unless committed.

Three ways in: `reading()`, `writing()`, and `locking_gallery()`, which lets one transaction at a time decide who a
child is. On SQLite every writer is alone anyway (BEGIN IMMEDIATE); on PostgreSQL the gallery's lock is an advisory
one, held to the end of the transaction, so that other writers go on.
"""

import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Self

from sqlalchemy import Engine, create_engine, event, make_url, text
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, ProgrammingError
from sqlalchemy.orm import Session

from registry.errors import DatabaseUnavailable, SchemaBehind

BUSY_TIMEOUT_S = 5.0
_GALLERY, _TRAIL = 1, 2
_WRITES = "panah_writes"


class UnitOfWork:
    """One transaction. `session` is SQLAlchemy's; nothing reaches the database's disk without `commit()`."""

    def __init__(self, session: Session, *, database: "Database") -> None:
        self.session = session
        self._database = database

    def commit(self) -> None:
        self.session.commit()

    def rollback(self) -> None:
        self.session.rollback()

    def lock_gallery(self) -> None:
        """From here to the end of the transaction nobody else writes to the gallery. Taken before `lock_trail`."""
        self._lock(_GALLERY)

    def lock_trail(self) -> None:
        """From here to the end nobody else appends to the audit trail or the live events, so that their numbers
        rise in the order of commits."""
        self._lock(_TRAIL)

    def _lock(self, which: int) -> None:
        if self._database.is_postgresql:
            self.session.execute(
                text("select pg_advisory_xact_lock(:space, :which)"),
                {"space": self._database.lock_space, "which": which},
            )

    @property
    def database(self) -> "Database":
        return self._database


class Database:
    """Errors, from any unit of work: DatabaseUnavailable, SchemaBehind (a table is missing)."""

    def __init__(self, engine: Engine, *, schema: str | None = None) -> None:
        self.engine = engine
        self.schema = schema
        self._writer = engine.execution_options(**{_WRITES: True})
        # Advisory locks know no schema; two registries in one database must not wait for each other.
        self.lock_space = zlib.crc32((schema or "").encode()) - 2**31

    @classmethod
    def open(cls, url: str, *, schema: str | None = None, busy_timeout_s: float = BUSY_TIMEOUT_S) -> Self:
        if make_url(url).get_backend_name() == "sqlite":
            return cls(_sqlite(url, busy_timeout_s))
        return cls(_postgresql(url, schema), schema=schema)

    @property
    def is_postgresql(self) -> bool:
        return self.engine.dialect.name == "postgresql"

    @property
    def name(self) -> str:
        """For messages: the URL without its password."""
        return self.engine.url.render_as_string(hide_password=True)

    @contextmanager
    def reading(self) -> Iterator[UnitOfWork]:
        with self._work(self.engine) as work:
            yield work

    @contextmanager
    def snapshot(self) -> Iterator[UnitOfWork]:
        """Reading, with all of it from one moment (SQLite reads so anyway)."""
        at_once = {"isolation_level": "REPEATABLE READ"} if self.is_postgresql else {}
        with self._work(self.engine.execution_options(**at_once)) as work:
            yield work

    @contextmanager
    def writing(self) -> Iterator[UnitOfWork]:
        """On SQLite the write lock is taken at once, not half-way, where waiting for it would deadlock."""
        with self._work(self._writer) as work:
            work.session.connection()
            yield work

    @contextmanager
    def locking_gallery(self) -> Iterator[UnitOfWork]:
        with self._work(self._writer) as work:
            work.session.connection()
            work.lock_gallery()
            yield work

    @contextmanager
    def _work(self, engine: Engine) -> Iterator[UnitOfWork]:
        session = Session(engine, expire_on_commit=False)
        try:
            yield UnitOfWork(session, database=self)
        except DBAPIError as exc:
            raise self._translated(exc) from exc
        finally:
            try:
                session.close()
            except DBAPIError as exc:
                raise self._translated(exc) from exc

    def _translated(self, exc: DBAPIError) -> Exception:
        cause = str(exc.orig).strip().splitlines()[0] if exc.orig and str(exc.orig).strip() else type(exc).__name__
        if "no such table" in cause or (isinstance(exc, ProgrammingError) and "does not exist" in cause):
            return SchemaBehind(found=None, expected=cause)
        if isinstance(exc, OperationalError | InterfaceError) or exc.connection_invalidated:
            return DatabaseUnavailable(self.name, cause)
        return exc

    def close(self) -> None:
        self.engine.dispose()


def _sqlite(url: str, busy_timeout_s: float) -> Engine:
    engine = create_engine(url, connect_args={"timeout": busy_timeout_s, "check_same_thread": False}, pool_size=16)

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # the driver would begin transactions behind our back, and too late
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}").close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        writes = connection.get_execution_options().get(_WRITES, False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _postgresql(url: str, schema: str | None) -> Engine:
    # Compiling one of our short statements takes longer than running it: seconds, where many rows are expected. So does
    # starting more processes for one.
    settings = [
        "-cjit=off",
        "-cmax_parallel_workers_per_gather=0",
        *([f"-csearch_path={schema}"] if schema is not None else []),
    ]
    options: dict[str, Any] = {"connect_timeout": 5, "options": " ".join(settings)}
    return create_engine(url, connect_args=options, pool_pre_ping=True, pool_size=16)
