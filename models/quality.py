"""Is this frame worth more than a glance? Cheap enough for every frame of a live scanner (about 1 ms)."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from models.boundary import classical, refine, specular
from models.boundary.circles import Circle
from models.boundary.daugman import full_turn, radial_profiles
from models.errors import CaptureRejected
from models.factors import burnt, spots
from models.findings import glare
from models.images import checked
from models.reasons import Reason, sentence
from models.views import whole


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameters:
    dark: float = 25.0
    """Mean grey level under which nothing can be seen."""
    bright: float = 0.6
    """Share of burnt-out pixels from which it is glare."""
    sharp: float = 0.34
    """Focus from which a frame is as sharp as it need be."""
    blurred: float = 0.16
    """Focus under which the scanner should be held still."""
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


def sharpness(view: NDArray[np.uint8]) -> float:
    """How steep the steepest hundredth of a view's slopes is, in deviations of its brightness a pixel.

    Sharp eyes have 0.25 to 0.9, a blur of three pixels leaves 0.12 to 0.25. Neither noise (smoothed away) nor weak
    light (divided out) passes for focus or the lack of it.
    """
    soft = cv2.GaussianBlur(view, (0, 0), 1.2).astype(np.float32)
    across, down = (cv2.Sobel(soft, cv2.CV_32F, *axes, scale=1 / 8) for axes in ((1, 0), (0, 1)))
    slope = cv2.magnitude(across, down)[::2, ::2]
    return float(np.quantile(slope, 0.99) / max(float(soft.std()), 1.0))


def edge_width(view: NDArray[np.uint8], pupil: Circle) -> float:
    """How much of the pupil's edge lies within three pixels: about 0.75 when sharp, under 0.4 when blurred by three.

    It may pass 1 on an edge so weak that the iris's texture outweighs it.
    """
    steps = np.array([-7, -6, -1.5, 1.5, 6, 7], np.float32)
    centre = np.array([[pupil.x, pupil.y]], np.float32)
    rings = radial_profiles(view.astype(np.float32), centre, pupil.r + steps, full_turn(64))[0]
    far = (rings[4] + rings[5] - rings[0] - rings[1]) / 2
    return float((rings[3] - rings[2]) / max(far, 4.0))


def focus(view: NDArray[np.uint8], pupil: Circle) -> float:
    """The worse of both measures, on `sharpness`'s scale: sharp eyes have 0.16 to 0.5, blurred ones 0.1 to 0.15.

    Lashes alone may be sharp when the eye is not, and a wrong circle makes an edge look wide.
    """
    return min(sharpness(view), edge_width(view, pupil) / 2)


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
    found = classical.fit(painted, classical.Parameters(candidates=2, thresholds=8, iris=(18.0, 100.0)))
    if found is None:
        # no round dark blob: the network may still find the eye, so of such frames the sharpest is tried
        return QuickQuality(round(0.15 * min(sharpness(view) / parameters.sharp, 1.0), 4), "no_eye")
    iris, eye_edge = found.circles.iris, min(found.pupil_edge, found.iris_edge)
    in_focus = focus(view, found.circles.pupil)
    sharp = max(min(in_focus / parameters.sharp, 1.0), 0.0)
    size = min(iris.r / (1.6 * parameters.small), 1.0)
    score = round(float(0.15 + 0.85 * sharp * size * min(max(eye_edge, 0.0) / (2 * parameters.edge), 1.0)), 4)
    return QuickQuality(score, _advice(view, found, in_focus, parameters))


def _advice(view: NDArray[np.uint8], found: refine.Fit, in_focus: float, parameters: Parameters) -> Reason | None:
    iris, (height, width) = found.circles.iris, view.shape
    if in_focus < parameters.blurred:
        return "too_blurred"  # first of all: a blurred lid looks closed
    share = burnt(view, found.circles)
    if mirrored := glare(share, spots(view, found.circles) if share else 0):
        return mirrored
    if found.iris_edge < 0.05 * float(view.std()):
        return "eye_closed"
    if iris.r < parameters.small:
        return "too_far"
    if iris.x < 0.8 * iris.r or iris.x + 0.8 * iris.r > width or not 0 <= iris.y < height:
        return "cut_off"
    return None
