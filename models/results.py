"""What the pipeline found out about one picture."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from matching.template import EyeCode, Template
from models.boundary.circles import Boundaries
from models.factors import Factors
from models.overall import overall
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
    """The pipeline's own four are 0..1, higher is better; `measured` has ranges of its own."""

    usable: float
    """Share of code bits that may be compared."""
    focus: float
    contrast: float
    agreement: float
    """How well both boundary fits agree; 0 when one of them found nothing."""
    measured: Factors
    """After ISO/IEC 29794-6."""

    @property
    def iris_radius(self) -> float:
        """Pixels of the picture."""
        return self.measured.iris_radius

    @property
    def pupil_ratio(self) -> float:
        return self.measured.pupil_ratio

    @property
    def overall(self) -> float:
        """0..1; see `models.overall`."""
        return overall(
            usable=self.usable,
            contrast=self.contrast,
            pupil_contrast=self.measured.iris_pupil_contrast,
            focus=self.focus,
            agreement=self.agreement,
        )


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
