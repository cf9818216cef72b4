"""The calibration file: what scores mean for one encoder, with the people and pairs that say so."""

import datetime
import hashlib
from functools import cached_property
from typing import Annotated, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, FiniteFloat, model_validator

from matching.calibration.shares import log_share_under
from matching.scoring import DEFAULT_NORMALISATION, Normalisation
from matching.template import Template

Score = Annotated[FiniteFloat, Field(ge=0, le=1)]
Share = Annotated[FiniteFloat, Field(ge=0, le=1)]
Kind = Literal["one_eye", "both_eyes"]

LOG_COSTS = tuple(0.5 * k - 16 for k in range(33))
"""Decimal logarithms of the shares of strangers, from 1e-16 to 1, at which a bin keeps its misses."""
_BOUND = 0.95
_LOWEST, _HIGHEST = 0.02, 0.5


class Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class TailFit(Strict):
    """F(s) = 1 - (1 - Φ((s - 0.5) / sigma)) ^ rotations; see `shares`."""

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
        return float(10.0 ** self.log10_share_under(np.array(score)))

    def log10_share_under(self, scores: NDArray[np.float64]) -> NDArray[np.float64]:
        """Decimal logarithm of `share_under`, elementwise."""
        at, logs = self._bound
        return np.asarray(np.interp(scores, at, logs) / np.log(10))

    def threshold(self, share: float) -> float:
        """The score that at most `share` of strangers' comparisons reach, by the upper 95 % bound."""
        scores, logs = self._bound
        return float(np.interp(np.log(share), logs, scores)) if share > 0 else _LOWEST

    @cached_property
    def _bound(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Scores and ln of the bound there, both rising."""
        scores = np.linspace(_LOWEST, _HIGHEST, 481)
        sigma = np.array([fit.sigma for fit in self.resampled])[:, None]
        rotations = np.array([fit.rotations for fit in self.resampled])[:, None]
        logs = np.quantile(log_share_under(scores[None, :], sigma, rotations), _BOUND, axis=0)
        return scores, np.maximum.accumulate(logs)


class Miss(NamedTuple):
    predicted: float
    """FNIR: the share of own searches in which the whole cascade does not find the record."""
    at_most: float
    """Upper 95 % bound by the people alone, without any model of the tail."""


class GenuineBin(Strict):
    trusted_bits_from: Annotated[FiniteFloat, Field(ge=0)]
    """Probes with at least so many trusted bits, up to the next bin."""
    pairs: Annotated[int, Field(gt=0)]
    people: Annotated[int, Field(gt=0)]
    predicted: tuple[Share, ...]
    """Misses where a search lets through so many strangers: one for each of LOG_COSTS, falling."""
    at_most: tuple[Share, ...]

    @model_validator(mode="after")
    def _falling(self) -> "GenuineBin":
        for curve in (self.predicted, self.at_most):
            if len(curve) != len(LOG_COSTS) or list(curve) != sorted(curve, reverse=True):
                raise ValueError(f"{len(LOG_COSTS)} falling shares are needed")
        return self

    def miss(self, share: float) -> Miss:
        """Where the search lets through this share of strangers' comparisons; between kept ones by the logarithms."""
        at = np.log10(max(share, 1e-300))
        curves = (np.log(np.maximum(curve, 1e-12)) for curve in (self.predicted, self.at_most))
        predicted, at_most = (float(np.exp(np.interp(at, LOG_COSTS, curve))) for curve in curves)
        return Miss(predicted, max(predicted, at_most))


class GenuineModel(Strict):
    """Own searches with probes of at least `frames` frames an eye."""

    frames: Annotated[int, Field(ge=1)]
    pairs: Annotated[int, Field(gt=0)]
    people: Annotated[int, Field(gt=0)]
    bins: Annotated[tuple[GenuineBin, ...], Field(min_length=1)]

    def miss(self, share: float, trusted_bits: float) -> Miss:
        """share: of strangers' comparisons that the whole cascade lets through to a reviewer.

        A probe is never predicted worse than one with fewer trusted bits: the fit sees to that.
        """
        usable = [b for b in self.bins if b.trusted_bits_from <= trusted_bits]
        return usable[-1].miss(share) if usable else Miss(1.0, 1.0)


class KindModel(Strict):
    impostors: ImpostorModel
    genuine: Annotated[tuple[GenuineModel, ...], Field(min_length=1)]
    """By the frames of the probe, rising."""

    @model_validator(mode="after")
    def _rising(self) -> "KindModel":
        frames = [model.frames for model in self.genuine]
        if frames != sorted(set(frames)):
            raise ValueError("the genuine models must stand in the order of their frames")
        return self

    def miss(self, share: float, trusted_bits: float, frames: int) -> Miss:
        """Predicted misses of the cascade; certain where nothing was measured on so few frames."""
        fitting = [model for model in self.genuine if model.frames <= frames]
        return fitting[-1].miss(share, trusted_bits) if fitting else Miss(1.0, 1.0)


class SensorPair(Strict):
    """Strangers of two sensors, or of one with itself. Whose own captures were not taken on both has no misses here."""

    sensors: tuple[str, str]
    """In alphabetical order."""
    one_eye: ImpostorModel
    both_eyes: ImpostorModel
    own_pairs: Annotated[int, Field(ge=0)]
    """Pairs of one person's captures, one of each sensor; 0: how often such a search misses is not known."""

    @model_validator(mode="after")
    def _ordered(self) -> "SensorPair":
        if list(self.sensors) != sorted(self.sensors) or not all(self.sensors):
            raise ValueError("two names of sensors are needed, in alphabetical order")
        return self


class NormalisationConstants(Strict):
    n0: int
    pivot: FiniteFloat
    floor: int

    def matches(self, normalisation: Normalisation) -> bool:
        return (self.n0, self.pivot, self.floor) == (normalisation.n0, normalisation.pivot, normalisation.floor)


class Calibration(Strict):
    """Made by `panah match calibrate`; read by the decision."""

    format: Literal[2] = 2
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
    sensor_pairs: tuple[SensorPair, ...] = ()
    """Empty: not made by sensors."""
    stands_for: tuple[str, ...] = ()
    """Sensors for which all pairs together may speak though no capture of theirs was measured: simulated ones."""

    @property
    def sensors(self) -> frozenset[str]:
        """Those of which anything is known."""
        return frozenset(name for pair in self.sensor_pairs for name in pair.sensors) | frozenset(self.stands_for)

    def between(self, one: str | None, other: str | None) -> "Calibration | None":
        """As this speaks of captures of two sensors; None: it does not.

        All pairs together speak where the calibration was not made by sensors, where a sensor is not told (None), and
        for those it stands for. Misses are always those of all own captures.
        """
        told = [name for name in (one, other) if name]
        if not self.sensor_pairs or not told:
            return self
        if not self.sensors.issuperset(told):
            return None
        if len(told) < 2 or set(told) & set(self.stands_for):
            return self
        return self._by_sensors.get((min(told), max(told)))

    @cached_property
    def _by_sensors(self) -> "dict[tuple[str, str], Calibration]":
        def speaking_of(pair: SensorPair) -> Calibration:
            one_eye = self.one_eye.model_copy(update={"impostors": pair.one_eye})
            both_eyes = self.both_eyes.model_copy(update={"impostors": pair.both_eyes})
            return self.model_copy(update={"one_eye": one_eye, "both_eyes": both_eyes})

        return {pair.sensors: speaking_of(pair) for pair in self.sensor_pairs}

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
