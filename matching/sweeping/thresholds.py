"""From the number of false pairs that a sweep may bring to the scores it is held to."""

import math

from pydantic import FiniteFloat

from matching.calibration.models import Calibration, Strict
from matching.interfaces import Candidate
from matching.thresholds import is_extrapolated

_POOLED, _SINGLE = 0.5, 0.25
"""A two-eyed pair may come close by both eyes pooled or by either alone: they share what is allowed."""


class SweepThresholds(Strict):
    """expected_false: pairs of different people under any threshold, by the calibration's upper 95 % bound."""

    expected_false: FiniteFloat
    comparisons: FiniteFloat
    """Pairs of templates, in terms of the calibration's codes an eye."""
    both_eyes: FiniteFloat
    single_of_two: FiniteFloat
    one_eye: FiniteFloat
    """Of pairs with one eye in common."""
    extrapolated: bool
    """A bound lies more than two decades beyond the calibration's pairs."""

    @property
    def loosest(self) -> float:
        return max(self.both_eyes, self.single_of_two, self.one_eye)

    def reached(self, candidate: Candidate) -> bool:
        if candidate.left is None or candidate.right is None:
            return candidate.score <= self.one_eye
        return candidate.score <= self.both_eyes or min(candidate.left.score, candidate.right.score) <= (
            self.single_of_two
        )


def sweep_thresholds(
    templates: int, *, codes_per_eye: float | None, expected_false: float, calibration: Calibration
) -> SweepThresholds:
    """For all pairs of so many templates. Errors: ValueError for a number that cannot be expected."""
    if not (math.isfinite(expected_false) and expected_false > 0):
        raise ValueError(f"the expected number of false pairs must be above 0, not {expected_false}")
    codes = 1.0 if codes_per_eye is None else codes_per_eye / calibration.codes_per_eye
    comparisons = max(1.0, templates * (templates - 1) / 2 * codes**2)
    share = min(expected_false / comparisons, 0.5)
    one, both = calibration.one_eye.impostors, calibration.both_eyes.impostors
    return SweepThresholds(
        expected_false=expected_false,
        comparisons=comparisons,
        both_eyes=both.threshold(_POOLED * share),
        single_of_two=one.threshold(_SINGLE * share),
        one_eye=one.threshold(share),
        extrapolated=is_extrapolated(_POOLED * share, both.pairs) or is_extrapolated(_SINGLE * share, one.pairs),
    )
