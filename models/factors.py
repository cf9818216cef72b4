"""Factors of an iris picture's quality, after ISO/IEC 29794-6 (2015), each a pure function of what was found.

Names and formulas follow the standard where it has one; where the standard's own measure needs what a field picture
lacks (a whole sclera, a whole pupil edge), the nearest measure on the parts that are seen is used, and said.
Pictures are uint8 (h, w), soft ones float32 after a slight blur; circles in the same pixels; visible uint8 (h, w),
over 127 at visible iris.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from models.boundary.circles import Boundaries, Circle
from models.boundary.daugman import full_turn, side_arcs

Picture = NDArray[np.uint8]
Floats = NDArray[np.floating[Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Factors:
    """One picture's measures; see the function of the same name for what each says and its range."""

    usable_area: float
    iris_radius: float
    iris_sclera_contrast: float
    iris_pupil_contrast: float
    pupil_ratio: float
    pupil_circularity: float
    concentricity: float
    gaze: float
    steadiness: float
    margin: float
    grey_spread: float
    texture: float
    burnt: float
    spots: int


def measure(
    view: Picture, circles: Boundaries, visible: Picture, *, whole: Boundaries, shape: tuple[int, ...]
) -> Factors:
    """All of them, about 1 ms. view, circles, visible: as boundaries were looked for; whole, shape: in the picture."""
    near, circles, visible = _cut(view, circles, visible)
    soft = cv2.GaussianBlur(near, (0, 0), 1.0).astype(np.float32)
    edge = pupil_edge(soft, circles)
    return Factors(
        usable_area=usable_area(circles, visible),
        iris_radius=whole.iris.r,
        iris_sclera_contrast=iris_sclera_contrast(soft, circles),
        iris_pupil_contrast=iris_pupil_contrast(soft, circles),
        pupil_ratio=circles.pupil_ratio,
        pupil_circularity=pupil_circularity(edge),
        concentricity=concentricity(circles),
        gaze=gaze(edge, circles),
        steadiness=steadiness(soft, circles, visible),
        margin=margin(whole, shape),
        grey_spread=grey_spread(near),
        texture=texture(near, circles, visible),
        burnt=burnt(near, circles),
        spots=spots(near, circles),
    )


def _cut(view: Picture, circles: Boundaries, visible: Picture) -> tuple[Picture, Boundaries, Picture]:
    """The square of 1.5 radii about the iris, as far as the view shows it."""
    iris, pupil, reach = circles.iris, circles.pupil, 1.5 * circles.iris.r
    left, top = max(int(iris.x - reach), 0), max(int(iris.y - reach), 0)
    window = np.s_[top : max(int(iris.y + reach) + 1, top + 2), left : max(int(iris.x + reach) + 1, left + 2)]
    moved = Boundaries(Circle(pupil.x - left, pupil.y - top, pupil.r), Circle(iris.x - left, iris.y - top, iris.r))
    return np.ascontiguousarray(view[window]), moved, np.ascontiguousarray(visible[window])


def usable_area(circles: Boundaries, visible: Picture) -> float:
    """Share of the ring between pupil and limbus that is visible iris: 0..1; the standard asks for 0.7."""
    ring = _ring(circles, visible.shape)
    area = np.pi * (circles.iris.r**2 - circles.pupil.r**2)
    return min(float((visible[ring] > 127).sum()) / max(area, 1.0), 1.0)


def iris_sclera_contrast(soft: Floats, circles: Boundaries) -> float:
    """How much brighter the sclera is than the iris, over both above the pupil: 0..1; the standard asks for 0.05.

    On the left and right arcs only, the better half of them: lids cover the rest.
    """
    arcs = side_arcs(32)
    inside, outside = (_sampled(soft, circles.iris, share, arcs) for share in (0.88, 1.12))
    pupil = float(np.median(_sampled(soft, circles.pupil, 0.6, full_turn(24))))
    span = np.maximum(inside + outside - 2 * pupil, 10.0)
    return float(np.clip(np.quantile((outside - inside) / span, 0.6), 0, 1))


def iris_pupil_contrast(soft: Floats, circles: Boundaries) -> float:
    """Weber's ratio w of iris to pupil, as w / (0.75 + w): 0..1; the standard asks for 0.3, shut eyes have under 0.2.

    The pupil's darker quarter counts, because lamps may fill the rest of it.
    """
    turn = full_turn(32)
    iris = float(np.median(_sampled(soft, circles.pupil, 1.25, turn)))
    pupil = float(np.quantile([_sampled(soft, circles.pupil, share, turn) for share in (0.4, 0.6, 0.8)], 0.25))
    weber = max(iris - pupil, 0.0) / (20 + pupil)
    return weber / (0.75 + weber)


def pupil_edge(soft: Floats, circles: Boundaries) -> Floats:
    """(32, 2) x, y where the picture brightens most near the pupil's circle, one point a direction."""
    angles, pupil = full_turn(32), circles.pupil
    reach = max(3.0, 0.25 * pupil.r)
    radii = np.linspace(pupil.r - reach, pupil.r + reach, 25, dtype=np.float32)
    x, y = (c + radii[None, :] * f(angles)[:, None] for c, f in ((pupil.x, np.cos), (pupil.y, np.sin)))
    lines = cv2.remap(soft, x.astype(np.float32), y.astype(np.float32), cv2.INTER_LINEAR)
    steepest = radii[2:-2][(lines[:, 4:] - lines[:, :-4]).argmax(axis=1)]
    return np.stack([pupil.x + steepest * np.cos(angles), pupil.y + steepest * np.sin(angles)], axis=1)


def pupil_circularity(edge: Floats) -> float:
    """1 minus the relative deviation of the pupil's radius over directions: 0..1, above 0.95 for a clean pupil."""
    away = np.hypot(*(edge - edge.mean(axis=0)).T)
    return float(np.clip(1 - np.median(np.abs(away - np.median(away))) / max(float(np.median(away)), 1.0), 0, 1))


def concentricity(circles: Boundaries) -> float:
    """1 minus the distance of both centres over the iris's radius: 0..1; the standard asks for 0.9."""
    return max(1 - circles.eccentricity, 0.0)


def gaze(edge: Floats, circles: Boundaries) -> float:
    """Cosine of the gaze's angle to the camera, from the pupil's ellipse: 0..1; 0.87 is 30 degrees.

    A pupil is an ellipse for other reasons too, so this only ever says "at least so frontal".
    """
    _, axes, _ = cv2.fitEllipse(edge.astype(np.float32))
    longer = max(*axes, 1e-6)
    # where lashes or reflections pull the ellipse far off the circle it says nothing
    return float(min(axes) / longer) if 0.6 < longer / (2 * circles.pupil.r) < 1.5 else 0.5


def steadiness(soft: Floats, circles: Boundaries, visible: Picture) -> float:
    """Evenness of slopes over directions within the iris: 0..1; motion leaves slopes across its way only."""
    ring = _ring(circles, visible.shape) & (visible > 127)
    if ring.sum() < 100:
        return 0.0
    across, down = (cv2.Sobel(soft, cv2.CV_32F, *axes, scale=1 / 8)[ring] for axes in ((1, 0), (0, 1)))
    xx, yy, xy = (float((a * b).mean()) for a, b in ((across, across), (down, down), (across, down)))
    return 1 - float(np.hypot(xx - yy, 2 * xy)) / max(xx + yy, 1e-6)


def margin(circles: Boundaries, shape: tuple[int, ...]) -> float:
    """Room around the iris over what the standard asks for (0.6 radii at the sides, 0.2 above and below): 0..1.

    0: the iris touches the picture's edge or is cut by it.
    """
    iris, (height, width) = circles.iris, shape
    sides = min(iris.x, width - 1 - iris.x) / iris.r - 1
    ends = min(iris.y, height - 1 - iris.y) / (iris.tall * iris.r) - 1
    return float(np.clip(min(sides / 0.6, ends / 0.2), 0, 1))


def grey_spread(near: Picture) -> float:
    """Entropy of the grey levels about the eye: 0..8 bits; the standard asks for 6.

    The worst pictures here do not have the least: glasses and lamps add levels. So the overall score leaves it out.
    """
    share = np.bincount(near.ravel(), minlength=256) / max(near.size, 1)
    share = share[share > 0]
    return float(-(share * np.log2(share)).sum())


def texture(picture: Picture, circles: Boundaries, visible: Picture) -> float:
    """Deviation of the iris's texture at the code's scale, over its brightness: 0 to about 0.3.

    A band from 1/30 to 1/8 of the iris's radius, median over the visible part: lashes' edges do not count.
    """
    ring = _ring(circles, visible.shape) & (visible > 127)
    if ring.sum() < 100:
        return 0.0
    fine, coarse = (cv2.GaussianBlur(picture, (0, 0), circles.iris.r / n).astype(np.float32) for n in (30, 8))
    return float(1.4826 * np.median(np.abs(fine - coarse)[ring]) / max(float(np.median(picture[ring])), 10.0))


def burnt(picture: Picture, circles: Boundaries) -> float:
    """Share of the ring between pupil and limbus that is burnt out: 0..1."""
    ring = _ring(circles, picture.shape)
    return float((picture[ring] >= 250).mean()) if ring.any() else 0.0


def spots(near: Picture, circles: Boundaries) -> int:
    """Compact burnt-out spots from half the iris's radius outwards: 0 or 1 for most eyes, more behind spectacles.

    A spot is at least a tenth of the iris's radius wide and at most 0.9 of it: larger is skin.
    """
    iris = circles.iris
    bright = (near >= 245).astype(np.uint8)
    count, _, stats, centres = cv2.connectedComponentsWithStats(bright, connectivity=8)
    widest = stats[:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]].max(axis=1)
    away = np.hypot(centres[:, 0] - iris.x, centres[:, 1] - iris.y)
    compact = (widest >= 0.1 * iris.r) & (widest <= 0.9 * iris.r) & (away > 0.5 * iris.r) & (away < 1.5 * iris.r)
    return int(compact[1:count].sum())


def _ring(circles: Boundaries, shape: tuple[int, ...]) -> NDArray[np.bool_]:
    size = (shape[0], shape[1])
    return circles.iris.disc(size) & ~circles.pupil.disc(size)


def _sampled(soft: Floats, circle: Circle, share: float, angles: Floats) -> Floats:
    """Brightness on the circle of that share of the radius."""
    x = (circle.x + share * circle.r * np.cos(angles)).astype(np.float32)[None, :]
    y = (circle.y + share * circle.r * np.sin(angles)).astype(np.float32)[None, :]
    sampled: Floats = cv2.remap(soft, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)[0]
    return sampled
