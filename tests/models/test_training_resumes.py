"""Training stopped and started again goes on from where it was, also from exported weights. Only with torch."""

from pathlib import Path

import numpy as np
import onnxruntime
import pytest

from models import weights

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


def test_a_checkpoint_of_other_people_is_refused(tmp_path: Path) -> None:
    from models.training.segmentation import Training

    Training(tmp_path, fast=False, people=["p-1"]).save()
    with pytest.raises(ValueError, match="other people"):
        Training(tmp_path, fast=False, people=["p-2"])


def test_training_goes_on_from_exported_weights_as_if_they_had_never_been_folded(tmp_path: Path) -> None:
    from models.training.segmentation import Training, invented_images

    exported = weights.FOLDER / "segmentation.onnx"
    state = Training(tmp_path, fast=False, start=exported)
    images = invented_images(2)
    session = onnxruntime.InferenceSession(str(exported), providers=["CPUExecutionProvider"])
    told = [session.run(None, {"image": image[None].numpy()})[0][0] for image in images]
    with torch.no_grad():
        assert np.allclose(state.average(images).numpy(), np.array(told), atol=1e-3)
