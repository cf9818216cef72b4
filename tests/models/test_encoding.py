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
    source: NDArray[np.float64], kernel: NDArray[np.float32], parameters: graph.Parameters
) -> NDArray[np.float64]:
    half_rows, half_columns = kernel.shape[0] // 2, kernel.shape[1] // 2
    padded = np.pad(
        np.pad(source, ((0, 0), (half_columns, half_columns)), mode="wrap"),
        ((half_rows, half_rows), (0, 0)),
        mode="edge",
    )
    out = np.empty((8, 128))
    for i in range(8):
        for j in range(128):
            row, column = parameters.first_row + i * parameters.row_step, j * parameters.column_step
            out[i, j] = (padded[row : row + kernel.shape[0], column : column + kernel.shape[1]] * kernel).sum()
    return out


def test_the_graph_equals_the_formula_in_numpy(encoder: Encoder, sheet: Sheet) -> None:
    parameters = graph.Parameters()
    texture, valid = sheet.texture.astype(np.float64), sheet.valid.astype(np.float64)
    share = _local(valid, parameters) + 1e-6
    away = (texture - _local(texture * valid, parameters) / share) * valid
    normal = away / (np.sqrt(_local(away * away, parameters) / share) + parameters.floor)
    kernels = [graph.gabor(wave, parameters) for wave in parameters.wavelengths]
    expected = np.concatenate([_response(normal, odd, parameters) for odd, _ in kernels])
    support = np.concatenate([_response(valid, window, parameters) for _, window in kernels])
    response, found = encoder._session.run(
        {"texture": sheet.texture[None, None], "valid": sheet.valid[None, None].astype(np.float32)}
    )
    assert response == pytest.approx(expected, abs=2e-3)
    assert found == pytest.approx(support, abs=1e-4)


def test_filters_have_no_answer_to_brightness() -> None:
    for wave in graph.Parameters().wavelengths:
        odd, window = graph.gabor(wave, graph.Parameters())
        assert abs(odd.sum()) < 1e-4
        assert window.sum() == pytest.approx(1, abs=1e-5)


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


def test_bits_under_a_lid_and_the_weakest_fifth_are_masked(encoder: Encoder, sheet: Sheet) -> None:
    bits = encoder(sheet)
    assert not bits.mask[90:100, 0].any()
    assert 0.6 < bits.mask.mean() < 0.8
