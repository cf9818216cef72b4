"""A synthetic eye is the same eye for ever, and another seed is somebody else."""

import cv2
import numpy as np
import pytest

from models.synthetic import Conditions, SyntheticChild, SyntheticEye, random_conditions


def test_the_same_seed_and_conditions_give_the_same_bytes() -> None:
    conditions = random_conditions(np.random.default_rng(4), "hard")
    first = SyntheticEye(12, "left").render(conditions, seed=9)
    again = SyntheticEye(12, "left").render(conditions, seed=9)
    assert first.image.tobytes() == again.image.tobytes()
    assert np.array_equal(first.visible_iris, again.visible_iris)


def test_a_seed_is_the_same_eye_from_version_to_version() -> None:
    """Stored galleries and printed figures rest on it. A change here is a new population: say so in the change log."""
    eye = SyntheticEye(12, "left")
    texture = [
        [0.16, -0.82, 0.17, 0.57],
        [-0.26, 0.16, 0.81, -0.79],
        [0.21, 0.47, 1.42, -1.17],
        [0.12, 0.43, 2.5, 0.38],
    ]
    assert eye.model.texture[::16, ::128] == pytest.approx(np.array(texture), abs=0.01)
    blocks = cv2.resize(eye.render(Conditions(), seed=3).image, (4, 3), interpolation=cv2.INTER_AREA)
    assert blocks.astype(int) == pytest.approx(
        np.array([[199, 159, 147, 155], [169, 111, 99, 134], [202, 173, 161, 158]]), abs=1
    )


def test_another_picture_of_one_eye_differs_in_noise_but_not_in_geometry() -> None:
    eye = SyntheticEye(12, "left")
    one, other = eye.render(seed=1), eye.render(seed=2)
    assert not np.array_equal(one.image, other.image)
    assert np.array_equal(one.iris_disc, other.iris_disc)


def correlation(a: np.ndarray, b: np.ndarray) -> float:
    return float(np.corrcoef(a.ravel(), b.ravel())[0, 1])


def test_strangers_have_unrelated_textures() -> None:
    textures = [SyntheticEye(seed, "left").model.texture for seed in range(12)]
    pairs = [correlation(a, b) for i, a in enumerate(textures) for b in textures[:i]]
    # The collarette, which every iris has, is all that strangers share.
    assert np.mean(pairs) < 0.12
    assert max(pairs) < 0.35


def test_the_two_eyes_of_a_child_are_as_unrelated_as_strangers() -> None:
    children = [SyntheticChild(seed) for seed in range(12)]
    assert np.mean([correlation(c.left.model.texture, c.right.model.texture) for c in children]) < 0.12


def test_a_child_gives_the_eye_of_the_side_asked_for() -> None:
    child = SyntheticChild(3)
    assert child.eye("left") is child.left
    assert child.eye("right").eye == "right"


@pytest.mark.parametrize(("seed", "side"), [(-1, "left"), (1, "middle")])
def test_a_seed_below_zero_or_an_unknown_side_is_refused(seed: int, side: str) -> None:
    with pytest.raises(ValueError, match=r"identity_seed|eye must be"):
        SyntheticEye(seed, side)  # type: ignore[arg-type]


def test_the_nose_is_at_the_images_left_of_a_left_eye() -> None:
    assert SyntheticEye(5, "left").model.lids.nose == -1
    assert SyntheticEye(5, "right").model.lids.nose == 1


def test_a_picture_is_eight_bit_grey_of_the_size_asked_for() -> None:
    picture = SyntheticEye(1, "right").render(Conditions(width=640, height=480, iris_radius_px=120))
    assert picture.image.shape == (480, 640)
    assert picture.image.dtype == np.uint8
    assert picture.visible_iris.shape == (480, 640)
