"""The segmentation network: a small U-Net, about 240,000 weights, fast enough for a tablet's one core."""

from __future__ import annotations

import torch
from torch import Tensor, nn

CHANNELS = (8, 16, 32, 48, 64)
MAPS = 3
"""Logits of: visible iris, pupil, whole iris disc."""


def _block(inputs: int, outputs: int) -> nn.Sequential:
    layers: list[nn.Module] = []
    for channels in (inputs, outputs):
        layers += [
            nn.Conv2d(channels, outputs, 3, padding=1, bias=False),
            nn.BatchNorm2d(outputs),
            nn.ReLU(inplace=True),
        ]
    return nn.Sequential(*layers)


class UNet(nn.Module):
    """Grey levels 0..255, float32 (n, 1, 120, 160) -> logits (n, 3, 120, 160).

    Each image is brought to mean 0 and deviation 1 inside the graph, so a caller cannot forget it.
    """

    def __init__(self) -> None:
        super().__init__()
        inputs = (1, *CHANNELS[:-1])
        self.down = nn.ModuleList(_block(i, o) for i, o in zip(inputs, CHANNELS, strict=True))
        self.up = nn.ModuleList(
            _block(deep + skip, skip) for deep, skip in zip(CHANNELS[:0:-1], CHANNELS[-2::-1], strict=True)
        )
        self.head = nn.Conv2d(CHANNELS[0], MAPS, 1)

    def forward(self, image: Tensor) -> Tensor:
        mean = image.mean(dim=(2, 3), keepdim=True)
        centred = image - mean
        x = centred / ((centred * centred).mean(dim=(2, 3), keepdim=True).sqrt() + 1.0)
        # 120 rows halve four times only to 7.5: eight rows are repeated at the bottom and cut off again
        x = nn.functional.pad(x, (0, 0, 0, 8), mode="replicate")
        skips = []
        for depth, block in enumerate(self.down):
            x = block(x if depth == 0 else nn.functional.max_pool2d(x, 2))
            skips.append(x)
        for block, skip in zip(self.up, skips[-2::-1], strict=True):
            x = block(torch.cat([nn.functional.interpolate(x, scale_factor=2.0, mode="nearest"), skip], dim=1))
        return self.head(x)[:, :, :120]


def loss(logits: Tensor, truth: Tensor) -> Tensor:
    """Binary cross-entropy plus one minus Dice, mean over images and maps. truth: float 0..1, the logits' shape."""
    cross = nn.functional.binary_cross_entropy_with_logits(logits, truth)
    chance = logits.sigmoid()
    overlap = (chance * truth).sum(dim=(2, 3))
    dice = (2 * overlap + 1) / (chance.sum(dim=(2, 3)) + truth.sum(dim=(2, 3)) + 1)
    return cross + (1 - dice).mean()
