"""How well drawn codes agree with the facts of real ones: on a population that does not, no figure says anything."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching.calibration.captures import LabelledCapture
from matching.errors import MatchingError
from matching.population.facts import LEVELS, Facts, measure
from matching.template import BITS_PER_COLUMN, Template

_NEAR_LAGS = slice(1, 17)
_MIDDLE, _INNER = slice(1, -1), slice(2, -2)
"""Without the least and the greatest, which follow from how many were looked at; own pairs are few, so without more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    what: str
    off: float
    """How far the drawn codes are from the real ones."""
    allowed: float

    @property
    def holds(self) -> bool:
        return self.off <= self.allowed


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    checks: tuple[Check, ...]
    drawn: Facts
    real: Facts

    @property
    def holds(self) -> bool:
        return all(check.holds for check in self.checks)

    def demand(self) -> None:
        """Errors: PopulationUnlike."""
        if not self.holds:
            raise PopulationUnlike([check for check in self.checks if not check.holds])


class PopulationUnlike(MatchingError):
    """The drawn codes have not the statistics of real ones: nothing that is measured on them would say anything."""

    def __init__(self, failed: Sequence[Check]) -> None:
        told = "; ".join(f"{c.what} is off by {c.off:.3f}, {c.allowed:.3f} is allowed" for c in failed)
        super().__init__(f"The population does not fit real codes, so no figure is printed: {told}.")
        self.failed = tuple(failed)


def goodness(
    crowd: Sequence[Template], pairs: Sequence[tuple[Template, Template]], *, real: Facts, source: str = "drawn"
) -> Fit:
    """crowd: enrolled people as the bench searches them; pairs: people met twice. Left eyes are looked at."""
    captures = [_left(template, f"crowd {k}") for k, template in enumerate(crowd)]
    captures += [_left(template, f"pair {k}") for k, pair in enumerate(pairs) for template in pair]
    drawn = measure(captures, source=source)
    return Fit(checks=_checks(drawn, real), drawn=drawn, real=real)


def report(fit: Fit) -> str:
    """A line a check, for a person."""
    lines = [f"Population beside {fit.real.captures} real captures of {fit.real.eyes} eyes ({fit.real.source}):"]
    lines += [
        f"  {'fits' if check.holds else 'DOES NOT FIT':13s} {check.what}: off by {check.off:.3f} of {check.allowed:.3f}"
        for check in fit.checks
    ]
    return "\n".join(lines)


def _checks(drawn: Facts, real: Facts) -> tuple[Check, ...]:
    ours, theirs = drawn.by_lag()[_NEAR_LAGS], real.by_lag()[_NEAR_LAGS]
    spread, real_spread = _spread(drawn.unaligned), _spread(real.unaligned)
    return (
        Check(what="spread of strangers at one rotation (share)", off=abs(spread / real_spread - 1), allowed=0.10),
        Check(what="mean of strangers at one rotation", off=_mean_apart(drawn.unaligned, real.unaligned), allowed=0.01),
        Check(what="scores of strangers", off=_apart(drawn.strangers, real.strangers), allowed=0.012),
        Check(what="correlation of a bit along the columns", off=_rms(_same(ours - theirs)), allowed=0.05),
        Check(what="correlation of all bits along the columns", off=_rms(ours - theirs), allowed=0.03),
        Check(what="valid bits (share of a code)", off=_apart(drawn.valid_bits, real.valid_bits) / 2048, allowed=0.05),
        Check(what="shape of masks along the columns", off=_masks_apart(drawn, real), allowed=0.35),
        Check(what="distances of own pairs", off=_apart(drawn.own_distance, real.own_distance, _INNER), allowed=0.025),
        Check(what="scores of own pairs", off=_apart(drawn.own, real.own, _INNER), allowed=0.025),
        Check(what="common bits of own pairs", off=_apart(drawn.own_bits, real.own_bits) / 2048, allowed=0.06),
    )


def _left(template: Template, person: str) -> LabelledCapture:
    return LabelledCapture(person, Template(left=template.left, encoder=template.encoder))


def _apart(drawn: Sequence[float], real: Sequence[float], levels: slice = _MIDDLE) -> float:
    return float(np.abs(np.array(drawn) - np.array(real))[levels].max())


def _mean_apart(drawn: Sequence[float], real: Sequence[float]) -> float:
    return abs(float(np.trapezoid(drawn, LEVELS) - np.trapezoid(real, LEVELS)))


def _spread(levels: Sequence[float]) -> float:
    return float(np.std(np.interp(np.linspace(LEVELS[1], LEVELS[-2], 2001), LEVELS, levels)))


def _masks_apart(drawn: Facts, real: Facts) -> float:
    """Share of the covariance of a mask bit along the columns."""
    ours, theirs = (_same(facts.masks_by_lag()[1:]) for facts in (drawn, real))
    return _rms(ours - theirs) / _rms(theirs)


def _same(by_lag: NDArray[np.float64]) -> NDArray[np.float64]:
    bits = np.arange(BITS_PER_COLUMN)
    return by_lag[:, bits, bits]


def _rms(values: NDArray[np.float64]) -> float:
    return float(np.sqrt(np.mean(values**2)))
