"""A centre starts from its gallery's snapshot, catches up from the log, and never searches less than the log holds."""

import os
import signal
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import text

from common.broker import BrokerAddress
from edge.messages.keys import DeviceKeys
from matching import LocalEngine
from matching.errors import MemoryShort
from panah.bench.population import enrol, people
from registry.bootstrap import Matching, Registry, build_intake, make_home
from registry.children.gallery import follow
from registry.config import RegistrySettings
from registry.db import Database
from registry.devices.service import register
from registry.intake.engines import Upkeep, how_it_began
from registry.intake.snapshots import Began, LocalSnapshot
from registry.migrations.run import migrate
from tests.registry.house import NOW, Centre, Eyes, Tablet, slot

FILE = "gallery.snapshot"


@pytest.fixture
def snapshot(centre: Centre) -> Callable[..., LocalSnapshot]:
    """What a process of this centre makes anew at every start."""
    registry = centre.registry

    def make(*, key: bytes = registry.keyring.gallery, encoder: str = "gabor-2") -> LocalSnapshot:
        folder = registry.settings.gallery_folder
        return LocalSnapshot(folder, key=key, encoder=encoder, database=registry.database)

    return make


@pytest.fixture
def path(centre: Centre) -> Path:
    return centre.registry.settings.gallery_folder / FILE


@pytest.fixture
def three_met(centre: Centre, van_1: Tablet, eyes: Eyes) -> Centre:
    """Three children are enrolled, and the engine stands at the log's third row."""
    for child in range(3):
        centre.take(van_1.meet(slot(eyes.of(child))))
    follow(centre.engine, centre.registry.database)
    assert centre.engine.seq == 3
    return centre


def begun(made: LocalSnapshot) -> tuple[LocalEngine, Began]:
    engine, began = made.begin()
    return engine, began


def test_a_start_takes_what_was_saved_and_reads_only_what_came_since(
    three_met: Centre, van_1: Tablet, eyes: Eyes, snapshot: Callable[..., LocalSnapshot]
) -> None:
    assert snapshot().save(three_met.engine)
    three_met.take(van_1.meet(slot(eyes.of(3))))
    engine, began = begun(snapshot())
    assert (began.seq, began.templates, began.problem) == (3, 3, None)
    assert follow(engine, three_met.registry.database) == 1
    for child in range(4):
        probe = eyes.of(child, 1)
        follow(three_met.engine, three_met.registry.database)
        assert engine.search(probe) == three_met.engine.search(probe)


def test_a_start_from_the_snapshot_knows_a_child_again(
    three_met: Centre, van_1: Tablet, eyes: Eyes, snapshot: Callable[..., LocalSnapshot]
) -> None:
    snapshot().save(three_met.engine)
    three_met.engine, _ = begun(snapshot())
    again = van_1.meet(slot(eyes.of(1, 1)))
    three_met.take(again)
    assert [one.outcome for one in van_1.result(again)] == ["known"]
    assert three_met.one("select count(*) from child") == 3


def test_the_first_start_has_no_snapshot_and_says_so(snapshot: Callable[..., LocalSnapshot]) -> None:
    engine, began = begun(snapshot())
    assert (engine.seq, began.problem) == (0, None)
    assert how_it_began(began) == "Gallery: read from the database; there is no snapshot yet."


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-100])


def flip_a_bit(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def make_older(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[6] -= 1
    path.write_bytes(data)


def empty(path: Path) -> None:
    path.write_bytes(b"")


@pytest.mark.parametrize(
    ("spoil", "said"),
    [(cut, "damaged in block"), (flip_a_bit, "damaged in block"), (make_older, "has version"), (empty, "in block 0")],
)
def test_a_spoilt_snapshot_is_noticed_said_and_replaced(
    three_met: Centre,
    snapshot: Callable[..., LocalSnapshot],
    path: Path,
    spoil: Callable[[Path], None],
    said: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    snapshot().save(three_met.engine)
    spoil(path)
    started = snapshot()
    engine, began = begun(started)
    assert (engine.seq, engine.size) == (0, 0)
    assert began.problem is not None
    assert said in how_it_began(began)
    assert said in caplog.text
    assert follow(engine, three_met.registry.database) == 3
    assert started.save(engine)
    assert begun(snapshot())[1].seq == 3


def test_one_of_another_model_is_not_used(three_met: Centre, snapshot: Callable[..., LocalSnapshot]) -> None:
    snapshot().save(three_met.engine)
    engine, began = begun(snapshot(encoder="gabor-3"))
    assert (engine.size, began.seq) == (0, 0)
    assert "gabor-2" in str(began.problem)
    assert "gabor-3" in str(began.problem)


def test_one_sealed_with_another_key_is_not_used(three_met: Centre, snapshot: Callable[..., LocalSnapshot]) -> None:
    snapshot(key=bytes(32)).save(three_met.engine)
    assert "cannot be opened with this key" in str(begun(snapshot())[1].problem)


def test_one_of_a_database_that_was_set_back_is_not_used_even_when_it_grew_again(
    three_met: Centre, snapshot: Callable[..., LocalSnapshot]
) -> None:
    """The third child of the snapshot is not the third child of the log: its template would be somebody else's."""
    snapshot().save(three_met.engine)
    with three_met.registry.database.writing() as work:
        work.session.execute(text("update gallery_log set at = '2020-01-01 00:00:00+00:00' where seq = 3"))
        work.commit()
    assert "log row 3" in str(begun(snapshot())[1].problem)
    with three_met.registry.database.writing() as work:
        work.session.execute(text("delete from gallery_log where seq = 3"))
        work.commit()
    assert "row 3, which is not in the log" in str(begun(snapshot())[1].problem)


def test_codes_lie_on_disk_only_sealed(
    three_met: Centre, snapshot: Callable[..., LocalSnapshot], path: Path, eyes: Eyes
) -> None:
    snapshot().save(three_met.engine)
    data = path.read_bytes()
    codes = [code.code.tobytes() for child in range(3) for code in (*eyes.of(child).left, *eyes.of(child).right)]
    assert not any(code[at : at + 16] in data for code in codes for at in range(0, 256, 16))
    assert b"gabor" not in data


def test_a_gallery_that_did_not_change_is_not_written_again(
    three_met: Centre, snapshot: Callable[..., LocalSnapshot]
) -> None:
    made = snapshot()
    assert [made.save(three_met.engine) for _ in range(3)] == [True, False, False]


def test_a_draft_that_a_killed_process_left_is_cleared(snapshot: Callable[..., LocalSnapshot], path: Path) -> None:
    path.parent.mkdir(parents=True)
    draft = path.with_name(f".{FILE}.abc")
    draft.write_bytes(b"half a gallery")
    snapshot().begin()
    assert not draft.exists()


def test_upkeep_saves_every_so_often_and_says_what_it_cannot(caplog: pytest.LogCaptureFixture) -> None:
    class Held:
        engine, began, saves = LocalEngine(), Began(seq=0, templates=0, seconds=0), 0

        def save(self) -> None:
            self.saves += 1
            if self.saves == 2:
                raise OSError(28, "No space left on device")

    held, stop = Held(), threading.Event()
    running = threading.Thread(target=Upkeep(held, every_s=0.01).run, args=(stop,))
    running.start()
    until(lambda: held.saves >= 4)
    stop.set()
    running.join(5)
    assert not running.is_alive()
    assert "No space left" in caplog.text


def test_a_running_intake_saves_at_its_end_and_the_next_one_begins_there(
    three_met: Centre, unused_broker: str, path: Path
) -> None:
    registry = three_met.registry
    with Matching.open(registry) as matching:
        intake = build_intake(registry, matching, address=BrokerAddress.parse(unused_broker))
        intake.start()
        assert matching.engine.seq == 3
        intake.stop()
    assert path.stat().st_mode & 0o777 == 0o600
    with Matching.open(registry) as matching:
        assert matching.held is not None
        assert matching.held.began.seq == 3


def test_a_gallery_that_memory_cannot_hold_is_refused_with_the_sum_before_it_is_read(
    three_met: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("matching.memory.available_bytes", lambda: 2_000)
    monkeypatch.setattr(LocalSnapshot, "begin", lambda _self: pytest.fail("the snapshot was read"))
    with pytest.raises(MemoryShort, match="3 templates need"), Matching.open(three_met.registry):
        pass


@pytest.fixture
def unused_broker() -> str:
    """Nobody answers there: an intake starts all the same."""
    return "mqtt://127.0.0.1:1"


def until(holds: Callable[[], bool], seconds: float = 20.0) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it did not come to pass in time"
        time.sleep(0.02)


@pytest.fixture(params=["sqlite", "postgresql"])
def environment(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[dict[str, str]]:
    """A migrated centre of its own for processes."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PANAH_")}
    given = kept | {"PANAH_HOME": str(tmp_path / "home"), "PANAH_SNAPSHOT_EVERY_S": "0.2"}
    if request.param == "sqlite":
        yield given
        return
    url, schema = request.getfixturevalue("postgresql"), f"t_{uuid.uuid4().hex[:12]}"
    yield given | {"PANAH_DATABASE_URL": url, "PANAH_DATABASE_SCHEMA": schema}
    database = Database.open(url)
    with database.writing() as work:
        work.session.execute(text(f'drop schema if exists "{schema}" cascade'))
        work.commit()
    database.close()


def test_a_process_that_is_killed_starts_again_from_what_it_had_saved(
    environment: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in environment.items():
        if name.startswith("PANAH_"):
            monkeypatch.setenv(name, value)
    path = five_enrolled() / FILE
    with started(environment) as first:
        assert "there is no snapshot yet" in gallery_line(first)
        until(path.exists)
        first.kill()
    with started(environment) as again:
        assert "5 templates from the snapshot of log row 5" in gallery_line(again)
        assert ended(again) == 0
    flip_a_bit(path)
    with started(environment) as third:
        assert "read from the database, since its snapshot cannot be used" in gallery_line(third)
        third.kill()


def five_enrolled() -> Path:
    """Of the centre that the environment names; its gallery's folder."""
    settings = RegistrySettings()
    make_home(settings.home)
    database = Database.open(settings.database, schema=settings.database_schema)
    migrate(database)
    database.close()
    registry = Registry.open(settings)
    with registry.database.writing() as work:
        public, clock = DeviceKeys.generate().public, registry.clock
        register(work, name="van-1", team="گشت", public=public, actor="test", trail=registry.trail, clock=clock)
        work.commit()
    enrol(registry.database, [taken[0] for taken in people(5, seed=1)], device="van-1", now=NOW)
    registry.close()
    return settings.gallery_folder


@contextmanager
def started(environment: dict[str, str]) -> Iterator["subprocess.Popen[str]"]:
    command = [sys.executable, "-m", "panah.cli", "registry", "intake"]
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def gallery_line(process: "subprocess.Popen[str]") -> str:
    """What it says of the gallery; returns when it takes captures."""
    assert process.stdout is not None
    found = ""
    for line in process.stdout:
        if line.startswith("Gallery:"):
            found = line
        if line.startswith("Taking captures"):
            return found
    raise AssertionError("the process ended before it took captures")


def ended(process: "subprocess.Popen[str]") -> int:
    process.send_signal(signal.SIGTERM)
    return process.wait(20)
