"""The last pixels of a fit: the integro-differential operator near a first guess."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from models.boundary import specular
from models.boundary.circles import Boundaries, Circle, between
from models.boundary.daugman import Search, best_circle, full_turn, side_arcs

Floats = NDArray[np.floating[Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameters:
    reach: float = 3.0
    """Pixels of the view that a centre may still move."""
    spread: float = 0.08
    """Share by which a radius may still change."""
    pull: float = 0.6
    """Grey levels of edge that one pixel of movement must be worth."""
    blur: float = 1.2
    pupil_reach: float = 0.28
    """Share of the iris radius by which a pupil's centre may lie beside the iris's, in the search without a guess."""
    pupil_radius: tuple[float, float] = (0.17, 0.64)
    """Shares of the iris radius between which that search looks for the pupil."""
    ceiling: float = 65.0
    """Percentile of brightness within the iris that nothing exceeds in that search."""
    better: float = 1.25
    """The searched pupil replaces the guessed one when its edge is this many times stronger."""
    deviation: float = 45.0
    """Grey levels that a view's deviation is stretched or pressed to, so that a dim view's edges count as much."""
    stretch: tuple[float, float] = (0.6, 5.0)
    """Limits of that: noise is not to be made a picture."""
    bright: float = 12.0
    """Stretched grey levels by which a pupil must exceed the iris around it to be taken for a bright one."""
    level: float = 0.4
    """Share of the way by which the iris's middle is brought to the height of the pupil's: lids hide how high it is."""


@dataclass(frozen=True, slots=True)
class Fit:
    """A hypothesis and the strength (grey levels) of its two edges."""

    circles: Boundaries
    pupil_edge: float
    iris_edge: float

    def unstretched(self, gain: float) -> Fit:
        """The same with edges in the view's own grey levels."""
        return Fit(self.circles, self.pupil_edge / gain, self.iris_edge / gain)


def between_fits(a: Fit, b: Fit) -> Fit:
    """Half way between two fits."""
    edges = ((a.pupil_edge + b.pupil_edge) / 2, (a.iris_edge + b.iris_edge) / 2)
    return Fit(between(a.circles, b.circles), *edges)


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """A view as the operator wants it, float32 (240, 320), stretched by `gain`: noise blurred away."""

    dark: Floats
    """Reflections painted over: dark pupils are looked for in it."""
    plain: Floats
    """As it came: a pupil that shines is no reflection."""
    gain: float


def prepare(view: NDArray[np.uint8], parameters: Parameters = Parameters()) -> Prepared:
    painted = specular.paint_over(view, specular.find(view))
    dark = cv2.GaussianBlur(painted, (0, 0), parameters.blur).astype(np.float32)
    plain = dark if painted is view else cv2.GaussianBlur(view, (0, 0), parameters.blur).astype(np.float32)
    gain = float(np.clip(parameters.deviation / max(float(dark.std()), 1.0), *parameters.stretch))
    return Prepared(dark * gain, plain * gain, gain)


def settle(image: Floats, start: Circle, angles: Floats, parameters: Parameters = Parameters()) -> tuple[Circle, float]:
    """The strongest circle near `start`: whole pixels first, then halves."""
    span = max(2.0, parameters.spread * start.r)
    wide = Search(reach=parameters.reach, step=1, low=start.r - span, high=start.r + span)
    found, _ = best_circle(image, start, wide, angles, pull=parameters.pull)
    fine = Search(reach=0.5, step=0.5, low=found.r - 1, high=found.r + 1, radius_step=0.5)
    return best_circle(image, found, fine, angles, width=2.0)


def searched_pupil(image: Floats, iris: Circle, parameters: Parameters = Parameters()) -> tuple[Circle, float]:
    """The strongest dark circle inside an iris, wherever it is: networks misplace pupils that are little darker."""
    low, high = (share * iris.r for share in parameters.pupil_radius)
    # sclera and skin are cut down to the iris's own brightness: only the pupil may be an edge
    disc = Circle(iris.x, iris.y, 0.9 * iris.r).disc(image.shape)
    ceiling = float(np.percentile(image[disc], parameters.ceiling)) if disc.any() else 255.0
    image = np.minimum(image, ceiling)
    # steps grow with irises beyond the size of a view made for them, so that the search never takes longer
    step = max(2.0, iris.r / 40)
    search = Search(reach=parameters.pupil_reach * iris.r, step=step, low=low, high=high, radius_step=0.75 * step)
    found, _ = best_circle(image, iris, search, full_turn(24), pull=0.25, within=(iris, 0.85))
    return settle(image, found, full_turn(48), parameters)


def open_angles(visible: Floats, circle: Circle, share: float, *, least: int = 20) -> Floats:
    """Of 64 angles those where iris is visible at that share of the radius, and beside them; all if there are few.

    visible: chances, (240, 320). A lid's edge across the pupil is stronger than the pupil's own.
    """
    angles = full_turn(64)
    xs = (circle.x + share * circle.r * np.cos(angles)).astype(np.float32)
    ys = (circle.y + share * circle.r * np.sin(angles)).astype(np.float32)
    seen = cv2.remap(visible, xs[None], ys[None], cv2.INTER_LINEAR)[0] > 0.5
    seen = seen & np.roll(seen, 1) & np.roll(seen, -1)
    return angles[seen] if seen.sum() >= least else angles


def refined(
    image: Prepared, start: Boundaries, visible: Floats | None = None, parameters: Parameters = Parameters()
) -> Fit:
    """Both circles settled; where that leaves anatomy, the start is kept.

    visible: the network's map of visible iris, to leave out what lids cover of the pupil.
    """
    iris, iris_edge = settle(image.dark, start.iris, side_arcs(48), parameters)
    pupil, pupil_edge = _pupil(image, start, iris, visible, parameters)
    found = Boundaries(pupil, levelled(iris, pupil, parameters))
    return Fit(found if found.is_plausible() else start, pupil_edge, iris_edge).unstretched(image.gain)


def levelled(iris: Circle, pupil: Circle, parameters: Parameters = Parameters()) -> Circle:
    """The iris's circle nearer to the pupil's height: of three measures of an iris its height is the least certain."""
    return Circle(iris.x, iris.y + parameters.level * (pupil.y - iris.y), iris.r)


def _pupil(
    image: Prepared, start: Boundaries, iris: Circle, visible: Floats | None, parameters: Parameters
) -> tuple[Circle, float]:
    guess = start.pupil
    beside = 1 + max(0.12 * (start.iris.r - guess.r), 3.0) / guess.r
    angles = full_turn(48) if visible is None else open_angles(visible, guess, beside)
    if _brighter_inside(image.plain, guess, angles) > parameters.bright:
        return settle(255.0 - image.plain, guess, angles, parameters)
    pupil, edge = settle(image.dark, guess, angles, parameters)
    other, other_edge = searched_pupil(image.dark, iris, parameters)
    return (other, other_edge) if other_edge > parameters.better * max(edge, 1.0) else (pupil, edge)


def _brighter_inside(image: Floats, circle: Circle, angles: Floats) -> float:
    """Grey levels by which a circle's inner rim exceeds its outer one: medians, so that lamps inside do not count."""
    inside, outside = (ring_median(image, circle, shares, angles) for shares in ((0.82, 0.9), (1.12, 1.2)))
    return inside - outside


def ring_median(image: Floats, circle: Circle, shares: tuple[float, ...], angles: Floats) -> float:
    """Median brightness on circles of those shares of the radius."""
    radii = np.array(shares, np.float32)[:, None] * circle.r
    xs, ys = circle.x + radii * np.cos(angles), circle.y + radii * np.sin(angles)
    sampled = cv2.remap(image, xs.astype(np.float32), ys.astype(np.float32), cv2.INTER_LINEAR)
    return float(np.median(sampled))
