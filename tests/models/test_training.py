"""The parts of training that can go wrong silently."""

import subprocess
import sys

import numpy as np
import pytest
from numpy.typing import NDArray

from models.boundary.circles import Boundaries, disagreement
from models.synthetic import SyntheticImage
from models.training import augment, truth
from models.training.data import is_held_out


@pytest.fixture(scope="module")
def example(picture: SyntheticImage) -> truth.Example:
    found = truth.example(picture.image, picture.visible_iris.astype(np.uint8) * 255, "mmu1-001")
    assert found is not None
    return found


def test_both_circles_come_back_from_a_mask_that_shows_only_visible_iris(
    eye: NDArray[np.uint8], true_circles: Boundaries, example: truth.Example
) -> None:
    found = truth.circles_of(eye, example.maps[0])
    assert found is not None
    assert disagreement(found, true_circles) < 0.06


def test_a_seed_gives_the_same_pictures(example: truth.Example) -> None:
    one, other = (augment.augmented(example, np.random.default_rng(7)) for _ in range(2))
    assert all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))


def test_augmented_maps_stay_consistent(example: truth.Example) -> None:
    rng = np.random.default_rng(1)
    for _ in range(40):
        image, maps = augment.augmented(example, rng)
        assert image.shape == (augment.HEIGHT, augment.WIDTH)
        assert image.min() >= 0
        assert image.max() <= 255
        visible, _, disc = maps > 0.5
        assert (visible & ~disc).sum() <= 0.03 * max(disc.sum(), 1)
        assert disc.any()


def test_every_third_person_is_held_out() -> None:
    assert [n for n in range(1, 10) if is_held_out(f"mmu1-{n:03}")] == [3, 6, 9]


def test_using_the_models_loads_no_training_library() -> None:
    code = "import sys, models, models.evaluation.report; print('torch' in sys.modules or 'onnx' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
