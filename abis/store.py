"""References on disk: one SQLite file in the ABIS's own home, templates encrypted, every commit on the disk.

`synchronous=FULL` with WAL costs one fsync a commit, a few milliseconds beside a picture's thirty.
"""

import logging
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from abis.codes import Failure
from abis.errors import HomeInUse, HomeNotOurs, HomeUnusable, Refused, StoreDamaged
from abis.keys import GalleryKey
from matching import Template

log = logging.getLogger(__name__)

_APPLICATION = 0x50414249  # "PABI": says that the file is ours
_VERSION = 1
_SCHEMA = """
CREATE TABLE reference (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    reference_id TEXT NOT NULL UNIQUE,
    message_digest BLOB NOT NULL,
    inserted_at TEXT NOT NULL,
    template BLOB NOT NULL
) STRICT
"""
FILE, KEY = "abis.sqlite", "gallery.key"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """`number` is what the gallery in memory calls it; it is never given twice."""

    number: int
    reference_id: str
    template: Template


class Store:
    """One process at a time. Safe to call from several threads."""

    def __init__(self, connection: sqlite3.Connection, key: GalleryKey, path: Path) -> None:
        """See `open_store`."""
        self._connection, self._key, self._path = connection, key, path
        self._lock = threading.Lock()

    def add(self, reference_id: str, template: Template, *, message_digest: bytes, inserted_at: str) -> int:
        """On the disk when this returns. Errors: Refused (10; 1 when the disk does not take it)."""
        sealed = self._key.seal(template.to_bytes(), reference_id=reference_id)
        row = (reference_id, message_digest, inserted_at, sealed)
        try:
            with self._writing() as connection:
                cursor = connection.execute(
                    "INSERT INTO reference (reference_id, message_digest, inserted_at, template) VALUES (?, ?, ?, ?)",
                    row,
                )
                return int(cursor.lastrowid or 0)
        except sqlite3.IntegrityError as exc:
            raise Refused(Failure.REFERENCE_ID_EXISTS, "the referenceId is in use") from exc

    def remove(self, reference_id: str) -> int | None:
        """The number that it had, or None. Its bytes are overwritten, in SQLite's log too. Errors: Refused (1)."""
        with self._writing() as connection:
            row = connection.execute(
                "DELETE FROM reference WHERE reference_id = ? RETURNING id", (reference_id,)
            ).fetchone()
        if row is None:
            return None
        try:
            with self._lock:
                self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        except sqlite3.Error as exc:
            log.warning("What was deleted is gone from the gallery, and leaves its log later: %s", exc)
        return int(row[0])

    def find(self, reference_id: str) -> Reference | None:
        """Errors: Refused (1)."""
        with self._foreseen() as connection:
            row = connection.execute(
                "SELECT id, reference_id, template FROM reference WHERE reference_id = ?", (reference_id,)
            ).fetchone()
            return None if row is None else self._opened(row)

    def message_digest(self, reference_id: str) -> bytes | None:
        """Of the message that inserted it. Errors: Refused (1)."""
        with self._foreseen() as connection:
            row = connection.execute(
                "SELECT message_digest FROM reference WHERE reference_id = ?", (reference_id,)
            ).fetchone()
        return None if row is None else bytes(row[0])

    def all(self) -> Iterator[Reference]:
        """Errors: StoreDamaged."""
        with self._lock:
            for row in self._connection.execute("SELECT id, reference_id, template FROM reference ORDER BY id"):
                try:
                    yield self._opened(row)
                except ValueError as exc:
                    raise StoreDamaged(self._path, f"row {row[0]} does not open") from exc

    def close(self) -> None:
        with self._lock:
            self._connection.close()

    def _opened(self, row: tuple[int, str, bytes]) -> Reference:
        number, reference_id, sealed = row
        plain = self._key.open(sealed, reference_id=reference_id)
        return Reference(number=number, reference_id=reference_id, template=Template.from_bytes(plain))

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._foreseen() as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise

    @contextmanager
    def _foreseen(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            try:
                yield self._connection
            except sqlite3.IntegrityError:
                raise
            except (sqlite3.Error, ValueError) as exc:
                raise Refused(Failure.INTERNAL, f"the gallery's file: {exc}") from exc


def open_store(home: Path) -> Store:
    """The gallery of a home, which is made where there is nothing yet.

    Errors: HomeNotOurs for a folder that holds anything else, HomeInUse, HomeUnusable, KeyFileDamaged, StoreDamaged.
    """
    path, key_path = home / FILE, home / KEY
    try:
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not path.exists() and any(entry.name != KEY for entry in home.iterdir()):
            raise HomeNotOurs(home)
        if not path.exists() and not key_path.exists():
            GalleryKey.make(key_path)
    except OSError as exc:
        raise HomeUnusable(home, exc.strerror or str(exc)) from exc
    key = GalleryKey.load(key_path)
    return Store(_connected(path), key, path)


def _connected(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=1.0)
    try:
        path.chmod(0o600)
        _prepare(connection, path)
    except sqlite3.Error as exc:
        connection.close()
        if getattr(exc, "sqlite_errorcode", None) == sqlite3.SQLITE_BUSY:
            raise HomeInUse(path.parent) from exc
        raise StoreDamaged(path, str(exc)) from exc
    except BaseException:
        connection.close()
        raise
    return connection


def _prepare(connection: sqlite3.Connection, path: Path) -> None:
    """The exclusive lock is taken here and held until the process ends: a second gallery in memory would be stale."""
    connection.execute("PRAGMA locking_mode = EXCLUSIVE")
    application = connection.execute("PRAGMA application_id").fetchone()[0]
    tables = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]
    if tables and application != _APPLICATION:
        raise HomeNotOurs(path.parent)
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "secure_delete = ON"):
        connection.execute(f"PRAGMA {pragma}")
    connection.execute("BEGIN IMMEDIATE")
    if not tables:
        connection.execute(_SCHEMA)
        connection.execute(f"PRAGMA application_id = {_APPLICATION}")
        connection.execute(f"PRAGMA user_version = {_VERSION}")
    connection.execute("COMMIT")
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version != _VERSION:
        raise StoreDamaged(path, f"it has version {version}, this program knows {_VERSION}")
