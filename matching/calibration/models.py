"""The calibration file: what scores mean for one encoder, with the people and pairs that say so."""

import datetime
import hashlib
from functools import cached_property
from typing import Annotated, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, FiniteFloat, model_validator

from matching.scoring import DEFAULT_NORMALISATION, Normalisation
from matching.template import Template

Score = Annotated[FiniteFloat, Field(ge=0, le=1)]
Kind = Literal["one_eye", "both_eyes"]

GENUINE_SHARES = (0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001)
"""A bin keeps the scores above which these shares of its genuine pairs lie."""
_BOUND = 0.95
_LOWEST, _HIGHEST = 0.02, 0.5


class Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class TailFit(Strict):
    """F(s) = 1 - (1 - Φ((s - 0.5) / sigma)) ^ rotations; see `tail`."""

    sigma: Annotated[FiniteFloat, Field(gt=0, lt=0.5)]
    rotations: Annotated[FiniteFloat, Field(gt=0)]

    @property
    def degrees_of_freedom(self) -> float:
        """Independent fair coins that spread as much."""
        return 0.25 / self.sigma**2


class ImpostorModel(Strict):
    pairs: Annotated[int, Field(gt=0)]
    people: Annotated[int, Field(gt=0)]
    least: Score
    """The closest that two strangers came."""
    point: TailFit
    resampled: Annotated[tuple[TailFit, ...], Field(min_length=20)]
    """Refitted to people drawn again: the spread behind the 95 % bound."""

    def share_under(self, score: float) -> float:
        """Upper 95 % bound of the share of strangers' comparisons at or under `score`."""
        scores, logs = self._bound
        return float(np.exp(np.interp(score, scores, logs)))

    def threshold(self, share: float) -> float:
        """The score that at most `share` of strangers' comparisons reach, by the upper 95 % bound."""
        scores, logs = self._bound
        return float(np.interp(np.log(share), logs, scores)) if share > 0 else _LOWEST

    @cached_property
    def _bound(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Scores and ln of the bound there, both rising."""
        from matching.calibration.tail import log_share_under

        scores = np.linspace(_LOWEST, _HIGHEST, 481)
        sigma = np.array([fit.sigma for fit in self.resampled])[:, None]
        rotations = np.array([fit.rotations for fit in self.resampled])[:, None]
        logs = np.quantile(log_share_under(scores[None, :], sigma, rotations), _BOUND, axis=0)
        return scores, np.maximum.accumulate(logs)


class GenuineBin(Strict):
    trusted_bits_from: Annotated[FiniteFloat, Field(ge=0)]
    """Probes with at least so many trusted bits, up to the next bin."""
    pairs: Annotated[int, Field(gt=0)]
    scores: tuple[Score, ...]
    """One for each of GENUINE_SHARES, rising."""

    @model_validator(mode="after")
    def _rising(self) -> "GenuineBin":
        if len(self.scores) != len(GENUINE_SHARES) or list(self.scores) != sorted(self.scores):
            raise ValueError(f"{len(GENUINE_SHARES)} rising scores are needed")
        return self

    def share_above(self, score: float) -> float:
        """The share of genuine pairs above `score`, between the kept ones by the logarithm; at least 1/pairs."""
        logs = np.log(np.array(GENUINE_SHARES))
        share = float(np.exp(np.interp(score, self.scores, logs, left=0.0)))
        return max(share, 1 / self.pairs)


class GenuineModel(Strict):
    pairs: Annotated[int, Field(gt=0)]
    people: Annotated[int, Field(gt=0)]
    bins: Annotated[tuple[GenuineBin, ...], Field(min_length=1)]

    def miss(self, score: float, trusted_bits: float) -> float:
        """Predicted FNIR: the share of own searches by probes like this whose record is not under `score`.

        A probe is never predicted worse than one with fewer trusted bits.
        """
        usable = [b for b in self.bins if b.trusted_bits_from <= trusted_bits]
        return min((b.share_above(score) for b in usable), default=1.0)


class KindModel(Strict):
    impostors: ImpostorModel
    genuine: GenuineModel


class NormalisationConstants(Strict):
    n0: int
    pivot: FiniteFloat
    floor: int

    def matches(self, normalisation: Normalisation) -> bool:
        return (self.n0, self.pivot, self.floor) == (normalisation.n0, normalisation.pivot, normalisation.floor)


class Calibration(Strict):
    """Made by `panah match calibrate`; read by the decision."""

    format: Literal[1] = 1
    version: Annotated[str, Field(min_length=1, max_length=64)]
    made_on: datetime.date
    encoder: Annotated[str, Field(min_length=1, max_length=16)]
    template_version: int
    source: str
    """The captures behind the numbers, in words."""
    normalisation: NormalisationConstants
    codes_per_eye: Annotated[FiniteFloat, Field(ge=1)]
    """Mean codes an eye in the templates compared: the least of all pairs of them is what was fitted."""
    one_eye: KindModel
    both_eyes: KindModel

    def of(self, kind: Kind) -> KindModel:
        return self.one_eye if kind == "one_eye" else self.both_eyes

    def is_for(self, template: Template) -> bool:
        """Whether these numbers were measured with this template's encoder, version and score."""
        same_score = self.normalisation.matches(DEFAULT_NORMALISATION)
        return same_score and (self.encoder, self.template_version) == (template.encoder, template.version)

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the content, hexadecimal: names the calibration in stored evidence."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()
