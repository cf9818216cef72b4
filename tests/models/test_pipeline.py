"""From a picture to a template."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from devices.models import DeviceProfile
from matching import compare
from models import CaptureRejected, IrisPipeline, Parameters
from models.boundary import weigh
from models.boundary.circles import Boundaries, disagreement
from models.synthetic import SyntheticImage

Take = Callable[..., SyntheticImage]

SAME, STRANGERS = 0.30, 0.36
PROFILE = DeviceProfile(name="test", wavelength_nm=850, pixels_per_mm=10, distance_mm=(100, 200))


def test_circles_are_found_where_they_are(
    pipeline: IrisPipeline, eye: NDArray[np.uint8], true_circles: Boundaries
) -> None:
    found = pipeline.extract_detailed(eye)
    assert disagreement(found.hypotheses[0].circles, true_circles) < 0.06


def test_the_same_picture_gives_the_same_bytes(pipeline: IrisPipeline, eye: NDArray[np.uint8]) -> None:
    assert pipeline.extract(eye).to_bytes() == IrisPipeline.load().extract(eye.copy()).to_bytes()


def test_the_code_lies_under_the_eye_asked_for(pipeline: IrisPipeline, eye: NDArray[np.uint8]) -> None:
    left, right = pipeline.extract(eye, eye="left"), pipeline.extract(eye, eye="right")
    assert (bool(left.left), bool(left.right)) == (True, False)
    assert (bool(right.left), bool(right.right)) == (False, True)
    with pytest.raises(ValueError, match="left"):
        pipeline.extract(eye, eye="middle")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "conditions",
    [
        pytest.param({"iris_radius_px": 46.0, "center": (140.0, 110.0)}, id="smaller and elsewhere"),
        pytest.param({"pupil_ratio": 0.52}, id="wide pupil"),
        pytest.param({"roll_deg": 8.0, "openness": 0.8}, id="head turned, eye less open"),
    ],
)
def test_an_eye_is_known_again_and_a_stranger_is_not(
    pipeline: IrisPipeline, eye: NDArray[np.uint8], take: Take, conditions: dict[str, Any]
) -> None:
    enrolled = pipeline.extract(eye)
    assert compare(enrolled, pipeline.extract(take(seed=2, **conditions).image)) < SAME
    assert compare(enrolled, pipeline.extract(take(person=8, **conditions).image)) > STRANGERS


@pytest.mark.parametrize("scale", [0.5, 2.0, 4.0])
def test_the_size_of_the_picture_does_not_matter(pipeline: IrisPipeline, eye: NDArray[np.uint8], scale: float) -> None:
    resized = cv2.resize(eye, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC)
    assert compare(pipeline.extract(eye), pipeline.extract(resized, strict=False)) < SAME


def test_an_eye_small_in_a_wide_picture_is_looked_at_again(pipeline: IrisPipeline, take: Take) -> None:
    wide = take(width=640, height=480, iris_radius_px=62.0, center=(400.0, 220.0)).image
    found = pipeline.extract_detailed(wide, strict=False)
    assert found.quality.iris_radius == pytest.approx(62, abs=4)
    assert compare(pipeline.extract(take(seed=5).image), found.template) < SAME


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
@pytest.mark.parametrize("mirrored", [False, True])
def test_the_device_profile_sets_the_picture_upright(
    pipeline: IrisPipeline, eye: NDArray[np.uint8], rotation: int, mirrored: bool
) -> None:
    profile = replace(PROFILE, rotation=rotation, mirrored=mirrored)
    shown = np.ascontiguousarray(np.rot90(eye[:, ::-1] if mirrored else eye, k=rotation // 90))
    assert pipeline.extract(shown, profile=profile).to_bytes() == pipeline.extract(eye).to_bytes()


def test_a_picture_without_an_eye_is_refused(pipeline: IrisPipeline) -> None:
    slope = np.tile(np.linspace(60, 200, 320).astype(np.uint8), (240, 1))
    with pytest.raises(CaptureRejected) as refused:
        pipeline.extract(slope)
    assert refused.value.reason in ("no_eye", "eye_closed", "too_little_iris", "too_blurred")


def test_a_blurred_eye_is_refused_but_still_coded_for_evaluation(
    pipeline: IrisPipeline, eye: NDArray[np.uint8]
) -> None:
    blurred = cv2.GaussianBlur(eye, (0, 0), 7)
    with pytest.raises(CaptureRejected):
        pipeline.extract(blurred)
    assert pipeline.extract_detailed(blurred, strict=False).findings


def test_one_hypothesis_alone_can_be_asked_for(eye: NDArray[np.uint8]) -> None:
    for choice in ("network", "classical"):
        found = IrisPipeline.load(Parameters(hypotheses=choice)).extract_detailed(eye)
        assert [h.origin for h in found.hypotheses] == [choice]


def test_alternates_have_less_confidence_than_the_preferred_code(pipeline: IrisPipeline, take: Take) -> None:
    always = IrisPipeline(
        pipeline.segmenter, pipeline.encoder, Parameters(trust=weigh.Parameters(same=0.0, doubted=1.0))
    )
    template = always.extract(take(person=3).image)
    confidences = [code.confidence for code in template.left]
    assert len(confidences) == 3
    assert confidences == sorted(confidences, reverse=True)
