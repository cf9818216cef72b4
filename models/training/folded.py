"""Going on from an exported network: its batch normalisation was folded into the convolutions and is unfolded here."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import onnx
import torch
from onnx import numpy_helper
from torch import Tensor

from models.training.unet import UNet


@torch.no_grad()
def load(net: UNet, path: Path, images: Tensor) -> None:
    """Gives `net` the weights of an exported model, so that it says the same of `images`, (n, 1, 120, 160).

    What a layer's responses to these images are becomes its normalisation, with a scale and an offset that undo it:
    trained on, it starts where the exported model stopped.
    """
    graph = onnx.load(path).graph
    tensors = {one.name: torch.tensor(numpy_helper.to_array(one)) for one in graph.initializer}
    stored = [[tensors[name] for name in node.input[1:]] for node in graph.node if node.op_type == "Conv"]
    blocks = [*net.down, *net.up]
    pairs = [(block[k], block[k + 1]) for block in blocks for k in (0, 3)]
    for (convolution, norm), (weight, bias) in zip(pairs, stored[:-1], strict=True):
        convolution.weight.copy_(weight)
        norm.bias.copy_(bias)
    net.head.weight.copy_(stored[-1][0])
    net.head.bias.copy_(stored[-1][1])
    hooks = [norm.register_forward_pre_hook(_unfold) for _, norm in pairs]
    net.eval()(images)
    for hook in hooks:
        hook.remove()
    net.train()


def _unfold(norm: Any, inputs: tuple[Tensor, ...]) -> None:
    (response,) = inputs
    norm.running_mean.copy_(response.mean(dim=(0, 2, 3)))
    norm.running_var.copy_(response.var(dim=(0, 2, 3)))
    norm.weight.copy_((norm.running_var + norm.eps).sqrt())
    norm.bias.add_(norm.running_mean)
