"""The parts of training that can go wrong silently."""

import subprocess
import sys

import numpy as np
import pytest
from numpy.typing import NDArray

from models.boundary.circles import Boundaries, disagreement
from models.segmentation import Segmenter
from models.synthetic import SyntheticImage
from models.training import augment, labelled, truth
from models.training.data import FOLDS, Split, apart, is_held_out, split


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


def test_every_person_is_kept_apart_in_exactly_one_fold() -> None:
    people = [f"mmu1-{n:03}" for n in range(1, 47)]
    kept = [{p for p in people if apart(fold)(p)} for fold in range(FOLDS)]
    assert set.union(*kept) == set(people)
    assert sum(map(len, kept)) == len(people)


def test_a_split_names_whom_it_trains_on_and_never_shows_them_held_out(example: truth.Example) -> None:
    shown = [truth.Example(example.image, example.maps, f"mmu2-{n:03}") for n in (1, 2, 3, 3)]
    found = split(shown) + Split((example,))
    assert found.people == ["mmu1-001", "mmu2-001", "mmu2-002"]
    assert {e.person for e in found.held_out} == {"mmu2-003"}


def test_a_picture_without_a_mask_is_labelled_where_two_fits_agree(
    eye: NDArray[np.uint8], picture: SyntheticImage, true_circles: Boundaries
) -> None:
    found = labelled.example(eye, Segmenter(), "mmu2-001")
    assert found is not None
    # the example is the squeezed view, so areas are compared by their shares of the disc
    visible, pupil, disc = (float((layer > 127).sum()) for layer in found.maps)
    assert visible / disc == pytest.approx(picture.visible_iris.sum() / picture.iris_disc.sum(), abs=0.06)
    assert pupil / disc == pytest.approx((true_circles.pupil.r / true_circles.iris.r) ** 2, abs=0.03)


def test_a_picture_that_shows_no_eye_is_not_labelled() -> None:
    noise = np.random.default_rng(1).integers(0, 255, (240, 320)).astype(np.uint8)
    assert labelled.example(noise, Segmenter(), "mmu2-001") is None


def test_using_the_models_loads_no_training_library() -> None:
    code = "import sys, models, models.evaluation.report; print('torch' in sys.modules or 'onnx' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
