"""A circle through points of which many belong to something else (lids, lashes, glasses)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.boundary.circles import Circle

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameters:
    tolerance: float = 1.5
    """A point this near the circle (pixels) supports it."""
    trials: int = 300
    seed: int = 5
    voters: int = 160
    """Points, evenly spaced, that vote on the trials; all of them take part in the last fit."""
    """The draw of triples is the same for every image, so an image always gives the same circle."""


def through_three(points: Floats) -> Floats:
    """Circles through triples: (n, 3, 2) -> (n, 3) as x, y, r; rows are not finite where a triple lies on a line."""
    a, b, c = points[:, 0], points[:, 1], points[:, 2]
    with np.errstate(divide="ignore", invalid="ignore"):
        d = 2 * ((b[:, 0] - a[:, 0]) * (c[:, 1] - a[:, 1]) - (b[:, 1] - a[:, 1]) * (c[:, 0] - a[:, 0]))
        ab, ac = b - a, c - a
        ab2, ac2 = (ab * ab).sum(1), (ac * ac).sum(1)
        ux = (ac[:, 1] * ab2 - ab[:, 1] * ac2) / d
        uy = (ab[:, 0] * ac2 - ac[:, 0] * ab2) / d
    return np.stack([a[:, 0] + ux, a[:, 1] + uy, np.hypot(ux, uy)], axis=1)


def least_squares(points: Floats) -> Circle:
    """Kasa's algebraic fit: unbiased enough once the outliers are gone. points: (n >= 3, 2)."""
    mean = points.mean(axis=0)
    p = points - mean
    rows = np.column_stack([2 * p, np.ones(len(p))])
    (x, y, c), *_ = np.linalg.lstsq(rows, (p * p).sum(axis=1), rcond=None)
    return Circle(float(x + mean[0]), float(y + mean[1]), float(np.sqrt(max(c + x * x + y * y, 0.0))))


def fit(
    points: Floats,
    *,
    low: float,
    high: float,
    about: tuple[float, float] | None = None,
    reach: float = float("inf"),
    parameters: Parameters = Parameters(),
) -> tuple[Circle, float] | None:
    """The circle of radius low..high with the most support, and the share of points supporting it.

    Consensus over random triples, then least squares on the supporters. `about` and `reach` keep the centre near
    a point (x, y). None for fewer than 8 points or when no triple gives such a circle.
    """
    if len(points) < 8:
        return None
    points = points.astype(np.float64)
    draw = np.random.default_rng(parameters.seed).integers(0, len(points), (parameters.trials, 3))
    circles = through_three(points[draw])
    with np.errstate(invalid="ignore"):
        circles = circles[np.isfinite(circles).all(axis=1) & (circles[:, 2] >= low) & (circles[:, 2] <= high)]
    if about is not None:
        circles = circles[np.hypot(circles[:, 0] - about[0], circles[:, 1] - about[1]) <= reach]
    if not len(circles):
        return None
    voters = points[:: -(-len(points) // parameters.voters)]
    votes = (_gaps(voters, circles) <= parameters.tolerance).sum(axis=1)
    best = circles[int(votes.argmax())]
    near = _gaps(points, best[None])[0] <= parameters.tolerance
    if near.sum() < 4:
        return None
    found = least_squares(points[near])
    if not low <= found.r <= high:
        found = Circle(*(float(v) for v in best))
    support = _gaps(points, np.array([[found.x, found.y, found.r]])) <= parameters.tolerance
    return found, float(support.mean())


def _gaps(points: Floats, circles: Floats) -> Floats:
    """(circles, points): how far each point lies from each circle (x, y, r)."""
    distance = np.hypot(points[None, :, 0] - circles[:, None, 0], points[None, :, 1] - circles[:, None, 1])
    return np.abs(distance - circles[:, 2:3])
