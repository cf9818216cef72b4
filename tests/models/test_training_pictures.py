"""The pictures that the network learns from and is measured on, besides the real ones."""

import numpy as np
import pytest

from models.boundary.circles import Boundaries, Circle
from models.synthetic import SyntheticImage
from models.training import augment, invented
from models.training.copies import COPIES

CIRCLES = Boundaries(Circle(150, 110, 22), Circle(151, 112, 52))


def disc_picture() -> np.ndarray:
    picture = np.full((240, 320), 200, np.uint8)
    picture[CIRCLES.iris.disc(picture.shape)] = 90
    picture[CIRCLES.pupil.disc(picture.shape)] = 20
    return picture


@pytest.mark.parametrize("name", COPIES)
def test_a_spoilt_copy_knows_where_its_circles_went(name: str) -> None:
    picture, circles = COPIES[name](disc_picture(), CIRCLES, np.random.default_rng(4))
    height, width = picture.shape
    assert 0 < circles.iris.x < width
    assert 0 < circles.iris.y < height
    across = [round(circles.iris.x + circles.iris.r * share) for share in (-0.93, 0.93)]
    row = picture[round(circles.iris.y)].astype(int)
    inside = [row[min(max(x, 0), width - 1)] for x in across]
    pupil = circles.pupil.disc(picture.shape)
    assert pupil.sum() == pytest.approx(np.pi * circles.pupil.r**2, rel=0.05)
    # the iris is darker than what lies around it, wherever it went and however it is lit
    beyond = [x for x in (across[0] - 12, across[1] + 12) if 0 <= x < width]
    if beyond and name != "sunlit from one side":
        assert np.mean(inside) < np.mean([row[x] for x in beyond])


def test_a_seed_invents_the_same_eyes_and_never_the_same_eye_twice() -> None:
    one, other = (invented.rendered(np.random.default_rng(5)) for _ in range(2))
    assert np.array_equal(one.image, other.image)
    rng = np.random.default_rng(5)
    assert not np.array_equal(invented.rendered(rng).image, invented.rendered(rng).image)


def test_invented_eyes_are_shown_several_times_each() -> None:
    made = invented.endless(np.random.default_rng(1), pool=2, uses=4)
    shown = [next(made) for _ in range(12)]
    assert 2 < len({id(e) for e in shown}) < 12


def test_invented_conditions_reach_from_small_irises_to_close_ups() -> None:
    rng = np.random.default_rng(3)
    radii = [invented.wide_conditions(rng, width=640, height=480).iris_radius_px for _ in range(200)]
    assert min(radii) < 100
    assert max(radii) > 250


def test_a_pupil_that_shines_is_still_a_pupil_in_the_maps(picture: SyntheticImage) -> None:
    rng = np.random.default_rng(2)
    maps = np.stack([picture.visible_iris, picture.pupil, picture.iris_disc]).astype(np.float32)
    small = np.stack([m[::2, ::2] for m in maps])
    image = picture.image[::2, ::2].astype(np.float32) / 255
    before = small.copy()
    augment.bright_pupil(image, small, rng)
    assert np.array_equal(small, before)
    assert image[small[augment.PUPIL] > 0.5].mean() > picture.image[picture.pupil].mean() / 255
