"""Train the segmentation network on two CPU cores.

`python -m models.training.segmentation --minutes 40 --data DIR --out DIR`, or without `--data` on synthetic eyes alone.
`--unlabelled LIST.csv --teacher WEIGHTS` adds pictures without masks, labelled where two fits of theirs agree.

Stopped and started again with the same `--out` it goes on from the last checkpoint; the time already spent counts.
Nothing but minutes is remembered of the schedule: give the same ones again.
"""

from __future__ import annotations

import argparse
import copy
import json
import math
import time
from collections.abc import Sequence
from pathlib import Path

import torch
from torch.utils.data import DataLoader

from devices.manifest import read_manifest
from models.training import folded, labelled
from models.training.data import FOLDS, Split, load_split, plain, split
from models.training.stream import AugmentedEyes
from models.training.unet import UNet, loss

SEED, BATCH, PEAK_RATE, AVERAGE = 20, 16, 4e-3, 0.997
CHECKPOINT_EVERY = 60.0


class Training:
    """The network, its running average (that is what is exported) and the optimiser, at one moment of the schedule."""

    def __init__(
        self,
        out: Path,
        *,
        fast: bool,
        rate: float = PEAK_RATE,
        start: Path | None = None,
        people: Sequence[str] = (),
    ) -> None:
        """people: whom the examples show. Errors: ValueError where the checkpoint was made of others."""
        torch.manual_seed(SEED)
        self.people = list(people)
        self.fast, self.rate = fast, rate
        self.net = UNet().to(memory_format=torch.channels_last)
        self.average = copy.deepcopy(self.net).eval()
        self.optimiser = torch.optim.AdamW(self.net.parameters(), lr=PEAK_RATE, weight_decay=1e-3)
        self.seconds, self.steps = 0.0, 0
        self.path = out / "segmentation.pt"
        if self.path.exists():
            self._resume(torch.load(self.path, weights_only=True))
        elif start is not None:
            self._start(start)

    def _start(self, path: Path) -> None:
        if path.suffix == ".onnx":
            folded.load(self.net, path, invented_images(64))
        else:
            self.net.load_state_dict(torch.load(path, weights_only=True)["average"])
        self.average.load_state_dict(self.net.state_dict())

    def _resume(self, saved: dict) -> None:
        if saved["people"] != self.people:
            raise ValueError(f"{self.path} was made of pictures of other people")
        self.net.load_state_dict(saved["net"])
        self.average.load_state_dict(saved["average"])
        self.optimiser.load_state_dict(saved["optimiser"])
        self.seconds, self.steps = saved["seconds"], saved["steps"]

    def save(self) -> None:
        state = {
            "net": self.net.state_dict(),
            "average": self.average.state_dict(),
            "optimiser": self.optimiser.state_dict(),
            "seconds": self.seconds,
            "steps": self.steps,
            "people": self.people,
        }
        partial = self.path.with_suffix(".partial")
        torch.save(state, partial)
        partial.replace(self.path)

    def step(self, image: torch.Tensor, truth: torch.Tensor, done: float) -> float:
        """One batch; `done` is the share of the schedule behind us (0..1): a short warm-up, then a cosine to zero."""
        rate = self.rate * min(1.0, (self.steps + 1) / 100) * (0.5 + 0.5 * math.cos(math.pi * min(done, 1.0)))
        for group in self.optimiser.param_groups:
            group["lr"] = rate
        self.optimiser.zero_grad(set_to_none=True)
        # half of float32's time on processors with AVX512-BF16; the exported weights are float32
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=self.fast):
            logits = self.net(image.to(memory_format=torch.channels_last))
        value = loss(logits.float(), truth)
        value.backward()
        self.optimiser.step()
        self._follow(min(AVERAGE, self.steps / (self.steps + 10)))
        self.steps += 1
        return float(value.detach())

    @torch.no_grad()
    def _follow(self, keep: float) -> None:
        for slow, fast in zip(self.average.state_dict().values(), self.net.state_dict().values(), strict=True):
            if slow.dtype.is_floating_point:
                slow.lerp_(fast, 1 - keep)


def invented_images(count: int) -> torch.Tensor:
    """(count, 1, 120, 160), spoilt as in training."""
    eyes = iter(AugmentedEyes((), SEED, share=1.0))
    return torch.stack([next(eyes)[0] for _ in range(count)])


@torch.no_grad()
def held_out_dice(net: UNet, examples: Split) -> list[float]:
    """Mean Dice of visible iris, pupil and disc over the people never trained on, thresholded at one half.

    Every fifth of their pictures: all of them would take as long as the training between two reports.
    """
    pairs = [plain(e) for e in examples.held_out[::5]]
    totals = torch.zeros(3)
    for image, maps in pairs:
        guess = net(torch.from_numpy(image)[None, None])[0] > 0
        truth = torch.from_numpy(maps) > 0.5
        both = (guess & truth).sum(dim=(1, 2))
        totals += 2 * both / (guess.sum(dim=(1, 2)) + truth.sum(dim=(1, 2))).clamp(min=1)
    return [round(float(v), 4) for v in totals / max(len(pairs), 1)]


def train(*, examples: Split, state: Training, minutes: float, share: float) -> None:
    # spawned, not forked: a fork of a process whose OpenCV threads have run may hang
    eyes = AugmentedEyes(examples.train, SEED + state.steps, share=share)
    stream = DataLoader(eyes, batch_size=BATCH, num_workers=1, prefetch_factor=4, multiprocessing_context="spawn")
    budget, told = minutes * 60, state.seconds
    before = time.monotonic() - state.seconds
    running = 1.0
    for image, truth in stream:
        if state.seconds >= budget:
            break
        running += 0.02 * (state.step(image, truth, state.seconds / budget) - running)
        state.seconds = time.monotonic() - before
        if state.seconds - told >= CHECKPOINT_EVERY:
            told = state.seconds
            state.save()
            line = {"seconds": round(told), "steps": state.steps, "loss": round(running, 4)}
            print(json.dumps(line | {"dice": held_out_dice(state.average, examples)}), flush=True)
    state.save()


def gathered(options: argparse.Namespace) -> Split:
    found = Split()
    if options.data is not None:
        found += load_split(options.data, options.fold)
    if options.unlabelled is not None:
        rows = read_manifest(options.unlabelled)
        own = split(labelled.labelled(rows, labelled.teacher(options.teacher)), options.fold)
        print(json.dumps({"labelled": len(own.train) + len(own.held_out), "of": len(rows)}), flush=True)
        found += own if options.fold is not None or options.data is not None else Split(own.train + own.held_out)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=40.0)
    parser.add_argument("--data", type=Path, help="folder with mmu1.csv, images and masks")
    parser.add_argument("--unlabelled", type=Path, help="manifest of pictures that the teacher labels")
    parser.add_argument("--teacher", type=Path, help="folder of pinned weights")
    parser.add_argument("--fold", type=int, choices=range(FOLDS), help="which fifth of the people is kept apart")
    parser.add_argument("--out", type=Path, required=True, help="folder for checkpoints")
    parser.add_argument("--start", type=Path, help="checkpoint or .onnx to go on from with a new schedule")
    parser.add_argument("--synthetic", type=float, default=0.5, help="share of synthetic eyes among the examples")
    parser.add_argument("--rate", type=float, default=PEAK_RATE, help="highest learning rate")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--precision", choices=("bfloat16", "float32"), default="bfloat16")
    options = parser.parse_args()
    if (options.unlabelled is None) != (options.teacher is None):
        parser.error("--unlabelled and --teacher go together")
    torch.set_num_threads(options.threads)
    options.out.mkdir(parents=True, exist_ok=True)
    found = gathered(options)
    state = Training(
        options.out,
        fast=options.precision == "bfloat16",
        rate=options.rate,
        start=options.start,
        people=found.people,
    )
    train(examples=found, state=state, minutes=options.minutes, share=options.synthetic if found.train else 1.0)


if __name__ == "__main__":
    main()
