"""Circles in image coordinates, round or pressed flat, and the few measures that everybody needs of them."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Circle:
    """Centre and radius in pixels; the centre of the top left pixel is (0, 0)."""

    x: float
    y: float
    r: float
    """To the sides."""
    tall: float = 1.0
    """The radius up and down, over `r`."""

    @property
    def mean_radius(self) -> float:
        """Of the round circle of the same area."""
        return self.r * math.sqrt(self.tall)

    def scaled(self, factor_x: float, factor_y: float) -> Circle:
        """The same circle in an image resized by the two factors (pixel centres stay pixel centres)."""
        x, y = (self.x + 0.5) * factor_x - 0.5, (self.y + 0.5) * factor_y - 0.5
        return Circle(x, y, self.r * factor_x, self.tall * factor_y / factor_x)

    def disc(self, shape: tuple[int, int]) -> NDArray[np.bool_]:
        """Boolean (height, width): pixels whose centre lies inside."""
        rows = (np.arange(shape[0], dtype=np.float32)[:, None] - self.y) / self.tall
        columns = np.arange(shape[1], dtype=np.float32)[None, :] - self.x
        return rows * rows + columns * columns <= self.r * self.r


@dataclass(frozen=True, slots=True)
class Boundaries:
    """The pupil's and the iris's circle; in a sound pair the pupil lies inside the iris."""

    pupil: Circle
    iris: Circle

    @property
    def pupil_ratio(self) -> float:
        return self.pupil.r / self.iris.r

    @property
    def eccentricity(self) -> float:
        """Distance of the centres over the iris radius; under about 0.15 in real eyes."""
        return math.hypot(self.pupil.x - self.iris.x, self.pupil.y - self.iris.y) / self.iris.r

    def is_plausible(self) -> bool:
        """The anatomy's wide limits; a pair outside them is a failed fit, not an unusual eye."""
        return 0.12 <= self.pupil_ratio <= 0.8 and self.eccentricity + self.pupil_ratio < 0.95


def between(a: Boundaries, b: Boundaries) -> Boundaries:
    """The circles half way: errors of independent fits cancel as long as neither is far off."""
    pupil, iris = (
        Circle((one.x + other.x) / 2, (one.y + other.y) / 2, (one.r + other.r) / 2)
        for one, other in ((a.pupil, b.pupil), (a.iris, b.iris))
    )
    return Boundaries(pupil, iris)


def disagreement(a: Boundaries, b: Boundaries) -> float:
    """The largest difference of any centre or radius, over the mean iris radius; 0 when they agree fully.

    Of the iris the radius to the sides counts, as lids hide the other one; of the pupil the mean.
    """
    scale = (a.iris.r + b.iris.r) / 2
    centres = [math.hypot(one.x - other.x, one.y - other.y) for one, other in ((a.pupil, b.pupil), (a.iris, b.iris))]
    radii = [abs(a.iris.r - b.iris.r), abs(a.pupil.mean_radius - b.pupil.mean_radius)]
    return max(*centres, *radii) / scale
