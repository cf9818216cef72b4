"""Advice for a live frame."""

from collections.abc import Callable

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from models import quick_quality
from models.synthetic import SyntheticImage

Take = Callable[..., SyntheticImage]


def test_a_good_frame_needs_no_advice(eye: NDArray[np.uint8]) -> None:
    found = quick_quality(eye)
    assert found.advice is None
    assert found.score > 0.6


def test_of_two_frames_the_sharper_is_better(eye: NDArray[np.uint8]) -> None:
    scores = [quick_quality(cv2.GaussianBlur(eye, (0, 0), blur)).score for blur in (0.1, 2.0, 4.0)]
    assert scores == sorted(scores, reverse=True)
    assert scores[0] > scores[2]


@pytest.mark.parametrize(
    ("frame", "advice"),
    [
        pytest.param(np.zeros((240, 320), np.uint8), "flat", id="cap on"),
        pytest.param(None, "not_an_image", id="nothing"),
        pytest.param(np.random.default_rng(0).integers(0, 25, (240, 320)).astype(np.uint8), "too_dark", id="night"),
        pytest.param(
            np.where(np.random.default_rng(0).random((240, 320)) < 0.9, 255, 200).astype(np.uint8),
            "too_bright",
            id="glare",
        ),
    ],
)
def test_advice_names_what_is_wrong(frame: object, advice: str) -> None:
    found = quick_quality(frame)
    assert found.advice == advice
    assert found.score < 0.2
    assert found.sentence("fa")


def test_a_far_eye_should_come_closer(take: Take) -> None:
    far = take(iris_radius_px=24.0).image
    assert quick_quality(far).advice == "too_far"


@pytest.mark.parametrize("child", range(4))
def test_strong_blur_is_called_blur_and_nothing_else(take: Take, child: int) -> None:
    blurred = take(person=child, focus_blur_px=6.0, motion_blur_px=6.0).image
    assert quick_quality(blurred).advice == "too_blurred"


def test_dim_light_is_not_taken_for_blur(eye: NDArray[np.uint8]) -> None:
    dim = (eye * 0.4).astype(np.uint8)
    assert quick_quality(dim).advice is None


def test_glare_on_the_iris_is_named_and_spectacles_are_told_from_a_lamp(take: Take) -> None:
    told = [quick_quality(take(person=person, glare=1.0).image).advice for person in range(12)]
    assert sum(advice in ("glare", "glasses_glare") for advice in told) >= 4
    assert {"glare", "glasses_glare"} <= set(told)


def test_eyes_without_glare_are_not_told_of_it(take: Take) -> None:
    told = {quick_quality(take(person=person).image).advice for person in range(12)}
    assert not told & {"glare", "glasses_glare"}
