"""Manifests, good and bad."""

from pathlib import Path

import pytest

from models.errors import ManifestInvalid
from models.evaluation import manifest


def write(folder: Path, text: str, *files: str) -> Path:
    for name in files:
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).touch()
    path = folder / "list.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_paths_are_taken_from_the_manifests_folder(tmp_path: Path) -> None:
    rows = manifest.read(
        write(tmp_path, "path,subject,eye,mask\na/1.png,p1,left,a/1.mask.png\n", "a/1.png", "a/1.mask.png")
    )
    assert (rows[0].file, rows[0].mask) == (tmp_path / "a/1.png", tmp_path / "a/1.mask.png")
    assert rows[0].label == "p1/left"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("path,eye\n", "lacks the column subject"),
        ("path,subject,eye\n", "lists no pictures"),
        ("path,subject,eye\na.png,p1,middle\n", "Line 2: eye must be left or right"),
        ("path,subject,eye\na.png,p1,left\nb.png,p1,left\n", "2 files that are not there: .*a[.]png, .*b[.]png"),
    ],
)
def test_a_bad_manifest_is_refused_in_words(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(ManifestInvalid, match=says):
        manifest.read(write(tmp_path, text))


def test_many_missing_files_are_counted_not_listed(tmp_path: Path) -> None:
    lines = "".join(f"{k}.png,p,left\n" for k in range(40))
    with pytest.raises(ManifestInvalid, match=r"40 files .* and 35 more"):
        manifest.read(write(tmp_path, "path,subject,eye\n" + lines))
