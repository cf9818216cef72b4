"""Which pictures are compared with which: pairs of one eye, and of different people's eyes on the same side."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from devices.manifest import ManifestRow

Index = NDArray[np.int32]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Labels:
    """Who is on each of n pictures, as numbers."""

    person: Index
    eye: Index
    """A number for each eye of each person."""
    side: Index
    """0 left, 1 right."""

    @property
    def people(self) -> int:
        return int(self.person.max()) + 1 if len(self.person) else 0

    @classmethod
    def of(cls, rows: Sequence[ManifestRow]) -> Labels:
        side = np.array([row.eye == "right" for row in rows], np.int32)
        _, person = np.unique([row.subject for row in rows], return_inverse=True)
        _, eye = np.unique(2 * person + side, return_inverse=True)
        return cls(person.astype(np.int32), eye.astype(np.int32), side)


@dataclass(frozen=True, slots=True, eq=False)
class Comparisons:
    """Pairs of pictures by rising score. 12 bytes a pair, so that four thousand pictures need some 50 MB."""

    first: Index
    second: Index
    scores: NDArray[np.float32]
    """Infinity where one of the two has no code: failures to make a template raise FNMR instead of vanishing."""

    def __len__(self) -> int:
        return len(self.scores)

    def where(self, keep: Flags) -> Comparisons:
        """The same, with only the pairs for which `keep` is true, bool (pairs,)."""
        return Comparisons(self.first[keep], self.second[keep], self.scores[keep])

    def among(self, chosen: Flags) -> Comparisons:
        """Only pairs of which both pictures are chosen, bool (pictures,)."""
        return self.where(chosen[self.first] & chosen[self.second])


def genuine(scores: NDArray[np.float32], labels: Labels, chosen: Flags) -> Comparisons:
    """All pairs of pictures of one eye. scores: (n, n)."""
    return _collect(scores, chosen, lambda k, rest: labels.eye[rest] == labels.eye[k])


def impostor(scores: NDArray[np.float32], labels: Labels, chosen: Flags) -> Comparisons:
    """All pairs of different people's eyes on the same side."""

    def keep(k: int, rest: Index) -> Flags:
        return (labels.person[rest] != labels.person[k]) & (labels.side[rest] == labels.side[k])

    return _collect(scores, chosen, keep)


def impostor_any_side(scores: NDArray[np.float32], labels: Labels, chosen: Flags) -> Comparisons:
    """All pairs of different eyes, a person's left with the right included."""
    return _collect(scores, chosen, lambda k, rest: labels.eye[rest] != labels.eye[k])


def _collect(scores: NDArray[np.float32], chosen: Flags, keep: Callable[[int, Index], Flags]) -> Comparisons:
    # a row at a time: all pairs of four thousand pictures with 64-bit indices would fill a small machine
    index = np.flatnonzero(chosen).astype(np.int32)
    seconds, values, counts = [np.zeros(0, np.int32)], [np.zeros(0, np.float32)], []
    for at, k in enumerate(index):
        rest = index[at + 1 :]
        rest = rest[keep(int(k), rest)]
        seconds.append(rest)
        values.append(scores[k, rest])
        counts.append(len(rest))
    found = np.concatenate(values)
    found[np.isnan(found)] = np.inf
    order = np.argsort(found, kind="stable")
    first = np.repeat(index, counts)
    return Comparisons(first[order], np.concatenate(seconds)[order], found[order])


def joined(parts: Sequence[Comparisons]) -> Comparisons:
    """All pairs of several, by rising score. Errors: ValueError for none."""
    first, second, scores = (
        np.concatenate([getattr(part, name) for part in parts]) for name in ("first", "second", "scores")
    )
    order = np.argsort(scores, kind="stable")
    return Comparisons(first[order], second[order], scores[order])
