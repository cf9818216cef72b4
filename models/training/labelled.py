"""Examples from pictures that nobody drew a mask for: only where two fits that share nothing agree.

The teacher's circles and its visible iris become the truth. Where it is unsure it has no say, so what is learned from
it is not its errors but what these pictures look like.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from devices.manifest import ManifestRow
from models.boundary import classical, look, refine, weigh
from models.boundary.circles import Boundaries, disagreement
from models.segmentation import Maps, Segmenter
from models.training.data import grey
from models.training.truth import Example
from models.visible import ring


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameters:
    agree: float = 0.06
    """Share of the iris radius within which both fits must lie."""
    trust: float = 0.5
    """Least confidence of the circles half way."""
    clear: float = 0.72
    """Share of the ring about which the teacher must be sure, one way or the other."""
    sure: tuple[float, float] = (0.15, 0.85)
    """Chances beyond which it is."""


def labelled(
    rows: Iterable[ManifestRow], teacher: Segmenter, parameters: Parameters = Parameters()
) -> Iterator[Example]:
    for row in rows:
        found = example(grey(row.path), teacher, row.subject, parameters)
        if found is not None:
            yield found


def teacher(folder: Path) -> Segmenter:
    return Segmenter(folder=folder)


def example(
    picture: NDArray[np.uint8], teacher: Segmenter, person: str, parameters: Parameters = Parameters()
) -> Example | None:
    """The view worked on with the teacher's maps of it, or None where the fits or the maps leave a doubt."""
    seen = look.look(picture, teacher)
    if seen.start is None:
        return None
    image = refine.prepare(seen.view.image)
    first = refine.refined(image, seen.start, seen.maps.visible)
    second = classical.fit(image.dark, seen=seen.start.iris, plain=image.plain)
    if second is None:
        return None
    gap = disagreement(first.circles, second.circles)
    circles = refine.between_fits(first, second).circles
    if gap > parameters.agree or weigh.trust(circles, seen.maps, gap) < parameters.trust:
        return None
    if clear(seen.maps, circles, parameters) < parameters.clear:
        return None
    return Example(seen.view.image, _maps(seen.maps, circles), person)


def clear(maps: Maps, circles: Boundaries, parameters: Parameters = Parameters()) -> float:
    """Share of the ring that the teacher surely calls visible or hidden."""
    low, high = parameters.sure
    within = maps.visible[ring(circles, maps.visible.shape)]
    return float(((within < low) | (within > high)).mean()) if within.size else 0.0


def _maps(maps: Maps, circles: Boundaries) -> NDArray[np.uint8]:
    shape = maps.visible.shape
    layers: list[NDArray[Any]] = [
        (maps.visible > 0.5) & ring(circles, shape), circles.pupil.disc(shape), circles.iris.disc(shape)
    ]  # fmt: skip
    return np.stack(layers).astype(np.uint8) * 255
