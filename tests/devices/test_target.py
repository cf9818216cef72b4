"""One frame of the printed target tells which way round a scanner sees."""

import itertools
from pathlib import Path
from xml.etree import ElementTree

import cv2
import numpy as np
import pytest
from typer.testing import CliRunner

from devices import target
from devices.check import check_port
from devices.models import DeviceProfile
from devices.serial.simulated import SimulatedScanner
from models.pipeline import upright
from panah.commands.device import app
from tests.devices.target_shots import as_the_sensor_gives_it, frame, printed

WAYS = list(itertools.product((0, 90, 180, 270), (False, True)))


@pytest.mark.parametrize(("rotation", "mirrored"), WAYS)
@pytest.mark.parametrize("middle_mm", [75.0, 125.0], ids=["14 mm", "8 mm"])
def test_one_frame_tells_what_the_profile_must_say(rotation: int, mirrored: bool, middle_mm: float) -> None:
    shown = as_the_sensor_gives_it(frame(middle_mm=middle_mm), rotation=rotation, mirrored=mirrored)
    seen = target.find(shown)
    assert seen is not None
    assert (seen.rotation, seen.mirrored, seen.is_straight) == (rotation, mirrored, True)
    profile = DeviceProfile(
        name="x", wavelength_nm=850, pixels_per_mm=9.2, distance_mm=(60, 140), rotation=seen.rotation, mirrored=mirrored
    )
    again = target.find(upright(shown, profile))
    assert again is not None
    assert (again.rotation, again.mirrored) == (0, False)
    assert seen.fits(profile)


@pytest.mark.parametrize("askew", [-20, -8, 8, 20])
def test_a_hand_that_holds_it_a_little_askew_does_no_harm(askew: float) -> None:
    for rotation, mirrored in WAYS:
        shown = as_the_sensor_gives_it(frame(askew=askew), rotation=rotation, mirrored=mirrored)
        seen = target.find(shown)
        assert seen is not None
        assert (seen.rotation, seen.mirrored) == (rotation, mirrored)
        assert abs(seen.askew) == pytest.approx(abs(askew), abs=3)


def test_held_between_two_ways_it_is_to_be_held_straight() -> None:
    seen = target.find(frame(askew=40))
    assert seen is not None
    assert not seen.is_straight


@pytest.mark.parametrize("pixels_per_mm", [6.0, 9.2, 13.0])
def test_the_scale_and_the_pixels_shape_are_told_with_it(pixels_per_mm: float) -> None:
    seen = target.find(frame(middle_mm=125, pixels_per_mm=pixels_per_mm))
    assert seen is not None
    assert seen.pixels_per_mm == pytest.approx(pixels_per_mm, rel=0.04)
    assert seen.pixel_shape == pytest.approx(1, abs=0.04)
    wide = target.find(frame(middle_mm=125, pixels_per_mm=pixels_per_mm, shape=1.18))
    assert wide is not None
    assert wide.pixel_shape == pytest.approx(1.18, abs=0.05)


def test_the_squares_are_not_each_others_mirror_images() -> None:
    bits = [
        np.asarray(cv2.aruco.Dictionary.getBitsFromByteList(target._DICTIONARY.bytesList[k : k + 1], 4))
        for k in target.SQUARES
    ]
    for one, other in itertools.product(bits, bits):
        for quarter in range(4):
            assert (np.rot90(one[:, ::-1], quarter) != other).sum() >= 3
            assert one is other or (np.rot90(one, quarter) != other).sum() >= 3


def test_noise_an_eye_or_an_empty_page_is_no_target() -> None:
    rng = np.random.default_rng(2)
    eye = np.full((240, 320), 150, np.uint8)
    cv2.circle(eye, (160, 120), 55, 90, -1)
    cv2.circle(eye, (160, 120), 22, 20, -1)
    for picture in (rng.integers(0, 256, (240, 320), dtype=np.uint8), eye, np.full((240, 320), 255, np.uint8)):
        assert target.find(picture) is None


def test_the_page_is_whole_and_of_paper_size() -> None:
    page = ElementTree.fromstring(target.svg())
    assert (page.attrib["width"], page.attrib["height"]) == ("210mm", "297mm")
    words = " ".join("".join(text.itertext()) for text in page.iter("{http://www.w3.org/2000/svg}text"))
    assert "14 mm" in words
    assert "لیزری" in words
    black = printed(8.0) == 0
    assert black.sum() / 64 == pytest.approx(sum(side**2 for side in target.SQUARES.values()) * 0.7, rel=0.3)


def scanner_before(shown: np.ndarray, *, says: tuple[int, bool] = (0, False)) -> SimulatedScanner:
    """Sees nothing for two frames, then the target; its profile says a rotation and whether it mirrors."""
    profile = DeviceProfile(
        name="new", wavelength_nm=850, pixels_per_mm=9.2, distance_mm=(60, 140), rotation=says[0], mirrored=says[1]  # type: ignore[arg-type]
    )  # fmt: skip
    empty = np.full((240, 320), 180, np.uint8)
    return SimulatedScanner([(empty, None), (empty, None), (shown, None)], profile=profile, frames_per_second=None)


@pytest.mark.parametrize(("rotation", "mirrored"), [(0, False), (180, False), (0, True), (180, True)])
def test_a_scanner_whose_profile_is_right_passes_by_its_first_frame_of_the_target(
    rotation: int, mirrored: bool
) -> None:
    shown = as_the_sensor_gives_it(frame(), rotation=rotation, mirrored=mirrored)
    with scanner_before(shown, says=(rotation, mirrored)) as device:
        report = check_port(device.port, seconds=5, look_for_target=True)
        assert not device.lamp_on
    assert report.works, report.problem
    assert report.seen is not None
    assert report.frames == 3


@pytest.mark.parametrize(
    ("rotation", "mirrored", "told"),
    [(0, True, "rotation 0 and mirrored true"), (180, False, "rotation 180 and mirrored false")],
    ids=["mirrored", "upside down"],
)
def test_a_scanner_that_mirrors_or_stands_on_its_head_unsaid_fails_with_what_to_set(
    rotation: int, mirrored: bool, told: str
) -> None:
    shown = as_the_sensor_gives_it(frame(), rotation=rotation, mirrored=mirrored)
    with scanner_before(shown) as device:
        done = CliRunner().invoke(app, ["check", device.port, "--target", "--seconds", "5"])
    assert done.exit_code == 1
    assert f"it must say {told}, and says rotation 0 and mirrored false" in done.output
    assert ("turned by 180°" if rotation else "upright, mirrored") in done.output


def test_without_the_target_in_sight_the_check_asks_for_it() -> None:
    with scanner_before(np.full((240, 320), 200, np.uint8)) as device:
        report = check_port(device.port, seconds=0.6, look_for_target=True)
    assert report.problem is not None
    assert "printed by laser" in report.problem


def test_a_target_held_between_two_ways_is_to_be_held_straight() -> None:
    with scanner_before(frame(askew=40)) as device:
        report = check_port(device.port, seconds=0.6, look_for_target=True)
    assert report.problem is not None
    assert "Hold it straight" in report.problem


def test_the_command_writes_the_page(tmp_path: Path) -> None:
    page = tmp_path / "page.svg"
    done = CliRunner().invoke(app, ["target", "--out", str(page)])
    assert done.exit_code == 0, done.output
    assert page.read_text(encoding="utf-8") == target.svg()
