"""The endless stream of pictures that a network learns from."""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np
import torch
from torch.utils.data import IterableDataset

from models.training import augment
from models.training.truth import Example


class AugmentedEyes(IterableDataset):
    """An endless stream of augmented pairs: image (1, 120, 160), maps (3, 120, 160), float32."""

    def __init__(self, examples: tuple[Example, ...], seed: int) -> None:
        super().__init__()
        self.examples, self.seed = examples, seed

    def __iter__(self) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
        rng = np.random.default_rng(self.seed)
        cv2.setNumThreads(1)
        while True:
            image, maps = augment.augmented(self.examples[rng.integers(len(self.examples))], rng)
            yield torch.from_numpy(np.ascontiguousarray(image[None])), torch.from_numpy(maps)
