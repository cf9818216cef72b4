"""What asking again would bring: error rates after the pictures of least quality are left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.evaluation import metrics
from models.evaluation.comparisons import Comparisons

SHARES = (0.0, 0.01, 0.02, 0.03, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3)
FMR = 1e-3


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """What is left when the worst `share` of the pictures would have been taken again."""

    share: float
    pictures: int
    genuine_pairs: int
    eer: float | None
    fnmr: float | None
    """At FMR 1e-3 of the pairs that are left."""
    perfect: float | None
    """FNMR if quality knew the misses: the share refused then takes away the missed pairs first."""


def curve(
    genuine: Comparisons, impostor: Comparisons, quality: NDArray[np.float64], chosen: NDArray[np.bool_]
) -> list[Refused]:
    """quality: (pictures,), 0..1; chosen: the pictures counted."""
    ranked = np.flatnonzero(chosen)[np.argsort(quality[chosen], kind="stable")]
    whole = _fnmr(genuine, impostor)
    return [_after(share, genuine, impostor, ranked, len(quality), whole) for share in SHARES]


def _after(
    share: float,
    genuine: Comparisons,
    impostor: Comparisons,
    ranked: NDArray[np.intp],
    pictures: int,
    whole: float | None,
) -> Refused:
    gone = round(share * len(ranked))
    kept = np.zeros(pictures, np.bool_)
    kept[ranked[gone:]] = True
    own, other = genuine.among(kept), impostor.among(kept)
    return Refused(
        share=share,
        pictures=len(ranked) - gone,
        genuine_pairs=len(own),
        eer=metrics.equal_error(own.scores, other.scores),
        fnmr=_fnmr(own, other),
        perfect=None if whole is None else max(whole - share, 0.0),
    )


def _fnmr(genuine: Comparisons, impostor: Comparisons) -> float | None:
    limit = metrics.threshold_at(impostor.scores, FMR)
    return None if limit is None or not len(genuine) else metrics.missed(genuine.scores, limit) / len(genuine)


def after(points: Sequence[Refused], share: float) -> Refused:
    return next(point for point in points if point.share == share)
