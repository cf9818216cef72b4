"""Where the label rather than the picture looks wrong. Listed for a person to look at, never dropped from a figure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from devices.manifest import ManifestRow
from models.evaluation.comparisons import Labels

Kind = Literal["one_person_twice", "wrong_name", "sides_swapped", "labels_exchanged", "one_side_twice"]
"""sides_swapped: a picture looks like its person's other eye. The last two go by lids and corners, not by codes: both
eyes of a person stand on the other side than everybody else's of that sensor, or both on the same side."""
MOST = 40
UNMODELLED = 0.28
"""The limit where too few people are compared to model strangers: none of a million simulated ones came so near."""
LEAST = 2
"""Pictures of an eye whose side can be told, from which their majority says something."""
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
    """Median over the other eye's pictures: one chance likeness, or one wrong circle, makes no suspect. Of suspects by
    their side: of the two pictures alone."""
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


def sides(
    rows: Sequence[ManifestRow], scores: NDArray[np.float32], seen: Sequence[str | None], sensors: Sequence[str]
) -> tuple[Suspect, ...]:
    """People whose eyes stand on another side than their sensor's other people's, each with a picture of either eye.

    seen: the side that each picture looks like, None where that cannot be told. Which label means which side differs
    between lists and cameras that mirror, so the majority of a sensor's pictures says it.
    """
    usual = _usual(rows, seen, sensors)
    told: dict[tuple[str, str, str], list[int]] = defaultdict(list)
    for k, (row, side) in enumerate(zip(rows, seen, strict=True)):
        if side is not None:
            told[sensors[k], row.subject, row.eye].append(k)
    found = []
    for sensor, subject in dict.fromkeys((sensor, subject) for sensor, subject, _ in told):
        eyes = [told[sensor, subject, eye] for eye in ("left", "right")]
        if min(map(len, eyes)) < LEAST:
            continue
        odd = [sum((seen[k] == rows[k].eye) != usual[sensor] for k in eye) > len(eye) / 2 for eye in eyes]
        if any(odd):
            found.append(
                _by_side(rows, scores, eyes[0][0], eyes[1][0], "labels_exchanged" if all(odd) else "one_side_twice")
            )
    return tuple(found)


def _usual(rows: Sequence[ManifestRow], seen: Sequence[str | None], sensors: Sequence[str]) -> dict[str, bool]:
    """By sensor: whether pictures mostly look like the side that they are labelled."""
    agree: dict[str, list[bool]] = defaultdict(list)
    for row, side, sensor in zip(rows, seen, sensors, strict=True):
        if side is not None:
            agree[sensor].append(side == row.eye)
    return {sensor: 2 * sum(found) >= len(found) for sensor, found in agree.items()}


def _by_side(rows: Sequence[ManifestRow], scores: NDArray[np.float32], left: int, right: int, kind: Kind) -> Suspect:
    score = round(float(np.nan_to_num(scores[left, right], nan=1.0)), 4)
    return Suspect(
        first=left, second=right, a=rows[left].name, b=rows[right].name, kind=kind, score=score, own_median=None
    )


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
