"""A bad picture at the command line: both languages, no template, and nothing of a trace."""

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from typer.testing import CliRunner

from models.reasons import SENTENCES
from panah.commands.iris import app

Grey = NDArray[np.uint8]


def _written(pixels: NDArray[np.generic]) -> bytes:
    done, content = cv2.imencode(".png", np.asarray(pixels))
    assert done
    return bytes(content)


def _slope() -> Grey:
    return np.tile(np.linspace(60, 200, 320).astype(np.uint8), (240, 1))


BAD: dict[str, tuple[Callable[[Grey], bytes], set[str]]] = {
    "unreadable": (lambda _eye: b"not an image at all", {"unreadable"}),
    "cut short": (lambda eye: _written(eye)[:200], {"unreadable"}),
    "empty": (lambda _eye: b"", {"empty"}),
    "huge": (lambda _eye: _written(np.zeros((5000, 5000), np.uint8)), {"too_large"}),
    "sixteen bits": (lambda eye: _written(eye.astype(np.uint16) * 257), {"sixteen_bit"}),
    "coloured": (lambda eye: _written(np.dstack([eye, eye // 2, 255 - eye])), {"coloured"}),
    "no eye": (lambda _eye: _written(_slope()), {"no_eye", "eye_closed", "too_little_iris", "too_blurred"}),
}


@pytest.mark.parametrize("kind", BAD)
def test_a_bad_picture_is_explained_and_leaves_no_template(eye: Grey, tmp_path: Path, kind: str) -> None:
    make, reasons = BAD[kind]
    (tmp_path / "eye.png").write_bytes(make(eye))
    done = CliRunner().invoke(app, ["template", str(tmp_path / "eye.png"), "--out", str(tmp_path / "template")])
    assert done.exit_code == 1
    reason = done.stderr.split(":")[0]
    assert reason in reasons
    assert SENTENCES[reason]["en"] in done.stderr  # type: ignore[index]
    assert SENTENCES[reason]["fa"] in done.stderr  # type: ignore[index]
    assert not (tmp_path / "template").exists()


def test_three_equal_channels_give_the_template_of_the_grey_picture(eye: Grey, tmp_path: Path) -> None:
    for name, pixels in (("grey", eye), ("channels", np.dstack([eye] * 3))):
        (tmp_path / f"{name}.png").write_bytes(_written(pixels))
        words = ["template", str(tmp_path / f"{name}.png"), "--out", str(tmp_path / name)]
        assert CliRunner().invoke(app, words).exit_code == 0
    assert (tmp_path / "grey").read_bytes() == (tmp_path / "channels").read_bytes()


def test_where_nothing_can_be_written_is_said_in_both_languages(eye: Grey, tmp_path: Path) -> None:
    picture, blocked = tmp_path / "چشم.png", tmp_path / "file"
    picture.write_bytes(_written(eye))
    blocked.write_bytes(b"")
    result = CliRunner().invoke(app, ["template", str(picture), "--out", str(blocked / "t.bin")])
    assert result.exit_code == 1
    assert "cannot be written" in result.output
    assert "نمی‌شود نوشت" in result.output
    result = CliRunner().invoke(app, ["template", str(picture), "--out", str(tmp_path / "new" / "t.bin")])
    assert result.exit_code == 0, result.output
    assert (tmp_path / "new" / "t.bin").stat().st_size > 500


@pytest.mark.parametrize("command", ["evaluate", "hard-copies", "two-eyes", "folds"])
def test_a_list_that_cannot_be_used_is_explained_in_both_languages(tmp_path: Path, command: str) -> None:
    (tmp_path / "list.csv").write_text("path,subject\na.png,p1\n", encoding="utf-8")
    out = ["--out", str(tmp_path / "out")] if command == "evaluate" else []
    result = CliRunner().invoke(app, [command, str(tmp_path / "list.csv"), *out])
    assert result.exit_code == 1
    assert "it has no column eye" in result.output
    assert "ستون eye ندارد" in result.output


@pytest.mark.parametrize("command", ["evaluate", "hard-copies", "folds"])
def test_a_folder_without_models_is_explained_before_anything_is_read(tmp_path: Path, command: str) -> None:
    (tmp_path / "a.png").write_bytes(b"")
    (tmp_path / "list.csv").write_text("path,subject,eye\na.png,p1,left\n", encoding="utf-8")
    out = ["--out", str(tmp_path / "out")] if command == "evaluate" else []
    result = CliRunner().invoke(app, [command, str(tmp_path / "list.csv"), "--weights", str(tmp_path), *out])
    assert result.exit_code == 1
    assert "holds no pinned models" in result.output
    assert "مدلی نیست" in result.output
