"""One number for a picture's quality: how well later pictures of the same eye will match it, as far as can be told.

A weighted geometric mean of five factors, each as a share of what a good picture has: monotone in every factor, the
weakest pulls hardest, and anybody can recompute it. `python -m models.quality_fit` fits such weights anew and judges
them by pairs missed without the worst 0, 5, 10, 20 % of the pictures. With `gabor-2`, in percent:

                             MMU1, FMR 1e-3       1e-6 (predicted)     MMU2, 1e-3           1e-6 (predicted)
    these weights            1.00 0.95 0.78 0.75  5.11 5.01 4.39 4.32  0.51 0.55 0.47 0.55  3.84 3.08 1.89 1.80
    fitted anew, five folds  1.00 0.96 1.03 0.73  5.11 5.39 5.01 4.69  0.51 0.44 0.47 0.54  3.84 1.97 1.78 1.63
    fitted on the other set  1.00 0.72 0.90 0.74  5.11 4.92 4.87 4.31  0.51 0.55 0.48 0.54  3.84 2.31 1.91 1.76

At 1e-3 there are 9 and 5 misses to sort out, too few to tell. At 1e-6, with 46 and 38, quality sorts out half of MMU2's
and few of MMU1's. Weights fitted anew (0.25, 0.14, 0.49, 0.11 and nothing for agreement) do better on MMU2 and worse on
MMU1, so the earlier ones stayed; gaze, steadiness, usable area, circularity or radius added to the five did not help.
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
