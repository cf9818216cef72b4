"""One SQLite file, one connection behind a lock, every commit on the disk before it returns."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from common.faults import FaultPoint
from edge.outbox.errors import DiskFull, OutboxUnreadable
from edge.outbox.schema import SCHEMA, VERSION

_FULL = {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_WRITE, sqlite3.SQLITE_IOERR_SHMSIZE}


class Database:
    """WAL with synchronous=FULL: SQLite syncs the log at every commit. A commit costs one fsync, a few milliseconds."""

    def __init__(self, path: Path, *, faults: FaultPoint) -> None:
        """Errors: OutboxUnreadable."""
        self.path = path
        self._faults = faults
        self._lock = threading.RLock()
        self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=5.0)
        try:
            self._prepare()
        except sqlite3.Error as exc:
            self._connection.close()
            if is_full(exc):
                raise DiskFull(path) from exc
            raise OutboxUnreadable(path, str(exc)) from exc
        except OutboxUnreadable:
            self._connection.close()
            raise

    def _prepare(self) -> None:
        path_mode = self.path.stat().st_mode
        if path_mode & 0o077:
            self.path.chmod(0o600)
        for pragma in ("journal_mode = WAL", "synchronous = FULL", "wal_autocheckpoint = 100"):
            self._connection.execute(f"PRAGMA {pragma}")
        version = self._connection.execute("PRAGMA user_version").fetchone()[0]
        if version == 0:
            self._connection.executescript(f"BEGIN IMMEDIATE; {SCHEMA}; PRAGMA user_version = {VERSION}; COMMIT")
        elif version != VERSION:
            raise OutboxUnreadable(self.path, f"version {version}, this program knows {VERSION}")

    @contextmanager
    def write(self, name: str) -> Iterator[sqlite3.Connection]:
        """One transaction, alone: committed at the end, or rolled back whole. `name` names its fault points."""
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
                self._faults(f"outbox.{name}.before_commit")
                self._connection.execute("COMMIT")
            except BaseException:
                # SQLite has rolled back by itself where it says so (a full disk); otherwise it is done here.
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise
            self._faults(f"outbox.{name}.committed")

    @contextmanager
    def read(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            yield self._connection

    def close(self) -> None:
        with self._lock:
            self._connection.close()


def is_full(error: sqlite3.Error) -> bool:
    """The disk (or a quota) has no room, as SQLite reports it."""
    return getattr(error, "sqlite_errorcode", None) in _FULL
