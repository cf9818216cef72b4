"""Which fits become codes, which is preferred, and how far each is to be trusted."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from models.boundary.circles import Boundaries, disagreement
from models.boundary.look import covered
from models.boundary.refine import Fit, between_fits
from models.results import Origin
from models.segmentation import Maps


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameters:
    same: float = 0.05
    """Fits nearer to each other than this share of the iris radius are one hypothesis."""
    near: float = 0.1
    """Up to here the circles half way are preferred, beyond it the network's own."""
    apart: float = 0.3
    """Fits further apart than this contradict each other: there is no middle."""
    lonely: float = 0.1
    """Disagreement assumed of a fit that no second one could confirm or deny."""
    doubted: float = 0.5
    """Trust from which the preferred circles' worst rival, the classical fit alone, makes no code."""
    second: float = 0.8
    """Share of its trust that a fit keeps that is not the preferred one."""
    cover: tuple[float, float] = (0.4, 0.8)
    """Lesser cover of the two circles by the maps, from a tenth of the trust to all of it."""
    offset: float = 3.01
    weights: tuple[float, ...] = (1.39, 2.56, 1.66, -4.79, 40.08)
    """Of the signs, in a logistic model of a circle being wrong by more than 8 % of the iris radius. They come from
    `python -m models.training.trust`: people trained on, spoilt in many ways, and synthetic eyes."""


@dataclass(frozen=True, slots=True)
class Weighed:
    origin: Origin
    fit: Fit
    confidence: float
    """0..1; one half is where one right fit in twenty of the hard examples is doubted."""


UNSEEN = 0.6
"""Confidence without the network's maps."""


def weighed(fits: list[tuple[Origin, Fit]], maps: Maps | None, parameters: Parameters = Parameters()) -> list[Weighed]:
    """The fits that become codes, the preferred first. fits: one or two, the network's before the classical.

    Fits that agree make one code half way between them; fits that differ notably make that one and the network's, and
    the classical one's where the preferred one is doubted; fits that contradict each other make only their own. A third
    code that is not needed costs more than a search's time: strangers have more chances to be alike.
    """
    if len(fits) == 1:
        origin, fit = fits[0]
        return [Weighed(origin, fit, trust(fit.circles, maps, parameters.lonely, parameters))]
    gap = disagreement(fits[0][1].circles, fits[1][1].circles)
    middle: tuple[Origin, Fit] = ("both", between_fits(fits[0][1], fits[1][1]))
    if gap < parameters.same:
        order = [middle]
    elif gap < parameters.near:
        order = [middle, *fits]
    else:
        order = [fits[0], middle, fits[1]] if gap < parameters.apart else fits
    first = trust(order[0][1].circles, maps, gap, parameters)
    kept = order[1:] if first < parameters.doubted else order[1:2]
    trusts = [parameters.second * min(first, trust(fit.circles, maps, gap, parameters)) for _, fit in kept]
    return [Weighed(*order[0], first), *(Weighed(*one, own) for one, own in zip(kept, trusts, strict=True))]


def trust(circles: Boundaries, maps: Maps | None, gap: float, parameters: Parameters = Parameters()) -> float:
    """How far a pair of circles is to be trusted, 0.01..0.99, by the other fit's distance and the network's maps."""
    if maps is None:
        return UNSEEN
    found = signs(circles, maps, gap)
    doubt = parameters.offset + float(np.dot(parameters.weights, found))
    # whatever the model learned from examples: circles that the maps do not cover are not to be trusted
    low, high = parameters.cover
    covered_enough = np.clip((1 - max(found[1], found[2]) - low) / (high - low), 0.1, 1.0)
    return float(np.clip(covered_enough / (1 + math.exp(doubt)), 0.01, 0.99))


def signs(circles: Boundaries, maps: Maps, gap: float) -> tuple[float, ...]:
    """What speaks for a wrong circle: the fits' distance (logarithm), what the maps leave uncovered of iris and of
    pupil, the visible share of the ring up to 0.8 (which speaks against), and the eccentricity."""
    disc = circles.iris.disc(maps.visible.shape)
    ring = disc & ~circles.pupil.disc(disc.shape)
    return (
        math.log(min(gap, 0.5) + 0.01),
        1 - covered(maps.disc, circles.iris),
        1 - covered(maps.pupil, circles.pupil),
        min(float((maps.visible[ring] > 0.5).mean()), 0.8) if ring.any() else 0.0,
        circles.eccentricity,
    )
