"""Synthetic eyes as training examples: wider than any one sensor, with exact maps.

The truth of these comes from the renderer, so nothing of a research data set is in weights learned from them alone.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from models.synthetic import Conditions, SyntheticEye
from models.synthetic.conditions import Reflection
from models.training.truth import Example

PERSON = "invented"
WIDTH, HEIGHT = 320, 240
Rng = np.random.Generator
_REFLECTIONS: tuple[Reflection, ...] = ("none", "point", "double", "bar", "ring")


def wide_conditions(rng: Rng, *, width: int = WIDTH, height: int = HEIGHT) -> Conditions:
    """Conditions of an unknown sensor: the ranges of `random_conditions` and well beyond, for 240 lines.

    Radius 35 to 150, any place in the frame (three in ten cut by its edge), skin from dark to washed out, low
    contrast, half-shut lids.
    """
    scale = height / 240
    radius = float(np.exp(rng.uniform(np.log(35), np.log(150)))) * scale
    cut = rng.uniform(0.3, 0.6) if rng.random() < 0.3 else rng.uniform(0.8, 1.1)
    room = np.maximum(np.array([width / 2 - cut * radius, height / 2 - cut * radius]), 6)
    centre = np.array([width / 2, height / 2]) + rng.uniform(-1, 1, 2) * room
    away, tilt = 28 * rng.uniform() ** 1.5, rng.uniform(0, 2 * np.pi)
    skin = rng.uniform(70, 240)
    iris = float(np.clip(skin * rng.uniform(0.35, 0.8), 30, 170))
    return Conditions(
        pupil_ratio=float(rng.uniform(0.2, 0.7)),
        gaze_x_deg=float(away * np.cos(tilt)),
        gaze_y_deg=float(away * np.sin(tilt)),
        roll_deg=float(rng.uniform(-20, 20)),
        openness=float(rng.uniform(0.25, 1.0)),
        lashes=float(rng.uniform(0, 1)),
        lash_droop=float(rng.uniform(0, 1)),
        reflection=_REFLECTIONS[int(rng.integers(len(_REFLECTIONS)))],
        glare=float(rng.uniform(0.2, 1)) if rng.uniform() < 0.2 else 0.0,
        focus_blur_px=float(rng.uniform(0.4, 2.0)) * scale,
        motion_blur_px=float(rng.uniform(0, 5)) * scale if rng.uniform() < 0.2 else 0.0,
        motion_angle_deg=float(rng.uniform(0, 180)),
        noise=float(rng.uniform(1, 10)),
        pupil_brightness=float(iris * rng.uniform(0.05, 0.75)),
        iris_brightness=iris,
        sclera_brightness=float(np.clip(iris + (skin - iris) * rng.uniform(0.35, 1.3), 0, 255)),
        skin_brightness=float(skin),
        contrast=float(rng.uniform(0.03, 0.14)),
        change=float(rng.uniform(0.3, 0.6)),
        light_gradient=float(rng.uniform(0, 0.6)),
        iris_radius_px=radius,
        center=(float(centre[0]), float(centre[1])),
        eyebrow=bool(rng.uniform() < 0.5),
        width=width,
        height=height,
    )


def rendered(rng: Rng, *, width: int = WIDTH, height: int = HEIGHT) -> Example:
    """One picture of one new eye."""
    eye = SyntheticEye(int(rng.integers(1 << 40)), "left" if rng.random() < 0.5 else "right")
    picture = eye.render(wide_conditions(rng, width=width, height=height), seed=int(rng.integers(1 << 30)))
    maps = np.stack([picture.visible_iris, picture.pupil, picture.iris_disc]).astype(np.uint8) * 255
    return Example(picture.image, maps, PERSON)


def endless(rng: Rng, *, pool: int, uses: int) -> Iterator[Example]:
    """Examples without end: each is drawn about `uses` times from a pool, because rendering costs more than a step."""
    kept: list[Example] = []
    while True:
        if len(kept) < pool or rng.random() < 1 / uses:
            fresh = rendered(rng)
            if len(kept) < pool:
                kept.append(fresh)
            else:
                kept[int(rng.integers(pool))] = fresh
            yield fresh
        else:
            yield kept[int(rng.integers(len(kept)))]
