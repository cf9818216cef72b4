"""Which side the nose is on, and whether the picture stands upright: advice from lids, lashes and corners of the eye.

Both questions are about a symmetry, and the answer must turn with the picture: the surroundings of the iris are
compared with their own mirror image, so that a mirrored picture gives exactly the opposite score. What is learned are
the weights of one linear form each (`python -m models.side_train`); the card `weights/side.md` says how well they do.

Advice only: people differ, cameras crop, and two research sets were found to disagree about their own labels.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from matching.template import Eye
from models import weights
from models.boundary.circles import Circle

MODEL = "side.json"
REACH = (2.6, 1.7)
"""Iris radii shown to the sides, and above and below."""
WIDTH, HEIGHT = 26, 17
SURE = 0.9
"""Confidence from which a side is named at all."""

Grid = NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bearing:
    """eye: the child's own eye, if the picture is neither mirrored nor turned; None when it cannot be told."""

    eye: Eye | None
    confidence: float
    """0.5 to 1, of the likelier side."""
    upright: float
    """Chance that the forehead is up, 0..1."""

    def contradicts(self, eye: Eye) -> bool:
        """The picture rather shows the other eye, or is mirrored. Upside down it says nothing."""
        return self.eye is not None and self.eye != eye and self.upright >= 1 - SURE

    @property
    def upside_down(self) -> bool:
        return self.upright < 1 - SURE


@dataclass(frozen=True, slots=True, eq=False)
class Weights:
    """side: (17, 13), upright: (8, 13) float32. slopes turn scores into chances."""

    side: Grid
    upright: Grid
    side_slope: float
    upright_slope: float


@lru_cache(maxsize=1)
def pinned_weights() -> Weights:
    """Errors: WeightsDamaged."""
    raw = json.loads(weights.pinned(MODEL))
    side, upright = (np.array(raw[name], np.float32) for name in ("side", "upright"))
    return Weights(side, upright, float(raw["side_slope"]), float(raw["upright_slope"]))


def guess_side(picture: NDArray[np.uint8], iris: Circle, learned: Weights | None = None) -> Bearing:
    """From an upright picture, uint8 (h, w), and the circle of its iris."""
    learned = learned or pinned_weights()
    grid = surroundings(picture, iris)
    nose_left = _chance(learned.side_slope * float((learned.side * across(grid)).sum()))
    upright = _chance(learned.upright_slope * float((learned.upright * down(grid)).sum()))
    confidence = max(nose_left, 1 - nose_left)
    # the child's left eye has the nose at the left of a picture taken from in front
    eye: Eye = "left" if nose_left >= 0.5 else "right"
    return Bearing(eye=eye if confidence >= SURE else None, confidence=confidence, upright=upright)


def surroundings(picture: NDArray[np.uint8], iris: Circle) -> Grid:
    """The eye about the iris, float32 (17, 26), brightness beyond its surroundings in deviations of the whole."""
    across_px, down_px = 2 * WIDTH, 2 * HEIGHT
    scale = across_px / (2 * REACH[0] * iris.r)
    soft = cv2.GaussianBlur(picture, (0, 0), 0.5 / scale) if scale < 1 else picture
    shift = (across_px / 2 - 0.5 - scale * iris.x, down_px / 2 - 0.5 - scale * iris.y)
    matrix = np.array([[scale, 0, shift[0]], [0, scale, shift[1]]])
    near = cv2.warpAffine(soft, matrix, (across_px, down_px), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    small = cv2.resize(near.astype(np.float32), (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA)
    return (small - cv2.GaussianBlur(small, (0, 0), 4)) / np.float32(8 * (small.std() + 5))


def across(grid: Grid) -> Grid:
    """(17, 13): the left half less the mirrored right half. Of a mirrored picture it is the negative."""
    return (grid - grid[:, ::-1])[:, : WIDTH // 2]


def down(grid: Grid) -> Grid:
    """(8, 13): above less below, of the picture laid over its mirror image. Turned by 180 degrees: the negative."""
    both = grid + grid[:, ::-1]
    return (both - both[::-1])[: HEIGHT // 2, : WIDTH // 2]


def _chance(score: float) -> float:
    return 1 / (1 + math.exp(-min(max(score, -30.0), 30.0)))
