"""From counted bits to a score: the fractional Hamming distance, normalised for the number of bits compared.

Two strangers' codes that share few valid bits come close by chance more often than codes that share many.
Daugman's normalisation (IEEE TCSVT 14(1), 2004, eq. 4) is 0.5 - (0.5 - HD)·√(n/n0); it would give a template
with fewer than n0 bits a distance to itself, so the same pull is used as a power:

    d = 0.5 - HD,  γ = 1 + ½·ln(n/n0) / ln(2·pivot)
    score = 0.5 - 0.5·(2d)^γ      for d > 0
    score = 0.5 - d·√(n/n0)       for d ≤ 0

At d = pivot this is Daugman's form exactly; at d = 0.5 it is 0 for every n; fewer bits pull it towards 0.5.
"""

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from matching.template import BITS

MAX_BITS = 2 * BITS
"""Both eyes pooled."""
_GAMMA_RANGE = (0.5, 2.0)


@dataclass(frozen=True, slots=True)
class Normalisation:
    """The constants of the score. They belong to the template version and are repeated in every calibration."""

    n0: int = 1400
    """Bits at which score and distance are the same."""
    pivot: float = 0.15
    """0.5 - HD at the working point, where thresholds lie."""
    floor: int = 300
    """Fewer common bits than this give no score."""

    def __post_init__(self) -> None:
        if not (self.n0 > 0 and 0 < self.pivot < 0.5 and 0 < self.floor <= MAX_BITS):
            raise ValueError(f"no normalisation: {self}")

    def gamma(self, common_bits: float) -> float:
        """The power, within 0.5..2; 1 at n0 bits, more for fewer bits."""
        power = 1 + 0.5 * math.log(common_bits / self.n0) / math.log(2 * self.pivot)
        return min(max(power, _GAMMA_RANGE[0]), _GAMMA_RANGE[1])

    def score(self, distance: float, common_bits: int) -> float:
        """Lower is more alike; NaN under the floor. distance: fractional Hamming distance, 0..1."""
        if common_bits < self.floor:
            return math.nan
        nearness = 0.5 - distance
        if nearness > 0:
            return 0.5 - 0.5 * math.exp(self.gamma(common_bits) * math.log(2 * nearness))
        return 0.5 - nearness * math.sqrt(common_bits / self.n0)

    def distance(self, score: float, common_bits: int) -> float:
        """The inverse: the distance that has this score when `common_bits` were compared."""
        nearness = 0.5 - score
        if nearness > 0:
            return 0.5 - 0.5 * math.exp(math.log(2 * nearness) / self.gamma(common_bits))
        return 0.5 - nearness / math.sqrt(common_bits / self.n0)


DEFAULT_NORMALISATION = Normalisation()


@lru_cache(maxsize=8)
def score_table(normalisation: Normalisation) -> NDArray[np.float64]:
    """γ and √(n/n0) for every number of common bits: float64, (4097, 2), read-only. The kernels look them up."""
    table = np.zeros((MAX_BITS + 1, 2))
    for bits in range(1, MAX_BITS + 1):
        table[bits] = normalisation.gamma(bits), math.sqrt(bits / normalisation.n0)
    table.flags.writeable = False
    return table
