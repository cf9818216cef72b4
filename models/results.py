"""What the pipeline found out about one picture."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from matching.template import EyeCode, Template
from models.boundary.circles import Boundaries
from models.reasons import Reason

Origin = Literal["both", "network", "classical"]
"""Which fit the circles come from; both: half way between the two."""


@dataclass(frozen=True, slots=True, eq=False)
class Hypothesis:
    """One belief about where the iris is, and the code that follows from it."""

    origin: Origin
    circles: Boundaries
    """In pixels of the upright picture."""
    code: EyeCode
    pupil_edge: float
    iris_edge: float
    """Grey levels by which the picture brightens across each circle."""
    visible: NDArray[np.uint8]
    """0/255, (h, w) of the upright picture: visible iris."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityFactors:
    """Each 0..1, higher is better, except the two that are plain measures."""

    usable: float
    """Share of code bits that may be compared."""
    focus: float
    contrast: float
    agreement: float
    """How well both boundary fits agree; 0 when one of them found nothing."""
    iris_radius: float
    """Pixels of the picture."""
    pupil_ratio: float

    @property
    def overall(self) -> float:
        """The weakest factor rules, the others soften it: their geometric mean, weighted for the usable share."""
        parts = np.array(
            [self.usable / 0.55, self.usable / 0.55, self.focus, self.contrast, 0.5 + 0.5 * self.agreement]
        )
        return float(np.exp(np.log(np.clip(parts, 0.02, 1.0)).mean()))


@dataclass(frozen=True, slots=True, eq=False)
class Extraction:
    """A template and everything known of how it came about. findings: what strict capture would have refused for."""

    template: Template
    hypotheses: tuple[Hypothesis, ...]
    """The preferred one first, in the order of the template's codes."""
    quality: QualityFactors
    confidence: float
    findings: tuple[Reason, ...]
    milliseconds: Mapping[str, float]
