"""What is let in as a picture, and what is sent back with which words."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from models import REASONS, CaptureRejected, load_image
from models.images import checked
from models.reasons import SENTENCES


def test_grey_pictures_pass_unchanged(eye: NDArray[np.uint8]) -> None:
    assert np.array_equal(checked(eye), eye)


def test_three_equal_channels_are_a_grey_picture(eye: NDArray[np.uint8]) -> None:
    assert np.array_equal(checked(np.dstack([eye] * 3)), eye)


@pytest.mark.parametrize(
    ("image", "reason"),
    [
        pytest.param(None, "not_an_image", id="nothing"),
        pytest.param("eye.png", "not_an_image", id="a name"),
        pytest.param(np.zeros(100, np.uint8), "not_an_image", id="one axis"),
        pytest.param(np.zeros((0, 0), np.uint8), "empty", id="no pixels"),
        pytest.param(np.zeros((240, 320), np.uint16), "sixteen_bit", id="sixteen bits"),
        pytest.param(np.zeros((240, 320), np.float32), "not_an_image", id="floats"),
        pytest.param(np.zeros((30, 320), np.uint8), "too_small", id="a strip"),
        pytest.param(np.zeros((5000, 5000), np.uint8), "too_large", id="a poster"),
        pytest.param(np.full((240, 320), 80, np.uint8), "flat", id="one grey"),
        pytest.param(np.zeros((240, 320, 2), np.uint8), "not_an_image", id="two channels"),
    ],
)
def test_what_is_no_picture_is_refused_with_its_reason(image: object, reason: str) -> None:
    with pytest.raises(CaptureRejected) as refused:
        checked(image)
    assert refused.value.reason == reason


def test_a_truly_coloured_picture_is_refused(eye: NDArray[np.uint8]) -> None:
    coloured = np.dstack([eye, eye // 2, 255 - eye])
    with pytest.raises(CaptureRejected, match="near-infrared"):
        checked(coloured)


@pytest.mark.parametrize("suffix", [".bmp", ".png", ".jpg"])
def test_the_usual_files_are_read(eye: NDArray[np.uint8], tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"eye{suffix}"
    cv2.imwrite(str(path), np.dstack([eye] * 3))
    assert np.abs(load_image(path).astype(int) - eye).mean() < 3


@pytest.mark.parametrize(("content", "reason"), [(b"", "empty"), (b"not an image at all", "unreadable")])
def test_a_damaged_file_is_refused(tmp_path: Path, content: bytes, reason: str) -> None:
    path = tmp_path / "eye.png"
    path.write_bytes(content)
    with pytest.raises(CaptureRejected) as refused:
        load_image(path)
    assert refused.value.reason == reason


def test_a_sixteen_bit_file_is_refused(eye: NDArray[np.uint8], tmp_path: Path) -> None:
    path = tmp_path / "eye.png"
    cv2.imwrite(str(path), eye.astype(np.uint16) * 257)
    with pytest.raises(CaptureRejected) as refused:
        load_image(path)
    assert refused.value.reason == "sixteen_bit"


def test_a_missing_file_is_said_to_be_missing(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        load_image(tmp_path / "none.png")


def test_every_reason_has_words_in_both_languages() -> None:
    assert set(SENTENCES) == set(REASONS)
    for reason in REASONS:
        refused = CaptureRejected(reason)
        assert refused.sentence("fa").endswith(".")
        assert refused.sentence("en") in str(refused)


def _jpeg(eye: NDArray[np.uint8]) -> bytes:
    return cv2.imencode(".jpg", eye, [cv2.IMWRITE_JPEG_QUALITY, 90])[1].tobytes()


def test_a_jpeg_without_its_end_marker_is_read(eye: NDArray[np.uint8], tmp_path: Path) -> None:
    path = tmp_path / "eye.jpg"
    path.write_bytes(_jpeg(eye)[:-2])
    assert np.abs(load_image(path).astype(int) - eye).mean() < 3


def test_half_a_jpeg_is_no_picture(eye: NDArray[np.uint8], tmp_path: Path) -> None:
    path, whole = tmp_path / "eye.jpg", _jpeg(eye)
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(CaptureRejected) as refused:
        load_image(path)
    assert refused.value.reason == "unreadable"


def test_a_picture_is_turned_as_its_exif_says(eye: NDArray[np.uint8], tmp_path: Path) -> None:
    whole = _jpeg(eye)
    turned = b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0"
    path = tmp_path / "eye.jpg"
    path.write_bytes(whole[:2] + b"\xff\xe1" + (len(turned) + 2).to_bytes(2, "big") + turned + whole[2:])
    assert np.abs(load_image(path).astype(int) - np.rot90(eye, -1)).mean() < 3


@pytest.mark.parametrize("shape", [(241, 323), (239, 641), (97, 131)])
def test_odd_sizes_are_read_as_they_are(eye: NDArray[np.uint8], tmp_path: Path, shape: tuple[int, int]) -> None:
    path = tmp_path / "eye.bmp"
    cv2.imwrite(str(path), cv2.resize(eye, shape[::-1]))
    assert load_image(path).shape == shape
