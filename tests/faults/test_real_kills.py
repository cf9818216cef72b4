"""SIGKILL to the centre's intake and to a van, several times during one stream of captures."""

import random
import sqlite3
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import text

from common.broker import BrokerAddress
from edge.messages.content import to_cbor
from edge.messages.models import CaptureReport, EncounterOutcome, Place
from registry.bootstrap import Registry
from registry.config import RegistrySettings
from registry.db import Database
from tests.faults.conftest import provision
from tests.faults.processes import Program
from tests.registry.house import NOW, Eyes, slot

CAPTURES, CHILDREN = 24, 12
PATIENCE_S = 60.0


@dataclass
class Stream:
    intake: Program
    van: Program
    database: Database
    outbox: Path
    reports: Path

    def one(self, statement: str) -> int:
        with self.database.reading() as work:
            return int(work.session.execute(text(statement)).scalar_one())

    def until(self, true: Callable[[], bool], what: str) -> None:
        deadline = time.monotonic() + PATIENCE_S
        while not true():
            assert time.monotonic() < deadline, f"{what} does not come"
            time.sleep(0.02)

    def decided(self) -> int:
        return self.one("select count(*) from journal where outcome is not null")

    def queued(self) -> int:
        with closing(sqlite3.connect(f"file:{self.outbox}?mode=ro", uri=True)) as outbox:
            return int(outbox.execute("select count(*) from outgoing").fetchone()[0])

    def forget_what_was_promised(self) -> None:
        """What the screen called saved is nowhere but in the outbox: it will not be saved a second time."""
        for line in self.van.heard:
            if line.startswith("saved "):
                (self.reports / f"{line.split()[1]}.cbor").unlink(missing_ok=True)


@pytest.fixture
def stream(tmp_path: Path, settings: RegistrySettings, embedded: BrokerAddress, eyes: Eyes) -> Iterator[Stream]:
    config = provision(settings, embedded, {"van-1": tmp_path / "van-1"})["van-1"]
    folder, device = tmp_path / "reports", config.read_text().split('device = "')[1].split('"')[0]
    folder.mkdir()
    for number in range(CAPTURES):
        (folder / f"{number:03}.cbor").write_bytes(to_cbor(_report(device, eyes, number)))
    url = settings.database_url
    environment = {
        "PANAH_HOME": str(settings.home), "PANAH_DATABASE_URL": url.get_secret_value() if url else "",
        "PANAH_BROKER_URL": embedded.url,
    } | ({"PANAH_DATABASE_SCHEMA": settings.database_schema} if settings.database_schema else {})  # fmt: skip
    database = Database.open(settings.database, schema=settings.database_schema)
    intake = Program("panah.cli", "registry", "intake", environment=environment, log=tmp_path / "intake.log")
    van = Program("tests.faults.street", str(config), str(folder), environment={}, log=tmp_path / "van.log")
    intake.start()
    van.start()
    yield Stream(intake, van, database, config.parent / "outbox.sqlite", folder)
    intake.kill()
    van.kill()
    database.close()


def _report(device: str, eyes: Eyes, number: int) -> CaptureReport:
    """Every child is met twice in the stream."""
    child, shot = number % CHILDREN, number // CHILDREN
    return CaptureReport(
        capture_id=uuid.uuid4(), device=device, team="گشت ۱", shift_date=NOW.date(), captured_at=NOW,
        place=Place(name="میدان شوش"), number_of_children=1, outcome=EncounterOutcome.TRANSFER,
        slots=(slot(eyes.of(child, shot)),),
    )  # fmt: skip


def test_a_stream_of_captures_survives_kills_of_intake_and_van(stream: Stream, settings: RegistrySettings) -> None:
    rng = random.Random(5)
    stream.until(lambda: stream.decided() > 0, "the first outcome")
    for program in (stream.intake, stream.van, stream.intake, stream.van):
        stream.van.await_line("saved")
        time.sleep(rng.uniform(0.0, 0.3))
        program.kill()
        stream.forget_what_was_promised()
        program.start()
    stream.van.await_line("all saved")
    stream.until(lambda: stream.decided() == CAPTURES, f"an outcome of all {CAPTURES} captures")
    stream.until(lambda: stream.queued() == 0, "the last receipt")
    stream.until(lambda: stream.one("select count(*) from outgoing where sent_at is null") == 0, "the last result")
    assert stream.one("select count(*) from journal") == CAPTURES
    assert stream.one("select count(*) from encounter") == CAPTURES
    assert stream.one("select count(distinct capture_id) from encounter") == CAPTURES
    assert stream.one("select count(*) from journal where payload is not null") == 0
    assert stream.one("select count(*) from child") == stream.one("select count(*) from case_file") == CHILDREN
    templates = stream.one("select count(*) from template")
    assert stream.one("select count(*) from gallery_log") == stream.one("select max(seq) from gallery_log") == templates
    with closing(Registry.open(settings)) as registry:
        assert registry.trail.verify(registry.database) > CAPTURES
