"""An image file becomes grey pixels or an error that names it and says why."""

import struct
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from devices.errors import ImageUnreadable, ImageUnsupported
from devices.images import as_grey, read_grey

GREY = np.random.default_rng(0).integers(0, 256, (24, 30), dtype=np.uint8)


def saved(path: Path, pixels: np.ndarray) -> Path:
    assert cv2.imwrite(str(path), pixels)
    return path


@pytest.mark.parametrize("suffix", [".png", ".bmp", ".jpg"])
def test_a_grey_picture_is_read_as_it_is(tmp_path: Path, suffix: str) -> None:
    image = read_grey(saved(tmp_path / f"eye{suffix}", GREY))
    assert image.dtype == np.uint8
    assert image.shape == GREY.shape
    if suffix != ".jpg":
        assert np.array_equal(image, GREY)


@pytest.mark.parametrize("suffix", [".png", ".bmp", ".jpg"])
def test_three_equal_channels_are_a_grey_picture(tmp_path: Path, suffix: str) -> None:
    smooth = cv2.GaussianBlur(GREY, (0, 0), 3)
    image = read_grey(saved(tmp_path / f"eye{suffix}", np.dstack([smooth] * 3)))
    assert image.shape == GREY.shape
    assert np.abs(image.astype(int) - smooth).max() <= (6 if suffix == ".jpg" else 0)


def test_an_opaque_fourth_channel_is_accepted_and_a_transparent_one_is_not(tmp_path: Path) -> None:
    opaque = np.dstack([GREY, GREY, GREY, np.full_like(GREY, 255)])
    assert np.array_equal(read_grey(saved(tmp_path / "a.png", opaque)), GREY)
    opaque[0, 0, 3] = 0
    with pytest.raises(ImageUnsupported, match="transparent"):
        read_grey(saved(tmp_path / "b.png", opaque))


def test_a_truly_coloured_picture_is_refused(tmp_path: Path) -> None:
    colour = np.dstack([GREY, GREY, GREY])
    colour[3:6, 4:9] = (0, 0, 255)
    path = saved(tmp_path / "colour.png", colour)
    with pytest.raises(ImageUnsupported, match=r"colour\.png is not an 8-bit grey picture: it is in colour") as caught:
        read_grey(path)
    assert caught.value.source == str(path)


def test_a_slight_tint_is_what_compression_does_to_a_grey_picture() -> None:
    tinted = np.dstack([GREY, np.clip(GREY.astype(int) + 6, 0, 255).astype(np.uint8), GREY])
    assert as_grey(tinted, source="tinted").shape == GREY.shape


def test_a_bitmap_with_the_old_header_is_read(tmp_path: Path) -> None:
    palette = b"".join(bytes([level] * 3) for level in range(256))
    header = struct.pack("<IHHHH", 12, 32, 24, 1, 8)
    start = 14 + len(header) + len(palette)
    wide = np.pad(GREY, ((0, 0), (0, 2)))
    path = tmp_path / "old.bmp"
    path.write_bytes(
        b"BM" + struct.pack("<IHHI", start + wide.size, 0, 0, start) + header + palette + wide[::-1].tobytes()
    )
    assert np.array_equal(read_grey(path), wide)


def test_padding_between_the_segments_of_a_jpeg_is_allowed(tmp_path: Path) -> None:
    whole = saved(tmp_path / "a.jpg", GREY).read_bytes()
    (tmp_path / "b.jpg").write_bytes(whole[:2] + b"\xff\xff" + whole[2:])
    assert np.array_equal(read_grey(tmp_path / "b.jpg"), read_grey(tmp_path / "a.jpg"))


def test_a_sixteen_bit_picture_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ImageUnsupported, match=r"deep\.png .* uint16"):
        read_grey(saved(tmp_path / "deep.png", GREY.astype(np.uint16) * 256))


def test_a_huge_picture_is_refused_by_its_header_alone(tmp_path: Path) -> None:
    small = saved(tmp_path / "small.bmp", GREY).read_bytes()
    huge = tmp_path / "huge.bmp"
    # RLE compression, so that the short file is not simply cut short.
    huge.write_bytes(small[:18] + struct.pack("<ii", 9000, 9000) + small[26:30] + struct.pack("<I", 1) + small[34:])
    with pytest.raises(ImageUnsupported, match=r"huge\.bmp .* 9000×9000 pixels, more than 40 megapixels"):
        read_grey(huge)


def test_an_empty_or_missing_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "empty.png").touch()
    with pytest.raises(ImageUnreadable, match=r"empty\.png cannot be read: the file is empty"):
        read_grey(tmp_path / "empty.png")
    with pytest.raises(ImageUnreadable, match=r"none\.png cannot be read: No such file") as caught:
        read_grey(tmp_path / "none.png")
    assert caught.value.path == tmp_path / "none.png"


def test_another_format_is_named_for_what_it_is_not(tmp_path: Path) -> None:
    (tmp_path / "note.png").write_text("GIF89a, or so it says")
    with pytest.raises(ImageUnsupported, match="not a BMP, JPEG or PNG"):
        read_grey(tmp_path / "note.png")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(suffix=st.sampled_from([".png", ".bmp", ".jpg"]), share=st.floats(0.0, 0.99))
def test_a_file_cut_short_is_never_a_picture(tmp_path: Path, suffix: str, share: float) -> None:
    whole = saved(tmp_path / f"whole{suffix}", GREY).read_bytes()
    cut = tmp_path / f"cut{suffix}"
    cut.write_bytes(whole[: int(len(whole) * share)])
    with pytest.raises((ImageUnreadable, ImageUnsupported)):
        read_grey(cut)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(start=st.sampled_from([b"", b"BM", b"\xff\xd8", b"\x89PNG\r\n\x1a\n"]), rest=st.binary(max_size=80))
def test_arbitrary_bytes_are_a_clear_error(tmp_path: Path, start: bytes, rest: bytes) -> None:
    (tmp_path / "noise").write_bytes(start + rest)
    with pytest.raises((ImageUnreadable, ImageUnsupported)):
        read_grey(tmp_path / "noise")


@pytest.mark.parametrize("shape", [(0, 5), (5,), (5, 5, 2), (2, 2, 2, 2)])
def test_arrays_of_another_shape_are_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(ImageUnsupported, match="frame 3"):
        as_grey(np.zeros(shape, dtype=np.uint8), source="frame 3")
