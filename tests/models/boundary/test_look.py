"""Eyes anywhere in a frame, at any size, and the trust put into what was found there."""

import numpy as np
import pytest
from numpy.typing import NDArray

from models.boundary import look, refine, weigh
from models.boundary.circles import Boundaries, Circle, disagreement
from models.segmentation import Maps, Segmenter
from models.synthetic import Conditions, SyntheticEye, SyntheticImage


@pytest.fixture(scope="module")
def segmenter() -> Segmenter:
    return Segmenter()


def circles_of(picture: SyntheticImage) -> Boundaries:
    pupil, iris = (
        Circle(e.cx, e.cy, float(np.sqrt(e.major * e.minor)))
        for e in (picture.boundaries.pupil, picture.boundaries.iris)
    )
    return Boundaries(pupil, iris)


def maps_of(circles: Boundaries) -> Maps:
    """What a network without fault sees."""
    shape = (240, 320)
    pupil, disc = circles.pupil.disc(shape), circles.iris.disc(shape)
    return Maps(*(m.astype(np.float32) for m in (disc & ~pupil, pupil, disc)))


@pytest.mark.parametrize(("width", "height"), [(640, 480), (640, 240), (320, 280), (480, 640)])
@pytest.mark.parametrize("radius", [45, 70, 105])
def test_an_eye_is_found_at_any_size_in_frames_of_any_shape(
    segmenter: Segmenter, width: int, height: int, radius: float
) -> None:
    conditions = Conditions(iris_radius_px=radius, width=width, height=height, center=(0.45 * width, 0.52 * height))
    picture = SyntheticEye(11, "left").render(conditions, seed=3)
    found = look.look(picture.image, segmenter)
    assert found.start is not None
    refined = refine.refined(refine.prepare(found.view.image), found.start, found.maps.visible)
    assert disagreement(found.view.to_picture(refined.circles), circles_of(picture)) < 0.08


def test_an_eye_in_the_corner_of_a_wide_frame_is_searched_for(segmenter: Segmenter, eye: NDArray[np.uint8]) -> None:
    rng = np.random.default_rng(2)
    frame = np.clip(rng.normal(120, 4, (720, 960)), 0, 255).astype(np.uint8)
    frame[40:280, 30:350] = eye
    found = look.look(frame, segmenter)
    alone = look.look(eye, segmenter)
    assert found.start is not None
    assert alone.start is not None
    circle, other = found.view.to_picture(found.start).iris, alone.start.iris
    assert abs(circle.x - 30 - other.x) + abs(circle.y - 40 - other.y) < 8


def test_a_frame_without_an_eye_shows_none_or_little_support(segmenter: Segmenter) -> None:
    found = look.look(np.full((480, 640), 90, np.uint8), segmenter)
    assert found.support < 0.75


TRUTH = Boundaries(Circle(160, 120, 24), Circle(160, 122, 58))


def test_circles_that_cover_the_maps_are_fully_supported() -> None:
    assert look.support(maps_of(TRUTH), TRUTH) > 0.97
    aside = Boundaries(Circle(175, 120, 24), TRUTH.iris)
    assert look.support(maps_of(TRUTH), aside) < 0.6


def test_trust_falls_with_every_sign_of_a_wrong_circle() -> None:
    maps = maps_of(TRUTH)
    sure = weigh.trust(TRUTH, maps, gap=0.01)
    assert sure > 0.9
    assert weigh.trust(TRUTH, maps, gap=0.25) < sure
    assert weigh.trust(Boundaries(Circle(160, 120, 40), TRUTH.iris), maps, gap=0.01) < sure
    assert weigh.trust(Boundaries(TRUTH.pupil, Circle(175, 122, 70)), maps, gap=0.01) < sure


def test_fits_that_agree_make_one_code_and_the_classical_one_its_own_only_against_a_doubted_one() -> None:
    near = Boundaries(TRUTH.pupil, Circle(161, 122, 58))
    beside = Boundaries(TRUTH.pupil, Circle(160, 122, 49))
    far = Boundaries(Circle(160, 100, 24), Circle(160, 100, 90))
    origins = [
        [w.origin for w in weigh.weighed([("network", fit_of(TRUTH)), ("classical", fit_of(b))], maps_of(TRUTH))]
        for b in (near, beside, far)
    ]
    assert origins == [["both"], ["network", "both"], ["network", "classical"]]
    blurred = maps_of(Boundaries(TRUTH.pupil, Circle(140, 122, 58)))
    doubted = weigh.weighed([("network", fit_of(TRUTH)), ("classical", fit_of(beside))], blurred)
    assert [w.origin for w in doubted] == ["network", "both", "classical"]
    assert doubted[0].confidence < 0.5


def fit_of(circles: Boundaries) -> refine.Fit:
    return refine.Fit(circles, 20.0, 15.0)


@pytest.mark.parametrize("level", [5, 120, 230])
def test_a_pupil_of_any_brightness_is_settled_on_its_own_edge(level: int) -> None:
    view = np.full((240, 320), 190, np.uint8)
    view[TRUTH.iris.disc(view.shape)] = 75
    view[TRUTH.pupil.disc(view.shape)] = level
    guess = Boundaries(Circle(162, 121, 26), Circle(159, 122, 57))
    found = refine.refined(refine.prepare(view), guess, maps_of(TRUTH).visible).circles
    assert abs(found.pupil.r - TRUTH.pupil.r) < 1.5
    assert np.hypot(found.pupil.x - TRUTH.pupil.x, found.pupil.y - TRUTH.pupil.y) < 1.5


def test_an_iris_beyond_any_view_is_searched_for_its_pupil_all_the_same() -> None:
    huge = Circle(160, 120, 300)
    found, _ = refine.searched_pupil(np.full((240, 320), 90, np.float32), huge)
    assert 0 < found.r < huge.r
