"""From a checkpoint to a pinned model file: `python -m models.training.export --checkpoint FILE --out FOLDER`.

Also renews the encoder, the manifest with both files' SHA-256, and the list of people trained on.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import warnings
from pathlib import Path

import onnx
import torch

from models import weights
from models.training import encoder
from models.training.augment import HEIGHT, WIDTH
from models.training.unet import UNet


def segmentation_model(checkpoint: Path) -> onnx.ModelProto:
    """The averaged weights as a graph: image (1, 1, 120, 160) float32 -> logits (1, 3, 120, 160)."""
    net = UNet().eval()
    net.load_state_dict(torch.load(checkpoint, weights_only=True)["average"])
    path = checkpoint.with_suffix(".onnx")
    with warnings.catch_warnings():
        # the newer exporter writes opset 18 and an external data file, which old tablets' runtimes cannot read
        warnings.simplefilter("ignore", DeprecationWarning)
        torch.onnx.export(
            net,
            (torch.zeros(1, 1, HEIGHT, WIDTH),),
            str(path),
            input_names=["image"],
            output_names=["logits"],
            opset_version=17,
            dynamo=False,
        )
    model = onnx.load(path)
    onnx.checker.check_model(model, full_check=True)
    return model


def pin(out: Path, trained_on: dict[str, list[str]]) -> None:
    """Write the manifest: each model file's SHA-256, its size and its people. Entries of other files stay."""
    path = out / weights.MANIFEST
    entries = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    for path in sorted(out.glob("*.onnx")):
        data = path.read_bytes()
        entries[path.name] = {
            "sha256": hashlib.sha256(data).hexdigest(),
            "bytes": len(data),
            "trained_on": trained_on.get(path.name, []),
        }
    (out / weights.MANIFEST).write_text(json.dumps(entries, indent=1) + "\n", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--checkpoint", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=weights.FOLDER)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    onnx.save(segmentation_model(options.checkpoint), options.out / "segmentation.onnx")
    onnx.save(encoder.build(), options.out / "encoder.onnx")
    pin(options.out, {"segmentation.onnx": torch.load(options.checkpoint, weights_only=True)["people"]})


if __name__ == "__main__":
    main()
