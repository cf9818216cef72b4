"""What a scan finds for every enrolled code."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """One entry a row, at the best probe code and rotation.

    counts: int32, (rows, 3): disagreeing bits, common bits, index of the rotation; common bits 0 where no
    rotation reached the floor. scores: float64, (rows,), NaN there.
    """

    counts: NDArray[np.int32]
    scores: NDArray[np.float64]
