"""Own pairs with resampled noise, for proving the loss of screening: as many as one wants, at any score.

A pair is two captures of one eye, turned onto each other. What two captures of another pair disagree in is the noise
of a sensor, of lids and of pupils; laid over the second capture, at a turn of its own, it makes a pair that is farther
apart and still disagrees where codes do.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching.calibration.captures import LabelledCapture
from matching.comparison import compare_many
from matching.errors import CalibrationInvalid
from matching.rotations import packed, rotate
from matching.template import COLUMNS, Template

_BATCH = 2000
_MOST_LAYERS = 4
_LEAST = 50


@dataclass(frozen=True, slots=True, eq=False)
class NoisyPairs:
    """words: uint64 (pairs, 2, 2, 32), aligned; callable as `screening_proof.OwnPairs`."""

    words: NDArray[np.uint64]
    eyes: int

    @classmethod
    def of(cls, captures: Sequence[LabelledCapture], *, nearer: float = 0.36) -> "NoisyPairs":
        """captures: of one eye each; pairs farther apart than `nearer` may be wrong circles and are left out.

        Errors: CalibrationInvalid for fewer than 50 pairs.
        """
        by_eye: dict[tuple[str, bool], list[Template]] = {}
        for capture in captures:
            by_eye.setdefault((capture.person, bool(capture.template.left)), []).append(_as_left(capture.template))
        pairs = [
            (templates[k], templates[found.id], found.rotation)
            for templates in by_eye.values()
            for k in range(len(templates))
            for found in compare_many(templates[k], [(m, templates[m]) for m in range(len(templates)) if m != k])
            if found.score <= nearer
        ]
        if len(pairs) < _LEAST:
            raise CalibrationInvalid(f"{len(pairs)} own pairs; {_LEAST} are the least")
        words = np.stack([_aligned(*pair) for pair in pairs])
        return cls(words, len(by_eye))

    def __call__(self, rng: np.random.Generator) -> NDArray[np.uint64]:
        drawn = self.words[rng.integers(0, len(self.words), _BATCH)].copy()
        layers = rng.integers(0, _MOST_LAYERS + 1, _BATCH)
        for layer in range(_MOST_LAYERS):
            laid = np.flatnonzero(layers > layer)
            drawn[laid, 1, 0] ^= self._noise(rng, len(laid)) & drawn[laid, 1, 1]
        return drawn

    def _noise(self, rng: np.random.Generator, count: int) -> NDArray[np.uint64]:
        """Bits in which captures of one eye disagree, turned anyhow: uint64 (count, 32)."""
        pairs = self.words[rng.integers(0, len(self.words), count)]
        noise = (pairs[:, 0, 0] ^ pairs[:, 1, 0]) & pairs[:, 0, 1] & pairs[:, 1, 1]
        turns = rng.integers(0, COLUMNS, count)
        out = np.empty_like(noise)
        for turn in np.unique(turns):
            out[turns == turn] = rotate(noise[turns == turn], int(turn))
        return out


def _as_left(template: Template) -> Template:
    """The side does not matter here; the first code does."""
    return Template(left=(template.left or template.right)[:1], encoder=template.encoder)


def _aligned(first: Template, second: Template, turn: int) -> NDArray[np.uint64]:
    """uint64 (2, 2, 32): `turn` is by how much the first was turned to fit."""
    return np.stack((rotate(packed(first.left)[0], turn), packed(second.left)[0]))
