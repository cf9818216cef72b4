"""Puts one picture together and says exactly where everything in it is."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from models.synthetic import skin
from models.synthetic.conditions import Conditions
from models.synthetic.dilation import depth_at_rest
from models.synthetic.geometry import Ellipse, EyeShape, Plane, Polar, Pose, polar
from models.synthetic.lids import Lids, LidShape, draw_eyebrow, draw_lashes
from models.synthetic.optics import photograph
from models.synthetic.reflections import draw_glare, draw_reflections
from models.synthetic.texture import COLUMNS, ROWS, Texture, changed

Mask = NDArray[np.bool_]
_COVERED = 110
"""A pixel under a lash or a reflection at least this strong (of 255) is not visible iris."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Boundaries:
    """Truth in pixels (x right, y down), before blur, also where lids hide it.

    The ellipses are the best round description; the (256, 2) lines add the few percent by which an eye is not
    round. upper_lid, lower_lid: (n, 2), left to right.
    """

    pupil: Ellipse
    iris: Ellipse
    pupil_line: NDArray[np.float64]
    iris_line: NDArray[np.float64]
    upper_lid: NDArray[np.float64]
    lower_lid: NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SyntheticImage:
    """image: (H, W) uint8. The others are (H, W) bool: what lies where, before blur."""

    image: NDArray[np.uint8]
    visible_iris: Mask
    """Iris that nothing covers: no pupil, lid, lash, reflection or glare."""
    pupil: Mask
    """Inside the pupil's edge, also where a lid hides it."""
    iris_disc: Mask
    """Inside the limbus, the pupil with it, also where a lid hides it."""
    eye_opening: Mask
    """Between the lids."""
    lashes: Mask
    reflections: Mask
    """In the cornea and in spectacles."""
    boundaries: Boundaries
    conditions: Conditions


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class EyeModel:
    """One eye's identity: its texture, its shape, its lids, and the seed of its lash roots."""

    texture: Texture
    shape: EyeShape
    lids: LidShape
    hair_seed: int


def render(eye: EyeModel, conditions: Conditions, rng: np.random.Generator) -> SyntheticImage:
    """One picture. `rng` is spent in a fixed order, so the same generator state gives the same bytes."""
    pose, lids = Pose.of(conditions), Lids.of(eye.lids, conditions)
    size = (conditions.height, conditions.width)
    sheet = polar(pose, eye.shape, conditions.pupil_ratio, size)
    x, y = np.arange(size[1], dtype=np.float32)[None, :], np.arange(size[0], dtype=np.float32)[:, None]
    head_x, head_y = pose.to_head(x, y)
    upper, lower = lids.edges(head_x)
    above, below = head_y - upper, lower - head_y
    along = lids.along(head_x)

    scene = skin.paint_sclera(along, eye.lids.nose, conditions)
    _paint_iris(scene, sheet, changed(eye.texture, conditions.change, rng), conditions)
    scene *= skin.lid_shadow(above)
    opening = np.minimum(above, below) * np.float32(pose.radius)
    around = skin.paint_skin(along, above, below, conditions, rng)
    shown = np.clip(opening / np.float32(1.5) + np.float32(0.5), 0, 1)
    scene = around + shown * (scene - around)
    scene *= skin.light(pose, x, y, conditions, rng)

    hair = np.random.default_rng(eye.hair_seed)
    lashes = draw_lashes(lids, pose, conditions, hair, rng)
    covers = [lashes]
    if conditions.eyebrow:
        covers.append(draw_eyebrow(lids, pose, conditions, np.random.default_rng(eye.hair_seed + 1)))
    for cover in covers:
        scene *= 1 - cover * np.float32(0.85 / 255)
    open_eye = opening > 0
    shine = draw_reflections(pose, lids, conditions, rng) * open_eye
    shine = np.maximum(shine, draw_glare(pose, conditions, rng))
    scene += shine * np.float32(1 / 255) * (np.float32(252) - scene)

    image = photograph(scene.astype(np.float32), conditions, rng)
    return _with_truth(image, eye, pose, lids, sheet, conditions, open_eye, lashes >= _COVERED, shine >= _COVERED)


def _paint_iris(scene: Plane, sheet: Polar, texture: Texture, conditions: Conditions) -> None:
    """Paint iris and pupil over the sclera, in place, with edges about as soft as real ones."""
    if not sheet.depth.size:
        return
    at = depth_at_rest(np.clip(sheet.depth, 0, 1), conditions.pupil_ratio)
    # One column of the texture repeated at each side, so that interpolation crosses the seam.
    wrapped = np.concatenate([texture[:, -1:], texture, texture[:, :1]], axis=1)
    columns = (sheet.angle % np.float32(2 * np.pi)) * np.float32(COLUMNS / (2 * np.pi)) + 1
    seen = cv2.remap(wrapped, columns, at * np.float32(ROWS - 1), cv2.INTER_LINEAR)
    # Darker towards the limbus, and at the pupil's ruff.
    shade = 1 - np.float32(0.18) * np.exp((at - 1) * np.float32(7)) - np.float32(0.1) * np.exp(at * np.float32(-22))
    iris = np.float32(conditions.iris_brightness) * shade * (1 + np.float32(conditions.contrast) * seen)

    limbus = np.float32(max(1.5, conditions.iris_radius_px * 0.09))
    patch = scene[sheet.window]
    inside = np.clip((1 - sheet.depth) * sheet.width_px / limbus + np.float32(0.5), 0, 1)
    patch += inside * (iris - patch)
    dark = np.clip(-sheet.depth * sheet.width_px + np.float32(0.5), 0, 1)
    patch += dark * (np.float32(conditions.pupil_brightness) - patch)


def _with_truth(
    image: NDArray[np.uint8], eye: EyeModel, pose: Pose, lids: Lids, sheet: Polar, conditions: Conditions,
    open_eye: Mask, lashes: Mask, shine: Mask,
) -> SyntheticImage:  # fmt: skip
    pupil, disc = np.zeros_like(open_eye), np.zeros_like(open_eye)
    pupil[sheet.window], disc[sheet.window] = sheet.depth < 0, sheet.depth <= 1
    return SyntheticImage(
        image=image,
        visible_iris=disc & ~pupil & open_eye & ~lashes & ~shine,
        pupil=pupil,
        iris_disc=disc,
        eye_opening=open_eye,
        lashes=lashes,
        reflections=shine,
        boundaries=_boundaries(eye, pose, lids, conditions),
        conditions=conditions,
    )


def _boundaries(eye: EyeModel, pose: Pose, lids: Lids, conditions: Conditions) -> Boundaries:
    angle = np.linspace(0, 2 * np.pi, 256, endpoint=False, dtype=np.float32)
    ring = np.stack([np.cos(angle), np.sin(angle)], axis=1).astype(np.float64)
    pupil = ring * eye.shape.pupil_radius(angle, conditions.pupil_ratio)[:, None] + np.array(eye.shape.pupil_offset)
    iris = ring * eye.shape.iris_radius(angle)[:, None]
    reach = lids.shape.half_width
    head_x = np.linspace(lids.middle[0] - reach, lids.middle[0] + reach, 128, dtype=np.float32)
    upper, lower = lids.edges(head_x)
    return Boundaries(
        pupil=pose.ellipse(eye.shape.pupil_offset, conditions.pupil_ratio),
        iris=pose.ellipse((0.0, 0.0), 1.0),
        pupil_line=pose.to_pixels(pupil),
        iris_line=pose.to_pixels(iris),
        upper_lid=pose.from_head(np.stack([head_x, upper], axis=1).astype(np.float64)),
        lower_lid=pose.from_head(np.stack([head_x, lower], axis=1).astype(np.float64)),
    )
