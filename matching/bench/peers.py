"""What a search is measured beside: reading the memory, plain numpy, faiss and usearch, all with the same threads."""

import importlib.util
from collections.abc import Sequence
from dataclasses import dataclass

import numba
import numpy as np
from numpy.typing import NDArray

from matching.bench.timing import Task
from matching.kernels import compiled, reference
from matching.rotations import USUAL, rotated
from matching.scoring import DEFAULT_NORMALISATION, score_table
from matching.template import BITS, WORDS, Template

ROW_BYTES = 2 * BITS // 8
"""One eye's code and mask."""
NUMPY_ROWS, USEARCH_ROWS = 5_000, 100_000
"""Samples of the slow ones; their times are scaled by the rows."""
_READ_ROWS = 1 << 21
"""Reading goes round through 1 GB: no cache holds it, and a large gallery needs its memory itself."""


@dataclass(frozen=True, slots=True, eq=False)
class Peers:
    """tasks by their key; scales: by what a time is multiplied, where a sample was searched."""

    tasks: dict[str, Task]
    scales: dict[str, float]


def memory_read(rows: int) -> Task:
    """Reads exactly as many bytes as one eye's codes and masks are, in the rows' layout."""
    held = np.ones((min(rows, _READ_ROWS), 2, WORDS), np.uint64)
    parts = [held] * (rows // len(held)) + [held[: rows % len(held)]]
    return lambda _: [compiled.read_all(part) for part in parts if len(part)]


def peers(words: NDArray[np.uint64], rows: int, probes: Sequence[Template]) -> Peers:
    """words: codes and masks of left eyes, uint64 (n, 2, 32), all of them or a sample; rows: of the gallery.

    The libraries know no masks and no rotations: they get a probe's 15 rotated codes as 15 probes.
    """
    turned = [rotated(probe.left, USUAL) for probe in probes]
    codes = np.ascontiguousarray(words[:, 0]).view(np.uint8)
    few = np.ascontiguousarray(words[:NUMPY_ROWS])
    table = score_table(DEFAULT_NORMALISATION)
    found = Peers({}, {})
    found.tasks["numpy_ms"] = lambda k: reference.scan(few, turned[k], table, DEFAULT_NORMALISATION.floor)
    found.scales["numpy_ms"] = rows / len(few)
    asked = [np.ascontiguousarray(t[0, :, 0]).view(np.uint8) for t in turned]
    if importlib.util.find_spec("faiss") is not None:
        found.tasks["faiss_ms"] = _faiss(codes, asked)
        found.scales["faiss_ms"] = rows / len(codes)
    if importlib.util.find_spec("usearch") is not None:
        found.tasks["usearch_ms"] = _usearch(codes[:USEARCH_ROWS], asked)
        found.scales["usearch_ms"] = rows / min(len(codes), USEARCH_ROWS)
    return found


def _faiss(codes: NDArray[np.uint8], asked: Sequence[NDArray[np.uint8]]) -> Task:
    import faiss

    faiss.omp_set_num_threads(numba.get_num_threads())
    index = faiss.IndexBinaryFlat(BITS)
    index.add(codes)
    return lambda k: index.search(asked[k], 10)


def _usearch(codes: NDArray[np.uint8], asked: Sequence[NDArray[np.uint8]]) -> Task:
    from usearch.index import MetricKind, search

    threads = numba.get_num_threads()
    return lambda k: search(codes, asked[k], 10, MetricKind.Hamming, exact=True, threads=threads)
