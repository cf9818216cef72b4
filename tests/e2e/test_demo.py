"""The main job from one command: every figure of the demo's contract, on both databases and brokers, and its ends."""

import csv
import re
import signal
import socket
import subprocess
import time
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import text

from registry.db import Database
from tests.e2e.conftest import ROOT, Ended, RunDemo, clean_environment, demo_words, processes_of

KEYS = {
    "children", "encounters", "captures_sent", "captures_received", "reencounters", "known", "known_wrong",
    "new", "review", "cannot_tell", "no_iris", "wrongly_merged", "wrongly_split", "resent",
    "answered_locally", "outage_seconds", "cases_open", "seconds",
}  # fmt: skip
SMALL = ("--exit", "--json", "--children", "6", "--encounters", "14")


def assert_holds(ended: Ended, *, encounters: int) -> None:
    found = ended.summary
    assert set(found) >= KEYS
    assert found["encounters"] == found["captures_sent"] == found["captures_received"] == encounters
    assert found["captures_doubled"] == 0
    assert found["wrongly_merged"] == found["known_wrong"] == 0
    assert found["reencounters"] > 0
    assert found["known"] >= 0.6 * found["reencounters"]
    assert found["cases_open"] > 0
    assert "Traceback" not in ended.err


def test_a_small_shift_ends_with_a_summary_that_holds(run_demo: RunDemo) -> None:
    ended = run_demo(*SMALL)
    assert_holds(ended, encounters=14)
    assert ended.summary["outage_seconds"] == 0
    assert "http://127.0.0.1:" in ended.err


def test_an_outage_in_the_middle_of_the_shift_loses_nothing(run_demo: RunDemo) -> None:
    ended = run_demo(*SMALL, "--outage", "3")
    assert_holds(ended, encounters=14)
    assert ended.summary["outage_seconds"] >= 3


def test_the_same_on_postgresql_and_mosquitto_and_the_schema_is_gone_afterwards(
    run_demo: RunDemo, postgresql_alone: str, mosquitto: str
) -> None:
    before = schemas(postgresql_alone)
    ended = run_demo(*SMALL, PANAH_DATABASE_URL=postgresql_alone, PANAH_BROKER_URL=mosquitto)
    assert_holds(ended, encounters=14)
    assert schemas(postgresql_alone) == before


def schemas(url: str) -> set[str]:
    database = Database.open(url)
    with database.reading() as work:
        names = set(work.session.scalars(text("select schema_name from information_schema.schemata")))
    database.close()
    return names


@dataclass(frozen=True)
class Staying:
    """A small demo that has played its shift and stays up."""

    process: "subprocess.Popen[str]"
    said: str
    marker: str
    """In the environment of every process that belongs to it."""

    def nothing_left(self) -> bool:
        return not list(processes_of(self.marker))


@pytest.fixture
def staying(tmp_path: Path) -> Iterator[Staying]:
    marker = f"panah-e2e-{uuid.uuid4().hex}"
    environment = clean_environment(PANAH_E2E=marker, TMPDIR=str(tmp_path))
    words = demo_words("--children", "3", "--encounters", "6", "--json")
    demo = subprocess.Popen(
        words, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )  # fmt: skip
    try:
        yield Staying(demo, read_until(demo, "Ctrl-C ends it"), marker)
    finally:
        demo.kill()
        demo.communicate()


def test_a_staying_demo_ends_cleanly_at_ctrl_c_and_leaves_no_process_behind(staying: Staying, tmp_path: Path) -> None:
    address = re.search(r"http://127\.0\.0\.1:\d+", staying.said)
    assert address
    with urllib.request.urlopen(f"{address[0]}/healthz", timeout=5) as answer:
        assert answer.status == 200
    staying.process.send_signal(signal.SIGINT)
    out, err = staying.process.communicate(timeout=30)
    assert staying.process.returncode == 0, err
    assert "Traceback" not in staying.said + err
    found = Ended(staying.process.returncode, out, err).summary
    assert found["captures_received"] == found["captures_sent"] > 0
    assert within(5, staying.nothing_left)
    assert list(tmp_path.iterdir()) == []


def test_a_demo_that_is_killed_leaves_no_process_behind_either(staying: Staying) -> None:
    staying.process.kill()
    staying.process.wait(10)
    assert within(20, staying.nothing_left)


def within(seconds: float, true: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + seconds
    while not true() and time.monotonic() < deadline:
        time.sleep(0.1)
    return true()


def read_until(demo: "subprocess.Popen[str]", words: str) -> str:
    said = ""
    for line in demo.stderr or ():
        said += line
        if words in line:
            return said
    raise AssertionError(f"the demo ended early: {said}")


def test_a_manifest_with_missing_files_is_refused_in_a_sentence_that_names_them(
    run_demo: RunDemo, tmp_path: Path
) -> None:
    manifest = tmp_path / "manifest.csv"
    manifest.write_text("path,subject,eye\na/left_1.png,a,left\na/right_1.png,a,right\n")
    ended = run_demo("--images", str(manifest), "--exit", "--json")
    assert ended.status == 1
    assert "2 missing files" in ended.err
    assert "left_1.png" in ended.err
    assert "right_1.png" in ended.err
    assert "Traceback" not in ended.err
    assert ended.out == ""


def test_a_taken_port_is_said(run_demo: RunDemo) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ended = run_demo(*SMALL, "--port", str(port))
    assert ended.status == 1
    assert f"Port {port} for the registry's pages is in use" in ended.err
    assert "Traceback" not in ended.err


@pytest.mark.parametrize(
    ("variable", "url", "words"),
    [
        ("PANAH_BROKER_URL", "mqtt://demo:s3cret@127.0.0.1:9", "The MQTT broker mqtt://127.0.0.1:9 does not answer"),
        (
            "PANAH_DATABASE_URL",
            "postgresql://demo:s3cret@127.0.0.1:9/test",
            "The database postgresql+psycopg://demo:***@",
        ),
        ("PANAH_BROKER_URL", "localhost", "A setting is wrong: PANAH_BROKER_URL: "),
    ],
)
def test_a_server_that_does_not_answer_is_named_at_once_without_its_password(
    run_demo: RunDemo, variable: str, url: str, words: str
) -> None:
    ended = run_demo(*SMALL, **{variable: url})
    assert ended.status == 1
    assert words in ended.err
    assert "s3cret" not in ended.err
    assert "Traceback" not in ended.err


@pytest.mark.real_eyes
def test_real_eyes_are_met_again_and_known(run_demo: RunDemo, real_eyes: Path, tmp_path: Path) -> None:
    """A dozen people: each is enrolled from the first image of each eye and met again with others."""
    manifest = tmp_path / "manifest.csv"
    manifest.write_text("path,subject,eye\n" + "".join(rows_of_people(real_eyes, 12)))
    found = run_demo("--images", str(manifest), "--exit", "--json", "--encounters", "36").summary
    assert found["captures_sent"] == found["captures_received"] == 36
    assert found["wrongly_merged"] == 0
    assert found["reencounters"] > 0
    assert found["known"] >= 0.6 * found["reencounters"]


def rows_of_people(folder: Path, people: int) -> Iterator[str]:
    with (folder / "manifest.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    chosen = list(dict.fromkeys(row["subject"] for row in rows))[:people]
    for row in rows:
        if row["subject"] in chosen:
            yield f"{(folder / row['path']).resolve()},{row['subject']},{row['eye']}\n"
