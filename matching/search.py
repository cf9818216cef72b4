"""One probe against packed rows of both eyes: the steps that `compare`, `score_matrix` and `Gallery` share."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching.fusion import PairFound, fuse, keep_best, nothing_found
from matching.kernels import compiled
from matching.kernels.result import Found
from matching.rotations import Rotations, rotated
from matching.rows import EyeRows
from matching.scoring import DEFAULT_NORMALISATION, Normalisation, score_table
from matching.template import EyeCode, Template

Scan = Callable[[NDArray[np.uint64], NDArray[np.uint64], NDArray[np.float64], int], Found]


@dataclass(frozen=True, slots=True)
class Scorer:
    """A kernel and the constants of the score."""

    normalisation: Normalisation = DEFAULT_NORMALISATION
    scan: Scan = compiled.scan

    def search(self, probe: Template, left: EyeRows, right: EyeRows, slots: int, rotations: Rotations) -> PairFound:
        """Both eyes of the probe against the rows of `slots` templates."""
        eyes = [self._eye(codes, rows, slots, rotations) for codes, rows in ((probe.left, left), (probe.right, right))]
        return fuse(eyes[0], eyes[1], rotations.columns, score_table(self.normalisation))

    def _eye(self, codes: tuple[EyeCode, ...], rows: EyeRows, slots: int, rotations: Rotations) -> Found:
        best = nothing_found(slots)
        if not codes:
            return best
        probes, table = rotated(codes, rotations), score_table(self.normalisation)
        for words, owners in rows.blocks():
            found = self.scan(words, probes, table, self.normalisation.floor)
            keep_best(owners, found.counts, found.scores, best.counts, best.scores)
        return best


DEFAULT_SCORER = Scorer()


def check_template(value: object, name: str) -> Template:
    """Errors: TypeError for anything that is no Template."""
    if not isinstance(value, Template):
        raise TypeError(f"{name} must be a matching.Template, not {type(value).__name__}")
    return value


def best_confidence(codes: tuple[EyeCode, ...]) -> float:
    return max((code.confidence for code in codes), default=0.0)
