"""The map of an eye as an SVG picture: rings around a pupil, one path for all that agrees, one for the rest."""

import math
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from matching.template import BITS_PER_COLUMN, COLUMNS
from registry.review.agreement import AGREES, DIFFERS, EyeMap

SIZE = 300
"""Of the square picture."""
_PUPIL, _RIM = 48.0, 146.0
_RING = (_RIM - _PUPIL) / BITS_PER_COLUMN
_GAP = 0.6


def paths(eye: EyeMap) -> dict[str, str]:
    """`d` attributes by what they show: "agrees", "differs"."""
    return {name: _path(eye.cells == state) for name, state in (("agrees", AGREES), ("differs", DIFFERS))}


def _path(cells: NDArray[np.bool_]) -> str:
    pieces = []
    for ring in range(BITS_PER_COLUMN):
        inner = _PUPIL + ring * _RING
        pieces += [_arc(inner, inner + _RING - _GAP, start, length) for start, length in _runs(cells[:, ring])]
    return "".join(pieces)


def _runs(row: NDArray[np.bool_]) -> Iterator[tuple[int, int]]:
    """First column and length of each stretch of true cells. A stretch over the seam is two."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], row, [False])).astype(np.int8)))
    for start, end in zip(edges[::2], edges[1::2], strict=True):
        length = int(end - start)
        # An arc that ends where it begins draws nothing: a whole ring is two halves.
        for first, part in ((0, length),) if length < COLUMNS else ((0, length // 2), (length // 2, length // 2)):
            yield int(start) + first, part


def _arc(inner: float, outer: float, start: int, length: int) -> str:
    a, b = (2 * math.pi * column / COLUMNS - math.pi / 2 for column in (start, start + length))
    large = int(b - a > math.pi)
    x, y = SIZE / 2, SIZE / 2

    def at(radius: float, angle: float) -> str:
        return f"{x + radius * math.cos(angle):.1f} {y + radius * math.sin(angle):.1f}"

    return (
        f"M{at(outer, a)}A{outer:.1f} {outer:.1f} 0 {large} 1 {at(outer, b)}"
        f"L{at(inner, b)}A{inner:.1f} {inner:.1f} 0 {large} 0 {at(inner, a)}Z"
    )
