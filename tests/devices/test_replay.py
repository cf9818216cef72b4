"""A manifest is played as it stands, or refused with all that is wrong with it."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from devices.errors import ImageUnreadable, ManifestInvalid
from devices.manifest import read_manifest
from devices.replay import ReplayScanner


def write(folder: Path, text: str, images: tuple[str, ...] = ()) -> Path:
    for number, name in enumerate(images):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        cv2.imwrite(str(folder / name), np.full((10, 12), number, dtype=np.uint8))
    manifest = folder / "manifest.csv"
    manifest.write_text(text, encoding="utf-8")
    return manifest


def test_images_are_played_in_the_manifest_s_order_with_their_side(tmp_path: Path) -> None:
    manifest = write(tmp_path, "path,subject,eye\nb.png,1,right\na.png,1,left\n", ("b.png", "a.png"))
    frames = list(ReplayScanner.from_manifest(manifest).frames(timeout_s=1))
    assert [(int(frame.image[0, 0]), frame.eye) for frame in frames] == [(0, "right"), (1, "left")]


def test_more_columns_are_kept_and_empty_ones_left_out(tmp_path: Path) -> None:
    manifest = write(tmp_path, "path,subject,eye,mask,device\nx/a.png,زهرا,left,,D1\n", ("x/a.png",))
    (row,) = read_manifest(manifest)
    assert row.subject == "زهرا"
    assert row.name == "x/a.png"
    assert row.path == tmp_path / "x/a.png"
    assert row.more == {"device": "D1"}


def test_every_missing_file_is_named_before_anything_is_played(tmp_path: Path) -> None:
    manifest = write(tmp_path, "path,subject,eye\na.png,1,left\nb.png,1,left\nc.png,2,left\n", ("b.png",))
    with pytest.raises(ManifestInvalid, match=r"2 missing files: .*a\.png, .*c\.png") as caught:
        ReplayScanner.from_manifest(manifest)
    assert caught.value.missing == (tmp_path / "a.png", tmp_path / "c.png")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("path,subject\na.png,1\n", "no column eye"),
        ("", "no column path, subject, eye"),
        ("path,subject,eye\n", "names no image"),
        ("path,subject,eye\na.png,1,both\n", "line 2: eye is 'both', not left or right"),
        ("path,subject,eye\n,1,left\n", "line 2 has no path or subject"),
        ("path,subject,eye\na.png,1\n", "line 2: eye is None"),
        ("path;subject;eye\na.png;1;left\n", "no column path, subject, eye; separate the columns by commas"),
    ],
)
def test_what_is_wrong_with_a_manifest_is_said(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(ManifestInvalid, match=words) as caught:
        read_manifest(write(tmp_path, text))
    assert str(tmp_path) in caught.value.persian


def test_a_manifest_that_is_not_utf_8_says_how_to_save_it(tmp_path: Path) -> None:
    manifest = tmp_path / "list.csv"
    manifest.write_text("path,subject,eye\na.png,زهرا,left\n", encoding="utf-16")
    with pytest.raises(ManifestInvalid, match="save it as CSV in UTF-8") as caught:
        read_manifest(manifest)
    assert "UTF-8 ذخیره کنید" in caught.value.persian


def test_a_manifest_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ManifestInvalid, match=r"nowhere\.csv cannot be played: it cannot be read"):
        read_manifest(tmp_path / "nowhere.csv")


def test_a_bad_image_is_an_error_naming_it_and_the_rest_can_still_be_played(tmp_path: Path) -> None:
    manifest = write(tmp_path, "path,subject,eye\na.png,1,left\nb.png,1,left\n", ("a.png", "b.png"))
    (tmp_path / "a.png").write_bytes(b"")
    scanner = ReplayScanner.from_manifest(manifest)
    with pytest.raises(ImageUnreadable, match=r"a\.png"):
        next(scanner.frames(timeout_s=1))
    assert not scanner.lamp_on
    assert next(scanner.frames(timeout_s=1)).image[0, 0] == 1
