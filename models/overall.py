"""One number for a picture's quality: how well later pictures of the same eye will match it, as far as can be told.

A weighted geometric mean of five factors, each as a share of what a good picture has: monotone in every factor, the
weakest pulls hardest, and anybody can recompute it. The weights are fitted by `python -m models.quality_fit`, which
also prints how it was judged: FNMR at FMR 1e-3 without the worst 0, 5, 10, 20 % of the pictures is 2.00, 2.16, 1.94,
2.08 % on MMU1 by weights of MMU2 alone (18 misses of 900 pairs at first), and 1.01, 0.99, 0.72, 0.83 % on MMU2 by
weights of MMU1 alone (10 of 990). So it sorts out a few of MMU2's misses and none of MMU1's, which come from turned
heads and faint texture: no factor here sees those. With so few misses differences of a quarter say nothing.
"""

from __future__ import annotations

import math

WEIGHTS = {"usable": 0.24, "contrast": 0.16, "pupil_contrast": 0.35, "focus": 0.13, "agreement": 0.12}
"""Non-negative least squares of the median score of each picture against its eye's other pictures, MMU1 and MMU2 and
a spoilt copy of each picture."""
GOOD = {"usable": 0.55, "contrast": 1.0, "pupil_contrast": 0.7, "focus": 1.0, "agreement": 1.0}
"""From here on more of it is no better."""
FLOOR = 0.05
"""A factor counts as at least this share of good: one failed measure must not hide all others."""


def shares(
    *, usable: float, contrast: float, pupil_contrast: float, focus: float, agreement: float
) -> dict[str, float]:
    """Each factor as a share of a good picture's, FLOOR..1."""
    values = {
        "usable": usable,
        "contrast": contrast,
        "pupil_contrast": pupil_contrast,
        "focus": focus,
        "agreement": agreement,
    }
    return {name: min(max(value / GOOD[name], FLOOR), 1.0) for name, value in values.items()}


def overall(*, usable: float, contrast: float, pupil_contrast: float, focus: float, agreement: float) -> float:
    """0..1; 1 when every factor is as in a good picture."""
    found = shares(usable=usable, contrast=contrast, pupil_contrast=pupil_contrast, focus=focus, agreement=agreement)
    return math.exp(sum(weight * math.log(found[name]) for name, weight in WEIGHTS.items()))
