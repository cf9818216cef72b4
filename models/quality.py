"""Is this frame worth more than a glance? Cheap enough for every frame of a live scanner (about 1 ms)."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from models.boundary import classical, specular
from models.errors import CaptureRejected
from models.images import checked
from models.reasons import Reason, sentence
from models.views import whole


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameters:
    dark: float = 25.0
    """Mean grey level under which nothing can be seen."""
    bright: float = 0.6
    """Share of burnt-out pixels from which it is glare."""
    sharp: float = 8.0
    """Deviation of the fine detail (grey levels) of a sharp lash or pupil edge."""
    edge: float = 10.0
    """Grey levels of limbus under which there is rather no iris."""
    small: float = 30.0
    """Iris radius, in pixels of the 320-pixel view, under which texture is lost."""


@dataclass(frozen=True, slots=True)
class QuickQuality:
    """score: 0..1, to compare frames of one scanner with each other. advice: what to say, or None when all is well."""

    score: float
    advice: Reason | None

    def sentence(self, language: str = "fa") -> str:
        return "" if self.advice is None else sentence(self.advice, "fa" if language == "fa" else "en")


def sharpness(image: NDArray[np.uint8]) -> float:
    """Deviation of the detail finer than about two pixels, over the most detailed tenth of 16 × 16 blocks."""
    detail = np.abs(cv2.Laplacian(cv2.GaussianBlur(image, (3, 3), 0), cv2.CV_32F))
    blocks = cv2.resize(detail, None, fx=1 / 16, fy=1 / 16, interpolation=cv2.INTER_AREA)
    return float(np.quantile(blocks, 0.9))


def quick_quality(image: object, parameters: Parameters = Parameters()) -> QuickQuality:
    """How good this frame is, without segmentation. It never raises: a frame that is no picture scores 0."""
    try:
        picture = checked(image)
    except CaptureRejected as refused:
        return QuickQuality(0.0, refused.reason)
    view = whole(picture).image
    if view.mean() < parameters.dark:
        return QuickQuality(0.05, "too_dark")
    if (view >= 254).mean() > parameters.bright:
        return QuickQuality(0.05, "too_bright")
    return _with_eye(view, parameters)


def _with_eye(view: NDArray[np.uint8], parameters: Parameters) -> QuickQuality:
    painted = cv2.GaussianBlur(specular.paint_over(view, specular.find(view)), (0, 0), 1.2).astype(np.float32)
    found = classical.fit(painted, classical.Parameters(candidates=1, thresholds=6, iris=(18.0, 100.0)))
    if found is None:
        return QuickQuality(0.1, "no_eye")
    iris, eye_edge = found.circles.iris, min(found.pupil_edge, found.iris_edge)
    focus = min(sharpness(view) / parameters.sharp, 1.0)
    size = min(iris.r / (1.6 * parameters.small), 1.0)
    score = round(float(0.15 + 0.85 * focus * size * min(max(eye_edge, 0.0) / (2 * parameters.edge), 1.0)), 4)
    return QuickQuality(score, _advice(view, found, focus, parameters))


def _advice(view: NDArray[np.uint8], found: classical.Fit, focus: float, parameters: Parameters) -> Reason | None:
    iris, (height, width) = found.circles.iris, view.shape
    if found.iris_edge < 0.4 * parameters.edge:
        return "eye_closed"
    if iris.r < parameters.small:
        return "too_far"
    if iris.x < 0.8 * iris.r or iris.x + 0.8 * iris.r > width or not 0 <= iris.y < height:
        return "cut_off"
    return "too_blurred" if focus < 0.35 else None
