"""The cards at the root name the weights that are shipped, and say what was not measured."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import cv2
import pytest
from typer.testing import CliRunner

from models import weights
from models.evaluation import dilation
from models.evaluation.cards import rendering
from models.synthetic import SyntheticImage
from panah.commands.iris import app

ROOT = Path(__file__).parents[3]
CARDS = (rendering.MODEL_CARD, rendering.PERFORMANCE)


@pytest.mark.parametrize("card", CARDS)
def test_the_cards_name_the_pins_of_the_shipped_weights(card: str) -> None:
    text = (ROOT / card).read_text(encoding="utf-8")
    for name in json.loads((weights.FOLDER / weights.MANIFEST).read_text(encoding="utf-8")):
        assert weights.sha256(name) in text, f"{name} changed: run `panah iris cards` again"


@pytest.mark.parametrize("card", CARDS)
def test_the_cards_say_what_was_not_measured(card: str) -> None:
    text = (ROOT / card).read_text(encoding="utf-8").lower()
    assert "not" in text
    for unknown in ("children", "years", "dilation in the field", "sunlight", "twins"):
        assert unknown in text


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory, take: Callable[..., SyntheticImage]) -> Path:
    """Cards measured on two people a set."""
    folder = tmp_path_factory.mktemp("cards")
    for name in ("mmu1", "mmu2"):
        lines = ["path,subject,eye"]
        for person in range(2):
            for k in range(2):
                picture = f"{name}_{person}_{k}.png"
                cv2.imwrite(str(folder / picture), take(person=person, seed=k).image)
                lines.append(f"{picture},{name}-{person},left")
        (folder / f"{name}.csv").write_text("\n".join(lines))
    before, dilation.PEOPLE = dilation.PEOPLE, 2
    try:
        done = _command(folder)
    finally:
        dilation.PEOPLE = before
    assert done.exit_code == 0, done.output
    return folder


def _command(folder: Path):
    arguments = ["--data", str(folder), "--date", "2026-01-02", "--out", str(folder)]
    return CliRunner().invoke(
        app, ["cards", *arguments, "--figures", str(folder / "figures.json"), "--no-copies", "--workers", "1"]
    )


def test_one_command_measures_and_writes_both_cards(written: Path) -> None:
    for card in CARDS:
        text = (written / card).read_text(encoding="utf-8")
        assert "2026-01-02" in text
        assert weights.sha256("segmentation.onnx") in text
    assert "## segmentation.onnx" in (written / rendering.MODEL_CARD).read_text(encoding="utf-8")


def test_tables_have_no_holes(written: Path) -> None:
    for card in CARDS:
        lines = (written / card).read_text(encoding="utf-8").splitlines()
        for above, line, below in zip(lines, lines[1:], lines[2:], strict=False):
            assert not (above.startswith("|") and not line and below.startswith("|")), f"{card}: {below}"
        for line in lines:
            assert not line.startswith("|") or line.endswith("|"), line


def test_kept_figures_are_used_as_long_as_the_weights_are_the_same(written: Path, tmp_path: Path) -> None:
    again = tmp_path / "again"
    shutil.copytree(written, again)
    kept = json.loads((again / "figures.json").read_text())
    (again / "figures.json").write_text(json.dumps(kept | {"date": "2020-05-05"}))
    assert _command(again).exit_code == 0
    assert "2020-05-05" in (again / rendering.PERFORMANCE).read_text(encoding="utf-8")
