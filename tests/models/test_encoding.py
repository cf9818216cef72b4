"""The encoder's graph against the same sums written out in numpy, and what its bits promise."""

import numpy as np
import pytest
from numpy.typing import NDArray

from models.encoding import Encoder
from models.normalise import COLUMNS, ROWS, Sheet
from models.training import encoder as graph


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return Encoder()


@pytest.fixture
def sheet() -> Sheet:
    rng = np.random.default_rng(8)
    valid = np.ones((ROWS, COLUMNS), bool)
    valid[:20, 330:430] = False
    return Sheet(rng.uniform(40, 160, (ROWS, COLUMNS)).astype(np.float32), valid)


def _local(values: NDArray[np.float64], parameters: graph.Parameters) -> NDArray[np.float64]:
    rows, columns = graph.window_matrices(parameters)
    return rows @ values.reshape(ROWS, -1, graph.BLOCK).mean(axis=2) @ columns


def _response(
    source: NDArray[np.float64], rows: NDArray[np.float32], columns: NDArray[np.float32]
) -> NDArray[np.float64]:
    summed = np.pad(rows @ source, graph.HALF, mode="wrap")
    return np.array([summed[j * 4 : j * 4 + len(columns)] @ columns for j in range(128)])


def test_the_graph_equals_the_formula_in_numpy(encoder: Encoder, sheet: Sheet) -> None:
    parameters = graph.Parameters()
    texture, valid = sheet.texture.astype(np.float64), sheet.valid.astype(np.float64)
    share = _local(valid, parameters) + 1e-6
    away = (texture - _local(texture * valid, parameters) / share) * valid
    normal = away / (np.sqrt(_local(away * away, parameters) / share) + parameters.floor)
    filters = [(graph.along_rows(lane), graph.along_columns(lane)) for lane in parameters.lanes]
    expected = np.stack([_response(normal, rows[0], columns[0]) for rows, columns in filters])
    support = np.stack([_response(valid, rows[1], columns[1]) for rows, columns in filters])
    response, found = encoder._session.run(
        {"texture": sheet.texture[None, None], "valid": sheet.valid[None, None].astype(np.float32)}
    )
    assert response == pytest.approx(expected, abs=2e-3)
    assert found == pytest.approx(support, abs=1e-4)


@pytest.mark.parametrize("lane", graph.LANES, ids=str)
def test_filters_have_no_answer_to_brightness(lane: graph.Lane) -> None:
    (rows, tall), (columns, wide) = graph.along_rows(lane), graph.along_columns(lane)
    assert abs(float(rows.sum()) * float(columns.sum())) < 1e-4
    assert tall.sum() == pytest.approx(1, abs=1e-5)
    assert wide.sum() == pytest.approx(1, abs=1e-5)


def test_no_filter_reaches_further_than_the_wrapped_columns() -> None:
    for lane in graph.LANES:
        _, window = graph.along_columns(lane)
        assert window[[0, -1]].max() < 0.05 * window.max()


def test_a_turn_of_the_eye_is_a_rotation_of_columns(encoder: Encoder, sheet: Sheet) -> None:
    step = COLUMNS // 128
    turned = Sheet(np.roll(sheet.texture, 8 * step, axis=1), np.roll(sheet.valid, 8 * step, axis=1))
    plain, moved = encoder(sheet), encoder(turned)
    both = np.roll(plain.mask, 8, axis=0) & moved.mask
    assert both.mean() > 0.5
    assert (np.roll(plain.code, 8, axis=0) == moved.code)[both].all()


def test_bits_do_not_change_with_light_and_contrast(encoder: Encoder, sheet: Sheet) -> None:
    plain, lit = encoder(sheet), encoder(Sheet(sheet.texture * 0.7 + 30, sheet.valid))
    both = plain.mask & lit.mask
    assert (plain.code == lit.code)[both].mean() > 0.999


def test_nothing_is_claimed_where_nothing_is_seen(encoder: Encoder, sheet: Sheet) -> None:
    blind = encoder(Sheet(sheet.texture, np.zeros_like(sheet.valid)))
    assert not blind.mask.any()


def test_bits_under_a_lid_and_the_weakest_fifth_of_each_filter_are_masked(encoder: Encoder, sheet: Sheet) -> None:
    bits = encoder(sheet)
    everywhere = encoder(Sheet(sheet.texture, np.ones_like(sheet.valid)))
    assert (everywhere.mask.sum(axis=0) == 128 - 25).all()
    assert not bits.mask[90:100, 0].any()
    assert 0.6 < bits.mask.mean() < 0.8
