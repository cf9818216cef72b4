"""The geometry of the rubber sheet."""

import numpy as np
import pytest

from models.boundary.circles import Boundaries, Circle
from models.normalise import COLUMNS, ROWS, sampling_grid, unroll


def test_the_first_row_lies_at_the_pupil_and_the_last_at_the_limbus() -> None:
    circles = Boundaries(Circle(161, 122, 24), Circle(160, 120, 56))
    x, y = sampling_grid(circles)
    half_row = (circles.iris.r - circles.pupil.r) / ROWS / 2
    to_pupil = np.hypot(x[0] - circles.pupil.x, y[0] - circles.pupil.y)
    to_iris = np.hypot(x[-1] - circles.iris.x, y[-1] - circles.iris.y)
    assert to_pupil == pytest.approx(circles.pupil.r + half_row, abs=0.1)
    assert to_iris == pytest.approx(circles.iris.r - half_row, abs=0.1)


def test_the_first_column_points_right_and_columns_run_clockwise() -> None:
    x, y = sampling_grid(Boundaries(Circle(100, 100, 20), Circle(100, 100, 50)))
    assert y[:, 0] == pytest.approx(100)
    assert np.all(x[:, 0] > 100)
    quarter = COLUMNS // 4
    assert x[:, quarter] == pytest.approx(100, abs=1e-3)
    assert np.all(y[:, quarter] > 100)


def test_a_turned_picture_is_a_shifted_sheet() -> None:
    both = Boundaries(Circle(120, 120, 25), Circle(120, 120, 60))
    rng = np.random.default_rng(4)
    picture = np.kron(rng.integers(0, 255, (30, 30)), np.ones((8, 8))).astype(np.uint8)[:241, :241]
    picture = np.pad(picture, ((0, 241 - picture.shape[0]), (0, 241 - picture.shape[1])))
    seen = np.full(picture.shape, 255, np.uint8)
    turned = np.ascontiguousarray(np.rot90(picture, k=-1))
    plain, shifted = unroll(picture, seen, both), unroll(turned, seen, both)
    assert np.abs(np.roll(plain.texture, COLUMNS // 4, axis=1) - shifted.texture).max() < 2


def test_what_lies_outside_the_picture_is_not_valid() -> None:
    picture = np.full((100, 100), 90, np.uint8)
    sheet = unroll(picture, np.full_like(picture, 255), Boundaries(Circle(90, 50, 10), Circle(90, 50, 30)))
    x, _ = sampling_grid(Boundaries(Circle(90, 50, 10), Circle(90, 50, 30)))
    assert not sheet.valid[x > 100].any()
    assert sheet.valid[x < 98].all()
