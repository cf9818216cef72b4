"""Model files are the pinned ones, or nothing is loaded."""

import json
import shutil
from pathlib import Path

import onnx
import pytest

from models import WeightsDamaged, weights
from models.errors import NoWeights
from models.training import encoder
from models.training.data import is_held_out

FILES = ("encoder.onnx", "segmentation.onnx")


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    for name in (*FILES, weights.MANIFEST):
        shutil.copy(weights.FOLDER / name, tmp_path / name)
    return tmp_path


@pytest.mark.parametrize("name", FILES)
def test_the_files_here_are_the_pinned_ones(name: str) -> None:
    assert len(weights.pinned(name)) == json.loads((weights.FOLDER / weights.MANIFEST).read_text())[name]["bytes"]


def test_all_that_is_learned_is_pinned_has_a_card_and_takes_less_than_ten_megabytes() -> None:
    folders = [folder.parent for folder in weights.FOLDER.rglob(weights.MANIFEST)]
    assert len(folders) == 3
    files = {path for folder in folders for path in folder.iterdir() if path.suffix in (".onnx", ".json")}
    files -= {folder / weights.MANIFEST for folder in folders}
    assert files == {folder / name for folder in folders for name in weights.pins(folder)}
    assert sum(len(weights.pinned(path.name, path.parent)) for path in files) < 10_000_000
    copies = {folder / "encoder.onnx" for folder in folders if folder != weights.FOLDER}
    for path in files - copies:
        assert weights.sha256(path.name, path.parent) in path.with_suffix(".md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", FILES)
def test_one_flipped_bit_is_noticed(copy: Path, name: str) -> None:
    data = bytearray((copy / name).read_bytes())
    data[len(data) // 2] ^= 1
    (copy / name).write_bytes(bytes(data))
    with pytest.raises(WeightsDamaged, match="pinned"):
        weights.pinned(name, copy)


def test_a_missing_file_is_named(copy: Path) -> None:
    (copy / "encoder.onnx").unlink()
    with pytest.raises(WeightsDamaged, match=r"encoder\.onnx is missing"):
        weights.pinned("encoder.onnx", copy)


def test_a_folder_without_models_is_named(tmp_path: Path) -> None:
    with pytest.raises(NoWeights, match=tmp_path.name):
        weights.pinned("encoder.onnx", tmp_path)


def test_people_whose_number_three_divides_were_not_trained_on() -> None:
    people = weights.trained_on("segmentation.onnx")
    assert len(people) == 30
    assert not any(is_held_out(person) for person in people)
    assert all(person.startswith("mmu1-") for person in people)


def test_the_script_makes_the_encoder_again_byte_for_byte() -> None:
    assert encoder.build().SerializeToString(deterministic=True) == onnx.load(
        weights.FOLDER / "encoder.onnx"
    ).SerializeToString(deterministic=True)


@pytest.mark.parametrize("name", FILES)
def test_every_model_has_a_card(name: str) -> None:
    card = (weights.FOLDER / name).with_suffix(".md").read_text(encoding="utf-8")
    assert weights.sha256(name) in card
    for part in ("Data", "Licence", "Figures", "Limits"):
        assert f"## {part}" in card


@pytest.mark.parametrize("name", FILES)
def test_old_runtimes_can_read_the_files(name: str) -> None:
    model = onnx.load(weights.FOLDER / name)
    assert max(o.version for o in model.opset_import) <= 17
    assert model.ir_version <= 10
    assert not any(t.external_data for t in model.graph.initializer)


def test_weights_from_synthetic_eyes_alone_lie_beside_the_default_with_the_same_encoder_and_a_card() -> None:
    folder = weights.FOLDER / "synthetic"
    assert weights.trained_on("segmentation.onnx", folder) == frozenset()
    assert weights.pinned("encoder.onnx", folder) == weights.pinned("encoder.onnx")
    assert weights.pinned("segmentation.onnx", folder) != weights.pinned("segmentation.onnx")
    card = (folder / "segmentation.md").read_text(encoding="utf-8")
    assert weights.sha256("segmentation.onnx", folder) in card


def test_weights_without_a_sensor_saw_nobody_of_it_and_have_the_same_encoder_and_a_card() -> None:
    folder = weights.FOLDER / "without_mmu1"
    people = weights.trained_on("segmentation.onnx", folder)
    assert people
    assert all(person.startswith("mmu2-") for person in people)
    assert weights.pinned("encoder.onnx", folder) == weights.pinned("encoder.onnx")
    card = (folder / "segmentation.md").read_text(encoding="utf-8")
    assert weights.sha256("segmentation.onnx", folder) in card
    assert len(weights.pinned("segmentation.onnx", folder)) == 933_445
