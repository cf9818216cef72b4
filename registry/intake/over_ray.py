"""The engine over Ray's shards, as a centre runs it: the layout is kept, the log comes from the database."""

import json
import logging
import os
import secrets
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

import ray

from matching.distributed import Layout, Options, local_ray
from matching.distributed.engine import RayEngine
from matching.interfaces import GalleryChange
from registry.children.gallery import CHUNK, changes_since, last_seq
from registry.config import RegistrySettings
from registry.db import Database, UnitOfWork
from registry.errors import RayUnreachable
from registry.intake.snapshots import EMPTY, Began, mark_of

log = logging.getLogger(__name__)

_LAYOUT = "layout.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """The layout as it lies in the home: which shard a template went to must not change."""

    layout: Layout
    encoder: str
    row: int
    """The log row at which it was written, and its mark: in a database that was set back there is another."""
    mark: str

    @classmethod
    def new(cls, shards: int, *, encoder: str) -> Self:
        """Of a name that no snapshot has yet."""
        return cls(layout=Layout.of(shards, log=secrets.token_hex(8)), encoder=encoder, row=0, mark=EMPTY)

    @classmethod
    def of(cls, folder: Path, work: UnitOfWork, *, encoder: str) -> Self | None:
        """What was written, if it is of this log and encoder."""
        try:
            read = json.loads((folder / _LAYOUT).read_text(encoding="utf-8"))
            kept = cls(
                layout=Layout.from_json(json.dumps(read["layout"])),
                encoder=read["encoder"],
                row=read["row"],
                mark=read["mark"],
            )
        except FileNotFoundError:
            return None
        except (ValueError, KeyError, TypeError) as unreadable:
            log.warning("the shards are filled from the database: %s cannot be read: %r", folder / _LAYOUT, unreadable)
            return None
        return kept if (kept.encoder, kept.mark) == (encoder, mark_of(work, kept.row)) else None

    def write(self, folder: Path) -> None:
        said = {
            "layout": json.loads(self.layout.to_json()),
            "encoder": self.encoder,
            "row": self.row,
            "mark": self.mark,
        }
        draft = folder / f".{_LAYOUT}"
        draft.write_text(json.dumps(said), encoding="utf-8")
        draft.replace(folder / _LAYOUT)


@dataclass(slots=True, kw_only=True)
class RayHeld:
    engine: RayEngine
    began: Began
    folder: Path
    database: Database
    kept: Kept

    def save(self) -> None:
        """Every shard on its own machine's disk, and the layout here."""
        if self.engine.seq != self.kept.row:
            self.engine.save()
            self.keep()

    def keep(self) -> None:
        with self.database.reading() as work:
            row = self.engine.seq
            self.kept = replace(self.kept, layout=self.engine.layout, row=row, mark=mark_of(work, row))
        self.kept.write(self.folder)


@contextmanager
def ray_held(settings: RegistrySettings, database: Database, *, key: bytes, encoder: str) -> Iterator[RayHeld]:
    """Errors: RayUnreachable, EngineIncomplete (a shard did not come up), DatabaseUnavailable."""
    started = time.perf_counter()
    folder = settings.gallery_folder
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    options = Options(
        replicas=settings.ray_replicas,
        threads=settings.ray_threads,
        cpus=settings.ray_threads if settings.ray_address else 0,
        zones=settings.ray_zones,
        snapshots=folder,
        key=key,
    )
    with _connected(settings):
        with database.reading() as work:
            newest = last_seq(work)
            kept = Kept.of(folder, work, encoder=encoder) or Kept.new(settings.ray_shards, encoder=encoder)
        engine = RayEngine(rebuild=Log(database), layout=kept.layout, options=options, newest=newest)
        try:
            for _ in range(kept.layout.shards, settings.ray_shards):
                engine.add_shard()
            held = RayHeld(engine=engine, began=_began(engine, started), folder=folder, database=database, kept=kept)
            held.keep()
            yield held
        finally:
            engine.close()


@dataclass(frozen=True, slots=True)
class Log:
    """`healing.Rebuild` from the database: every shard's rows, read in parts."""

    database: Database

    def __call__(self, shard: int, after: int) -> Iterator[GalleryChange]:  # noqa: ARG002 - every shard gets all
        while True:
            with self.database.reading() as work:
                changes = changes_since(work, after, limit=CHUNK)
            if not changes:
                return
            yield from changes
            after = changes[-1].seq


def _connected(settings: RegistrySettings) -> AbstractContextManager[None]:
    """A Ray that runs in this process already is used, and left to whoever started it."""
    if ray.is_initialized():
        return nullcontext()
    if settings.ray_address is None:
        return local_ray(cpus=os.cpu_count() or 1)
    return _cluster(settings.ray_address)


@contextmanager
def _cluster(address: str) -> Iterator[None]:
    try:
        ray.init(address=address, log_to_driver=False, logging_level="WARNING")
    except (ConnectionError, RuntimeError, ValueError) as error:
        raise RayUnreachable(address, str(error)) from error
    try:
        yield
    finally:
        ray.shutdown()


def _began(engine: RayEngine, started: float) -> Began:
    unusable = {one.standing.unusable for one in engine.replicas() if one.standing and one.standing.unusable}
    return Began(
        seq=engine.seq,
        templates=engine.size,
        seconds=time.perf_counter() - started,
        problem=" ".join(sorted(unusable)) or None,
    )
