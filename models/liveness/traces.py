"""What forgeries leave in a picture, as seven numbers that a reviewer can be told in words."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from models.boundary import specular
from models.boundary.circles import Boundaries
from models.normalise import Sheet

Floats = NDArray[np.floating[Any]]
SIDE = 128
"""Pixels of the square that spectra are taken of."""
ALONG = 3 / SIDE
"""Waves a pixel under which a wave counts as one of the sensor's rows or columns."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Traces:
    fine_peak: float
    """Strongest regular wave of 2 to 5 pixels' length over the usual of its length, in powers of e: dots, pixels."""
    slow_peak: float
    """The same of 5 to 16 pixels' length: beats between two grids."""
    fineness: float
    """Share of the fine waves in the picture's variation, as a logarithm: paper and grids have more."""
    shine: float
    """The brightest spot in the pupil over its surroundings, 0..1: a lamp mirrored by a cornea is near 1."""
    dark: float
    """The pupil's grey level over the iris's, 0..1: paper and screens are never quite dark."""
    around_peak: float
    """Strongest regular wave around the iris over the usual, in powers of e: patterns come in spokes."""
    steps: float
    """Fourth over squared second moment of the iris's fine texture, as a logarithm: dots are either there or not."""

    def values(self) -> Floats:
        return np.array(list(asdict(self).values()), np.float64)


def traces(picture: NDArray[np.uint8], circles: Boundaries, sheet: Sheet) -> Traces:
    """Of an upright picture, uint8 (h, w), its circles in pixels, and its rubber sheet. About 3 ms."""
    spectrum, length = _spectrum(_square(picture, circles))
    fine, slow = (length >= 2) & (length < 5), (length >= 5) & (length < 16)
    total = float(spectrum[(length >= 2) & (length < 64)].sum())
    spot, pupil, iris = _pupil(picture, circles)
    return Traces(
        fine_peak=_peak(spectrum, length, fine),
        slow_peak=_peak(spectrum, length, slow),
        fineness=float(np.log(max(float(spectrum[(length >= 2) & (length < 4)].sum()), 1e-6) / max(total, 1e-6))),
        shine=max(spot - pupil, 0.0) / 255,
        dark=min(pupil / max(iris, 1.0), 1.0),
        around_peak=_around(sheet),
        steps=_steps(sheet),
    )


def _square(picture: NDArray[np.uint8], circles: Boundaries) -> Floats:
    """(128, 128) about the iris in the picture's own pixels, lamps painted over; float32."""
    left, top = (round(c - SIDE / 2) for c in (circles.iris.x, circles.iris.y))
    matrix = np.array([[1, 0, -left], [0, 1, -top]], np.float64)
    near = cv2.warpAffine(picture, matrix, (SIDE, SIDE), flags=cv2.INTER_NEAREST, borderMode=cv2.BORDER_REFLECT_101)
    return specular.paint_over(near, specular.find(near)).astype(np.float32)


def _spectrum(square: Floats) -> tuple[Floats, Floats]:
    """Power of each wave and its length in pixels, of the half plane; edges faded out.

    Waves along the sensor's own rows and columns are left out: interlacing and JPEG's blocks make them in living eyes.
    """
    fade = np.hanning(SIDE)
    flat = square - cv2.GaussianBlur(square, (0, 0), 8)
    power = np.abs(np.fft.rfft2(flat * fade[:, None] * fade[None, :])) ** 2
    down, across = np.abs(np.fft.fftfreq(SIDE))[:, None], np.fft.rfftfreq(SIDE)[None, :]
    of_the_sensor = (down < ALONG) | (across < ALONG)
    length = np.where(of_the_sensor, np.inf, 1 / np.maximum(np.hypot(down, across), 1e-6))
    return power, length


def _peak(power: Floats, length: Floats, band: NDArray[np.bool_]) -> float:
    """The strongest wave over the median of waves of about its length."""
    octave = np.round(np.log2(np.clip(length, 1, 256)) * 4).astype(int)
    found = [power[band & (octave == k)] for k in np.unique(octave[band])]
    ratios = [float(ring.max()) / max(float(np.median(ring)), 1e-6) for ring in found]
    return float(np.log(max(*ratios, 1.0)))


def _pupil(picture: NDArray[np.uint8], circles: Boundaries) -> tuple[float, float, float]:
    """Grey levels: the brightest spot inside, the pupil's dark half, the iris beside it."""
    shape = (picture.shape[0], picture.shape[1])
    inside = circles.pupil.disc(shape)
    ring = circles.iris.disc(shape) & ~inside
    if inside.sum() < 20 or ring.sum() < 20:
        return 0.0, 0.0, 0.0
    pupil, iris = picture[inside], picture[ring]
    return float(np.quantile(pupil, 0.995)), float(np.quantile(pupil, 0.3)), float(np.median(iris))


def _around(sheet: Sheet) -> float:
    """Of the middle of the sheet: the strongest of 16 to 80 waves a turn over their median."""
    texture = np.where(sheet.valid, sheet.texture, np.nan)[12:56]
    rows = texture - np.nan_to_num(cv2.blur(sheet.texture, (41, 1))[12:56])
    rows = np.nan_to_num(rows * (sheet.valid[12:56].mean() > 0.1))
    power = (np.abs(np.fft.rfft(rows, axis=1)) ** 2).mean(axis=0)[16:81]
    trend = cv2.blur(power[None].astype(np.float32), (21, 1), borderType=cv2.BORDER_REFLECT_101)[0]
    return float(np.log(max(float((power / np.maximum(trend, 1e-6)).max()), 1e-6)))


def _steps(sheet: Sheet) -> float:
    fine = (sheet.texture - cv2.GaussianBlur(sheet.texture, (0, 0), 3))[sheet.valid]
    if fine.size < 200:
        return float(np.log(3.0))
    square = (fine - fine.mean()) ** 2
    return float(np.log(max(float((square * square).mean()) / max(float(square.mean()) ** 2, 1e-6), 1.0)))
