"""What the simulated scanner of a demo van sees."""

from collections.abc import Iterator
from itertools import count

import cv2
import numpy as np

from devices.images import read_grey
from devices.models import Eye
from devices.serial.simulated import Shot
from models.synthetic import Difficulty, SyntheticEye, random_conditions
from panah.demo.plan import PlannedEye, PlannedSlot

_BLURRED_FRAMES = 6
"""Frames an eye before the child holds still, where the plan says that the first are blurred."""
SIDES: tuple[Eye, Eye] = ("left", "right")


def shots(slot: PlannedSlot, *, encounter: int) -> Iterator[Shot]:
    """Frames of the slot's eyes in turn. Synthetic eyes go on without end; a file is shown once."""
    streams = [
        _frames(planned, side, encounter)
        for side, planned in zip(SIDES, (slot.left, slot.right), strict=True)
        if planned is not None and planned.trouble != "injured"
    ]
    while streams:
        for stream in list(streams):
            shot = next(stream, None)
            if shot is None:
                streams.remove(stream)
            else:
                yield shot


def _frames(planned: PlannedEye, side: Eye, encounter: int) -> Iterator[Shot]:
    if planned.path is not None:
        yield _square(read_grey(planned.path), planned.pixel_shape), side
    elif planned.seed is not None:
        eye = SyntheticEye(planned.seed, side)
        for number in count():
            yield _picture(eye, planned, encounter, number), side


def _square(picture: np.ndarray, shape: float) -> np.ndarray:
    """With square pixels, as a scanner's driver gives it: never smaller than it was."""
    height, width = picture.shape
    size = (width, round(height * shape)) if shape > 1 else (round(width / shape), height)
    return picture if shape == 1 else cv2.resize(picture, size, interpolation=cv2.INTER_CUBIC)


def _picture(eye: SyntheticEye, planned: PlannedEye, encounter: int, number: int) -> np.ndarray:
    blurred = planned.trouble == "blurred_first" and number < _BLURRED_FRAMES
    difficulty: Difficulty = "blurred" if blurred else "field" if number % 2 else "good"
    rng = np.random.default_rng([eye.identity_seed, encounter, number, eye.eye == "left"])
    return eye.render(random_conditions(rng, difficulty), seed=encounter * 1000 + number).image
