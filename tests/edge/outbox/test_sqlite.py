"""The file under the outbox: a full disk, a damaged file, who may read it."""

import contextlib
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from edge.messages.keys import DeviceKeys, RegistryKeys
from edge.messages.models import CaptureReport
from edge.messages.seal import seal_capture
from edge.outbox.errors import DiskFull, OutboxUnreadable, SpaceLow
from edge.outbox.sqlite import SqliteOutbox
from tests.edge.clocks import SetClock
from tests.edge.reports import capture_report

DEVICE, REGISTRY = DeviceKeys.generate(), RegistryKeys.generate()


def seal(report: CaptureReport) -> bytes:
    return seal_capture(report, device_keys=DEVICE, registry_public=REGISTRY.public)


@contextlib.contextmanager
def outbox_at(path: Path, *, reserve_bytes: int = 1024 * 1024) -> Iterator[SqliteOutbox]:
    outbox = SqliteOutbox(
        path,
        seal=seal,
        clock=SetClock(datetime(2026, 3, 21, tzinfo=UTC)),
        uniform=lambda low, _high: low,
        reserve_bytes=reserve_bytes,
    )
    with contextlib.closing(outbox):
        yield outbox


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A real file system of three mebibytes."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(folder)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("a small disk cannot be mounted here (root is needed): the full disk is not tried on a real one")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def fill(folder: Path) -> Path:
    ballast = folder / "ballast"
    with ballast.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(b"\0" * 1024)
    return ballast


def save_until_refused(outbox: SqliteOutbox) -> None:
    while True:
        outbox.save(capture_report(children=12))


def test_the_current_capture_is_saved_on_a_full_disk_and_the_next_encounter_is_refused(small_disk: Path) -> None:
    with outbox_at(small_disk / "outbox.sqlite") as outbox:
        outbox.require_space()
        ballast = fill(small_disk)
        saved = [outbox.save(capture_report(children=12))]
        while not saved[-1].space_low:
            saved.append(outbox.save(capture_report(children=12)))
        assert outbox.counts().queued == len(saved)
        with pytest.raises(SpaceLow) as caught:
            outbox.require_space()
        assert "connect to the network or free space before a new one begins" in str(caught.value)
        assert caught.value.persian.startswith("حافظهٔ تبلت پر است.")
        assert len(outbox.claim_due(limit=100)) == len(saved)
        ballast.unlink()
        outbox.require_space()


def test_when_even_the_reserve_is_spent_the_capture_is_refused_and_nothing_else_is_lost(small_disk: Path) -> None:
    with outbox_at(small_disk / "outbox.sqlite", reserve_bytes=64 * 1024) as outbox:
        fill(small_disk)
        with pytest.raises(DiskFull) as caught:
            save_until_refused(outbox)
        kept = outbox.counts().saved_ever
        assert "the encounter was NOT saved" in str(caught.value)
        assert caught.value.persian == (
            "حافظهٔ تبلت پر است؛ این برخورد ذخیره نشد. تا وصل شدن شبکه و فرستاده شدن صف، برخورد تازه ثبت نکنید."
        )
        assert outbox.counts().queued == kept
        assert len(outbox.recent(limit=1000)) == kept
    (small_disk / "ballast").unlink()
    with outbox_at(small_disk / "outbox.sqlite", reserve_bytes=64 * 1024) as outbox:
        assert outbox.counts().queued == kept


def test_the_file_is_readable_by_its_owner_only(tmp_path: Path) -> None:
    with outbox_at(tmp_path / "outbox.sqlite"):
        assert stat.S_IMODE((tmp_path / "outbox.sqlite").stat().st_mode) == 0o600


def test_a_file_that_is_no_outbox_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "outbox.sqlite"
    path.write_bytes(b"this is not a database, but somebody may want it" * 50)
    before = path.read_bytes()
    with pytest.raises(OutboxUnreadable, match="Keep the file, it may hold captures"), outbox_at(path):
        pass
    assert path.read_bytes() == before


def test_an_outbox_of_another_version_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "outbox.sqlite"
    with contextlib.closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA user_version = 9")
    with pytest.raises(OutboxUnreadable, match="version 9, this program knows 1"), outbox_at(path):
        pass


def test_neither_names_nor_templates_lie_open_in_the_file(tmp_path: Path) -> None:
    report = capture_report()
    with outbox_at(tmp_path / "outbox.sqlite") as outbox:
        outbox.save(report)
        content = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert report.slots[0].left.template is not None
    assert report.slots[0].left.template[22:60] not in content
    assert "سارا".encode() not in content


def test_a_capture_saved_by_a_killed_process_is_there(tmp_path: Path) -> None:
    script = (
        "import os, sys; from pathlib import Path; sys.path.insert(0, '.')\n"
        "from tests.edge.outbox.test_sqlite import outbox_at, capture_report\n"
        "with outbox_at(Path(sys.argv[1])) as outbox:\n"
        "    outbox.save(capture_report()); os.kill(os.getpid(), 9)\n"
    )
    path = tmp_path / "outbox.sqlite"
    ended = subprocess.run([sys.executable, "-c", script, str(path)], check=False, capture_output=True)
    assert ended.returncode == -9, ended.stderr.decode()
    with outbox_at(path) as outbox:
        assert outbox.counts().queued == 1
