"""Pictures made worse on purpose, as vans make them: what quality is fitted on besides pictures as they are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]
Floats = NDArray[np.floating[Any]]


def spoiled(picture: Picture, rng: np.random.Generator) -> Picture:
    """One of KINDS, in a random strength. Its size may change."""
    kind = KINDS[int(rng.integers(len(KINDS)))]
    return np.ascontiguousarray(np.clip(np.rint(kind(picture.astype(np.float32), rng)), 0, 255).astype(np.uint8))


def _defocused(grey: Floats, rng: np.random.Generator) -> Floats:
    return cv2.GaussianBlur(grey, (0, 0), rng.uniform(0.8, 3.2))


def _moving(grey: Floats, rng: np.random.Generator) -> Floats:
    length = int(rng.integers(3, 12))
    line = np.zeros((length, length), np.float32)
    line[length // 2] = 1
    middle = (length - 1) / 2
    line = cv2.warpAffine(line, cv2.getRotationMatrix2D((middle, middle), rng.uniform(0, 180), 1), line.shape)
    return cv2.filter2D(grey, -1, line / line.sum())


def _noisy(grey: Floats, rng: np.random.Generator) -> Floats:
    return grey + rng.normal(0, rng.uniform(4, 16), grey.shape)


def _dim(grey: Floats, rng: np.random.Generator) -> Floats:
    return grey * rng.uniform(0.2, 0.6) + rng.normal(0, rng.uniform(1, 5), grey.shape)


def _compressed(grey: Floats, rng: np.random.Generator) -> Floats:
    _, packed = cv2.imencode(".jpg", grey.astype(np.uint8), [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(12, 45))])
    return np.asarray(cv2.imdecode(packed, cv2.IMREAD_GRAYSCALE), np.float32)


def _small(grey: Floats, rng: np.random.Generator) -> Floats:
    share = rng.uniform(0.35, 0.75)
    return cv2.resize(grey, None, fx=share, fy=share, interpolation=cv2.INTER_AREA)


def _lit_from_one_side(grey: Floats, rng: np.random.Generator) -> Floats:
    slope = rng.uniform(0.3, 0.9) * np.linspace(-1, 1, grey.shape[1])[None, :] * rng.choice([-1, 1])
    return grey * (1 + slope) * rng.uniform(0.8, 1.5)


def _cut(grey: Floats, rng: np.random.Generator) -> Floats:
    columns = int(rng.uniform(0.1, 0.3) * grey.shape[1])
    return grey[:, columns:] if rng.random() < 0.5 else grey[:, :-columns]


KINDS: tuple[Callable[[Floats, np.random.Generator], Floats], ...] = (
    _defocused,
    _moving,
    _noisy,
    _dim,
    _compressed,
    _small,
    _lit_from_one_side,
    _cut,
)
