"""People drawn from the facts: as many as a bench wants, a million in seconds.

A few thousand fields are drawn once; the field of an eye is the sum of two of them, each turned by any number of
columns, over √2, which has the same law. Two such eyes may share one of the fields: a search for somebody of the crowd
finds a few others at half the distance of strangers. So whoever is searched for (`pairs`, `probes`) has fields of their
own.
"""

from collections.abc import Iterator
from typing import Any

import numba
import numpy as np
from numba import types
from numpy.typing import NDArray

from matching.population.facts import LEVELS, Facts, real_codes
from matching.population.fields import NEAR, Array, Fields
from matching.population.law import Law
from matching.template import BITS, BITS_PER_COLUMN, COLUMNS, WORDS, EyeCode, Template

TURN = 3
"""Largest turn of the head, columns either way."""
_BANK, _PART = 4096, 512
_CHUNK = 4096
_F32 = types.Array(types.float32, 2, "C", readonly=True)
_LIMIT = types.Array(types.float32, 1, "C", readonly=True)
_PICKS = types.Array(types.int32, 2, "C", readonly=True)
_WORDS = types.Array(types.uint64, 3, "C")


class Crowd:
    """Two-eyed people. Everything is drawn from `rng`, in the order in which it is asked for."""

    def __init__(self, rng: np.random.Generator, *, facts: Facts | None = None) -> None:
        self._rng, self._law = rng, Law.of(real_codes() if facts is None else facts)
        self._codes, self._masks = (
            np.concatenate([draw(rng, _PART) for _ in range(_BANK // _PART)]).reshape(_BANK, BITS)
            for draw in (self._law.codes, self._law.covers)
        )

    def people(self, count: int) -> Iterator[Template]:
        """Enrolled people, one capture each, a code an eye."""
        for start in range(0, count, _CHUNK):
            words = self.words(2 * min(_CHUNK, count - start))
            sure = self._confidence(len(words))
            for k in range(0, len(words), 2):
                yield self._template(words[k], words[k + 1], sure[k], sure[k + 1])

    def words(self, count: int) -> NDArray[np.uint64]:
        """Codes and masks of single eyes of the crowd: uint64 (count, 2, 32)."""
        picks = np.empty((count, 7), np.int32)
        picks[:, 0:4] = self._rng.integers(0, _BANK, (count, 4))
        picks[:, 4:6] = self._rng.integers(0, COLUMNS, (count, 2))
        picks[:, 6] = self._rng.integers(-TURN, TURN + 1, count)
        out = np.empty((count, 2, WORDS), np.uint64)
        _sum_of_two(self._codes, self._masks, picks, self._law.limit, self._law.cover, np.float32(NEAR), out)
        return out

    def pairs(self, count: int) -> list[tuple[Template, Template]]:
        """People met twice: the first capture is to be enrolled."""
        codes, masks = self._fresh(2 * count)
        first = self._captured(codes, masks)
        second = self._captured(*self._law.again(self._rng, codes, masks))
        return list(zip(self._templates(first), self._templates(second), strict=True))

    def probes(self, count: int) -> list[Template]:
        """People whom nobody has met."""
        return self._templates(self._captured(*self._fresh(2 * count)))

    def _fresh(self, eyes: int) -> tuple[Fields, Fields]:
        return self._law.codes(self._rng, eyes), self._law.covers(self._rng, eyes)

    def _captured(self, codes: Fields, masks: Fields) -> NDArray[np.uint64]:
        turns = np.repeat(self._rng.integers(-TURN, TURN + 1, len(codes) // 2), 2)
        valid = self._law.valid(codes, masks)
        bits = np.stack(((codes.reshape(-1, BITS) > self._law.limit) & valid, valid), axis=1).reshape(
            -1, 2, COLUMNS, BITS_PER_COLUMN
        )
        turned = np.stack([np.roll(one, turn, axis=1) for one, turn in zip(bits, turns, strict=True)])
        return np.packbits(turned.reshape(-1, 2, BITS), axis=2, bitorder="little").view(np.uint64)

    def _templates(self, words: NDArray[np.uint64]) -> list[Template]:
        sure = self._confidence(len(words))
        return [self._template(words[k], words[k + 1], sure[k], sure[k + 1]) for k in range(0, len(words), 2)]

    def _confidence(self, count: int) -> Array:
        return np.interp(self._rng.random(count), LEVELS, self._law.confidence)

    def _template(self, left: Any, right: Any, left_sure: float, right_sure: float) -> Template:
        eyes = (EyeCode(w[0], w[1], confidence=float(s)) for w, s in ((left, left_sure), (right, right_sure)))
        return Template((next(eyes),), (next(eyes),), self._law.encoder)


@numba.njit(
    types.void(_F32, _F32, _PICKS, _LIMIT, _LIMIT, types.float32, _WORDS), parallel=True, nogil=True, cache=True
)
def _sum_of_two(codes, masks, picks, limit, cover, near, out):  # type: ignore[no-untyped-def]
    """picks: two fields of codes, two of masks, the turn of either code, and the head's. Lids stay where they are."""
    half = np.float32(0.70710678)
    for row in numba.prange(picks.shape[0]):
        a, b, c, d = codes[picks[row, 0]], codes[picks[row, 1]], masks[picks[row, 2]], masks[picks[row, 3]]
        turn_a, turn_b = picks[row, 4] * BITS_PER_COLUMN, picks[row, 5] * BITS_PER_COLUMN
        head = picks[row, 6] * BITS_PER_COLUMN
        for w in range(WORDS):
            code, mask = np.uint64(0), np.uint64(0)
            for k in range(64):
                at = (w * 64 + k - head) % BITS
                value = (a[(at + turn_a) % BITS] + b[(at + turn_b) % BITS]) * half - limit[at]
                open_ = (c[at] + d[at]) * half < cover[at]
                valid = np.uint64(open_ and abs(value) > near)
                mask |= valid << np.uint64(k)
                code |= (valid & np.uint64(value > 0)) << np.uint64(k)
            out[row, 0, w], out[row, 1, w] = code, mask
