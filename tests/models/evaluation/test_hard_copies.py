"""Spoilt copies: the same each time, and counted against the other pictures of the eye, never against themselves."""

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from typer.testing import CliRunner

from models.evaluation import hard_copies
from models.evaluation.degrade import CHANGES
from models.evaluation.extraction import Record
from models.synthetic import SyntheticImage
from panah.commands.iris import app
from tests.models.evaluation.labelled import rows_of


@pytest.mark.parametrize("name", CHANGES)
def test_a_copy_is_another_picture_and_the_same_each_time(eye: NDArray[np.uint8], name: str) -> None:
    copy = CHANGES[name](eye, "a.png")
    assert copy.dtype == np.uint8
    assert copy.ndim == 2
    assert copy.shape != eye.shape or (copy != eye).any()
    assert np.array_equal(copy, CHANGES[name](eye, "a.png"))


def test_pictures_are_turned_to_both_sides(eye: NDArray[np.uint8]) -> None:
    copies = {CHANGES["turned"](eye, f"{k}.png").tobytes() for k in range(12)}
    assert len(copies) == 2


def test_sizes_follow_the_change(eye: NDArray[np.uint8]) -> None:
    height, width = eye.shape
    assert CHANGES["shrunk"](eye, "").shape == (round(0.7 * height), round(0.7 * width))
    assert CHANGES["cropped"](eye, "").shape == (height - 2 * (height // 12), width - 2 * (width // 12))


def test_ratios_stand_beside_the_unspoilt_figure(monkeypatch: pytest.MonkeyPatch, rng: np.random.Generator) -> None:
    rows = rows_of(people=20, pictures=3)
    records = [Record(template=None)] * len(rows)
    eyes = np.array([f"{r.subject}{r.eye}" for r in rows])
    own = eyes[:, None] == eyes[None, :]
    plain = np.where(own, 0.2, rng.normal(0.45, 0.01, own.shape)).astype(np.float32)
    plain[0, 1:3] = plain[1:3, 0] = 0.5
    worse = plain.copy()
    worse[3, 4:6] = worse[4:6, 3] = 0.5
    monkeypatch.setattr(hard_copies.scoring, "all_scores", lambda _: plain)
    monkeypatch.setattr(hard_copies.scoring, "cross_scores", lambda *_, **__: worse)
    monkeypatch.setattr(hard_copies, "extract_all", lambda *_, **__: records)
    first, second = hard_copies.hard_copies(rows, records, ["blurred"], workers=1)
    assert first.misses["0.001"] == 4
    assert second.misses["0.001"] == 8
    assert second.fnmr_ratio["0.001"] == 2.0
    assert first.genuine_pairs == 40 * 3


def test_the_command_prints_a_line_for_each_change(tmp_path: Path, take: Callable[..., SyntheticImage]) -> None:
    lines = ["path,subject,eye"]
    for person in range(2):
        for k in range(2):
            cv2.imwrite(str(tmp_path / f"{person}_{k}.png"), take(person=person, seed=k).image)
            lines.append(f"{person}_{k}.png,p{person},left")
    (tmp_path / "list.csv").write_text("\n".join(lines))
    done = CliRunner().invoke(
        app, ["hard-copies", str(tmp_path / "list.csv"), "--workers", "1", "--only", "turned", "--only", "noisy"]
    )
    assert done.exit_code == 0, done.output
    assert [line.split()[0] for line in done.stdout.splitlines()[1:]] == ["as", "turned", "noisy"]


def test_an_unknown_change_is_named(tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text("path,subject,eye\n")
    done = CliRunner().invoke(app, ["hard-copies", str(tmp_path / "list.csv"), "--only", "melted"])
    assert done.exit_code != 0
    assert "melted" in done.stderr
