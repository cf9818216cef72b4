"""What the network sees in a view: visible iris, pupil, iris disc."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from models import views, weights
from models.sessions import Session

WIDTH, HEIGHT = 160, 120
MODEL = "segmentation.onnx"


@dataclass(frozen=True, slots=True, eq=False)
class Maps:
    """Chances 0..1, float32 (240, 320), in the view's pixels."""

    visible: NDArray[np.float32]
    pupil: NDArray[np.float32]
    disc: NDArray[np.float32]


class Segmenter:
    def __init__(self, *, threads: int = 1, folder: Path = weights.FOLDER) -> None:
        self._session = Session(MODEL, threads=threads, folder=folder)

    def __call__(self, view: NDArray[np.uint8]) -> Maps:
        """The maps of a view, uint8 (240, 320)."""
        small = cv2.resize(view, (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA).astype(np.float32)
        (logits,) = self._session.run({"image": small[None, None]})
        chances = 1 / (1 + np.exp(-np.clip(logits[0], -30, 30)))
        size = (views.WIDTH, views.HEIGHT)
        return Maps(*(cv2.resize(chance, size, interpolation=cv2.INTER_LINEAR) for chance in chances))
