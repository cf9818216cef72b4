"""Every condition shows in the picture, and none out of range is accepted."""

from dataclasses import replace

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.synthetic import Conditions, SyntheticEye, random_conditions
from models.synthetic.conditions import _RANGES, Difficulty

CLEAR = Conditions(noise=0, lashes=0, reflection="none", focus_blur_px=0, openness=1, light_gradient=0)
EYE = SyntheticEye(21, "left")


@pytest.mark.parametrize("name", sorted(_RANGES))
def test_a_value_out_of_range_is_refused_by_name(name: str) -> None:
    low, high = _RANGES[name]
    for value in (low - 1, high + 1, float("nan")):
        with pytest.raises(ValueError, match=name):
            Conditions(**{name: value})  # type: ignore[arg-type]


def test_an_impossible_jpeg_quality_is_refused() -> None:
    with pytest.raises(ValueError, match="jpeg_quality"):
        Conditions(jpeg_quality=0)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32), st.sampled_from(["good", "field", "hard", "blurred"]))
def test_any_drawn_conditions_make_a_picture_whose_maps_agree(seed: int, difficulty: Difficulty) -> None:
    picture = EYE.render(random_conditions(np.random.default_rng(seed), difficulty), seed)
    assert picture.image.shape == (240, 320)
    assert not (picture.pupil & ~picture.iris_disc).any()
    hidden = picture.pupil | picture.lashes | picture.reflections | ~picture.eye_opening | ~picture.iris_disc
    assert not (picture.visible_iris & hidden).any()


@pytest.mark.parametrize("center", [(-500.0, -500.0), (0.0, 0.0), (319.0, 100.0), (5000.0, 120.0)])
def test_an_eye_at_or_beyond_the_edge_is_drawn_as_far_as_it_shows(center: tuple[float, float]) -> None:
    picture = EYE.render(Conditions(center=center, iris_radius_px=160, glare=1, eyebrow=True))
    assert picture.image.shape == (240, 320)


def test_lids_lashes_and_glare_hide_iris() -> None:
    whole = EYE.render(CLEAR).visible_iris.sum()
    for hiding in ({"openness": 0.6}, {"lashes": 1.0, "lash_droop": 1.0, "openness": 0.75}, {"glare": 1.0}):
        assert EYE.render(replace(CLEAR, **hiding)).visible_iris.sum() < whole  # type: ignore[arg-type]


def test_a_shut_eye_shows_no_iris() -> None:
    assert not EYE.render(Conditions(openness=0)).visible_iris.any()


def test_blur_and_motion_take_away_detail() -> None:
    def detail(**change: float) -> float:
        return float(cv2.Laplacian(EYE.render(replace(CLEAR, **change)).image, cv2.CV_32F).std())  # type: ignore[arg-type]

    sharp = detail()
    assert detail(focus_blur_px=4) < sharp / 3
    assert detail(motion_blur_px=12) < sharp / 2


def test_brightness_of_each_part_is_as_asked() -> None:
    picture = EYE.render(replace(CLEAR, pupil_brightness=25, iris_brightness=100))
    inside = cv2.erode(picture.pupil.astype(np.uint8), np.ones((5, 5))) > 0
    assert picture.image[inside & picture.eye_opening].mean() == pytest.approx(25, abs=4)
    assert picture.image[picture.visible_iris].mean() == pytest.approx(100, rel=0.2)
