"""A rubber sheet becomes bits: the signs of sixteen filters at 128 angles, and which of them can be trusted."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models import weights
from models.normalise import Sheet
from models.sessions import Session

MODEL = "encoder.onnx"
ENCODER = "gabor-2"
"""The name in every template; a change of filters or parameters needs another one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameters:
    support: float = 0.75
    """Share of a filter's window that must be visible iris."""
    fragile: float = 0.2
    """Share of each filter's weakest responses left out: their sign flips from one picture to the next.

    K. Hollingsworth, K. Bowyer, P. Flynn, "The best bits in an iris code", IEEE PAMI 31(6), 2009.
    """


@dataclass(frozen=True, slots=True, eq=False)
class Bits:
    """code and mask: bool (128, 16), angular column by lane."""

    code: NDArray[np.bool_]
    mask: NDArray[np.bool_]


class Encoder:
    def __init__(
        self, parameters: Parameters = Parameters(), *, threads: int = 1, folder: Path = weights.FOLDER
    ) -> None:
        self.parameters = parameters
        self._session = Session(MODEL, threads=threads, folder=folder)

    def __call__(self, sheet: Sheet) -> Bits:
        texture, valid = sheet.texture[None, None], sheet.valid[None, None].astype(np.float32)
        response, support = self._session.run({"texture": texture, "valid": valid})
        mask = support >= self.parameters.support
        mask &= ~_weakest(np.abs(response), mask, self.parameters.fragile)
        return Bits((response > 0).T.copy(), mask.T.copy())


def _weakest(strength: NDArray[np.float32], seen: NDArray[np.bool_], share: float) -> NDArray[np.bool_]:
    """The weakest `share` of what is seen of every lane, as bool (lanes, columns)."""
    ordered = np.sort(np.where(seen, strength, np.inf), axis=1)
    left_out = (share * seen.sum(axis=1, keepdims=True)).astype(np.intp)
    return seen & (strength < np.take_along_axis(ordered, left_out, axis=1))
