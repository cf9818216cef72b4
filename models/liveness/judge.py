"""From traces to advice: one small logistic model a species, learned by `python -m models.liveness.fit`."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models import weights
from models.boundary.circles import Boundaries
from models.liveness.species import SPECIES, Species
from models.liveness.traces import Traces, traces
from models.normalise import Sheet

MODEL = "liveness.json"
LONE = 0.5
"""What a frame that no other one confirms must lie above the limit, in deviations, to make an eye suspected."""
Floats = NDArray[np.floating[Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspicion:
    """species: the likeliest forgery, when its score is over its limit; None when nothing is suspected."""

    species: Species | None
    scores: dict[Species, float]
    """Over 0: suspected. Scores of different species are on one scale: standard deviations of real eyes' scores."""
    traces: Traces

    @property
    def finding(self) -> str | None:
        """`suspected_print` and so on: it raises a review."""
        return None if self.species is None else f"suspected_{self.species}"


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """middle, spread: (7,) of real eyes; weights: for each species (7,) and a limit."""

    middle: Floats
    spread: Floats
    weights: dict[Species, Floats]
    limits: dict[Species, float]

    def scores(self, values: Floats) -> dict[Species, float]:
        """values: (7,) as `Traces.values`."""
        standard = np.clip((values - self.middle) / self.spread, -6, 6)
        return {name: float(standard @ self.weights[name]) - self.limits[name] for name in SPECIES}


@lru_cache(maxsize=1)
def pinned_model() -> Model:
    """Errors: WeightsDamaged."""
    raw = json.loads(weights.pinned(MODEL))
    return Model(
        np.array(raw["middle"]),
        np.array(raw["spread"]),
        {name: np.array(raw["weights"][name]) for name in SPECIES},
        {name: float(raw["limits"][name]) for name in SPECIES},
    )


def judge(picture: NDArray[np.uint8], circles: Boundaries, sheet: Sheet, model: Model | None = None) -> Suspicion:
    """Of an upright picture, uint8 (h, w), as the pipeline saw it."""
    found = traces(picture, circles, sheet)
    scores = (model or pinned_model()).scores(found.values())
    return Suspicion(species=likeliest(scores)[0], scores=scores, traces=found)


def over_frames(frames: Sequence[Mapping[Species, float]]) -> dict[Species, float]:
    """Scores of one eye from those of its frames: the median of each species, and of a lone frame LONE less.

    A forgery is one in every frame; of a living eye a single frame may look odd. frames: at least one.
    """
    less = LONE if len(frames) == 1 else 0.0
    return {name: float(np.median([scores[name] for scores in frames])) - less for name in SPECIES}


def likeliest(scores: Mapping[Species, float]) -> tuple[Species | None, float]:
    """The forgery with the highest score, None where that is not over 0; and the score."""
    worst = max(SPECIES, key=lambda name: scores[name])
    return (worst if scores[worst] > 0 else None), scores[worst]
