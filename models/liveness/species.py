"""The attacks that are told apart, and how each is imitated.

No real attack was photographed: a print, a screen and a lens are drawn over pictures of eyes with what is known of
them, in random strengths. They show whether the measures react at all; what they miss of real attacks nobody knows.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, get_args

import cv2
import numpy as np
from numpy.typing import NDArray

from models.boundary import specular
from models.boundary.circles import Boundaries

Species = Literal["print", "screen", "lens"]
SPECIES: tuple[Species, ...] = get_args(Species)
Picture = NDArray[np.uint8]
Floats = NDArray[np.floating[Any]]


def attack(species: Species, picture: Picture, circles: Boundaries, rng: np.random.Generator) -> Picture:
    """The same eye as a forgery; circles stay where they are. picture: uint8 (h, w)."""
    forged = _FORGERIES[species](picture, circles, rng)
    # a second camera looks at the forgery: its own blur and noise
    forged = cv2.GaussianBlur(forged.astype(np.float32), (0, 0), rng.uniform(0.4, 0.8))
    forged += rng.normal(0, rng.uniform(0.8, 2.5), forged.shape).astype(np.float32)
    return np.clip(np.rint(forged), 0, 255).astype(np.uint8)


def _print(picture: Picture, _circles: Boundaries, rng: np.random.Generator) -> Floats:
    """Dots on paper: a turned grid of dots whose size is the darkness, fibres, less range, reflections gone grey."""
    flat = specular.paint_over(picture, specular.find(picture)).astype(np.float32)
    waves = _grid(picture.shape, rng, pitch=(2.2, 4.5))
    ink = 255 * _rise((flat - 128 - 110 * waves) / rng.uniform(15, 45))
    share = rng.uniform(0.25, 0.8)
    fibres = cv2.GaussianBlur(rng.normal(0, 1, picture.shape).astype(np.float32), (0, 0), rng.uniform(0.8, 2.0))
    paper = flat * (1 - share) + ink * share + fibres / fibres.std() * rng.uniform(1, 4)
    low, high = rng.uniform(25, 60), rng.uniform(170, 230)
    return low + paper / 255 * (high - low)


def _screen(picture: Picture, _circles: Boundaries, rng: np.random.Generator) -> Floats:
    """Pixels of a display: a fine grid, and the slow waves where it beats with the sensor's own."""
    angle = rng.uniform(-0.2, 0.2)
    grid = _grid(picture.shape, rng, pitch=(2.1, 4.0), angle=angle)
    beat = _grid(picture.shape, rng, pitch=(6, 25), angle=angle + rng.uniform(-0.6, 0.6))
    grey = 255 * (picture.astype(np.float32) / 255) ** rng.uniform(0.8, 1.3)
    lit = grey * (1 + rng.uniform(0.08, 0.3) * grid + rng.uniform(0.03, 0.15) * beat)
    return rng.uniform(8, 30) + 0.85 * lit


def _lens(picture: Picture, circles: Boundaries, rng: np.random.Generator) -> Floats:
    """A printed pattern on the eye: dots in rings around an open middle; the lens's edge within the limbus."""
    height, width = picture.shape
    y, x = np.mgrid[:height, :width].astype(np.float32)
    iris = circles.iris
    # a round lens is as oval as the iris in the picture of a sensor whose pixels are not square
    across, down = x - iris.x, (y - iris.y) / iris.tall
    away = np.hypot(across, down) / iris.r
    turn = np.arctan2(down, across)
    rings, spokes = rng.uniform(7, 14), int(rng.integers(28, 64))
    dots = np.cos(2 * np.pi * rings * away) * np.cos(spokes * turn + rng.uniform(0, 6) + np.floor(rings * away) * 2.4)
    edge = max(circles.pupil_ratio + rng.uniform(0.05, 0.2), 0.45)
    inside = _rise((away - edge) * 40) * _rise((rng.uniform(0.9, 0.98) - away) * 60)
    pattern = _rise((dots - rng.uniform(0.0, 0.3)) * 8)
    return picture + pattern * inside * rng.choice([-1, 1]) * rng.uniform(18, 45)


def _rise(values: Floats) -> Floats:
    """From 0 to 1 about 0."""
    risen: Floats = 1 / (1 + np.exp(-np.clip(values, -30, 30)))
    return risen


def _grid(
    shape: tuple[int, ...], rng: np.random.Generator, *, pitch: tuple[float, float], angle: float | None = None
) -> Floats:
    """Two crossed waves, -1..1, of one pitch in pixels."""
    turn = rng.uniform(0.2, 1.3) if angle is None else angle
    wave = 2 * np.pi / rng.uniform(*pitch)
    y, x = np.mgrid[: shape[0], : shape[1]].astype(np.float32)
    u, v = x * np.cos(turn) + y * np.sin(turn), -x * np.sin(turn) + y * np.cos(turn)
    phase = rng.uniform(0, 6, 2)
    waves: Floats = (np.cos(wave * u + phase[0]) + np.cos(wave * v + phase[1])) / 2
    return waves


_FORGERIES: dict[Species, Callable[[Picture, Boundaries, np.random.Generator], Floats]] = {
    "print": _print,
    "screen": _screen,
    "lens": _lens,
}
