"""Pictures that other sensors, other light and other lids would have made of the same eye.

Everything is drawn from one random generator, so a seed gives the same stream of examples.
"""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from models.training.truth import Example

WIDTH, HEIGHT = 160, 120
Floats = NDArray[np.floating[Any]]
Rng = np.random.Generator
VISIBLE, PUPIL, DISC = range(3)
LARGEST = 72.0
"""Radius, in the network's pixels, that no iris is enlarged beyond."""
SQUEEZE = (0.86, 1.06)
"""How much narrower eyes are shown: views are squeezed, and not every sensor's pixels are square."""


def augmented(example: Example, rng: Rng) -> tuple[Floats, Floats]:
    """One training pair: image (120, 160) of grey levels 0..255 and maps (3, 120, 160) of 0..1."""
    image, maps = warped(example, rng)
    if rng.random() < 0.35:
        image, maps = lowered_lid(image, maps, rng)
    image = relit(image, maps, rng)
    for chance, paint in PAINTED:
        if rng.random() < chance:
            paint(image, maps, rng)
    return degraded(image, rng) * 255, maps


def warped(example: Example, rng: Rng) -> tuple[Floats, Floats]:
    """Scale 0.7-2.6 of a 320-pixel image, +-20 degrees, mirrored or not, squeezed, rarely cut by the edge."""
    rows, columns = np.nonzero(example.maps[DISC])
    centre = np.array([columns.mean(), rows.mean()]) if len(rows) else np.array([160.0, 120.0])
    width = float(np.ptp(columns)) if len(columns) else 100.0
    low, high = (limit * example.image.shape[1] / 320 for limit in (0.7, 2.6))
    # an eye that fills its picture is not enlarged beyond what the view ever shows
    high = max(min(high, LARGEST / (0.25 * max(width, 1))), 1.15 * low)
    scale = 0.5 * np.exp(rng.uniform(np.log(low), np.log(high))) * (320 / example.image.shape[1])
    radius = scale * width / 2
    turn = np.deg2rad(rng.uniform(-20, 20))
    matrix = scale * np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    matrix[0] *= rng.choice([-1, 1]) * np.exp(rng.uniform(np.log(SQUEEZE[0]), np.log(SQUEEZE[1])))
    inside = rng.uniform(0.3, 0.6) if rng.random() < 0.12 else 0.8
    room = np.maximum([WIDTH / 2 - inside * radius, HEIGHT / 2 - inside * radius], 4)
    target = np.array([WIDTH / 2, HEIGHT / 2]) + rng.uniform(-1, 1, 2) * room
    affine = np.column_stack([matrix, target - matrix @ centre])
    soft = cv2.GaussianBlur(example.image, (0, 0), 0.35 / scale) if scale < 0.9 else example.image
    # never a reflecting border: it would show a second eye that the maps do not know of
    border = {"borderMode": cv2.BORDER_REPLICATE} if rng.random() < 0.7 else {"borderValue": int(rng.integers(0, 256))}
    image = cv2.warpAffine(soft, affine, (WIDTH, HEIGHT), flags=cv2.INTER_LINEAR, **border)
    layers = [cv2.warpAffine(m, affine, (WIDTH, HEIGHT), flags=cv2.INTER_LINEAR) for m in example.maps]
    return image.astype(np.float32) / 255, np.stack(layers).astype(np.float32) / 255


def lowered_lid(image: Floats, maps: Floats, rng: Rng) -> tuple[Floats, Floats]:
    """The upper or lower lid pushed over the iris: skin and lashes are moved, not invented."""
    rows, columns = np.nonzero(maps[DISC] > 0.5)
    if len(rows) < 50:
        return image, maps
    top, bottom = int(rows.min()), int(rows.max())
    upper = rng.random() < 0.75
    depth = rng.uniform(0.1, 0.55) * (bottom - top)
    width = int(columns.max() - columns.min())
    middle = columns.mean() + rng.normal(0, 0.2) * width
    bend = rng.uniform(0.0, 0.9) / max(width, 1)
    drop = depth - bend * (np.arange(WIDTH) - middle) ** 2
    grid_y, grid_x = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
    lid = (top + drop if upper else bottom - drop)[None, :].astype(np.float32)
    covered = grid_y < lid if upper else grid_y > lid
    source_y = grid_y + (-depth if upper else depth)
    moved = cv2.remap(image, grid_x, source_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    seam = cv2.GaussianBlur(covered.astype(np.float32), (0, 0), 0.7)
    image = image * (1 - seam) + moved * seam
    if rng.random() < 0.7:  # the dark line where the lid ends
        edge = np.exp(-(((grid_y - lid) / rng.uniform(0.8, 2.5)) ** 2)) * (drop[None, :] > 0)
        image = image * (1 - edge * rng.uniform(0.2, 0.8))
    maps = maps.copy()
    maps[VISIBLE] *= 1 - covered
    return image.astype(np.float32), maps


def relit(image: Floats, maps: Floats, rng: Rng) -> Floats:
    """Iris and pupil lit apart from the rest; gamma, contrast, slanted light."""
    pupil, disc = maps[PUPIL] * (maps[DISC] > 0.5), maps[VISIBLE]
    if rng.random() < 0.6:
        image = image + disc * (1 - pupil) * rng.normal(0, 0.08)
    if rng.random() < 0.4:
        seen = pupil * (image < 0.45)
        image = image + seen * rng.uniform(-0.05, 0.18)
    if rng.random() < 0.1:
        image = image * (1 - pupil) + pupil * rng.uniform(0.0, 0.15)
    image = np.clip(image, 0, 1) ** np.exp(rng.uniform(-0.65, 0.65))
    if rng.random() < 0.08:
        bright_pupil(image, maps, rng)
    image = (image - 0.5) * rng.uniform(0.4, 1.7) + 0.5 + rng.uniform(-0.22, 0.22)
    if rng.random() < 0.5:
        slope = rng.normal(0, 0.2, 2)
        image = image + slope[0] * np.linspace(-1, 1, WIDTH)[None, :] + slope[1] * np.linspace(-1, 1, HEIGHT)[:, None]
    return np.clip(image, 0, 1).astype(np.float32)


def bright_pupil(image: Floats, maps: Floats, rng: Rng) -> None:
    """A pupil lit from behind, or filled by the lamp: as bright as the iris or brighter."""
    pupil = cv2.GaussianBlur(maps[PUPIL], (0, 0), 0.6) * (maps[DISC] > 0.5)
    # what a lid covers stays covered: the lid lies over the pupil where iris beside it is hidden as well
    open_rows = cv2.dilate(maps[VISIBLE], np.ones((3, 61), np.uint8))
    pupil = pupil * open_rows
    image[:] = image * (1 - pupil) + pupil * rng.uniform(0.3, 1.0)


def shadow(image: Floats, _maps: Floats, rng: Rng) -> None:
    """Sun from one side: one half of the picture darker than the other, with a soft edge."""
    turn, at, soft = rng.uniform(0, 2 * np.pi), rng.uniform(-0.6, 0.6) * HEIGHT / 2, rng.uniform(1.5, 30)
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
    across = (x - WIDTH / 2) * np.cos(turn) + (y - HEIGHT / 2) * np.sin(turn) - at
    image *= (1 - rng.uniform(0.2, 0.65) / (1 + np.exp(-np.clip(across / soft, -30, 30)))).astype(np.float32)


def many_lamps(image: Floats, maps: Floats, rng: Rng) -> None:
    """Lamps that fill the pupil: a wide ring, a grid of points, bars, or a window."""
    found = _pupil_circle(maps)
    if found is None:
        return
    x, y, r = found
    x, y, level = x + rng.normal(0, 0.2) * r, y + rng.normal(0, 0.2) * r, float(rng.uniform(0.65, 1.0))
    at, kind = (round(x * 8), round(y * 8)), int(rng.integers(4))
    if kind == 0:
        thick = max(1, round(rng.uniform(0.08, 0.4) * r))
        cv2.circle(image, at, round(rng.uniform(0.25, 0.9) * r * 8), level, thick, cv2.LINE_AA, 3)
    elif kind == 1:
        rows, columns, step = int(rng.integers(1, 4)), int(rng.integers(2, 5)), rng.uniform(0.25, 0.5) * r
        for k in range(rows * columns):
            dx, dy = (k % columns - (columns - 1) / 2) * step, (k // columns - (rows - 1) / 2) * step
            cv2.circle(
                image, (round((x + dx) * 8), round((y + dy) * 8)), round(0.16 * r * 8), level, -1, cv2.LINE_AA, 3
            )
    else:
        wide, tall = rng.uniform(0.08, 0.25) * r, rng.uniform(0.4, 1.1) * r
        if kind == 3:
            wide, tall = rng.uniform(0.3, 0.7) * r, rng.uniform(0.3, 0.7) * r
        box = cv2.boxPoints(((x, y), (2 * wide, tall), rng.uniform(-90, 90)))
        cv2.fillConvexPoly(image, np.round(box * 8).astype(np.int32), level, cv2.LINE_AA, 3)
    # lamps lie on the cornea, never on the lid
    maps[VISIBLE] *= 1 - ((image > 0.97 * level) & (maps[VISIBLE] > 0.5) & (maps[PUPIL] < 0.5) & (level > 0.9))


def hair(image: Floats, maps: Floats, rng: Rng) -> None:
    """Strands hanging over the eye from the brow or the forehead, dark or shining, thicker than lashes."""
    hidden = np.zeros(image.shape, np.float32)
    for _ in range(int(rng.integers(1, 6))):
        start, end = rng.uniform(0, WIDTH, 2)
        bend = rng.normal(0, 15)
        path = [
            ((1 - t) * start + t * end + bend * t * (1 - t), t * HEIGHT) for t in np.linspace(0, rng.uniform(0.4, 1), 8)
        ]
        cv2.polylines(
            hidden, [np.round(np.array(path) * 8).astype(np.int32)], False, 1.0, int(rng.integers(1, 4)), cv2.LINE_AA, 3
        )
    image[:] = image * (1 - hidden) + hidden * rng.uniform(0, 0.5)
    maps[VISIBLE] *= 1 - (hidden > 0.5)


def _pupil_circle(maps: Floats) -> tuple[float, float, float] | None:
    rows, columns = np.nonzero(maps[PUPIL] > 0.5)
    if len(rows) < 20:
        return None
    return float(columns.mean()), float(rows.mean()), float(np.sqrt(len(rows) / np.pi))


def lamp_spots(image: Floats, maps: Floats, rng: Rng) -> None:
    """A ring of one to eight lamps, or one blob, mirrored in or near the pupil."""
    found = _pupil_circle(maps)
    if found is None:
        return
    x, y, r = found
    count, ring = int(rng.integers(1, 9)), rng.uniform(0.1, 1.3) * r
    x, y = x + rng.normal(0, 0.3) * r, y + rng.normal(0, 0.3) * r
    size = rng.uniform(0.6, 2.2) if count > 1 else rng.uniform(0.8, max(1.0, 0.45 * r))
    level, start = rng.uniform(0.7, 1.0), rng.uniform(0, 2 * np.pi)
    for k in range(count):
        angle = start + 2 * np.pi * k / count
        at = (round((x + ring * np.cos(angle)) * 8), round((y + ring * np.sin(angle)) * 8))
        cv2.circle(image, at, round(size * 8), float(level), -1, cv2.LINE_AA, 3)


def thin_bars(image: Floats, _maps: Floats, rng: Rng) -> None:
    """Scratches, stray hairs and sensor lines, bright or dark."""
    for _ in range(int(rng.integers(1, 4))):
        ends = rng.uniform([0, 0, 0, 0], [WIDTH, HEIGHT, WIDTH, HEIGHT]).astype(int)
        cv2.line(image, ends[:2].tolist(), ends[2:].tolist(), float(rng.uniform(0, 1)), 1, cv2.LINE_AA)


def lashes(image: Floats, maps: Floats, rng: Rng) -> None:
    """Dark hairs hanging from above across the iris; what they hide is no longer visible iris."""
    rows, columns = np.nonzero(maps[DISC] > 0.5)
    if len(rows) < 50:
        return
    top, height, level = rows.min(), np.ptp(rows), rng.uniform(0.0, 0.3)
    hidden = np.zeros(image.shape, np.float32)
    for x in rng.uniform(columns.min() - 5, columns.max() + 5, int(rng.integers(4, 22))):
        reach = rng.uniform(0.1, 0.55) * height
        path = [
            (x + lean * t * t + rng.normal(0, 0.3), top - 2 + reach * t)
            for lean in [rng.normal(0, 5)]
            for t in (0.0, 0.5, 1.0)
        ]
        cv2.polylines(hidden, [np.round(np.array(path) * 8).astype(np.int32)], False, 1.0, 1, cv2.LINE_AA, 3)
    image[:] = image * (1 - hidden) + level * hidden
    maps[VISIBLE] *= 1 - (hidden > 0.5)


def glasses(image: Floats, maps: Floats, rng: Rng) -> None:
    """A dark frame around the eye, with a light edge."""
    centre = rng.uniform([20, 20], [WIDTH - 20, HEIGHT - 20])
    axes = rng.uniform([60, 40], [110, 80])
    turn, dark, width = rng.uniform(-20, 20), float(rng.uniform(0, 0.25)), int(rng.integers(2, 9))
    place = (tuple(centre.astype(int).tolist()), tuple(axes.astype(int).tolist()))
    keep = image.copy()
    cv2.ellipse(image, *place, turn, 0, 360, dark, width, cv2.LINE_AA)
    if rng.random() < 0.5:
        cv2.ellipse(image, place[0], tuple(a + width for a in place[1]), turn, 0, 360, 0.9, 1, cv2.LINE_AA)
    image[:] = np.where(maps[DISC] > 0.3, keep, image)


def glare(image: Floats, maps: Floats, rng: Rng) -> None:
    """A lamp mirrored in a lens: a soft bright patch anywhere."""
    at, axes = rng.uniform([0, 0], [WIDTH, HEIGHT]).astype(int), rng.uniform(2, 14, 2).astype(int)
    patch = np.zeros(image.shape, np.float32)
    cv2.ellipse(patch, at.tolist(), axes.tolist(), rng.uniform(0, 180), 0, 360, 1.0, -1, cv2.LINE_AA)
    patch = cv2.GaussianBlur(patch, (0, 0), 1.0)
    image[:] = image * (1 - patch) + patch * rng.uniform(0.8, 1.0)
    maps[VISIBLE] *= 1 - (patch > 0.5)


def degraded(image: Floats, rng: Rng) -> Floats:
    """Out of focus, too dark for the sensor, noisy, compressed."""
    if rng.random() < 0.5:
        image = cv2.GaussianBlur(image, (0, 0), rng.uniform(0.3, 1.6))
    if rng.random() < 0.15:
        # few grey levels and the read noise of a sensor at its limit
        dim = rng.uniform(0.1, 0.4)
        image = image * dim + rng.normal(0, rng.uniform(0.005, 0.02), image.shape).astype(np.float32)
        image = np.round(np.clip(image, 0, 1) * 255) / 255
    elif rng.random() < 0.6:
        image = image + rng.normal(0, rng.uniform(0.003, 0.07), image.shape).astype(np.float32)
    image = np.clip(image, 0, 1)
    if rng.random() < 0.15:
        grey = np.round(image * 255).astype(np.uint8)
        _, packed = cv2.imencode(".jpg", grey, [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(15, 70))])
        image = np.asarray(cv2.imdecode(packed, cv2.IMREAD_GRAYSCALE), np.float32) / 255
    return image.astype(np.float32)


PAINTED = (
    (0.5, lamp_spots),
    (0.2, many_lamps),
    (0.2, thin_bars),
    (0.1, hair),
    (0.25, lashes),
    (0.2, glasses),
    (0.12, glare),
    (0.15, shadow),
)
"""What is painted into a picture, and how often; in this order."""
