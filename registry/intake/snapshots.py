"""The gallery's snapshot of this machine: it makes a start fast, the database stays the truth.

A snapshot carries the number of the log row that it stands for and a mark of that row. One of another database, of a
database that was set back, of another encoder, damaged or sealed with another key is not used: the whole log is read
instead, and the start says so.
"""

import hashlib
import logging
import time
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from matching.engine import LocalEngine
from matching.errors import SnapshotDamaged, SnapshotOutOfPlace, SnapshotVersionUnknown, TemplateVersionUnknown
from matching.gallery import Gallery
from registry.children.tables import GalleryLog
from registry.db import Database, UnitOfWork

log = logging.getLogger(__name__)

EMPTY = "the empty log"
_FILE = "gallery.snapshot"
_UNUSABLE = (SnapshotDamaged, SnapshotVersionUnknown, SnapshotOutOfPlace, TemplateVersionUnknown)


@dataclass(frozen=True, slots=True, kw_only=True)
class Began:
    """How an engine got what it holds at the start. seq: the log row of the snapshot, 0 without one."""

    seq: int
    templates: int
    seconds: float
    problem: str | None = None
    """Why the snapshot that lay there was not used."""


class LocalSnapshot:
    """One sealed file in `folder`. Not safe from several threads at once, except `save` beside searches."""

    def __init__(self, folder: Path, *, key: bytes, encoder: str, database: Database) -> None:
        self._folder, self._path = folder, folder / _FILE
        self._key, self._encoder, self._database = key, encoder, database
        self._saved = 0

    def begin(self) -> tuple[LocalEngine, Began]:
        """An engine with what the snapshot holds, or an empty one. Errors: DatabaseUnavailable."""
        started = time.perf_counter()
        self._clear_drafts()
        try:
            engine, problem = self._load(), None
        except FileNotFoundError:
            engine, problem = LocalEngine(), None
        except _UNUSABLE as error:
            engine, problem = LocalEngine(), str(error)
            log.warning("the gallery is read from the database: %s", error)
        self._saved = engine.seq
        seconds = time.perf_counter() - started
        return engine, Began(seq=engine.seq, templates=engine.size, seconds=seconds, problem=problem)

    def save(self, engine: LocalEngine) -> bool:
        """Write what the engine holds, unless it was written before; whether it was. Errors: OSError."""
        if engine.seq == self._saved:
            return False
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._saved = engine.save(self._path, key=self._key, named=self._mark)
        return True

    def _load(self) -> LocalEngine:
        gallery, seq = Gallery.load_with_seq(self._path, key=self._key, named=self._mark)
        if gallery.encoder not in (None, self._encoder):
            raise TemplateVersionUnknown(str(gallery.encoder), self._encoder)
        return LocalEngine(gallery, seq=seq)

    def _mark(self, seq: int) -> str:
        with self._database.reading() as work:
            return mark_of(work, seq)

    def _clear_drafts(self) -> None:
        """What a process that was ended while it wrote has left."""
        for draft in self._folder.glob(f".{_FILE}.*"):
            draft.unlink(missing_ok=True)


def mark_of(work: UnitOfWork, seq: int) -> str:
    """Names log row `seq` of this database: another database, or one set back and grown again, has another there."""
    row = work.session.execute(select(GalleryLog).where(GalleryLog.seq == seq)).scalar_one_or_none()
    if row is None:
        return EMPTY if seq == 0 else f"row {seq}, which is not in the log"
    said = f"{row.seq} {row.op} {row.template_id} {row.at.timestamp():.6f}"
    return f"log row {seq} ({hashlib.sha256(said.encode()).hexdigest()[:16]})"
