"""Training stopped and started again goes on from where it was. Runs only where torch is installed."""

from pathlib import Path

import pytest

torch = pytest.importorskip("torch", reason="torch is installed for training only (make install-train)")


def test_a_stopped_training_goes_on_with_the_same_weights_and_time(tmp_path: Path) -> None:
    from models.training.segmentation import Training

    image, maps = torch.rand(2, 1, 120, 160) * 255, (torch.rand(2, 3, 120, 160) > 0.5).float()
    first = Training(tmp_path, fast=False)
    losses = [first.step(image, maps, done=0.1 * k) for k in range(4)]
    first.seconds = 7.5
    first.save()
    again = Training(tmp_path, fast=False)
    assert losses[-1] < losses[0]
    assert (again.steps, again.seconds) == (4, 7.5)
    for before, after in zip(first.average.state_dict().values(), again.average.state_dict().values(), strict=True):
        assert torch.equal(before, after)
