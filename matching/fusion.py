"""From one eye's counts to both eyes' score.

Both eyes are pooled: differing and common bits are added, each eye at its own best rotation and pair of codes,
and the sum is normalised with the bits of both. The rotations are not forced to agree (two shots of one head
may be turned differently); whether they do is for the decision to ask. An eye that either side lacks, or with
too few common bits, takes no part.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numba
import numpy as np
from numba import types
from numpy.typing import NDArray

from matching.interfaces import Candidate, EyeScore
from matching.kernels.reference import score_counts
from matching.kernels.result import Found

_COUNTS = types.Array(types.int32, 2, "C")
_SCORES = types.Array(types.float64, 1, "C")
_OWNERS = types.Array(types.int64, 1, "C")


@numba.njit(types.void(_OWNERS, _COUNTS, _SCORES, _COUNTS, _SCORES), nogil=True, cache=True)
def keep_best(owners, counts, scores, best_counts, best_scores):  # type: ignore[no-untyped-def]
    """Fold rows into their slots: the least score, of equal ones that with more common bits."""
    for row in range(owners.shape[0]):
        slot = owners[row]
        if slot < 0 or counts[row, 1] == 0:
            continue
        better = best_counts[slot, 1] == 0 or scores[row] < best_scores[slot]
        if better or (scores[row] == best_scores[slot] and counts[row, 1] > best_counts[slot, 1]):
            best_scores[slot] = scores[row]
            for k in range(3):
                best_counts[slot, k] = counts[row, k]


@dataclass(frozen=True, slots=True, eq=False)
class PairFound:
    """One probe against `slots` templates. Each array as in `Found`, one entry a slot; NaN: no score."""

    left: Found
    right: Found
    fused: NDArray[np.float64]
    columns: tuple[int, ...]
    """The rotations tried: counts[:, 2] points into them."""

    @classmethod
    def joined(cls, parts: "Sequence[PairFound]") -> "PairFound":
        """Parts of one search after each other; at least one."""

        def one(found: "Sequence[Found]") -> Found:
            return Found(np.concatenate([f.counts for f in found]), np.concatenate([f.scores for f in found]))

        if len(parts) == 1:
            return parts[0]
        fused = np.concatenate([part.fused for part in parts])
        return cls(one([p.left for p in parts]), one([p.right for p in parts]), fused, parts[0].columns)

    @property
    def least(self) -> NDArray[np.float64]:
        """The least of left, right and fused score, NaN where there is none: a search holds it to its threshold."""
        return np.fmin(np.fmin(self.left.scores, self.right.scores), self.fused)

    def candidate(self, slot: int, template_id: int, left_confidence: float, right_confidence: float) -> Candidate:
        left = self._eye(self.left, slot, left_confidence)
        right = self._eye(self.right, slot, right_confidence)
        best = min((e for e in (left, right) if e is not None), key=lambda e: e.score)
        return Candidate(
            id=template_id,
            score=float(self.fused[slot]),
            rotation=best.rotation,
            left=left,
            right=right,
            common_bits=sum(e.common_bits for e in (left, right) if e is not None),
        )

    def _eye(self, found: Found, slot: int, confidence: float) -> EyeScore | None:
        differing, common, rotation = (int(v) for v in found.counts[slot])
        if common == 0:
            return None
        return EyeScore(
            score=float(found.scores[slot]),
            distance=differing / common,
            common_bits=common,
            rotation=self.columns[rotation],
            confidence=confidence,
        )


def nothing_found(slots: int) -> Found:
    return Found(np.zeros((slots, 3), np.int32), np.full(slots, np.nan))


def fuse(left: Found, right: Found, columns: tuple[int, ...], table: NDArray[np.float64]) -> PairFound:
    """Pool the eyes of every slot."""
    return PairFound(left, right, score_counts(left.counts + right.counts, table), columns)
