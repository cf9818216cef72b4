"""The one place where the registry is put together. Everything outside comes in as a parameter."""

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from common.broker import BrokerAddress
from common.faults import FaultPoint, no_faults
from common.time import Clock, SystemClock
from matching.calibration import Calibration, default_calibration, load_calibration
from matching.engine import LocalEngine
from matching.errors import CalibrationInvalid
from matching.interfaces import Engine
from matching.ready import rehearse
from matching.thresholds import Policy
from registry.attachments.vault import Vault
from registry.audit.service import AuditTrail
from registry.cases.dues import table_of
from registry.children.gallery import follow
from registry.config import RegistrySettings
from registry.db import Database
from registry.errors import HomeUnusable
from registry.inbox.sweeping import Sweeper
from registry.intake.admission import Admitter
from registry.intake.deciding import Weigher
from registry.intake.engines import Held, Upkeep, held_engine
from registry.intake.listener import Listener, shared_topic
from registry.intake.running import Intake, worker_name
from registry.intake.sender import Sender
from registry.intake.settling import Settler
from registry.intake.worker import Worker
from registry.keys import Keyring
from registry.migrations.run import demand_current
from registry.names.tokens import NameMarks
from registry.replies.purging import purge
from registry.rounds import Round, Rounds
from registry.searches.answering import NarrowedAnswers
from registry.searches.second_looks import SecondLooks

TELL_EVERY_S = 15.0
"""People are told at once of what somebody does, and so often of what time alone brings about."""
PURGE_EVERY_S = 3600.0
ANSWER_EVERY_S, LOOK_EVERY_S = 1.0, 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Registry:
    """What every part of the centre shares: services and pages take from here."""

    settings: RegistrySettings
    database: Database
    keyring: Keyring
    trail: AuditTrail
    clock: Clock

    @classmethod
    def open(cls, settings: RegistrySettings, *, clock: Clock | None = None, check_schema: bool = True) -> Self:
        """Errors: HomeUnusable, KeyFileDamaged, DatabaseUnavailable, SchemaBehind."""
        clock = clock or SystemClock()
        make_home(settings.home)
        keyring = Keyring.open(settings.keys_folder)
        database = Database.open(settings.database, schema=settings.database_schema)
        try:
            if check_schema:
                demand_current(database)
        except BaseException:
            database.close()
            raise
        trail = AuditTrail(key=keyring.audit, clock=clock)
        return cls(settings=settings, database=database, keyring=keyring, trail=trail, clock=clock)

    @property
    def names(self) -> NameMarks:
        return NameMarks(self.keyring.names)

    @property
    def vault(self) -> Vault:
        return Vault(self.keyring.attachments)

    def close(self) -> None:
        self.database.close()


def make_home(home: Path) -> None:
    """Errors: HomeUnusable."""
    try:
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as exc:
        raise HomeUnusable(home, exc.strerror or str(exc)) from exc


@dataclass(frozen=True, slots=True, kw_only=True)
class Matching:
    """Who searches, and who weighs what was found."""

    engine: Engine
    weigher: Weigher
    held: Held | None = None
    """What keeps the engine's snapshot; None: each start reads the database."""

    @classmethod
    @contextmanager
    def open(cls, registry: Registry, *, calibration: Calibration | None = None) -> Iterator[Self]:
        """As the settings say: in this process or over Ray, with what the last snapshot holds.

        Errors: CalibrationInvalid, DatabaseUnavailable, MemoryShort; with Ray also RayUnreachable, EngineIncomplete.
        """
        weigher = Weigher(calibration=calibration or calibration_of(registry.settings), policy=Policy())
        with held_engine(
            registry.settings, registry.database, key=registry.keyring.gallery, encoder=weigher.encoder,
            codes_per_eye=weigher.calibration.codes_per_eye,
        ) as held:  # fmt: skip
            yield cls(engine=held.engine, weigher=weigher, held=held)

    @classmethod
    def local(cls, calibration: Calibration | None = None, policy: Policy | None = None) -> Self:
        """In this process, by the calibration that comes with `matching` unless another is given."""
        weigher = Weigher(calibration=calibration or default_calibration(), policy=policy or Policy())
        return cls(engine=LocalEngine(), weigher=weigher)


def calibration_of(settings: RegistrySettings) -> Calibration:
    """The one that the settings name, or that which comes with `matching`. Errors: CalibrationInvalid."""
    path = settings.calibration
    if path is None:
        return default_calibration()
    try:
        return load_calibration(path)
    except OSError as error:
        raise CalibrationInvalid(f"{path} cannot be read: {error.strerror}") from error


def build_settler(
    registry: Registry,
    matching: Matching,
    *,
    draw: Callable[[int], int] = secrets.randbelow,
    fault: FaultPoint = no_faults,
) -> Settler:
    return Settler(
        engine=matching.engine, weigher=matching.weigher, database=registry.database,
        keyring=registry.keyring, trail=registry.trail, clock=registry.clock, draw=draw, fault=fault,
    )  # fmt: skip


def build_worker(
    registry: Registry, settler: Settler, *, settled: Callable[[], None] = lambda: None, fault: FaultPoint = no_faults
) -> Worker:
    return Worker(
        name=worker_name(), settler=settler, database=registry.database, keyring=registry.keyring, trail=registry.trail,
        clock=registry.clock, fault=fault, settled=settled,
    )  # fmt: skip


def build_admitter(registry: Registry, *, fault: FaultPoint = no_faults) -> Admitter:
    return Admitter(
        database=registry.database, keyring=registry.keyring, trail=registry.trail, clock=registry.clock, fault=fault
    )


def build_intake(
    registry: Registry,
    matching: Matching,
    *,
    address: BrokerAddress,
    draw: Callable[[int], int] = secrets.randbelow,
    fault: FaultPoint = no_faults,
    workers: int = 1,
) -> Intake:
    """One worker is right for one machine: a batch is one lock and one commit, and the kernel uses all cores."""
    settler = build_settler(registry, matching, draw=draw, fault=fault)
    admitter = build_admitter(registry, fault=fault)
    return Intake(
        address=address,
        topic=shared_topic(registry.keyring.messages[-1].key_id),
        listener=lambda journalled: Listener(admitter=admitter, fault=fault, journalled=journalled),
        workers=[lambda settled: build_worker(registry, settler, settled=settled, fault=fault)] * workers,
        sender=Sender(database=registry.database, clock=registry.clock, fault=fault),
        upkeep=_upkeep(registry, matching),
        prepare=lambda: _prepare(registry, matching),
    )


def build_rounds(registry: Registry) -> Rounds:
    """What every process of the centre does by the clock beside its own work."""
    shared: dict[str, Any] = {"database": registry.database, "clock": registry.clock}
    sweeper = Sweeper(table=table_of, **shared)
    return Rounds(
        [
            Round(name="telling people", every_s=TELL_EVERY_S, go=sweeper.run),
            Round(
                name="forgetting kept answers", every_s=PURGE_EVERY_S, go=lambda: purge(trail=registry.trail, **shared)
            ),
        ]
    )


def build_searching(registry: Registry, matching: Matching) -> list[Rounds]:
    """What the process with the gallery does beside captures. Each in a thread of its own: nights are long."""
    shared: dict[str, Any] = {
        "engine": matching.engine, "weigher": matching.weigher, "database": registry.database,
        "trail": registry.trail, "clock": registry.clock,
    }  # fmt: skip
    answers, looks = NarrowedAnswers(keyring=registry.keyring, **shared), SecondLooks(**shared)
    return [
        Rounds([Round(name="narrowed searches", every_s=ANSWER_EVERY_S, go=answers.run_once)]),
        Rounds([Round(name="second looks at night", every_s=LOOK_EVERY_S, go=looks.run_due)]),
    ]


def _upkeep(registry: Registry, matching: Matching) -> Upkeep | None:
    return Upkeep(matching.held, every_s=registry.settings.snapshot_every_s) if matching.held else None


def _prepare(registry: Registry, matching: Matching) -> None:
    follow(matching.engine, registry.database)
    rehearse(matching.engine, calibration=matching.weigher.calibration, policy=matching.weigher.policy)
