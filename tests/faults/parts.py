"""The parts of the house that may die: a van's tablet and the centre's intake, each rebuilt from what is on disk."""

import random
import socket
import time
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NoReturn
from uuid import UUID, uuid4

from common.broker import BrokerAddress
from common.time import SystemClock
from edge.bootstrap import Outside
from edge.bootstrap import Tablet as TabletProgram
from edge.config import read_config
from edge.link.models import LinkSettings
from edge.messages.models import CaptureReport
from edge.outbox.backoff import Retry
from edge.outbox.models import EncounterMemo
from matching import LocalEngine
from registry.bootstrap import Matching, Registry, build_intake
from registry.config import RegistrySettings
from registry.intake.deciding import Weigher
from registry.intake.running import Intake
from tests.faults.fate import Fate, Killed, Life

CLAIMS_RUN_OUT = timedelta(minutes=1)
RETRY = Retry(first_s=0.3, cap_s=0.3, tries=1000)
LINK = LinkSettings(session_s=120, reconnect_base=1.05)


def soon(low: float, high: float) -> float:
    """As `random.uniform`, impatient."""
    return low + (high - low) * 0.05


@dataclass
class AdvancingClock:
    """The real time and what was added: a centre that starts again does so when the dead one's claims have run out."""

    ahead: timedelta = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead


def _nothing_to_scan() -> NoReturn:
    raise AssertionError("reports are made directly here")


@dataclass
class Van:
    config: Path
    fate: Fate = field(default_factory=Fate)
    life: Life = field(init=False)
    program: TabletProgram = field(init=False)

    @property
    def dead(self) -> bool:
        return self.life.over or self.program.link.failure is not None

    def start(self) -> None:
        """May die on the way."""
        self.life = Life(self.fate, end=lambda: None)  # the link drops its connection by itself
        outside = Outside(
            clock=SystemClock(), monotonic=time.monotonic, uniform=soon, new_id=uuid4, open_scanner=_nothing_to_scan,
            load_extractor=_nothing_to_scan, retry=RETRY, link=LINK, faults=self.life,
        )  # fmt: skip
        self.program = TabletProgram(read_config(self.config), outside)
        with suppress(Killed):
            self.program.start()

    def save(self, report: CaptureReport) -> None:
        """Errors: Killed."""
        self.program.outbox.save(report)
        self.program.link.kick()

    def bury(self) -> None:
        link = self.program.link
        if link.failure is None:  # it died outside of the link, which then says no goodbye either
            link.failure = Killed("with its process")
            link._session.drop()
        self.program.stop()

    def stop(self) -> None:
        self.bury() if self.dead else self.program.stop()

    def memos(self) -> dict[UUID, EncounterMemo]:
        return {memo.capture_id: memo for memo in self.program.outbox.recent(limit=1000)}


@dataclass
class CentrePart:
    settings: RegistrySettings
    weigher: Weigher
    address: BrokerAddress
    fate: Fate = field(default_factory=Fate)
    clock: AdvancingClock = field(default_factory=AdvancingClock)
    life: Life = field(init=False)
    registry: Registry = field(init=False)
    intake: Intake = field(init=False)

    @property
    def dead(self) -> bool:
        return self.life.over

    def start(self) -> None:
        """The gallery is read anew from the log: no engine outlives its process."""
        self.life = Life(self.fate, end=self._cut)
        self.registry = Registry.open(self.settings, clock=self.clock)
        self.intake = build_intake(
            self.registry, Matching(engine=LocalEngine(), weigher=self.weigher), address=self.address,
            draw=random.Random().randrange, fault=self.life,
        )  # fmt: skip
        self.intake.start()

    def _cut(self) -> None:
        """The connection ends without a goodbye, and is not made again."""
        client = self.intake._link._client
        client._thread_terminate = True
        wire = client.socket()
        if isinstance(wire, socket.socket):
            with suppress(OSError):
                wire.shutdown(socket.SHUT_RDWR)

    def bury(self) -> None:
        for event in (self.intake._stop, self.intake._work, self.intake._send):
            event.set()
        for thread in self.intake._threads:
            thread.join(timeout=10)
        self.intake._link._client.loop_stop()
        self.registry.close()
        self.clock.ahead += CLAIMS_RUN_OUT

    def stop(self) -> None:
        if self.dead:
            self.bury()
        else:
            self.intake.stop()
            self.registry.close()
