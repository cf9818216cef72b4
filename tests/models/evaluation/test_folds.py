"""Who is counted with which weights: only people whom these never saw."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import cv2
import pytest
from typer.testing import CliRunner

from devices.manifest import read_manifest
from models import weights
from models.evaluation.extraction import Setting
from models.evaluation.folds import assigned, folds
from models.synthetic import SyntheticImage
from panah.commands.iris import app

PEOPLE = 4


@pytest.fixture(scope="module")
def manifest(tmp_path_factory: pytest.TempPathFactory, take: Callable[..., SyntheticImage]) -> Path:
    folder = tmp_path_factory.mktemp("folds")
    lines = ["path,subject,eye"]
    for person in range(PEOPLE):
        for k in range(2):
            cv2.imwrite(str(folder / f"{person}_{k}.png"), take(person=person, seed=k).image)
            lines.append(f"{person}_{k}.png,p{person},left")
    (folder / "list.csv").write_text("\n".join(lines))
    return folder / "list.csv"


def _weights(folder: Path, *people: str) -> Path:
    """The shipped models, said to be trained on these people."""
    folder.mkdir()
    pins = json.loads((weights.FOLDER / weights.MANIFEST).read_text())
    for name in pins:
        shutil.copy(weights.FOLDER / name, folder)
        pins[name]["trained_on"] = list(people)
    (folder / weights.MANIFEST).write_text(json.dumps(pins))
    return folder


def test_two_folds_cover_everybody_once(manifest: Path, tmp_path: Path) -> None:
    halves = [_weights(tmp_path / "a", "p0", "p1"), _weights(tmp_path / "b", "p2", "p3")]
    rows, settings = read_manifest(manifest), [Setting("both", half) for half in halves]
    assert assigned(rows, settings).tolist() == [1, 1, 1, 1, 0, 0, 0, 0]
    found = folds(rows, settings, workers=1)
    assert (found.covered, found.weights, found.kind) == (PEOPLE, 2, "other people of a sensor trained on")
    assert found.rates is not None
    assert found.rates.genuine_pairs == PEOPLE
    assert found.rates.impostor_pairs == 2 * 4


def test_weights_that_saw_everybody_give_no_figure(manifest: Path, tmp_path: Path) -> None:
    folder = _weights(tmp_path / "all", *(f"p{k}" for k in range(PEOPLE)))
    done = CliRunner().invoke(app, ["folds", str(manifest), "--weights", str(folder), "--workers", "1"])
    assert done.exit_code == 0, done.output
    assert "0 of 4 people" in done.stdout
    assert "no figure" in done.stdout


def test_weights_that_saw_nobody_are_told_as_sensor_unseen(manifest: Path, tmp_path: Path) -> None:
    folder = _weights(tmp_path / "none")
    done = CliRunner().invoke(app, ["folds", str(manifest), "--weights", str(folder), "--workers", "1"])
    assert done.exit_code == 0, done.output
    assert "4 of 4 people" in done.stdout
    assert "sensor unseen" in done.stdout
