"""Frames of the printed target as a scanner would take them."""

import re

import cv2
import numpy as np
from numpy.typing import NDArray

from devices import target

Picture = NDArray[np.uint8]


def printed(pixels_per_mm: float = 9.2) -> Picture:
    """The page as printed, from the vectors themselves: black squares on white."""
    page = target.svg()
    out = np.full((round(297 * pixels_per_mm), round(210 * pixels_per_mm)), 255, np.uint8)
    for found in re.finditer(r'<rect x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="([\d.]+)"/>', page):
        x, y, width, height = (float(value) * pixels_per_mm for value in found.groups())
        out[round(y) : round(y + height), round(x) : round(x + width)] = 0
    return out


def frame(
    *, middle_mm: float = 75.0, pixels_per_mm: float = 9.2, askew: float = 0.0, shape: float = 1.0, seed: int = 1
) -> Picture:
    """320 × 240 about one of the squares: dim, blurred, noisy, the page tilted and unevenly lit."""
    page = printed(pixels_per_mm)
    x, y = middle_mm * pixels_per_mm, 55 * pixels_per_mm
    turn = cv2.getRotationMatrix2D((x, y), -askew, 1.0) + np.array([[0, 0, 160 - x], [0, 0, 120 - y]])
    turn = np.diag([shape, 1.0]) @ turn + np.array([[0, 0, 160 * (1 - shape)], [0, 0, 0]])
    flat = cv2.warpAffine(page, turn, (320, 240), borderValue=255).astype(np.float32)
    light = 60 + 90 * np.linspace(0.6, 1.1, 320)[None, :] * np.linspace(1, 0.8, 240)[:, None]
    shot = cv2.GaussianBlur(20 + flat / 255 * light, (0, 0), 1.2)
    shot = shot + np.random.default_rng(seed).normal(0, 5, shot.shape)
    return np.clip(np.round(shot), 0, 255).astype(np.uint8)


def as_the_sensor_gives_it(upright: Picture, *, rotation: int, mirrored: bool) -> Picture:
    """What a device of that profile hands over: turned clockwise by `rotation` and un-mirrored, it stands upright."""
    shown = upright[:, ::-1] if mirrored else upright
    return np.ascontiguousarray(np.rot90(shown, k=rotation // 90))
