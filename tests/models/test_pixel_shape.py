"""Sensors whose pixels are not square."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from devices.manifest import read_manifest
from devices.models import DeviceProfile
from matching import compare
from models import IrisPipeline, pixel_shape
from models.boundary.circles import Circle
from models.evaluation import sensors
from models.evaluation.extraction import Setting
from models.synthetic import SyntheticImage

Take = Callable[..., SyntheticImage]
PROFILE = DeviceProfile(name="narrow", wavelength_nm=850, pixels_per_mm=10, distance_mm=(100, 200))


def widened(picture: NDArray[np.uint8], shape: float) -> NDArray[np.uint8]:
    size = (round(picture.shape[1] * shape), picture.shape[0])
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_LINEAR), np.uint8)


@pytest.mark.parametrize("shape", [0.85, 1.0, 1.16])
def test_a_pupil_tells_how_wide_the_sensor_shows_it(take: Take, shape: float) -> None:
    picture = take()
    pupil = picture.boundaries.pupil
    guess = Circle(shape * (pupil.cx + 0.5) - 0.5, pupil.cy, float(np.sqrt(shape * pupil.major * pupil.minor)))
    found = pixel_shape.of_pupil(widened(picture.image, shape), guess)
    assert found == pytest.approx(shape, abs=0.04)


def test_where_no_pupil_is_nothing_is_told() -> None:
    noise = np.random.default_rng(1).integers(0, 255, (240, 320)).astype(np.uint8)
    assert pixel_shape.of_pupil(noise, Circle(160, 120, 25)) is None


def test_few_pupils_or_nearly_round_ones_leave_a_sensors_pixels_square() -> None:
    assert pixel_shape.of_sensor([1.16] * 19 + [None] * 30) == 1
    assert pixel_shape.of_sensor([0.96, 0.99, 1.02] * 10) == 1
    assert pixel_shape.of_sensor([1.10, 1.16, 1.22, None] * 10) == pytest.approx(1.16 / 0.99, abs=1e-3)


@pytest.mark.parametrize("rotation", [0, 90])
def test_an_eye_matches_itself_seen_by_a_sensor_whose_profile_names_its_pixels(
    pipeline: IrisPipeline, take: Take, rotation: int
) -> None:
    first, second = take().image, widened(take(seed=2).image, 1.2)
    seen = np.ascontiguousarray(np.rot90(second, rotation // 90))
    shape = 1.2 if rotation == 0 else 1 / 1.2
    profile = replace(PROFILE, rotation=90 if rotation else 0, pixel_shape=shape)
    known, unknown = (
        compare(pipeline.extract(first), pipeline.extract(seen, profile=p, strict=False))
        for p in (profile, replace(profile, pixel_shape=1.0))
    )
    assert known < 0.2
    assert known < unknown


def test_an_evaluation_learns_each_devices_pixels_before_it_reads_all(tmp_path: Path, take: Take) -> None:
    lines = ["path,subject,eye,device"]
    for person in range(24):
        for device, shape in (("square", 1.0), ("narrow", 1.2)):
            name = f"{device}_{person}.png"
            cv2.imwrite(str(tmp_path / name), widened(take(person=person).image, shape))
            lines.append(f"{name},p{person},left,{device}")
    (tmp_path / "list.csv").write_text("\n".join(lines))
    rows = read_manifest(tmp_path / "list.csv")
    found = sensors.with_shapes(rows, Setting(), workers=1, step=lambda _name, _total: lambda _count: None)
    assert dict(found.shapes) == {"narrow": pytest.approx(1.2, abs=0.04)}


def test_pictures_of_many_sizes_are_not_read_twice_where_nothing_can_be_learned(tmp_path: Path, take: Take) -> None:
    picture = take().image
    lines = ["path,subject,eye"]
    for k in range(12):
        cv2.imwrite(str(tmp_path / f"{k}.png"), picture[: 200 + k])
        lines.append(f"{k}.png,p{k},left")
    (tmp_path / "list.csv").write_text("\n".join(lines))
    asked: list[tuple[str, int]] = []

    def step(name: str, total: int) -> Callable[[int], None]:
        asked.append((name, total))
        return lambda _count: None

    found = sensors.with_shapes(read_manifest(tmp_path / "list.csv"), Setting(), workers=1, step=step)
    assert (found.shapes, asked) == ((), [("Sensors", 0)])
