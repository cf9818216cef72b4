"""The pairs to look at first: one eye's least alike, and strangers that come closest."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from models.evaluation.comparisons import Comparisons, Labels

WORST = 12


@dataclass(frozen=True, slots=True)
class Pair:
    first: int
    second: int
    score: float


def genuine(pairs: Comparisons) -> list[Pair]:
    """Worst first, a picture at most once, so that one closed eye does not fill the list."""
    return _take(pairs, np.argsort(-pairs.scores, kind="stable"), np.arange(len(pairs.first) and _pictures(pairs)))


def impostor(pairs: Comparisons, labels: Labels) -> list[Pair]:
    """Closest first, an eye at most once."""
    return _take(pairs, np.arange(min(len(pairs), 5000)), labels.eye)


def _pictures(pairs: Comparisons) -> int:
    return int(max(pairs.first.max(), pairs.second.max())) + 1


def _take(pairs: Comparisons, order: np.ndarray, groups: np.ndarray) -> list[Pair]:
    taken: set[int] = set()
    found: list[Pair] = []
    for k in order:
        one, other = int(pairs.first[k]), int(pairs.second[k])
        mine = {int(groups[one]), int(groups[other])}
        if np.isfinite(pairs.scores[k]) and not mine & taken:
            taken |= mine
            found.append(Pair(one, other, round(float(pairs.scores[k]), 4)))
        if len(found) == WORST:
            break
    return found
