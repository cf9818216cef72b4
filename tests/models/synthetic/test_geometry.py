"""The truth that comes with a picture is the truth about that picture."""

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.synthetic import Conditions, Ellipse, SyntheticEye
from models.synthetic.dilation import REST_RATIO, depth_at_rest
from models.synthetic.texture import COLUMNS, ROWS, iris_texture


def filled(line: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
    canvas = np.zeros(shape, dtype=np.uint8)
    cv2.fillPoly(canvas, [(line * 16).round().astype(np.int32)], 1, shift=4)
    return canvas > 0


def inside(ellipse: Ellipse, shape: tuple[int, int]) -> np.ndarray:
    y, x = np.mgrid[: shape[0], : shape[1]]
    turn = np.deg2rad(ellipse.angle_deg)
    along = (x - ellipse.cx) * np.cos(turn) + (y - ellipse.cy) * np.sin(turn)
    across = -(x - ellipse.cx) * np.sin(turn) + (y - ellipse.cy) * np.cos(turn)
    return np.hypot(along / ellipse.major, across / ellipse.minor) <= 1


def overlap(a: np.ndarray, b: np.ndarray) -> float:
    return float((a & b).sum() / (a | b).sum())


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 1000),
    pupil=st.floats(0.2, 0.7),
    gaze=st.tuples(st.floats(-25, 25), st.floats(-25, 25)),
    roll=st.floats(-15, 15),
    radius=st.floats(35, 110),
)
def test_masks_lines_and_ellipses_tell_one_story(
    seed: int, pupil: float, gaze: tuple[float, float], roll: float, radius: float
) -> None:
    conditions = Conditions(
        pupil_ratio=pupil, gaze_x_deg=gaze[0], gaze_y_deg=gaze[1], roll_deg=roll, iris_radius_px=radius
    )
    picture = SyntheticEye(seed, "right").render(conditions)
    size, truth = picture.image.shape, picture.boundaries
    assert overlap(picture.iris_disc, filled(truth.iris_line, size)) > 0.95
    assert overlap(picture.pupil, filled(truth.pupil_line, size)) > 0.8
    assert overlap(picture.iris_disc, inside(truth.iris, size)) > 0.94
    assert overlap(picture.pupil, inside(truth.pupil, size)) > 0.8


def test_a_straight_look_is_a_circle_and_a_sideways_one_an_upright_ellipse() -> None:
    eye = SyntheticEye(3, "left")
    straight = eye.render(Conditions()).boundaries.iris
    assert straight.major == pytest.approx(straight.minor) == pytest.approx(55)
    aside = eye.render(Conditions(gaze_x_deg=25)).boundaries.iris
    assert aside.minor == pytest.approx(55 * np.cos(np.deg2rad(25)), rel=1e-3)
    assert aside.angle_deg == pytest.approx(90, abs=1)


def test_a_turn_of_the_head_turns_the_texture() -> None:
    eye = SyntheticEye(8, "left")
    still = {"noise": 0.0, "change": 0.0, "lashes": 0.0, "light_gradient": 0.0, "reflection": "none", "openness": 1.0}
    upright = eye.render(Conditions(**still))  # type: ignore[arg-type]
    turned = eye.render(Conditions(roll_deg=10, **still))  # type: ignore[arg-type]
    back = cv2.warpAffine(turned.image, cv2.getRotationMatrix2D((160, 120), 10, 1), (320, 240))
    ring = cv2.erode((upright.visible_iris & ~upright.pupil).astype(np.uint8), np.ones((9, 9))) > 0
    alike = np.corrcoef(upright.image[ring].astype(float), back[ring].astype(float))[0, 1]
    unturned = np.corrcoef(upright.image[ring].astype(float), turned.image[ring].astype(float))[0, 1]
    assert alike > 0.9
    assert unturned < 0.6


@given(st.floats(0.2, 0.7))
def test_dilation_keeps_both_edges_and_the_order_of_tissue(ratio: float) -> None:
    moved = depth_at_rest(np.linspace(0, 1, 101, dtype=np.float32), ratio)
    assert moved[0] == 0
    assert moved[-1] == 1
    assert (np.diff(moved) > 0).all()


def test_dilation_moves_texture_unlike_a_rubber_sheet() -> None:
    depth = np.linspace(0, 1, 101, dtype=np.float32)
    assert np.array_equal(depth_at_rest(depth, REST_RATIO), depth)
    wide, narrow = depth_at_rest(depth, 0.7) - depth, depth_at_rest(depth, 0.2) - depth
    assert 0.03 < wide.max() < 0.06
    assert narrow.min() < -0.02


def test_texture_is_band_limited_and_even_and_closes_around() -> None:
    texture = iris_texture(np.random.default_rng(1))
    assert texture.shape == (ROWS, COLUMNS)
    assert abs(texture.mean()) < 0.05
    assert texture.std() == pytest.approx(1, abs=0.05)
    spectrum = (np.abs(np.fft.rfft(texture, axis=1)) ** 2).sum(axis=0)
    assert spectrum[5:60].sum() > 0.85 * spectrum[1:].sum()
    seam = np.abs(texture[:, 0] - texture[:, -1]).mean()
    assert seam < 1.5 * np.abs(np.diff(texture, axis=1)).mean()
