"""One probe against rows of both eyes, every bit compared: what `compare`, `score_matrix` and `Gallery` share."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching.fusion import PairFound, fuse, keep_best, nothing_found
from matching.kernels import compiled
from matching.kernels.result import Found
from matching.rotations import Rotations, packed, rotated
from matching.scoring import DEFAULT_NORMALISATION, Normalisation, score_table
from matching.template import WORDS, EyeCode, Template

Scan = Callable[[NDArray[np.uint64], NDArray[np.uint64], NDArray[np.float64], int], Found]


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """Codes of one eye, uint64 (codes, 2, 32), and the slot that each belongs to, int64 (codes,)."""

    words: NDArray[np.uint64]
    owners: NDArray[np.int64]

    @classmethod
    def of(cls, eyes: Sequence[tuple[EyeCode, ...]]) -> "Rows":
        """Slot k is the k-th eye."""
        words = np.concatenate([np.zeros((0, 2, WORDS), np.uint64), *(packed(codes) for codes in eyes)])
        return cls(words, np.repeat(np.arange(len(eyes)), [len(codes) for codes in eyes]))


@dataclass(frozen=True, slots=True)
class Scorer:
    """A kernel and the constants of the score."""

    normalisation: Normalisation = DEFAULT_NORMALISATION
    scan: Scan = compiled.scan

    def search(self, probe: Template, left: Rows, right: Rows, slots: int, rotations: Rotations) -> PairFound:
        """Both eyes of the probe against the rows of `slots` templates."""
        probes = rotated(probe.left, rotations), rotated(probe.right, rotations)
        return self.pairs(probes, (left, right), slots, rotations.columns)

    def pairs(
        self,
        probes: tuple[NDArray[np.uint64], NDArray[np.uint64]],
        rows: tuple[Rows, Rows],
        slots: int,
        columns: tuple[int, ...],
    ) -> PairFound:
        """The same for rotated probes of left and right, uint64 (codes, rotations, 2, 32), permuted as the rows are."""
        left, right = (self._eye(probes[k], rows[k], slots) for k in (0, 1))
        return fuse(left, right, columns, score_table(self.normalisation))

    def _eye(self, probes: NDArray[np.uint64], rows: Rows, slots: int) -> Found:
        best = nothing_found(slots)
        if len(probes) and len(rows.words):
            found = self.scan(rows.words, probes, score_table(self.normalisation), self.normalisation.floor)
            keep_best(rows.owners, found.counts, found.scores, best.counts, best.scores)
        return best


DEFAULT_SCORER = Scorer()


def check_template(value: object, name: str) -> Template:
    """Errors: TypeError for anything that is no Template."""
    if not isinstance(value, Template):
        raise TypeError(f"{name} must be a matching.Template, not {type(value).__name__}")
    return value


def best_confidence(codes: tuple[EyeCode, ...]) -> float:
    return max((code.confidence for code in codes), default=0.0)
