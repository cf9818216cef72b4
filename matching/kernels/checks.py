"""What every kernel demands of its arguments, checked before any compiled code reads memory."""

import numpy as np
from numpy.typing import NDArray

from matching.template import WORDS


def check_rows(rows: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Enrolled codes: uint64, (rows, 2, 32). A non-contiguous array is copied; another dtype is refused."""
    return _check(rows, "rows", 3)


def check_probes(probes: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Rotated probe codes: uint64, (codes, rotations, 2, 32), at least one code and one rotation."""
    checked = _check(probes, "probes", 4)
    if checked.shape[0] < 1 or checked.shape[1] < 1:
        raise ValueError(f"probes must hold at least one code and one rotation, not {checked.shape}")
    return checked


def _check(words: NDArray[np.uint64], name: str, dimensions: int) -> NDArray[np.uint64]:
    if not isinstance(words, np.ndarray):
        raise TypeError(f"{name} must be a numpy array, not {type(words).__name__}")
    if words.dtype != np.uint64:
        raise TypeError(f"{name} must have dtype uint64, not {words.dtype}")
    if words.ndim != dimensions or words.shape[-2:] != (2, WORDS):
        raise ValueError(f"{name} must have {dimensions} dimensions ending in (2, {WORDS}), not {words.shape}")
    return np.ascontiguousarray(words)
