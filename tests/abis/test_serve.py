"""`panah abis serve` as a process."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from typer.testing import CliRunner

from abis.config import AbisSettings
from matching import Calibration
from panah.commands.abis import app
from tests.abis.conftest import ShareServer
from tests.abis.makers import message, person

ROOT = Path(__file__).parents[2]
COMMAND = (sys.executable, "-m", "panah.cli", "abis", "serve")


def environment(settings: Mapping[str, str]) -> dict[str, str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PANAH_")}
    return {**clean, **{f"PANAH_ABIS_{name}": value for name, value in settings.items()}}


@contextmanager
def serving(home: Path, *, ends_by: signal.Signals = signal.SIGTERM, **settings: str) -> Iterator[str]:
    """The address of a served home."""
    arguments = [*COMMAND, "--home", str(home), "--port", "0"]
    with subprocess.Popen(
        arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT, env=environment(settings)
    ) as process:
        assert process.stdout is not None
        try:
            for line in process.stdout:
                if found := re.search(r"http://\S+", line):
                    yield found[0]
                    break
            else:
                pytest.fail(process.stderr.read() if process.stderr else "it ended")
        finally:
            process.send_signal(ends_by)
            process.communicate(timeout=30)
    assert process.returncode == (0 if ends_by is signal.SIGTERM else -ends_by)


def ask(address: str, operation: str, **fields: Any) -> dict[str, Any]:
    reply = httpx.post(address, json=message(operation, **fields), timeout=30, trust_env=False)
    assert reply.status_code == 200
    answer: dict[str, Any] = reply.json()
    return answer


def refused(*more: str, **settings: str) -> str:
    variables = {**dict.fromkeys(name for name in os.environ if name.startswith("PANAH_")), **environment(settings)}
    ended = CliRunner().invoke(app, ["serve", *more], env=variables)
    assert ended.exit_code == 1, ended.output
    return ended.stderr


def test_what_a_killed_process_had_answered_the_next_one_finds(
    tmp_path: Path, share: ShareServer, calibration: Calibration
) -> None:
    known = tmp_path / "calibration.json"
    known.write_text(calibration.model_dump_json())
    with serving(tmp_path / "abis", ends_by=signal.SIGKILL, CALIBRATION=str(known)) as address:
        assert ask(address, "insert", referenceId="a", referenceURL=share.put(person(1)))["returnValue"] == "1"
        assert ask(address, "insert", referenceId="b", referenceURL=share.put(person(2)))["returnValue"] == "1"
    with serving(tmp_path / "abis", CALIBRATION=str(known)) as address:
        assert ask(address, "insert", referenceId="c", referenceURL=share.put(person(1, shot=5)))["returnValue"] == "1"
        found = ask(address, "identify", referenceId="c")["candidateList"]
        assert [candidate["referenceId"] for candidate in found["candidates"]] == ["a"]
        assert ask(address, "referenceCount")["count"] == "3"


def test_what_keeps_it_from_starting_is_said_in_a_sentence(tmp_path: Path) -> None:
    foreign = tmp_path / "registry-home"
    foreign.mkdir()
    (foreign / "registry.db").touch()
    assert "holds something else than an ABIS gallery" in refused("--home", str(foreign))
    assert "PANAH_ABIS_TOKEN" in refused("--home", str(tmp_path / "abis"), "--host", "0.0.0.0")
    assert "PANAH_ABIS_TARGET_FPIR" in refused("--home", str(tmp_path / "abis"), TARGET_FPIR="often")


def test_every_setting_stands_in_the_integrators_page() -> None:
    page = (ROOT / "docs" / "abis.md").read_text(encoding="utf-8")
    missing = [name for name in AbisSettings.model_fields if f"`PANAH_ABIS_{name.upper()}`" not in page]
    assert missing == []


def test_every_failure_code_stands_in_the_integrators_page() -> None:
    from abis.codes import Failure

    page = (ROOT / "docs" / "abis.md").read_text(encoding="utf-8")
    assert [code for code in Failure if f"| {code.value} |" not in page] == []


def test_topics_and_hosts_are_read_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PANAH_ABIS_SHARE_HOSTS", "mosip.example, 10.0.0.7:8080")
    assert AbisSettings().share_hosts == {"mosip.example", "10.0.0.7:8080"}
    for wrong in ("a/#", "+", "", "abis-to-mosip"):
        monkeypatch.setenv("PANAH_ABIS_REQUEST_TOPIC", wrong)
        with pytest.raises(ValueError):
            AbisSettings()
