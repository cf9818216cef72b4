"""Where two irises agree and where they differ, from the codes alone: no picture of an eye exists.

A code has 128 columns around the pupil and 16 rings from the pupil outwards; the map is taken at the turn of the head
at which the two codes fit best.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from matching import Template
from matching.last_chance import TRIED, Way, crossed
from matching.rotations import USUAL, Rotations, packed, rotated
from matching.scoring import DEFAULT_NORMALISATION
from matching.template import BITS_PER_COLUMN, COLUMNS, Eye, EyeCode

UNSEEN, DIFFERS, AGREES = 0, 1, 2
Found = Literal["usual"] | Way
"""The way on which matching found the pair; a map made on another one would show two strangers."""


@dataclass(frozen=True, slots=True, eq=False)
class EyeMap:
    """One eye of the pair. `cells`: uint8 (128, 16), column by ring, each UNSEEN, DIFFERS or AGREES."""

    eye: Eye
    cells: NDArray[np.uint8]
    score: float
    rotation: int

    @property
    def seen(self) -> int:
        """Cells seen in both captures."""
        return int((self.cells != UNSEEN).sum())

    @property
    def agreeing(self) -> int:
        return int((self.cells == AGREES).sum())

    @property
    def seen_of_hundred(self) -> int:
        return round(100 * self.seen / self.cells.size)

    @property
    def agreeing_of_hundred(self) -> int:
        """Of what both show. Two different people agree in about half, and at the best turn in a little more."""
        return round(100 * self.agreeing / self.seen) if self.seen else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """The best pair of templates of two records."""

    template_ids: tuple[int, int]
    eyes: tuple[EyeMap, ...]

    def as_shown(self) -> dict[str, Any]:
        """What is kept with a reviewer's view, so that it can be shown again."""
        eyes = [
            {
                "eye": eye.eye, "rotation": eye.rotation, "seen": eye.seen, "agreeing": eye.agreeing,
                "score": round(eye.score, 4),
            }
            for eye in self.eyes
        ]  # fmt: skip
        return {"templates": list(self.template_ids), "eyes": eyes}


def compare_records(
    ours: Sequence[tuple[int, Template]], theirs: Sequence[tuple[int, Template]], *, way: Found = "usual"
) -> Comparison | None:
    """The pair of templates that is most alike, with the maps of its eyes; None where no eye can be compared."""
    pairs = [
        Comparison(template_ids=(a, b), eyes=maps)
        for a, one in ours
        for b, other in theirs
        if one.encoder == other.encoder and (maps := tuple(_maps(one, other, way)))
    ]
    return min(pairs, key=lambda pair: sum(eye.score for eye in pair.eyes) / len(pair.eyes), default=None)


def _maps(one: Template, other: Template, way: Found) -> Iterator[EyeMap]:
    probe, turns = _turned(one, way)
    eyes: tuple[Eye, ...] = ("left", "right")
    for eye in eyes:
        found = [_map(eye, code, probe.eye(eye), rotations) for rotations in turns for code in other.eye(eye)]
        best = min((one for one in found if one is not None), key=lambda m: m.score, default=None)
        if best is not None:
            yield best


def _turned(probe: Template, way: Found) -> tuple[Template, tuple[Rotations, ...]]:
    if way == "usual":
        return probe, (USUAL,)
    crosses = any(cross for name, cross, _ in TRIED if name == way)
    return (crossed(probe) if crosses else probe), tuple(turn for name, _, turn in TRIED if name == way)


def _map(eye: Eye, enrolled: EyeCode, probe: tuple[EyeCode, ...], rotations: Rotations) -> EyeMap | None:
    """At the rotation with the least score; None where too little was seen in common."""
    if not probe:
        return None
    row, turned = packed((enrolled,))[0], rotated(probe, rotations)
    shared = turned[:, :, 1] & row[1]
    differing = (turned[:, :, 0] ^ row[0]) & shared
    common, unlike = (np.bitwise_count(words).sum(axis=-1, dtype=np.int64) for words in (shared, differing))
    scores = np.array(
        [
            [DEFAULT_NORMALISATION.score(d / n, int(n)) if n else np.nan for d, n in zip(*codes, strict=True)]
            for codes in zip(unlike, common, strict=True)
        ]
    )
    if np.isnan(scores).all():
        return None
    code, turn = np.unravel_index(np.nanargmin(scores), scores.shape)
    seen, differs = _bits(shared[code, turn]), _bits(differing[code, turn])
    cells = np.where(seen, np.where(differs, DIFFERS, AGREES), UNSEEN).astype(np.uint8)
    return EyeMap(eye, cells, float(scores[code, turn]), rotations.columns[turn])


def _bits(words: NDArray[np.uint64]) -> NDArray[np.bool_]:
    """(128, 16): column by ring."""
    bits = np.unpackbits(np.ascontiguousarray(words).view(np.uint8), bitorder="little")
    return bits.reshape(COLUMNS, BITS_PER_COLUMN).astype(bool)
