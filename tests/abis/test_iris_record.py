"""ISO/IEC 19794-6:2011 records and the pictures in them."""

import struct
from contextlib import suppress

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from abis.errors import Refused
from abis.iris_record import iris_pictures
from abis.pictures import decoded
from tests.abis.makers import JPEG, JPEG2000, PNG, RAW, eye_picture, iris_record, packed_picture, representation


def read_all(record: bytes) -> None:
    for picture in iris_pictures(record):
        decoded(picture)


def refused(record: bytes) -> str:
    with pytest.raises(Refused) as caught:
        read_all(record)
    return caught.value.failure.value


@pytest.mark.parametrize("how", [RAW, PNG, JPEG2000])
def test_pictures_without_loss_come_back_as_they_were(how: int) -> None:
    picture = eye_picture(1)
    (found,) = iris_pictures(iris_record(representation(picture, eye="left", how=how)))
    assert (found.eye, found.width, found.height, found.bit_depth) == ("left", 320, 240, 8)
    difference = np.abs(decoded(found).reshape(240, 320, -1)[..., 0].astype(int) - picture)
    assert difference.mean() < (3 if how == JPEG2000 else 1e-9)  # OpenCV writes JPEG 2000 with some loss


def test_a_jpeg_is_read_nearly_as_it_was() -> None:
    picture = eye_picture(1)
    (found,) = iris_pictures(iris_record(representation(picture, how=JPEG)))
    assert np.abs(decoded(found).astype(int) - picture).mean() < 5


def test_a_bare_jpeg_2000_codestream_is_read() -> None:
    packed = packed_picture(eye_picture(1), JPEG2000)
    bare = packed[packed.index(b"\xff\x4f\xff\x51") :]
    (found,) = iris_pictures(iris_record(representation(eye_picture(1), how=JPEG2000, data=bare)))
    assert decoded(found).shape[:2] == (240, 320)


def test_every_representation_is_read_with_its_own_eye() -> None:
    record = iris_record(*(representation(eye_picture(1), eye=eye) for eye in ("right", "left", None)))
    assert [picture.eye for picture in iris_pictures(record)] == ["right", "left", None]


@pytest.mark.parametrize(("properties", "axis"), [(0b0010, 1), (0b1000, 0)])
def test_a_flipped_picture_is_turned_back(properties: int, axis: int) -> None:
    picture = eye_picture(1)
    flipped = np.ascontiguousarray(np.flip(picture, axis))
    (found,) = iris_pictures(iris_record(representation(flipped, properties=properties)))
    assert np.array_equal(decoded(found), picture)


@pytest.mark.parametrize("length", [0, 3, 15, 16, 40, 60, 100, 5000])
def test_a_record_cut_short_is_refused(length: int) -> None:
    assert refused(iris_record(representation(eye_picture(1)))[:length]) == "16"


@pytest.mark.parametrize(
    "changed",
    [
        (0, b"FIR\0"),
        (4, b"010\0"),
        (12, struct.pack(">H", 0)),
        (12, struct.pack(">H", 60_000)),
        (16, struct.pack(">I", 20)),
        (16, b"\xff\xff\xff\xff"),
        (44, b"\x63"),
    ],
)
def test_another_format_version_count_length_or_codec_is_refused(changed: tuple[int, bytes]) -> None:
    at, new = changed
    record = iris_record(representation(eye_picture(1)))
    assert refused(record[:at] + new + record[at + len(new) :]) == "16"


def test_a_raw_picture_of_another_size_or_depth_is_refused() -> None:
    picture = eye_picture(1)
    assert refused(iris_record(representation(picture, how=RAW, data=picture.tobytes()[:-1]))) == "16"
    assert refused(iris_record(representation(picture, how=RAW, data=b""))) == "16"


def test_a_small_file_that_asks_for_gigabytes_is_refused_by_its_header() -> None:
    huge = packed_picture(eye_picture(1), PNG)
    huge = huge[:16] + struct.pack(">II", 60_000, 60_000) + huge[24:]
    assert refused(iris_record(representation(eye_picture(1), data=huge))) == "16"
    codestream = packed_picture(eye_picture(1), JPEG2000)
    at = codestream.index(b"\xff\x4f\xff\x51") + 8
    codestream = codestream[:at] + struct.pack(">II", 60_000, 60_000) + codestream[at + 8 :]
    assert refused(iris_record(representation(eye_picture(1), how=JPEG2000, data=codestream))) == "16"


def test_sixteen_bits_are_refused() -> None:
    _, deep = cv2.imencode(".png", eye_picture(1).astype(np.uint16) * 256)
    assert refused(iris_record(representation(eye_picture(1), data=deep.tobytes()))) == "16"


@given(st.binary(max_size=120), st.integers(0, 200))
def test_damaged_records_are_read_or_refused(noise: bytes, at: int) -> None:
    record = iris_record(representation(eye_picture(1)[:64, :64], how=RAW))
    damaged = record[:at] + noise + record[at + len(noise) :]
    with suppress(Refused):  # anything else fails the test
        read_all(damaged)
