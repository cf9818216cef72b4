"""Captures to calibrate with come from a list of pictures, each with the scanner that took it."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from models.synthetic import SyntheticEye, random_conditions
from panah.calibration_inputs import as_a_tablet_sends, from_images


def pictures(folder: Path, *, device: bool) -> Path:
    """Two people, both eyes, two pictures each, of two sizes; and one picture of nothing."""
    lines = ["path,subject,eye" + (",device" if device else "")]
    for person in range(2):
        for eye in ("left", "right"):
            for shot in range(2):
                conditions = random_conditions(np.random.default_rng([person, shot]), "good")
                image = SyntheticEye(person, eye).render(conditions, seed=shot).image  # type: ignore[arg-type]
                image = image if person == 0 else cv2.resize(image, None, fx=1.25, fy=1.25)
                name = f"{person}-{eye}-{shot}.png"
                cv2.imwrite(str(folder / name), image)
                lines.append(f"{name},p{person},{eye}" + (f",scanner-{person}" if device else ""))
    cv2.imwrite(str(folder / "flat.png"), np.full((240, 320), 90, np.uint8))
    lines.append("flat.png,p0,left" + (",scanner-0" if device else ""))
    (folder / "list.csv").write_text("\n".join(lines) + "\n")
    return folder / "list.csv"


def test_each_picture_is_a_capture_of_its_own_eye_and_those_without_an_eye_are_counted(tmp_path: Path) -> None:
    captures, counted = from_images(pictures(tmp_path, device=True))
    assert counted == "8 images accepted, 1 refused"
    assert [len(c.template.left) > 0 for c in captures] == [True, True, False, False] * 2
    assert [len(c.template.right) > 0 for c in captures] == [False, False, True, True] * 2
    assert {c.person: c.sensor for c in captures} == {"p0": "scanner-0", "p1": "scanner-1"}
    assert len({shot for c in captures for shot in c.shots}) == 8
    assert {c.sensor for c in as_a_tablet_sends(captures)} == {"scanner-0", "scanner-1"}


@pytest.mark.parametrize("named", [None, {"320 x 240": "small"}])
def test_without_a_column_for_it_sensors_are_named_by_the_size_of_their_pictures(
    tmp_path: Path, named: dict[str, str] | None
) -> None:
    captures, _ = from_images(pictures(tmp_path, device=False), named)
    assert {c.sensor for c in captures if c.person == "p0"} == ({"small"} if named else {""})
    assert {c.sensor for c in captures if c.person == "p1"} == {""}
