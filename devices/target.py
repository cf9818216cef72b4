"""A printed target that looks like itself from one side only: which way round does a scanner see the world?

Two ArUco squares (S. Garrido-Jurado et al., Pattern Recognition 47(6), 2014) of known sides, so that one fits whatever
the scanner's scale is. Chosen because in a mirror they differ from both by four of sixteen cells, and one wrong cell is
corrected. Printed by laser: toner is black in near infrared, the ink of many ink-jet printers is not there at all.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import cv2
import numpy as np
from numpy.typing import NDArray

from devices.models import DeviceProfile

Picture = NDArray[np.uint8]
Corners = NDArray[np.floating]
"""(4, 2): x, y of the square's own upper left, upper right, lower right and lower left corner."""
Turn = Literal[0, 90, 180, 270]

SQUARES: dict[int, float] = {33: 14.0, 27: 8.0}
"""Millimetres of a side by the square's number in the dictionary."""
CELLS = 6
"""Of a side, the black rim included."""
STRAIGHT = 25.0
"""Degrees off upright, or off a quarter turn, up to which it is clear which way up the target is."""
_DICTIONARY = cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_4X4_50)
_OURS = cv2.aruco.Dictionary(_DICTIONARY.bytesList[list(SQUARES)], 4, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetSeen:
    """How one frame shows the target. The first two are what a `DeviceProfile` must say to undo it."""

    rotation: Turn
    """Degrees clockwise by which the frame must be turned before it is un-mirrored."""
    mirrored: bool
    askew: float
    """Degrees by which the target is held off a quarter turn: -45..45."""
    pixels_per_mm: float
    """Across and down together, at this distance."""
    pixel_shape: float
    """Width over height of the square as the frame shows it; true only for a target held flat."""

    @property
    def is_straight(self) -> bool:
        return abs(self.askew) <= STRAIGHT

    def fits(self, profile: DeviceProfile) -> bool:
        return (self.rotation, self.mirrored) == (profile.rotation, profile.mirrored)


def find(image: Picture) -> TargetSeen | None:
    """In one frame, uint8 (h, w), as the sensor gave it; None where the target is not to be seen."""
    plain = _square(image)
    if plain is not None:
        return _told(*plain, mirrored=False)
    flipped = _square(np.ascontiguousarray(image[:, ::-1]))
    return None if flipped is None else _told(*flipped, mirrored=True)


def _square(image: Picture) -> tuple[Corners, float] | None:
    """The corners of the largest of the squares, and its side in millimetres."""
    found, numbers, _ = cv2.aruco.ArucoDetector(_OURS).detectMarkers(image)
    if numbers is None or not len(numbers):
        return None
    sides = list(SQUARES.values())
    squares = [(corners[0], sides[int(k)]) for corners, k in zip(found, np.ravel(numbers), strict=True)]
    return max(squares, key=lambda one: float(cv2.contourArea(one[0])))


def _told(corners: Corners, side_mm: float, *, mirrored: bool) -> TargetSeen:
    top = (corners[1] - corners[0] + corners[2] - corners[3]) / 2
    clockwise = float(np.degrees(np.arctan2(top[1], top[0])))
    quarter = round(clockwise / 90)
    # the frame is turned back; of a flipped one the turn is counted before the flip, which reverses it
    back = (quarter if mirrored else -quarter) * 90 % 360
    span = corners.max(axis=0) - corners.min(axis=0)
    down = (corners[3] - corners[0] + corners[2] - corners[1]) / 2
    size = np.sqrt(np.abs(top[0] * down[1] - top[1] * down[0]))
    return TargetSeen(
        rotation=next(turn for turn in get_args(Turn) if turn == back),
        mirrored=mirrored,
        askew=clockwise - 90 * quarter,
        pixels_per_mm=float(size / side_mm),
        pixel_shape=float(span[0] / max(span[1], 1e-6)),
    )


def svg() -> str:
    """The page to print at 100 %, A4: both squares, which way is up, and what to do, in Persian and English."""
    squares = "".join(_drawn(k, side, x) for (k, side), x in zip(SQUARES.items(), (75.0, 125.0), strict=True))
    lines = [
        ("rtl", "این برگه را با چاپگر لیزری و در اندازهٔ ۱۰۰٪ چاپ کنید؛ مرکب چاپگر جوهرافشان در نور اسکنر دیده نمی‌شود."),
        (
            "rtl",
            "برگه را راست و پیکان رو به بالا، به فاصلهٔ معمول چشم، جلوی اسکنر بگیرید: نخست مربع بزرگ، اگر جا نشد کوچک.",
        ),
        ("ltr", "Print by laser at 100 %: the ink of an ink-jet printer cannot be seen in the scanner's light."),
        (
            "ltr",
            "Hold it straight, arrow up, as far from the scanner as an eye: the large square, or the small one if it",
        ),
        ("ltr", "does not fit. On the tablet: panah device check PORT --target"),
    ]
    text = "".join(
        f'<text x="105" y="{92 + 7 * n}" direction="{direction}" text-anchor="middle">{words}</text>'
        for n, (direction, words) in enumerate(lines)
    )
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" width="210mm" height="297mm" viewBox="0 0 210 297" '
        'font-family="Vazirmatn, sans-serif" font-size="4"><rect width="210" height="297" fill="#fff"/>'
        f"{squares}{text}</svg>\n"
    )


def _drawn(number: int, side: float, middle: float) -> str:
    """The square in millimetres, an arrow above it, its side below."""
    bits = cv2.aruco.Dictionary.getBitsFromByteList(_DICTIONARY.bytesList[number : number + 1], CELLS - 2)
    black = np.pad(np.asarray(bits) == 0, 1, constant_values=True)
    cell, left, top = side / CELLS, middle - side / 2, 55 - side / 2
    cells = "".join(
        f'<rect x="{left + column * cell:.4f}" y="{top + row * cell:.4f}" width="{cell:.4f}" height="{cell:.4f}"/>'
        for row, column in np.argwhere(black)
    )
    arrow = f'<path d="M{middle} {top - 22} l5 8 h-3 v6 h-4 v-6 h-3 z"/>'
    told = f'<text x="{middle}" y="{top + side + 14}" text-anchor="middle">{side:g} mm</text>'
    return f'<g shape-rendering="crispEdges">{cells}</g>{arrow}{told}'
