"""A stored decision in two languages and as a small picture."""

import json
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import get_args

import numpy as np
import pytest
from typer.testing import CliRunner

from matching import GalleryChange, LocalEngine, Policy, Template, decide, default_calibration
from matching.decision import Decision, Reason
from matching.identification import identify
from matching.simulation import Capture, simulate_templates
from matching.words import REASONS as IN_ENGLISH
from panah.commands.match import app
from panah.explaining.persian import REASONS as IN_PERSIAN
from panah.explaining.persian import in_persian
from panah.explaining.picture import in_characters, in_svg, picture_of

CALIBRATION = default_calibration()


@pytest.fixture(scope="module")
def met() -> list[tuple[Template, ...]]:
    how = Capture(noise=0.12, noise_spread=0.02, lids=0.1, turn=2)
    return list(simulate_templates(np.random.default_rng(3), 30, how=how, captures=2))


@pytest.fixture(scope="module")
def known(met: list[tuple[Template, ...]]) -> Decision:
    engine = LocalEngine()
    engine.apply(GalleryChange(seq=k + 1, op="add", template_id=k, template=t[0]) for k, t in enumerate(met))
    return identify(met[4][1], engine, calibration=CALIBRATION, policy=Policy(), frames=2)


def test_every_reason_is_told_in_both_languages() -> None:
    assert set(IN_PERSIAN) == set(IN_ENGLISH) == set(get_args(Reason))
    assert all(not any("a" <= letter.lower() <= "z" for letter in said) for said in IN_PERSIAN.values())


def test_a_known_child_is_told_in_persian_with_persian_digits(known: Decision) -> None:
    said = in_persian(known)
    assert said.startswith("آشنا: پروندهٔ ۴.")
    assert "آستانه‌ها برای هر دو چشم: آشنا ۰٫" in said
    assert not any(digit in said for digit in "0123456789")


def test_who_was_not_found_and_a_probe_without_an_eye_are_told(met: list[tuple[Template, ...]]) -> None:
    one_eyed = Template(left=met[0][0].left)
    told = in_persian(decide(one_eyed, [], gallery_size=10, calibration=CALIBRATION, policy=Policy()))
    assert "چشم راست نمونه: نیست" in told
    nothing = in_persian(decide(Template(), [], gallery_size=10, calibration=CALIBRATION, policy=Policy()))
    assert nothing.startswith("معلوم نیست: دوباره اسکن کنید.")
    assert "در این نمونه عنبیه‌ای نیست" in nothing


def test_the_picture_has_strangers_thresholds_and_candidates(known: Decision) -> None:
    picture = picture_of(known, calibration=CALIBRATION)
    assert [mark.what for mark in picture.thresholds] == ["known", "review"]
    assert picture.candidates[0].what == "4"
    expected = [one.strangers for one in picture.bins]
    assert expected[5] < expected[15] < max(expected)
    assert sum(expected) == pytest.approx(known.trials, rel=0.01)
    assert "calibration" in picture.source


def test_with_the_probe_at_hand_its_own_strangers_are_counted(known: Decision, met: list[tuple[Template, ...]]) -> None:
    picture = picture_of(known, calibration=CALIBRATION, probe=met[4][1])
    assert "this probe's own scores" in picture.source
    assert sum(one.strangers for one in picture.bins) == pytest.approx(known.trials, rel=0.3)
    assert sum(one.strangers for one in picture.bins if one.low < 0.25) == 0


def test_in_a_terminal_every_mark_stands_once_at_its_score(known: Decision) -> None:
    lines = in_characters(picture_of(known, calibration=CALIBRATION)).splitlines()
    assert len(lines) == 26
    for told in ("◄ known", "◄ review", "● record 4"):
        assert sum(told in line for line in lines) == 1
    (at,) = [line for line in lines if "● record 4" in line]
    assert float(at[:4]) <= known.facts.candidates[0].score < float(at[:4]) + 0.02


def test_the_svg_is_whole_and_loads_nothing(known: Decision) -> None:
    drawn = in_svg(picture_of(known, calibration=CALIBRATION))
    root = ET.fromstring(drawn)
    assert root.tag.endswith("svg")
    assert "href" not in drawn
    assert drawn.count("<circle") == len(known.facts.candidates[:5])


def test_the_command_tells_both_languages_and_writes_the_picture(
    known: Decision, met: list[tuple[Template, ...]], tmp_path: Path
) -> None:
    evidence, probe, svg = tmp_path / "evidence.json", tmp_path / "probe", tmp_path / "picture.svg"
    evidence.write_text(json.dumps(known.evidence()))
    probe.write_bytes(met[4][1].to_bytes())
    plain = CliRunner().invoke(app, ["explain", str(evidence)])
    assert plain.exit_code == 0, plain.output
    assert "آشنا" in plain.output
    assert "Known: record 4." in plain.output
    assert "● record 4" in plain.output
    drawn = CliRunner().invoke(
        app, ["explain", str(evidence), "--language", "fa", "--probe", str(probe), "--svg", str(svg)]
    )
    assert drawn.exit_code == 0, drawn.output
    assert "Known" not in drawn.output
    assert "own scores" in svg.read_text()


def test_a_language_that_is_not_spoken_is_refused(known: Decision, tmp_path: Path) -> None:
    evidence = tmp_path / "evidence.json"
    evidence.write_text(json.dumps(known.evidence()))
    assert CliRunner().invoke(app, ["explain", str(evidence), "--language", "de"]).exit_code == 2
