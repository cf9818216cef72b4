"""Circles, and how two beliefs about an eye are compared."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models import views
from models.boundary import robust
from models.boundary.circles import Boundaries, Circle, disagreement
from models.boundary.daugman import Search, best_circle, edge_strength, full_turn

coordinate = st.floats(-200, 200)
radius = st.floats(10, 100)


@given(coordinate, coordinate, radius)
def test_a_disc_has_the_area_of_its_circle(x: float, y: float, r: float) -> None:
    disc = Circle(x % 1 + 120, y % 1 + 120, r).disc((240, 240))
    assert disc.sum() == pytest.approx(np.pi * r * r, rel=0.05)


def test_scaling_keeps_the_corner_of_the_picture_where_it_is() -> None:
    scaled = Circle(-0.5, -0.5, 10).scaled(3, 3)
    assert (scaled.x, scaled.y, scaled.r) == pytest.approx((-0.5, -0.5, 30))


def test_equal_fits_agree_fully_and_a_moved_one_by_its_share_of_the_radius() -> None:
    one = Boundaries(Circle(100, 100, 20), Circle(100, 100, 50))
    moved = Boundaries(Circle(100, 100, 20), Circle(105, 100, 50))
    assert disagreement(one, one) == 0
    assert disagreement(one, moved) == disagreement(moved, one) == pytest.approx(0.1)


@pytest.mark.parametrize(
    ("pupil", "plausible"),
    [
        pytest.param(Circle(100, 100, 20), True, id="a common eye"),
        pytest.param(Circle(100, 100, 3), False, id="a pupil like a pin"),
        pytest.param(Circle(100, 100, 45), False, id="hardly any iris"),
        pytest.param(Circle(140, 100, 20), False, id="a pupil beyond the limbus"),
    ],
)
def test_only_anatomy_is_plausible(pupil: Circle, plausible: bool) -> None:
    assert Boundaries(pupil, Circle(100, 100, 50)).is_plausible() is plausible


@given(st.floats(-50, 50), st.floats(-50, 50), radius, st.integers(0, 2**31))
def test_a_circle_is_found_though_a_third_of_the_points_lie(x: float, y: float, r: float, seed: int) -> None:
    rng = np.random.default_rng(seed)
    angles = rng.uniform(0, 2 * np.pi, 60)
    honest = np.column_stack([x + r * np.cos(angles), y + r * np.sin(angles)]) + rng.normal(0, 0.2, (60, 2))
    lying = rng.uniform(-150, 150, (30, 2))
    found = robust.fit(np.concatenate([honest, lying]), low=5, high=150)
    assert found is not None
    assert (found[0].x, found[0].y, found[0].r) == pytest.approx((x, y, r), abs=1.0)


def test_too_few_points_give_no_circle() -> None:
    assert robust.fit(np.zeros((5, 2)), low=1, high=10) is None


def test_points_on_a_line_give_no_circle() -> None:
    line = np.column_stack([np.arange(20.0), np.arange(20.0)])
    assert robust.fit(line, low=1, high=1000) is None


def test_edge_strength_is_the_step_in_grey_levels_and_lies_at_the_step() -> None:
    profile = np.where(np.arange(40) < 20, 30, 90).astype(np.float32)[None]
    strength = edge_strength(profile, radius_step=1.0, width=3)
    assert strength.max() == pytest.approx(60, abs=21)
    assert abs(int(strength.argmax()) - 19.5) <= 1


def test_the_operator_settles_on_a_dark_disc() -> None:
    image = np.where(Circle(83, 64, 22).disc((128, 160)), 30, 120).astype(np.float32)
    found, strength = best_circle(image, Circle(80, 66, 20), Search(reach=5, step=1, low=15, high=30), full_turn(48))
    assert (found.x, found.y, found.r) == pytest.approx((83, 64, 22), abs=1.0)
    assert strength > 50


@given(st.floats(20, 300), st.floats(20, 200), st.floats(10, 90), st.floats(0.5, 2))
def test_a_views_circles_come_back_from_the_picture_as_they_were(x: float, y: float, r: float, size: float) -> None:
    picture = np.zeros((round(240 * size), round(320 * size)), np.uint8)
    view = views.around(picture, Circle(x, y, r), radius=50)
    iris = Circle(150, 110, 50)
    back = view.from_picture(view.to_picture(Boundaries(Circle(152, 111, 20), iris))).iris
    assert (back.x, back.y, back.r, back.tall) == pytest.approx((150, 110, 50, 1))


def test_what_a_view_shows_round_is_an_ellipse_of_the_picture() -> None:
    picture = np.full((240, 320), 200, np.uint8)
    true = Circle(160, 120, 60, tall=views.SQUEEZE)
    picture[true.disc(picture.shape)] = 60
    view = views.whole(picture)
    found = view.to_picture(Boundaries(Circle(160, 120, 20), Circle(159.5, 119.5, 60 * view.across))).iris
    dark = view.image < 130
    assert np.ptp(np.nonzero(dark.any(axis=0))[0]) == pytest.approx(np.ptp(np.nonzero(dark.any(axis=1))[0]), abs=2)
    assert (found.r, found.tall * found.r) == pytest.approx((60, 60 * views.SQUEEZE), abs=0.5)
    assert found.mean_radius == pytest.approx(np.sqrt(true.disc(picture.shape).sum() / np.pi), rel=0.01)
