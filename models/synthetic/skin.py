"""The picture around the iris: skin, folds, sclera, light. Nothing here identifies anybody."""

import cv2
import numpy as np

from models.synthetic.conditions import Conditions
from models.synthetic.geometry import Plane, Pose


def paint_sclera(along: Plane, nose: int, conditions: Conditions) -> Plane:
    """The white of the eye, darker towards the corners and at the nose's caruncle; `along` is -1 and 1 at them."""
    shade = 1 - 0.25 * along * along
    to_nose = along * nose
    shade *= 1 - 0.15 * np.clip((to_nose - 0.72) * 6, 0, 1)
    return np.float32(conditions.sclera_brightness) * shade


def lid_shadow(above: Plane) -> Plane:
    """Factor by which the upper lid and its lashes darken what lies just under them."""
    return 1 - np.float32(0.35) * np.exp(np.maximum(above, 0) * np.float32(-5))


def paint_skin(along: Plane, above: Plane, below: Plane, conditions: Conditions, rng: np.random.Generator) -> Plane:
    """Skin: the fold over the upper lid, the dark rim of the lashes, the wet rim below, pores and wrinkles.

    along: -1 and 1 at the corners. above: distance below the upper lid (negative on the skin over it); below:
    distance above the lower lid (negative on the skin under it). Iris radii.
    """
    skin = np.full(above.shape, np.float32(conditions.skin_brightness))
    # Folds end a little beyond the corners of the eye.
    beyond = np.maximum(np.abs(along) - np.float32(0.95), 0)
    held = np.exp(beyond * beyond * np.float32(-14))
    fold = np.float32(rng.uniform(0.45, 0.8))
    skin *= 1 - held * np.float32(rng.uniform(0.06, 0.22)) * _bump(above + fold, 0.07)
    skin *= 1 - held * np.float32(0.45) * _bump(above + 0.02, 0.06)
    skin *= 1 - held * np.float32(rng.uniform(0.05, 0.2)) * _bump(below + 0.12, 0.1)
    skin *= 1 - held * np.float32(rng.uniform(0, 0.12)) * _bump(below + np.float32(rng.uniform(0.6, 1.1)), 0.15)
    skin += _relief(above.shape, conditions, rng)
    return skin


def _bump(distance: Plane, width: float) -> Plane:
    scaled = distance * np.float32(1 / width)
    bump: Plane = np.exp(-scaled * scaled)
    return bump


def _relief(shape: tuple[int, int], conditions: Conditions, rng: np.random.Generator) -> Plane:
    """Pores and fine wrinkles that glitter under the lamp, (H, W) float32 grey levels."""
    size = np.float32(max(conditions.iris_radius_px / 55, 0.5))
    fine = _cloud(shape, 3.0 * float(size), 1.6 * float(size), rng)
    broad = _cloud(shape, 40 * float(size), 28 * float(size), rng)
    relief: Plane = 4.5 * fine + 9 * np.maximum(fine - 1.6, 0) + 4 * broad
    return relief


def _cloud(shape: tuple[int, int], step_x: float, step_y: float, rng: np.random.Generator) -> Plane:
    """Smooth noise of unit deviation, with features of about the given size in pixels."""
    rows, columns = int(shape[0] / step_y) + 4, int(shape[1] / step_x) + 4
    coarse = rng.standard_normal((rows, columns), dtype=np.float32)
    cloud: Plane = cv2.resize(coarse, (shape[1], shape[0]), interpolation=cv2.INTER_CUBIC)
    return cloud


def light(pose: Pose, x: Plane, y: Plane, conditions: Conditions, rng: np.random.Generator) -> Plane:
    """Factor of the lamp's uneven light: a slope and a fall-off to the edges."""
    slope = rng.uniform(0, 2 * np.pi)
    far = np.float32(max(conditions.width, conditions.height) / 2)
    dx, dy = (x - np.float32(pose.center[0])) / far, (y - np.float32(pose.center[1])) / far
    strength = np.float32(conditions.light_gradient)
    fall = 1 - np.float32(0.35) * strength * (dx * dx + dy * dy)
    return np.maximum(fall + strength * (np.float32(np.cos(slope)) * dx + np.float32(np.sin(slope)) * dy), 0.2)
