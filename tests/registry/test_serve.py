"""The centre as a process: from an empty home to an answer, and to a clean end."""

import gc
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from registry.serve import settled, until_told_to_end


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith("PANAH_")}
    return kept | {"PANAH_HOME": str(tmp_path / "home")}


def panah(environment: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "panah.cli", *words]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)


@contextmanager
def running(environment: dict[str, str], *words: str) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "panah.cli", *words]
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()


def lines_until(process: subprocess.Popen[str], start: str) -> list[str]:
    assert process.stdout is not None
    lines = []
    for line in process.stdout:
        lines.append(line.strip())
        if line.startswith(start):
            return lines
    raise AssertionError(f"it ended without a line that starts with {start!r}: {lines}")


def test_serve_on_a_migrated_empty_home_answers_and_ends_cleanly(environment: dict[str, str]) -> None:
    assert panah(environment, "registry", "migrate").returncode == 0
    with running(environment, "registry", "serve", "--port", "0") as process:
        lines = lines_until(process, "Nobody can log in yet")
        address = next(line.removeprefix("Panah: ") for line in lines if line.startswith("Panah: "))
        with urllib.request.urlopen(f"{address}healthz", timeout=20) as answer:
            assert answer.status == 200
        assert panah(environment, "registry", "audit", "verify").returncode == 0
        port = address.rstrip("/").rsplit(":", 1)[1]
        second = panah(environment, "registry", "serve", "--port", port)
        assert second.returncode == 1
        assert f"Port {port}" in second.stderr
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
    verified = panah(environment, "registry", "audit", "verify")
    assert (verified.returncode, "2 entries" in verified.stdout) == (0, True)


def test_serve_never_migrates_and_says_what_to_do(environment: dict[str, str]) -> None:
    refused = panah(environment, "registry", "serve", "--port", "0")
    assert refused.returncode == 1
    assert "panah registry migrate" in refused.stderr


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_intake_runs_by_itself_and_ends_cleanly(environment: dict[str, str], number: signal.Signals) -> None:
    panah(environment, "registry", "migrate")
    with running(environment, "registry", "intake") as process:
        lines = lines_until(process, "Taking captures from mqtt://127.0.0.1:")
        port = int(lines[-1].rsplit(":", 1)[1])
        process.send_signal(number)
        assert process.wait(20) == 0
    with pytest.raises(OSError):
        socket.create_connection(("127.0.0.1", port), timeout=1)


def test_a_person_and_a_tablet_are_added_by_command_and_their_secrets_shown_or_written_once(
    environment: dict[str, str], tmp_path: Path
) -> None:
    panah(environment, "registry", "migrate")
    added = panah(environment, "registry", "user", "add", "sara", "--role", "case_manager", "--role", "screening")
    assert added.returncode == 0
    assert "Password (shown this once): " in added.stdout
    again = panah(environment, "registry", "user", "add", "sara", "--role", "screening")
    assert (again.returncode, "sara" in again.stderr) == (1, True)
    out = tmp_path / "van-1"
    provision = ("device", "provision", "--name", "van-1", "--team", "گشت ۱", "--out", str(out))
    assert panah(environment, *provision).returncode == 0
    assert (out / "device.key").stat().st_mode & 0o777 == 0o600
    assert "registry_keys" in (out / "tablet.toml").read_text()
    assert panah(environment, *provision).returncode == 1
    assert panah(environment, "device", "revoke", "van-1").returncode == 0
    assert "revoked" in panah(environment, "device", "list").stdout


def test_a_wrong_setting_is_named(environment: dict[str, str]) -> None:
    refused = panah(environment | {"PANAH_DATABASE_SCHEMA": "no; drop"}, "registry", "migrate")
    assert refused.returncode == 1
    assert "PANAH_DATABASE_SCHEMA" in refused.stderr


def test_what_stands_at_the_start_is_not_looked_through_for_garbage_again_and_what_comes_later_is() -> None:
    class Round:
        itself: "Round"

    before = gc.get_threshold()
    with settled():
        assert gc.get_freeze_count() > 10_000
        assert gc.get_threshold()[0] > before[0]
        later = Round()
        later.itself = later
        gone = weakref.ref(later)
        del later
        gc.collect()
        assert gone() is None
    assert gc.get_freeze_count() == 0
    assert gc.get_threshold() == before


def test_a_signal_that_comes_just_as_the_waiting_begins_is_not_missed() -> None:
    for turn in range(2_000):
        with until_told_to_end() as wait:
            ready = threading.Event()
            teller = threading.Thread(target=signal_after, args=(ready, turn % 60 * 1e-6))
            teller.start()
            ready.set()
            wait()
            teller.join()


def signal_after(ready: threading.Event, seconds: float) -> None:
    ready.wait()
    until = time.perf_counter() + seconds
    while time.perf_counter() < until:
        pass
    os.kill(os.getpid(), signal.SIGTERM)
