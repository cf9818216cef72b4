"""Each factor of quality falls when what it is named for gets worse, and stays in its range."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from models.boundary.circles import Boundaries, Circle
from models.factors import Factors, measure
from models.synthetic import SyntheticImage
from tests.models.conftest import round_truth

Take = Callable[..., SyntheticImage]


def measured(picture: SyntheticImage) -> Factors:
    circles = round_truth(picture)
    visible = picture.visible_iris.astype(np.uint8) * 255
    return measure(picture.image, circles, visible, whole=circles, shape=picture.image.shape)


@pytest.mark.parametrize(
    ("factor", "good", "bad"),
    [
        ("usable_area", {"openness": 1.0}, {"openness": 0.5}),
        ("iris_radius", {"iris_radius_px": 60.0}, {"iris_radius_px": 40.0}),
        ("iris_sclera_contrast", {"sclera_brightness": 190.0}, {"sclera_brightness": 110.0}),
        ("iris_pupil_contrast", {"pupil_brightness": 15.0}, {"pupil_brightness": 70.0}),
        ("gaze", {"gaze_x_deg": 0.0}, {"gaze_x_deg": 35.0}),
        ("steadiness", {"motion_blur_px": 0.0}, {"motion_blur_px": 14.0}),
        ("margin", {"center": (160.0, 120.0)}, {"center": (50.0, 120.0)}),
        ("texture", {"contrast": 0.1}, {"contrast": 0.02}),
        ("grey_spread", {"noise": 2.5}, {"skin_brightness": 95.0, "sclera_brightness": 90.0, "noise": 0.5}),
    ],
)
def test_a_factor_falls_with_what_it_is_named_for(
    take: Take, factor: str, good: dict[str, Any], bad: dict[str, Any]
) -> None:
    values = [[getattr(measured(take(person=k, **how)), factor) for k in range(4)] for how in (good, bad)]
    assert np.mean(values[0]) > np.mean(values[1])


def test_everything_is_in_its_range_for_good_and_for_hopeless_eyes(take: Take) -> None:
    hopeless = {"openness": 0.0, "noise": 40.0, "focus_blur_px": 8.0, "center": (5.0, 5.0), "glare": 1.0}
    for how in ({}, hopeless, {"width": 64, "height": 64, "iris_radius_px": 90.0}):
        found = measured(take(**how))
        shares = ("usable_area", "iris_sclera_contrast", "iris_pupil_contrast", "pupil_ratio", "pupil_circularity")
        for name in (*shares, "concentricity", "gaze", "steadiness", "margin", "burnt"):
            assert 0 <= getattr(found, name) <= 1, name
        assert 0 <= found.grey_spread <= 8
        assert found.spots >= 0


def test_a_round_pupil_is_round_and_concentric(take: Take) -> None:
    found = measured(take(reflection="none"))
    assert found.pupil_circularity > 0.95
    assert found.concentricity > 0.9
    assert found.gaze > 0.93


def test_lamps_that_fill_the_pupil_do_not_hide_its_contrast(take: Take) -> None:
    plain, ringed = (measured(take(reflection=shape)).iris_pupil_contrast for shape in ("none", "ring"))
    assert ringed > 0.8 * plain


def test_the_iris_cut_by_the_pictures_edge_has_no_margin() -> None:
    rng = np.random.default_rng(0)
    picture = rng.integers(40, 120, (200, 200)).astype(np.uint8)
    circles = Boundaries(Circle(20, 100, 15), Circle(20, 100, 40))
    found = measure(picture, circles, np.full_like(picture, 255), whole=circles, shape=picture.shape)
    assert found.margin == 0
    assert found.usable_area < 0.9
