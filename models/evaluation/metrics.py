"""Error rates of verification, from all pairs of pictures.

Scores are dissimilarities. A picture without a code counts as one that matches nobody, so failures to make a
template raise FNMR instead of vanishing from it (ISO/IEC 19795-1: these are generalised rates).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FMRS = (1e-2, 1e-3, 1e-4, 1e-5)

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """Fractions. fnmr: by FMR; thresholds: the scores they stand at; None where there are too few impostor pairs."""

    genuine_pairs: int
    impostor_pairs: int
    eer: float | None
    fnmr: dict[str, float | None]
    thresholds: dict[str, float | None]
    genuine_median: float | None
    impostor_median: float | None
    decidability: float | None
    """Distance of the two means over their common deviation (Daugman's d')."""


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """Finite and infinite scores, ascending; infinity stands for a picture without a code."""

    genuine: Floats
    impostor: Floats


def pairs_of(scores: NDArray[np.float32], labels: Sequence[str], chosen: NDArray[np.bool_] | None = None) -> Pairs:
    """All pairs of the chosen pictures. scores: (n, n); labels: n; chosen: bool (n,)."""
    index = np.arange(len(labels)) if chosen is None else np.flatnonzero(chosen)
    names = np.asarray(labels)[index]
    i, j = np.triu_indices(len(index), 1)
    values = scores[index[i], index[j]].astype(np.float64)
    values[np.isnan(values)] = np.inf
    same = names[i] == names[j]
    return Pairs(np.sort(values[same]), np.sort(values[~same]))


def curve(pairs: Pairs, points: int = 400) -> tuple[Floats, Floats, Floats]:
    """Thresholds, FMR and FNMR at them, ascending thresholds."""
    finite = np.concatenate([v[np.isfinite(v)] for v in (pairs.genuine, pairs.impostor)])
    thresholds = np.unique(np.quantile(finite, np.linspace(0, 1, points))) if len(finite) else np.zeros(1)
    return thresholds, *at(pairs, thresholds)


def at(pairs: Pairs, thresholds: Floats) -> tuple[Floats, Floats]:
    """FMR and FNMR when scores at or under the threshold match."""
    fmr = np.searchsorted(pairs.impostor, thresholds, "right") / max(len(pairs.impostor), 1)
    fnmr = 1 - np.searchsorted(pairs.genuine, thresholds, "right") / max(len(pairs.genuine), 1)
    return fmr, fnmr


def rates(pairs: Pairs) -> Rates:
    """EER, FNMR at each of FMRS, and what describes the two distributions."""
    limits = {f"{fmr:g}": _threshold(pairs.impostor, fmr) for fmr in FMRS}
    enough = len(pairs.genuine) > 0 and len(pairs.impostor) > 0
    return Rates(
        genuine_pairs=len(pairs.genuine),
        impostor_pairs=len(pairs.impostor),
        eer=_equal_error(pairs) if enough else None,
        fnmr={name: None if limit is None else _missed(pairs.genuine, limit) for name, limit in limits.items()},
        thresholds=limits,
        genuine_median=_median(pairs.genuine),
        impostor_median=_median(pairs.impostor),
        decidability=_decidability(pairs) if enough else None,
    )


def _equal_error(pairs: Pairs) -> float:
    thresholds = np.unique(np.concatenate([v[np.isfinite(v)] for v in (pairs.genuine, pairs.impostor)]))
    fmr, fnmr = at(pairs, thresholds)
    best = int(np.abs(fmr - fnmr).argmin())
    return float((fmr[best] + fnmr[best]) / 2)


def _threshold(impostor: Floats, fmr: float) -> float | None:
    """The score under which fewer than `fmr` of the impostors lie; None when even one pair would be more than that."""
    allowed = int(np.floor(fmr * len(impostor)))
    return float(impostor[allowed]) if allowed >= 1 and np.isfinite(impostor[allowed]) else None


def _missed(genuine: Floats, limit: float) -> float | None:
    return float(1 - np.searchsorted(genuine, limit, "left") / len(genuine)) if len(genuine) else None


def _median(values: Floats) -> float | None:
    finite = values[np.isfinite(values)]
    return float(np.median(finite)) if len(finite) else None


def _decidability(pairs: Pairs) -> float | None:
    genuine, impostor = (v[np.isfinite(v)] for v in (pairs.genuine, pairs.impostor))
    if not len(genuine) or not len(impostor):
        return None
    spread = float(np.sqrt((genuine.var() + impostor.var()) / 2))
    return float((impostor.mean() - genuine.mean()) / spread) if spread > 0 else None
