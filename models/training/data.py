"""Which images are trained on, and which never are."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from models.training import augment
from models.training.truth import Example, example

FOLDS = 5


@dataclass(frozen=True, slots=True)
class Split:
    train: tuple[Example, ...] = ()
    held_out: tuple[Example, ...] = ()

    def __add__(self, other: Split) -> Split:
        return Split(self.train + other.train, self.held_out + other.held_out)

    @property
    def people(self) -> list[str]:
        """Who is trained on."""
        return sorted({one.person for one in self.train})


def is_held_out(person: str) -> bool:
    """People whose number is divisible by three are kept apart, in every script (but of folds) and on every card."""
    return int(person.rsplit("-", 1)[-1]) % 3 == 0


def apart(fold: int | None = None) -> Callable[[str], bool]:
    """Which people are kept apart: every third, or one fifth of them by their number (fold 0..4)."""
    return is_held_out if fold is None else lambda person: int(person.rsplit("-", 1)[-1]) % FOLDS == fold


def load_split(folder: Path, fold: int | None = None) -> Split:
    """All images of `folder`/mmu1.csv that have a mask, split by person.

    Errors: FileNotFoundError without the manifest; ValueError when an image or mask cannot be read.
    """
    with (folder / "mmu1.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    found = (example(grey(folder / row["path"]), grey(folder / row["mask"]), row["subject"]) for row in rows)
    return split((one for one in found if one is not None), fold)


def split(examples: Iterable[Example], fold: int | None = None) -> Split:
    train: list[Example] = []
    held_out: list[Example] = []
    kept_apart = apart(fold)
    for one in examples:
        (held_out if kept_apart(one.person) else train).append(one)
    return Split(tuple(train), tuple(held_out))


def grey(path: Path) -> NDArray[np.uint8]:
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
