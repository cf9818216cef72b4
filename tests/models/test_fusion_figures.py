"""The figures printed of fusion: the same probes for every way, never a shared frame."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from matching import Template
from matching.template import EyeCode
from models.fusion_figures import WAYS, line, main, measured
from models.synthetic import SyntheticEye


def pictures(eyes: int, frames: int) -> tuple[list[str], list[Template | None]]:
    rng = np.random.default_rng(0)
    names, templates = [], []
    for eye in range(eyes):
        bits = rng.random((128, 16)) < 0.5
        for _ in range(frames):
            code = EyeCode.from_bits(bits ^ (rng.random(bits.shape) < 0.2), np.ones_like(bits))
            names.append(f"eye {eye}")
            templates.append(Template(left=(code,)))
    return names, templates


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.name)
def test_a_frame_is_never_compared_with_an_enrolment_made_of_it(way: object) -> None:
    names, templates = pictures(eyes=6, frames=5)
    found = measured(names, templates, way)  # type: ignore[arg-type]
    enrolments = {1: 5, 2: 10, 3: 10}[way.frames]  # type: ignore[attr-defined]
    assert found.genuine_pairs == 6 * enrolments * (5 - way.frames)  # type: ignore[attr-defined]
    assert found.impostor_pairs == 6 * enrolments * 5 * 5
    assert found.eer == 0
    assert "0.00%" in line(way, found)  # type: ignore[arg-type]


def test_pictures_without_a_code_are_misses() -> None:
    names, templates = pictures(eyes=6, frames=5)
    templates[0] = None
    found = measured(names, templates, WAYS[0])
    assert found.fnmr[1e-3] is None  # 750 pairs of strangers
    assert found.eer is not None
    assert 0 < found.eer < 0.1


def test_the_command_measures_a_manifest(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = ["path,subject,eye"]
    for person in (1, 2):
        for shot in range(4):
            cv2.imwrite(str(tmp_path / f"{person}{shot}.png"), SyntheticEye(person, "right").render(seed=shot).image)
            lines.append(f"{person}{shot}.png,{person},right")
    cv2.imwrite(str(tmp_path / "none.png"), np.tile(np.linspace(60, 200, 320).astype(np.uint8), (240, 1)))
    (tmp_path / "eyes.csv").write_text("\n".join([*lines, "none.png,3,right"]))
    main(tmp_path / "eyes.csv")
    printed = capsys.readouterr().out.splitlines()
    assert len(printed) == 1 + len(WAYS)
    assert all("0.00%" in one for one in printed[1:])
