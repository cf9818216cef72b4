"""Which images are trained on, and which never are."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from models.training import augment
from models.training.truth import Example, example


@dataclass(frozen=True, slots=True)
class Split:
    train: tuple[Example, ...]
    held_out: tuple[Example, ...]


def is_held_out(person: str) -> bool:
    """People whose number is divisible by three are kept apart, in every script and on every card."""
    return int(person.rsplit("-", 1)[-1]) % 3 == 0


def load_split(folder: Path) -> Split:
    """All images of `folder`/mmu1.csv that have a mask, split by person.

    Errors: FileNotFoundError without the manifest; ValueError when an image or mask cannot be read.
    """
    train: list[Example] = []
    held_out: list[Example] = []
    with (folder / "mmu1.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            found = example(_grey(folder / row["path"]), _grey(folder / row["mask"]), row["subject"])
            if found is not None:
                (held_out if is_held_out(found.person) else train).append(found)
    return Split(tuple(train), tuple(held_out))


def _grey(path: Path) -> np.ndarray:
    image = cv2.imread(str(path), cv2.IMREAD_GRAYSCALE)
    if image is None:
        raise ValueError(f"{path} is missing or is no image")
    return image


def plain(found: Example) -> tuple[np.ndarray, np.ndarray]:
    """An example as the pipeline would show it to the network, without augmentation."""
    size = (augment.WIDTH, augment.HEIGHT)
    image = cv2.resize(found.image, size, interpolation=cv2.INTER_AREA).astype(np.float32)
    maps = [cv2.resize(m, size, interpolation=cv2.INTER_AREA) for m in found.maps]
    return image, np.stack(maps).astype(np.float32) / 255
