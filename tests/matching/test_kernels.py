"""The compiled kernel answers as the plain one does, whatever it is given."""

import os
import subprocess
import sys

import numpy as np
import pytest

from matching import warm_up
from matching.kernels import compiled, reference
from matching.rotations import USUAL, WIDE, packed, rotate, rotated
from matching.scoring import DEFAULT_NORMALISATION, score_table
from matching.template import WORDS, EyeCode

TABLE = score_table(DEFAULT_NORMALISATION)
ONES = np.full(WORDS, 2**64 - 1, np.uint64)
NONE = np.zeros(WORDS, np.uint64)


def words(rng: np.random.Generator, *shape: int) -> np.ndarray:
    return rng.integers(0, 2**64, size=(*shape, WORDS), dtype=np.uint64)


def one_bit(place: int) -> np.ndarray:
    mask = NONE.copy()
    mask[place // 64] = np.uint64(1) << np.uint64(place % 64)
    return mask


def adversarial(rng: np.random.Generator) -> dict[str, EyeCode]:
    code = EyeCode(words(rng), ONES)
    return {
        "random": EyeCode(words(rng), words(rng)),
        "no valid bit": EyeCode(words(rng), NONE),
        "all ones": EyeCode(ONES, ONES),
        "all zeros": EyeCode(NONE, ONES),
        "one valid bit": EyeCode(ONES, one_bit(2047)),
        "the same in every column": EyeCode(np.full(WORDS, 0x00FF00FF00FF00FF, np.uint64), ONES),
        "turned past the last column": EyeCode(rotate(code.code, 7), ONES),
        "the code itself": code,
        "its complement": EyeCode(~code.code, ONES),
        "half valid": EyeCode(words(rng), np.where(np.arange(WORDS) < WORDS // 2, ONES, NONE)),
    }


def assert_equal(rows: np.ndarray, probes: np.ndarray, floor: int) -> None:
    fast, plain = compiled.scan(rows, probes, TABLE, floor), reference.scan(rows, probes, TABLE, floor)
    np.testing.assert_array_equal(fast.counts, plain.counts)
    np.testing.assert_allclose(fast.scores, plain.scores, rtol=0, atol=1e-12, equal_nan=True)


@pytest.mark.parametrize("rows", [0, 1, 2, 3, 17, 127, 128, 129, 1000])
@pytest.mark.parametrize("codes", [1, 2, 4])
def test_compiled_and_plain_agree_on_random_codes(rng: np.random.Generator, rows: int, codes: int) -> None:
    probes = rotated(tuple(EyeCode(words(rng), words(rng)) for _ in range(codes)), USUAL)
    assert_equal(words(rng, rows, 2), probes, 300)


@pytest.mark.parametrize("floor", [1, 300, 2048])
def test_compiled_and_plain_agree_on_adversarial_codes(rng: np.random.Generator, floor: int) -> None:
    codes = tuple(adversarial(rng).values())
    for code in codes:
        assert_equal(packed(codes), rotated((code,), USUAL), floor)
    assert_equal(np.tile(packed(codes), (20, 1, 1)), rotated(codes[:4], WIDE), floor)


@pytest.mark.parametrize("scan", [compiled.scan, reference.scan])
def test_of_equal_rotations_the_smallest_turn_is_reported(scan) -> None:  # type: ignore[no-untyped-def]
    periodic = EyeCode(np.full(WORDS, 0x0000FFFF0000FFFF, np.uint64), ONES)
    found = scan(packed((periodic,)), rotated((periodic,), USUAL), TABLE, 300)
    assert found.counts.tolist() == [[0, 2048, USUAL.columns.index(0)]]


def test_codes_that_lie_scattered_in_memory_are_read_rightly(rng: np.random.Generator) -> None:
    rows = words(rng, 40, 2)
    probes = rotated((EyeCode(words(rng), words(rng)),), USUAL)
    scattered = np.asfortranarray(rows[::2])
    assert not scattered.flags.c_contiguous
    fast = compiled.scan(scattered, probes[:, ::-1], TABLE, 300)
    plain = reference.scan(np.ascontiguousarray(rows[::2]), np.ascontiguousarray(probes[:, ::-1]), TABLE, 300)
    np.testing.assert_array_equal(fast.counts, plain.counts)


@pytest.mark.parametrize("scan", [compiled.scan, reference.scan])
@pytest.mark.parametrize(
    ("rows", "probes", "error"),
    [
        (np.zeros((3, 2, WORDS), np.int64), np.zeros((1, 15, 2, WORDS), np.uint64), TypeError),
        (np.zeros((3, 2, WORDS), np.uint64), np.zeros((1, 15, 2, WORDS), np.uint8), TypeError),
        ([[0]], np.zeros((1, 15, 2, WORDS), np.uint64), TypeError),
        (np.zeros((3, WORDS), np.uint64), np.zeros((1, 15, 2, WORDS), np.uint64), ValueError),
        (np.zeros((3, 2, WORDS - 1), np.uint64), np.zeros((1, 15, 2, WORDS), np.uint64), ValueError),
        (np.zeros((3, 2, WORDS), np.uint64), np.zeros((15, 2, WORDS), np.uint64), ValueError),
        (np.zeros((3, 2, WORDS), np.uint64), np.zeros((0, 15, 2, WORDS), np.uint64), ValueError),
    ],
)
def test_wrong_dtype_or_shape_is_refused(scan, rows, probes, error) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(error):
        scan(rows, probes, TABLE, 300)


def start(**environment: str) -> subprocess.CompletedProcess[str]:
    program = "from matching.kernels import compiled; print(compiled.THREADING_LAYER)"
    return subprocess.run(
        [sys.executable, "-c", program], env={**os.environ, **environment}, capture_output=True, text=True, check=False
    )


def test_a_safe_threading_layer_is_chosen() -> None:
    assert start().stdout.strip() in ("tbb", "omp")


def test_start_up_fails_plainly_on_the_workqueue_layer() -> None:
    started = start(NUMBA_THREADING_LAYER="workqueue")
    assert started.returncode != 0
    assert "install the 'tbb' package" in started.stderr


def test_the_kernels_are_compiled_at_install_and_only_loaded_afterwards() -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-m", "matching.warm_up"], capture_output=True, text=True, check=True
    )
    assert "kernels ready for" in done.stdout
    assert warm_up() < 5
