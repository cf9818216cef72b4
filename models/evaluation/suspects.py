"""Where the label rather than the picture looks wrong. Listed for a person to look at, never dropped from a figure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from devices.manifest import ManifestRow
from models.evaluation.comparisons import Labels

Kind = Literal["one_person_twice", "wrong_name", "sides_swapped"]
MOST = 40
UNMODELLED = 0.28
"""The limit where too few people are compared to model strangers: none of a million simulated ones came so near."""
_EXPECTED = 0.05
"""Pairs of strangers that may lie under the limit by chance, of all pairs compared."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspect:
    """A picture and another label's eye that it looks like."""

    first: int
    second: int
    """The most alike of that eye's pictures."""
    a: str
    b: str
    kind: Kind
    score: float
    """Median over the other eye's pictures: one chance likeness, or one wrong circle, makes no suspect."""
    own_median: float | None
    """The same against the picture's own eye, as the label has it."""


def suspects(
    rows: Sequence[ManifestRow], scores: NDArray[np.float32], labels: Labels, *, limit: float
) -> tuple[Suspect, ...]:
    """The closest picture for each two eyes that are closer than strangers are; closest first, at most MOST."""
    members = [np.flatnonzero(labels.eye == eye) for eye in range(int(labels.eye.max()) + 1)]
    found: dict[tuple[int, int], Suspect] = {}
    for eye, columns in enumerate(members):
        nearness = _median(scores[:, columns])
        for k in np.flatnonzero((nearness < limit) & (labels.eye != eye)):
            mine = int(labels.eye[k])
            key = (min(mine, eye), max(mine, eye))
            if key not in found or nearness[k] < found[key].score:
                found[key] = _suspect(rows, scores, labels, int(k), columns, members[mine], limit)
    return tuple(sorted(found.values(), key=lambda s: s.score)[:MOST])


def share_for(pairs: int) -> float:
    """The share of strangers that may come under the limit, so that hardly any of so many pairs does by chance."""
    return _EXPECTED / max(pairs, 1)


def _median(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """Along each row; a missing score counts as a stranger's."""
    return np.asarray(np.median(np.nan_to_num(values, nan=1.0), axis=1))


def _suspect(
    rows: Sequence[ManifestRow],
    scores: NDArray[np.float32],
    labels: Labels,
    k: int,
    theirs: NDArray[np.intp],
    mine: NDArray[np.intp],
    limit: float,
) -> Suspect:
    nearest = int(theirs[int(np.nan_to_num(scores[k, theirs], nan=1.0).argmin())])
    others = mine[mine != k]
    own = float(_median(scores[k : k + 1, others])[0]) if len(others) else None
    kind: Kind = "one_person_twice" if own is not None and own < limit else "wrong_name"
    if labels.person[k] == labels.person[nearest]:
        kind = "sides_swapped"
    return Suspect(
        first=k,
        second=nearest,
        a=rows[k].name,
        b=rows[nearest].name,
        kind=kind,
        score=round(float(_median(scores[k : k + 1, theirs])[0]), 4),
        own_median=None if own is None else round(own, 4),
    )
