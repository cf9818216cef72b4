"""The integro-differential operator: the circle across which the image brightens most.

J. Daugman, "High confidence visual recognition of persons by a test of statistical independence",
IEEE PAMI 15(11), 1993: max over (x, y, r) of the blurred derivative in r of the mean along the circle.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from models.boundary.circles import Circle

Floats = NDArray[np.floating[Any]]
_ROWS = 32_000
"""OpenCV's remap takes no more rows at a time."""


def full_turn(count: int) -> Floats:
    """`count` angles in radians over the whole circle."""
    return np.linspace(0, 2 * np.pi, count, endpoint=False, dtype=np.float32)


def side_arcs(count: int, *, width: float = 80.0, drop: float = 10.0) -> Floats:
    """Angles of the right and left arc of `width` degrees each, where lids seldom cover the limbus.

    The arcs are turned `drop` degrees below the horizontal: the upper lid hides more than the lower one.
    The image's y axis points down, so a positive angle is below.
    """
    half = np.linspace(-width / 2, width / 2, count // 2, dtype=np.float32)
    return np.deg2rad(np.concatenate([half + drop, 180 - drop + half])).astype(np.float32)


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """Where to look: centres within `reach` of a start in steps of `step`, radii from low to high; pixels."""

    reach: float
    step: float
    low: float
    high: float
    radius_step: float = 1.0


def radial_profiles(image: Floats, centres: Floats, radii: Floats, angles: Floats) -> Floats:
    """Mean brightness along circles (arcs of `angles`): (centres, radii).

    image: float32 (h, w); centres: (n, 2) as x, y; radii and angles: one axis each.
    """
    most = max(1, _ROWS // len(radii))
    if len(centres) > most:
        parts = [radial_profiles(image, centres[k : k + most], radii, angles) for k in range(0, len(centres), most)]
        return np.concatenate(parts)
    dx, dy = np.cos(angles), np.sin(angles)
    xs = centres[:, 0, None, None] + radii[None, :, None] * dx
    ys = centres[:, 1, None, None] + radii[None, :, None] * dy
    flat = (xs.shape[0] * xs.shape[1], xs.shape[2])
    sampled = cv2.remap(image, xs.reshape(flat), ys.reshape(flat), cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return sampled.reshape(xs.shape).mean(axis=2)


def edge_strength(profiles: Floats, *, radius_step: float, width: float) -> Floats:
    """Brightness just outside minus just inside each radius, over `width` pixels a side: (centres, radii)."""
    k = max(1, round(width / radius_step))
    sums = np.cumsum(np.pad(profiles, ((0, 0), (k + 1, k)), mode="edge"), axis=1)
    inner = sums[:, k : -k - 1] - sums[:, : -2 * k - 1]
    outer = sums[:, 2 * k + 1 :] - sums[:, k + 1 : -k]
    return (outer - inner) / k


def best_circle(
    image: Floats,
    start: Circle,
    search: Search,
    angles: Floats,
    *,
    width: float = 3.0,
    pull: float = 0.0,
    within: tuple[Circle, float] | None = None,
) -> tuple[Circle, float]:
    """The strongest dark-inside circle near `start` and its strength in grey levels.

    `pull` takes that many grey levels off for each pixel that the centre leaves the start by: a prior against
    edges of lids and sclera far away. `within` is a circle and the share of its radius that the found one must
    not cross.
    """
    offsets = np.arange(-search.reach, search.reach + 1e-6, search.step, dtype=np.float32)
    grid_x, grid_y = np.meshgrid(offsets, offsets)
    centres = np.stack([grid_x.ravel() + start.x, grid_y.ravel() + start.y], axis=1).astype(np.float32)
    radii = np.arange(search.low, max(search.high, search.low + 1), search.radius_step, dtype=np.float32)
    profiles = radial_profiles(image, centres, radii, angles)
    strength = edge_strength(profiles, radius_step=search.radius_step, width=width)
    if pull:
        strength = strength - pull * np.hypot(grid_x, grid_y).ravel()[:, None]
    if within is not None:
        outer, share = within
        beside = np.hypot(centres[:, 0] - outer.x, centres[:, 1] - outer.y)[:, None] + radii[None, :]
        strength = np.where(beside <= share * outer.r, strength, -np.inf)
    centre, radius = np.unravel_index(int(strength.argmax()), strength.shape)
    found = Circle(float(centres[centre, 0]), float(centres[centre, 1]), float(radii[radius]))
    return found, float(strength[centre, radius])
