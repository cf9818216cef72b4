"""Where to look: the whole picture first, then closer, and piece by piece where the first look finds no eye."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models import views
from models.boundary import from_maps
from models.boundary.circles import Boundaries, Circle
from models.segmentation import Maps

Segment = Callable[[NDArray[np.uint8]], Maps]


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameters:
    radius: tuple[float, float] = (38.0, 88.0)
    """Iris radii, in view pixels, that are worked on as they come; others get a view of their own."""
    aim: float = 58.0
    """The radius that such a view is made for."""
    closer: int = 2
    """How often a view may be made anew: what the edge of the first one cut looks larger in the second."""
    trusted: float = 0.9
    """Support of a first look from which nothing else is looked for."""
    lost: float = 0.75
    """Support under which the picture is looked at piece by piece."""
    shares: tuple[float, ...] = (1.0, 0.6, 0.42)
    """A doubted iris is looked at again at its radius and, as the whole eye is easily taken for one, at less."""
    small: float = 48.0
    """An iris under this, in a view that shows less than the picture has, is doubted whatever its support."""
    reduced: float = 0.8
    """Scale of a view under which that is so."""
    zoom: float = 2.0
    """How much larger the pieces show what the whole picture showed too small."""
    better: float = 0.1
    """A piece's support must exceed the first look's by this: pieces have nine chances to err."""


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """A view, what the network saw in it, the circles through it (view pixels) and how well they fit, 0..1."""

    view: views.View
    maps: Maps
    start: Boundaries | None
    support: float


def support(maps: Maps, circles: Boundaries) -> float:
    """How well two circles cover the network's pupil and iris: the lesser of two overlaps (intersection over union)."""
    return min(covered(maps.disc, circles.iris), covered(maps.pupil, circles.pupil))


def covered(chance: NDArray[np.floating[Any]], circle: Circle) -> float:
    """Overlap of a circle and a map, 0..1, at half the map's size (three times faster, a percent point coarser)."""
    seen = chance[::2, ::2] > 0.5
    disc = Circle(circle.x / 2, circle.y / 2, circle.r / 2).disc(seen.shape)
    return float(np.count_nonzero(seen & disc)) / max(int(np.count_nonzero(seen | disc)), 1)


def look(
    picture: NDArray[np.uint8],
    segment: Segment,
    parameters: Parameters = Parameters(),
    *,
    squeeze: float = views.SQUEEZE,
) -> Look:
    """The look that is worked on; its `start` is None where no look showed an eye."""
    best = _at(views.whole(picture, squeeze), segment)
    if best.start is not None and _is_doubted(best, best.start, parameters):
        iris = best.view.to_picture(best.start).iris
        radii = [parameters.aim / share for share in parameters.shares]
        nearer = (views.around(picture, iris, radius=radius, squeeze=squeeze) for radius in radii)
        best = _better(best, nearer, segment, 0.0)
    if best.support < parameters.lost:
        best = _better(best, _pieces(picture, parameters.zoom, squeeze), segment, parameters.better)
    return _closer(picture, best, segment, parameters)


def _is_doubted(first: Look, start: Boundaries, parameters: Parameters) -> bool:
    small = start.iris.r < parameters.small and first.view.scale < parameters.reduced
    return small or first.support < parameters.trusted


def _better(best: Look, others: Iterable[views.View], segment: Segment, margin: float) -> Look:
    """The best supported of the looks at other views, or the one so far if none exceeds it by `margin`."""
    found = max((_at(view, segment) for view in others), key=lambda look: look.support)
    return found if found.support > best.support + margin else best


def _at(view: views.View, segment: Segment) -> Look:
    maps = segment(view.image)
    start = from_maps.fit(maps)
    return Look(view, maps, start, 0.0 if start is None else support(maps, start))


def _closer(picture: NDArray[np.uint8], best: Look, segment: Segment, parameters: Parameters) -> Look:
    low, high = parameters.radius
    for _ in range(parameters.closer):
        if best.start is None or low <= best.start.iris.r <= high:
            return best
        iris = best.view.to_picture(best.start).iris
        closer = _at(views.around(picture, iris, radius=parameters.aim, squeeze=best.view.squeeze), segment)
        if closer.start is None:
            return best
        best = closer
    return best


def _pieces(picture: NDArray[np.uint8], zoom: float, squeeze: float) -> Iterator[views.View]:
    """Overlapping views, each `zoom` times nearer than the whole: a grid that covers the picture by half steps."""
    height, width = picture.shape
    across = zoom * min(views.WIDTH / width, squeeze * views.HEIGHT / height)
    for y in _middles(height, squeeze * views.HEIGHT / across):
        for x in _middles(width, views.WIDTH / across):
            # of a piece only place and scale matter: the radius says how far to zoom
            yield views.around(picture, Circle(x, y, 1 / across), radius=1.0, squeeze=squeeze)


def _middles(length: int, piece: float) -> NDArray[np.float64]:
    """Centres of pieces along one side, half a piece apart or less."""
    if piece >= length:
        return np.array([(length - 1) / 2])
    count = int(np.ceil((length - piece) / (piece / 2))) + 1
    return np.linspace(piece / 2, length - piece / 2, count) - 0.5
