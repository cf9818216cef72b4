"""The whole evaluation, from the command line."""

import json
import os
import time
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
from typer.testing import CliRunner

from devices.manifest import read_manifest
from matching import Template
from models.evaluation import extraction, resume, run
from models.synthetic import SyntheticImage
from panah.commands.iris import app

Take = Callable[..., SyntheticImage]

PEOPLE, PICTURES = 3, 2
SETTING = extraction.Setting()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, take: Take) -> Path:
    """Three people, a left eye each, two pictures each, and one picture that is none."""
    folder = tmp_path_factory.mktemp("eyes")
    lines = ["path,subject,eye"]
    for person in range(PEOPLE):
        for k in range(PICTURES):
            cv2.imwrite(str(folder / f"{person}_{k}.png"), take(person=person, seed=k).image)
            lines.append(f"{person}_{k}.png,p{person},left")
    (folder / "broken.png").write_bytes(b"no picture")
    (folder / "list.csv").write_text("\n".join([*lines, "broken.png,p9,right"]) + "\n")
    return folder


@pytest.fixture(scope="module")
def report(folder: Path) -> dict:
    done = CliRunner().invoke(
        app, ["evaluate", str(folder / "list.csv"), "--out", str(folder / "out"), "--workers", "1", "--json"]
    )
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout.strip().splitlines()[-1])["pictures"] == PEOPLE * PICTURES + 1
    return json.loads((folder / "out" / "report.json").read_text(encoding="utf-8"))


def test_scores_follow_the_manifests_order_and_are_missing_only_without_a_code(folder: Path, report: dict) -> None:
    with np.load(folder / "out" / "scores.npz", allow_pickle=False) as saved:
        paths, scores = saved["paths"], saved["scores"]
    assert list(paths) == [image["path"] for image in report["images"]]
    assert scores.dtype == np.float32
    assert scores.shape == (len(paths), len(paths))
    assert np.isnan(scores[-1]).all()
    assert np.isfinite(scores[:-1, :-1]).all()
    assert np.allclose(scores[:-1, :-1], scores[:-1, :-1].T, atol=1e-6)


def test_every_picture_is_nearest_to_its_own_eye(folder: Path, report: dict) -> None:
    scores = np.load(folder / "out" / "scores.npz")["scores"][:-1, :-1] + np.eye(PEOPLE * PICTURES) * 9
    assert [k // PICTURES for k in scores.argmin(axis=1)] == [k // PICTURES for k in range(PEOPLE * PICTURES)]
    assert report["figures"]["unseen"]["genuine_median"] < 0.3


def test_the_report_says_why_a_picture_gave_no_code(report: dict) -> None:
    assert report["no_code"] == {"unreadable": 1}
    assert report["images"][-1]["refused"] == "unreadable"


def test_the_page_is_one_file_that_needs_nothing_from_elsewhere(folder: Path, report: dict) -> None:
    page = (folder / "out" / "report.html").read_text(encoding="utf-8")
    assert "equal error rate" in page
    assert "چشم‌ها" in page
    assert "<svg" in page
    assert "http" not in page
    assert "<script" not in page


def test_the_page_shows_the_worst_pairs_with_their_boundaries(folder: Path, report: dict) -> None:
    page = (folder / "out" / "report.html").read_text(encoding="utf-8")
    shown = len(report["worst_genuine"]) + len(report["worst_impostor"])
    assert shown > 0
    assert page.count("data:image/jpeg;base64,") == 2 * shown
    assert all(image["factors"]["iris_radius"] > 0 for image in report["images"] if not image["refused"])
    assert all(len(image["circles"][0]) == 6 for image in report["images"] if not image["refused"])


def test_report_and_page_say_which_side_a_picture_looks_like_and_what_is_odd_about_it(
    folder: Path, tmp_path: Path, report: dict
) -> None:
    assert all(image["side"] in ("left", "right", None) for image in report["images"])
    upright = cv2.imread(str(folder / "0_0.png"), cv2.IMREAD_GRAYSCALE)
    lines = ["path,subject,eye"]
    for name, picture in (("up", upright), ("down", np.ascontiguousarray(upright[::-1, ::-1]))):
        cv2.imwrite(str(tmp_path / f"{name}.png"), picture)
        lines += [f"{name}.png,{name},left"]
    (tmp_path / "list.csv").write_text("\n".join(lines))
    rows, out = read_manifest(tmp_path / "list.csv"), tmp_path / "out"
    found = run.evaluate(rows, out, manifest="list.csv", workers=1, clock=time.monotonic)
    assert ["upside_down" in image["advice"] for image in found["images"]] == [False, True]
    assert found["advised"]["upside_down"] == 1
    assert "seems to be upside down" in (out / "report.html").read_text(encoding="utf-8")


def test_a_stopped_evaluation_goes_on_where_it_was(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows, out, made = read_manifest(folder / "list.csv"), folder / "stopped", []

    def stops_after_three(record: extraction.Record) -> None:
        if len(made) == 3:
            raise KeyboardInterrupt
        made.append(record)

    kept = resume.Kept(out, SETTING)
    with pytest.raises(KeyboardInterrupt):
        extraction.extract_all(rows, workers=1, done=lambda r: (stops_after_three(r), kept.add(rows[len(made) - 1], r)))
    counted = []
    monkeypatch.setattr(extraction, "_extract", lambda task: counted.append(task) or extraction.Record(template=None))
    found = run.evaluate(rows, out, manifest="list.csv", workers=1, clock=time.monotonic)
    assert len(counted) == len(rows) - 3
    assert [image["refused"] for image in found["images"][:3]] == [None] * 3
    assert not (out / resume.NAME).exists()


def test_a_picture_that_changed_since_is_done_again(folder: Path) -> None:
    rows = read_manifest(folder / "list.csv")
    kept = resume.Kept(folder / "changed", SETTING)
    kept.add(rows[0], extraction.Record(template=b"0"))
    kept.add(rows[1], extraction.Record(template=b"1"))
    os.utime(rows[0].path, (1, 1))
    assert {k: r.template for k, r in kept.load(rows).items()} == {1: b"1"}
    assert resume.Kept(folder / "changed", extraction.Setting("network")).load(rows) == {}


def test_people_trained_on_stay_out_of_the_headline(folder: Path) -> None:
    text = (folder / "list.csv").read_text().replace(",p0,", ",mmu1-001,").replace(",p1,", ",mmu1-003,")
    (folder / "known.csv").write_text(text)
    done = CliRunner().invoke(
        app, ["evaluate", str(folder / "known.csv"), "--out", str(folder / "known"), "--workers", "1"]
    )
    assert done.exit_code == 0, done.output
    found = json.loads((folder / "known" / "report.json").read_text(encoding="utf-8"))
    assert found["people_trained_on"] == 1
    assert found["headline"]["genuine_pairs"] == PEOPLE - 1
    assert found["figures"]["all"]["genuine_pairs"] == PEOPLE


def test_missing_files_are_named(folder: Path) -> None:
    (folder / "bad.csv").write_text("path,subject,eye\nnowhere.png,p,left\n")
    done = CliRunner().invoke(app, ["evaluate", str(folder / "bad.csv"), "--out", str(folder / "bad")])
    assert done.exit_code == 1
    assert "nowhere.png" in done.stderr


def test_a_template_file_holds_the_template_of_the_eye(folder: Path) -> None:
    out = folder / "eye.template"
    done = CliRunner().invoke(app, ["template", str(folder / "0_0.png"), "--eye", "right", "--out", str(out)])
    assert done.exit_code == 0, done.output
    template = Template.from_bytes(out.read_bytes())
    assert (len(template.left), len(template.right) > 0) == (0, True)


def test_a_refused_picture_is_explained_in_both_languages(folder: Path) -> None:
    done = CliRunner().invoke(app, ["template", str(folder / "broken.png"), "--out", str(folder / "x")])
    assert done.exit_code == 1
    assert "unreadable" in done.stderr
    assert "خراب" in done.stderr


def test_a_manifest_that_is_not_there_is_said_to_be_missing(folder: Path) -> None:
    done = CliRunner().invoke(app, ["evaluate", str(folder / "none.csv"), "--out", str(folder / "bad")])
    assert done.exit_code == 1
    assert "none.csv" in done.stderr


def test_several_processes_give_the_records_that_one_gives(folder: Path) -> None:
    rows = read_manifest(folder / "list.csv") * 2
    alone, together = (extraction.extract_all(rows, workers=count) for count in (1, 2))
    assert [r.template for r in alone] == [r.template for r in together]


def test_persian_names_of_pictures_and_devices_do_not_turn_the_words_around_them(tmp_path: Path, take: Take) -> None:
    lines = ["path,subject,eye,device"]
    for k in range(2):
        name = f"کودک 1/چشم_{k}.jpg"
        (tmp_path / name).parent.mkdir(exist_ok=True)
        cv2.imwrite(str(tmp_path / name), cv2.merge([take(seed=k).image] * 3))
        lines.append(f"{name},الف,left,اسکنر")
    (tmp_path / "فهرست.csv").write_text("\n".join(lines), encoding="utf-8")
    rows, out = read_manifest(tmp_path / "فهرست.csv"), tmp_path / "گزارش"
    run.evaluate(rows, out, manifest="فهرست.csv", workers=1, clock=time.monotonic)
    page = (out / "report.html").read_text(encoding="utf-8")
    for name in ("فهرست.csv", *(row.name for row in rows)):
        assert f"<bdi>{name}</bdi>" in page
