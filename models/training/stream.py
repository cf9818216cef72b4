"""The endless stream of pictures that a network learns from."""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np
import torch
from torch.utils.data import IterableDataset

from models.training import augment, invented
from models.training.truth import Example

POOL, USES = 300, 12
"""Synthetic eyes kept at a time, and how often each is shown: every time warped, lit and spoilt another way."""


class AugmentedEyes(IterableDataset):
    """An endless stream of augmented pairs: image (1, 120, 160), maps (3, 120, 160), float32.

    share: how much of it is synthetic, 0..1; with 1 no example is needed.
    """

    def __init__(self, examples: tuple[Example, ...], seed: int, *, share: float) -> None:
        super().__init__()
        self.examples, self.seed, self.share = examples, seed, share

    def __iter__(self) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
        rng = np.random.default_rng(self.seed)
        made = invented.endless(np.random.default_rng([self.seed, 1]), pool=POOL, uses=USES)
        cv2.setNumThreads(1)
        while True:
            found = next(made) if rng.random() < self.share else self.examples[rng.integers(len(self.examples))]
            image, maps = augment.augmented(found, rng)
            yield torch.from_numpy(np.ascontiguousarray(image[None])), torch.from_numpy(maps)
