"""Both eyes' rows of a gallery, searched in steps: a few looks rule nearly everybody out, all bits decide the rest."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching.fusion import PairFound
from matching.rotations import Rotations, rotated
from matching.rows import EyeRows
from matching.screening import WORTH, looks
from matching.search import Rows, Scorer
from matching.template import BITS, Template

Probes = tuple[NDArray[np.uint64], NDArray[np.uint64]]
"""Rotated, permuted codes of left and right, uint64 (codes, rotations, 2, 32); no code for an eye that is not there."""
FEW = 8
"""Of a search among one in so many, or fewer, every bit is compared: screening all would cost more."""
_AT_ONCE = 8192
"""Slots whose rows are copied out at a time."""


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """pairs: one entry for each of `slots`; other slots are nowhere near."""

    slots: NDArray[np.int64]
    pairs: PairFound


@dataclass(slots=True, eq=False)
class EyePair:
    """The rows of left and right. Each eye has its own permutation, so that their planes are drawn independently."""

    left: EyeRows
    right: EyeRows

    @classmethod
    def with_secret(cls, seed: int) -> "EyePair":
        rng = np.random.default_rng(seed)
        left, right = (EyeRows(rng.permutation(BITS).astype(np.uint16)) for _ in range(2))
        return cls(left, right)

    @property
    def codes_per_eye(self) -> float | None:
        eyes = self.left.eyes + self.right.eyes
        return (self.left.codes + self.right.codes) / eyes if eyes else None

    def add(self, left: NDArray[np.uint64], right: NDArray[np.uint64], slot: int) -> None:
        self.left.add(left, slot)
        self.right.add(right, slot)

    def clear(self, slot: int) -> None:
        self.left.clear(slot)
        self.right.clear(slot)

    def search(
        self,
        probe: Template,
        used: int,
        threshold: float,
        rotations: Rotations,
        scorer: Scorer,
        among: NDArray[np.int64] | None = None,
    ) -> Found:
        """The slots under `used`, or `among` some of them, that may be under the threshold, every bit compared."""
        left = self.left.permuted(rotated(probe.left, rotations))
        right = self.right.permuted(rotated(probe.right, rotations))
        if among is not None and len(among) * FEW <= used:
            slots = among
        elif threshold > WORTH:
            slots = np.arange(used) if among is None else among
        else:
            eyes = 2 if len(left) and len(right) else 1
            limit = looks(threshold, valid_bits(probe), scorer.normalisation, eyes=eyes)
            slots = np.union1d(self.left.near(left, limit), self.right.near(right, limit))
            slots = slots if among is None else np.intersect1d(slots, among)
        return Found(slots, self._compared((left, right), slots, rotations, scorer))

    def _compared(self, probes: Probes, slots: NDArray[np.int64], rotations: Rotations, scorer: Scorer) -> PairFound:
        parts = [
            scorer.pairs(
                probes, self._rows(slots[k : k + _AT_ONCE], probes), min(_AT_ONCE, len(slots) - k), rotations.columns
            )
            for k in range(0, max(len(slots), 1), _AT_ONCE)
        ]
        return PairFound.joined(parts)

    def _rows(self, slots: NDArray[np.int64], probes: Probes) -> tuple[Rows, Rows]:
        left, right = (
            Rows(rows.take(slots), np.repeat(np.arange(len(slots)), rows.counts(slots))) if len(probe) else Rows.of([])
            for rows, probe in zip((self.left, self.right), probes, strict=True)
        )
        return left, right


def valid_bits(probe: Template) -> int:
    """Of the best code of the better eye."""
    return max((code.valid_bits for code in (*probe.left, *probe.right)), default=0)
