"""Scores of one person's captures, by how much the probe can be trusted: how often would a search miss them?"""

import numpy as np
from numpy.typing import NDArray

from matching.calibration.models import GENUINE_SHARES, GenuineBin, GenuineModel
from matching.errors import CalibrationInvalid
from matching.template import EyeCode, Template

_EDGES = (0.0, 0.1, 0.25, 0.5)
"""Quantiles of trusted bits at which bins begin: narrow ones at the weak end, where the misses are."""
MIN_PAIRS = 50
_FINE = 500
"""With fewer pairs than this all probes are one bin."""
ENOUGH_BITS = 600
ENOUGH_CONFIDENCE = 0.25
"""What an eye needs to be called new, or to prove a mixed capture: the policy's defaults, and what genuine pairs are
fitted on. On MMU1 and MMU2, 7 % of own pairs with a confidence under 0.2 lie where strangers do, 0.6 % of the rest."""


def trusted_bits(codes: tuple[EyeCode, ...]) -> float:
    """Valid bits weighed with the boundary's confidence, of an eye's best code; 0 for no code.

    The two things that make a child's own template miss: little iris seen, or circles in the wrong place.
    """
    return max((code.valid_bits * code.confidence for code in codes), default=0.0)


def enrollable(template: Template) -> bool:
    """Whether one eye at least has the bits and the confidence that "new" asks for by default."""
    codes = (*template.left, *template.right)
    return any(c.valid_bits >= ENOUGH_BITS and c.confidence >= ENOUGH_CONFIDENCE for c in codes)


def fit_genuine(scores: NDArray[np.float64], trusted: NDArray[np.float64], *, people: int) -> GenuineModel:
    """One entry a pair: its score, its probe's trusted bits (both eyes added). NaN scores count as missed.

    Errors: CalibrationInvalid for too few pairs.
    """
    if len(scores) < MIN_PAIRS:
        raise CalibrationInvalid(f"{len(scores)} genuine pairs; {MIN_PAIRS} are the least")
    filled = np.where(np.isnan(scores), 1.0, scores)
    edges = np.unique(np.quantile(trusted, _EDGES if len(scores) >= _FINE else _EDGES[:1]))
    edges[0] = 0.0
    member = np.searchsorted(edges, trusted, side="right") - 1
    fitted = [_bin(float(edges[k]), filled[member == k]) for k in range(len(edges)) if (member == k).any()]
    return GenuineModel(pairs=len(scores), people=people, bins=tuple(fitted))


def _bin(least: float, scores: NDArray[np.float64]) -> GenuineBin:
    above = np.quantile(scores, 1 - np.array(GENUINE_SHARES), method="higher")
    return GenuineBin(trusted_bits_from=least, pairs=len(scores), scores=tuple(float(s) for s in above))
