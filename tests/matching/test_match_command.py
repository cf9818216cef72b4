"""`panah match`, as an administrator types it."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from matching import Calibration, Policy, Template, decide, load_calibration
from matching.simulation import Capture, simulate_templates
from panah.commands.match import app

run = CliRunner().invoke


def test_calibrate_writes_a_file_that_can_be_read(tmp_path: Path) -> None:
    out = tmp_path / "made.json"
    done = run(app, ["calibrate", "--simulated", "60", "--date", "2024-02-29", "--version", "trial", "--out", str(out)])
    assert done.exit_code == 0, done.output
    made = load_calibration(out)
    assert (made.version, made.made_on.isoformat()) == ("trial", "2024-02-29")
    assert "60 simulated people" in done.output


@pytest.mark.parametrize("content", [None, "name,who\na.bmp,1\n", "path,subject,eye\nmissing.bmp,1,left\n"])
def test_calibrate_says_what_is_wrong_with_a_manifest(tmp_path: Path, content: str | None) -> None:
    manifest = tmp_path / "manifest.csv"
    if content is not None:
        manifest.write_text(content)
    done = run(app, ["calibrate", str(manifest), "--out", str(tmp_path / "made.json")])
    assert done.exit_code == 1
    assert "No calibration:" in done.output
    assert not (tmp_path / "made.json").exists()


def test_calibrate_wants_a_size_and_a_name_of_each_sensor(tmp_path: Path) -> None:
    done = run(app, ["calibrate", "x.csv", "--sensor", "320 x 240", "--out", str(tmp_path / "made.json")])
    assert done.exit_code == 2


def test_calibrate_wants_one_source(tmp_path: Path) -> None:
    assert run(app, ["calibrate", "--out", str(tmp_path / "made.json")]).exit_code == 2


def test_bench_ends_with_its_figures_as_json() -> None:
    small = ["--identities", "1200", "--probes", "5", "--pairs", "200", "--no-compiling"]
    done = run(app, ["bench", *small, "--json"])
    assert done.exit_code == 0, done.output
    figures = json.loads(done.output.strip().splitlines()[-1])
    assert figures["identities"] == 1200
    assert figures["isa"]
    assert set(figures["ms_per_search"]) == set(figures["ms_both_eyes"]) == {"p50", "p95"}


def test_bench_says_why_there_are_no_figures(monkeypatch: pytest.MonkeyPatch) -> None:
    from matching.bench import subject

    monkeypatch.setattr(subject, "available_bytes", lambda: 10**9)
    done = run(app, ["bench", "--identities", "1000000"])
    assert done.exit_code == 1
    assert "No figures: 1,000,000 templates need" in done.output


@pytest.mark.parametrize("command", ["facts", "proof"])
def test_a_manifest_that_is_none_is_said(tmp_path: Path, command: str) -> None:
    manifest = tmp_path / "manifest.csv"
    manifest.write_text("name,who\na.bmp,1\n")
    out = ["--out", str(tmp_path / "facts.json")] if command == "facts" else []
    done = run(app, [command, str(manifest), *out])
    assert done.exit_code == 1
    assert done.output.startswith("No ")
    assert not (tmp_path / "facts.json").exists()


@pytest.fixture
def evidence(calibration: Calibration) -> dict[str, object]:
    ((probe,),) = list(simulate_templates(np.random.default_rng(1), 1, how=Capture()))
    return decide(probe, [], gallery_size=10, calibration=calibration, policy=Policy()).evidence()


def test_explain_says_a_stored_decision_in_words(tmp_path: Path, evidence: dict[str, object]) -> None:
    path = tmp_path / "evidence.json"
    path.write_text(json.dumps(evidence))
    done = run(app, ["explain", str(path)])
    assert done.exit_code == 0, done.output
    assert "nobody enrolled came close" in done.output


def test_explain_notices_evidence_that_no_longer_gives_its_outcome(tmp_path: Path, evidence: dict[str, object]) -> None:
    path = tmp_path / "evidence.json"
    path.write_text(json.dumps({**evidence, "outcome": "known"}))
    done = run(app, ["explain", str(path)])
    assert done.exit_code == 2
    assert "Stored was 'known'" in done.output


@pytest.mark.parametrize("content", ["", "{", "[]", "{}"])
def test_explain_refuses_what_is_no_evidence(tmp_path: Path, content: str) -> None:
    path = tmp_path / "evidence.json"
    path.write_text(content)
    done = run(app, ["explain", str(path)])
    assert done.exit_code == 1
    assert "cannot be explained" in done.output


def test_a_template_without_iris_is_explained_too(tmp_path: Path, calibration: Calibration) -> None:
    path = tmp_path / "evidence.json"
    decision = decide(Template(), [], gallery_size=10, calibration=calibration, policy=Policy())
    path.write_text(json.dumps(decision.evidence()))
    assert "the probe holds no iris" in run(app, ["explain", str(path)]).output


def test_sweep_finds_who_is_enrolled_twice_and_goes_on_where_it_stood(tmp_path: Path) -> None:
    state = tmp_path / "sweep.json"
    asked = ["sweep", "--identities", "2100", "--twice", "2", "--state", str(state), "--json"]
    done = run(app, asked)
    assert done.exit_code == 0, done.output
    figures = json.loads(done.stdout.splitlines()[-1])
    assert (figures["true_found"], figures["true_pairs"], figures["resumed_after"]) == (4, 4, 0)
    again = json.loads(run(app, asked).stdout.splitlines()[-1])
    assert (again["resumed_after"], again["pairs"]) == (2, figures["pairs"])


def test_a_killed_sweep_goes_on_and_finds_the_same(tmp_path: Path) -> None:
    state = tmp_path / "sweep.json"
    asked = ["match", "sweep", "--identities", "6100", "--twice", "2", "--json", "--state"]
    command = [sys.executable, "-m", "panah.cli", *asked]
    begun = subprocess.Popen([*command, str(state)], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    assert begun.stderr is not None
    assert begun.stderr.readline().startswith("step 1 of 4")
    begun.kill()
    begun.wait()
    begun.stderr.close()
    resumed, whole = (
        json.loads(
            subprocess.run([*command, str(file)], capture_output=True, text=True, check=True).stdout.splitlines()[-1]
        )
        for file in (state, tmp_path / "whole.json")
    )
    assert resumed["resumed_after"] >= 1
    assert resumed["pairs"] == whole["pairs"]
    assert whole["true_found"] == whole["true_pairs"] == 8


@pytest.mark.parametrize("wrong", [["--expected-false", "0"], ["--state", "here/is/no/folder.json"]])
def test_a_sweep_that_cannot_be_made_says_why(wrong: list[str]) -> None:
    done = run(app, ["sweep", "--identities", "100", "--twice", "0", *wrong])
    assert done.exit_code == 1
    assert "No sweep:" in done.output
