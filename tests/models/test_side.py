"""Left from right, and up from down: advice that turns with the picture."""

from collections.abc import Callable

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from models.boundary.circles import Circle
from models.side import Bearing, across, down, guess_side, surroundings
from models.side_train import Seen, both, learned, slope, tried
from models.synthetic import SyntheticImage
from tests.models.conftest import round_truth

Take = Callable[..., SyntheticImage]


def flipped(picture: NDArray[np.uint8], iris: Circle, code: int) -> tuple[NDArray[np.uint8], Circle]:
    """As cv2.flip: 0 upside down, 1 left to right."""
    height, width = picture.shape
    x = width - 1 - iris.x if code else iris.x
    y = iris.y if code else height - 1 - iris.y
    return np.ascontiguousarray(cv2.flip(picture, code)), Circle(x, y, iris.r)


@pytest.mark.parametrize("person", range(6))
def test_a_mirrored_picture_gives_the_opposite_answer(take: Take, person: int) -> None:
    shot = take(person=person)
    iris = round_truth(shot).iris
    as_is, mirrored = guess_side(shot.image, iris), guess_side(*flipped(shot.image, iris, 1))
    assert mirrored.confidence == pytest.approx(as_is.confidence, abs=0.03)
    assert mirrored.upright == pytest.approx(as_is.upright, abs=0.03)
    if as_is.eye is not None and mirrored.eye is not None:
        assert as_is.eye != mirrored.eye


@pytest.mark.parametrize("person", range(6))
def test_a_picture_upside_down_gives_the_opposite_uprightness(take: Take, person: int) -> None:
    shot = take(person=person)
    iris = round_truth(shot).iris
    as_is, turned = guess_side(shot.image, iris), guess_side(*flipped(shot.image, iris, 0))
    assert turned.upright == pytest.approx(1 - as_is.upright, abs=0.03)


def test_features_are_odd_under_their_symmetry() -> None:
    grid = np.random.default_rng(0).normal(size=(17, 26)).astype(np.float32)
    assert np.allclose(across(grid[:, ::-1]), -across(grid))
    assert np.allclose(across(grid), -(grid - grid[:, ::-1])[:, 25:12:-1])
    assert np.allclose(down(grid[::-1]), -down(grid))
    assert np.allclose(down(grid[:, ::-1]), down(grid), atol=1e-6)


def test_the_size_and_light_of_the_picture_do_not_matter(take: Take) -> None:
    shot = take(noise=0.5)
    iris = round_truth(shot).iris
    large = cv2.resize(shot.image, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC)
    dim = (shot.image * 0.5).astype(np.uint8)
    plain = surroundings(shot.image, iris)
    assert np.abs(surroundings(large, iris.scaled(2, 2)) - plain).max() < 0.05
    assert np.abs(surroundings(dim, iris) - plain).max() < 0.1


def test_unsure_pictures_name_no_side_and_contradict_nobody() -> None:
    unsure = Bearing(eye=None, confidence=0.7, upright=0.99)
    assert not unsure.contradicts("left")
    sure = Bearing(eye="right", confidence=0.97, upright=0.99)
    assert sure.contradicts("left")
    assert not sure.contradicts("right")
    turned = Bearing(eye="right", confidence=0.97, upright=0.02)
    assert turned.upside_down
    assert not turned.contradicts("left")


def test_a_side_that_can_be_learned_is_learned() -> None:
    rng = np.random.default_rng(1)
    sign = rng.choice([-1, 1], 200)
    features = sign[:, None] * rng.normal(0.3, 1, (1, 221)) + rng.normal(0, 2, (200, 221))
    found = learned(features[:150], sign[:150].astype(float))
    scores = (features[150:] @ found) * sign[150:]
    assert (scores > 0).mean() > 0.95
    assert slope(scores) > 0.1


def test_people_whose_labels_are_swapped_are_not_learned_from_and_counted_both_ways() -> None:
    rng = np.random.default_rng(2)
    base = rng.normal(0, 1, 221).astype(np.float32)

    def one(subject: str, nose: int, true: int) -> Seen:
        return Seen(dataset="mmu1", subject=subject, nose=nose, across=true * base, down=np.ones(104, np.float32))

    seen = [one("mmu1-001", 1, 1), one("mmu1-002", -1, -1), one("mmu1-008", 1, -1), one("mmu1-008", -1, 1)]
    found = tried(seen, both(seen))
    assert (found["side"] > 0).all()
    assert (found["label"] > 0).tolist() == [True, True, False, False]
