"""Which engine searches, by the settings, and how it is kept on disk between two starts."""

import logging
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Protocol

from matching.engine import LocalEngine
from matching.errors import MatchingError
from matching.interfaces import Engine
from matching.memory import demand_memory
from registry.children.gallery import templates_in_gallery
from registry.config import RegistrySettings
from registry.db import Database
from registry.errors import RegistryError
from registry.intake.snapshots import Began, LocalSnapshot

log = logging.getLogger(__name__)


class Held(Protocol):
    """An engine, how it began, and its snapshot."""

    @property
    def engine(self) -> Engine: ...

    @property
    def began(self) -> Began: ...

    def save(self) -> None:
        """Write what came since the last snapshot, if anything. Errors: OSError, MatchingError, RegistryError."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalHeld:
    engine: LocalEngine
    began: Began
    snapshot: LocalSnapshot

    def save(self) -> None:
        self.snapshot.save(self.engine)


def held_engine(
    settings: RegistrySettings, database: Database, *, key: bytes, encoder: str, codes_per_eye: float
) -> AbstractContextManager[Held]:
    """The engine that PANAH_ENGINE names, with what its snapshot holds; the log gives it the rest.

    encoder: whose templates it is for; codes_per_eye: how many theirs have on average, as far as is known before they
    are read. Errors: DatabaseUnavailable, MemoryShort; with Ray also EngineIncomplete, RayUnreachable.
    """
    if settings.engine == "ray":
        from registry.intake.over_ray import ray_held  # only where Ray is asked for: a centre may do without it

        return ray_held(settings, database, key=key, encoder=encoder)
    with database.reading() as work:
        demand_memory(templates_in_gallery(work), codes_per_eye)
    return _local_held(settings, database, key=key, encoder=encoder)


@contextmanager
def _local_held(settings: RegistrySettings, database: Database, *, key: bytes, encoder: str) -> Iterator[Held]:
    snapshot = LocalSnapshot(settings.gallery_folder, key=key, encoder=encoder, database=database)
    engine, began = snapshot.begin()
    yield LocalHeld(engine=engine, began=began, snapshot=snapshot)


class Upkeep:
    """Saves the snapshot every so often and once more at the end. What cannot be saved costs only the next start."""

    def __init__(self, held: Held, *, every_s: float) -> None:
        self._held, self._every_s = held, every_s

    def run(self, stop: threading.Event) -> None:
        while not stop.wait(self._every_s):
            self.save()

    def save(self) -> None:
        try:
            self._held.save()
        except (OSError, MatchingError, RegistryError) as error:
            log.warning("the gallery's snapshot was not saved: %s", error)


def how_it_began(began: Began) -> str:
    """For whoever started the centre."""
    if began.problem is not None:
        return f"Gallery: read from the database, since its snapshot cannot be used. {began.problem}"
    if began.seq == 0:
        return "Gallery: read from the database; there is no snapshot yet."
    return (
        f"Gallery: {began.templates} templates from the snapshot of log row {began.seq}, in {began.seconds:.2f} s; "
        "the database gives what came since."
    )
