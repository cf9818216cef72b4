"""What every scanner keeps, whatever it is plugged into."""

import itertools
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, timedelta

import numpy as np
import pytest
from numpy.typing import NDArray

from devices.errors import ScannerUnplugged


def settles(condition: Callable[[], bool], within_s: float = 2.0) -> bool:
    deadline = time.monotonic() + within_s
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.005)
    return condition()


def test_it_says_who_it_is(rig) -> None:
    assert rig.scanner.serial
    assert rig.scanner.profile.pixels_per_mm > 0


def test_frames_come_in_order_byte_for_byte_with_their_side(
    rig, shots: Callable[[], Iterator[tuple[NDArray[np.uint8], str | None]]]
) -> None:
    with closing(rig.scanner.frames(timeout_s=2)) as stream:
        got = list(itertools.islice(stream, 7))
    for frame, (image, eye) in zip(got, shots(), strict=False):
        assert np.array_equal(frame.image, image)
        assert frame.eye == eye
    assert [frame.monotonic for frame in got] == sorted(frame.monotonic for frame in got)


def test_a_frame_is_eight_bit_grey_read_only_and_carries_its_device(rig) -> None:
    with closing(rig.scanner.frames(timeout_s=2)) as stream:
        frame = next(stream)
    assert frame.image.dtype == np.uint8
    assert frame.image.ndim == 2
    assert not frame.image.flags.writeable
    assert frame.device_serial == rig.scanner.serial
    assert frame.profile == rig.scanner.profile
    assert frame.utc.utcoffset() == timedelta(0)
    assert frame.utc.tzinfo is UTC


def test_the_lamp_is_lit_only_while_frames_are_read(rig) -> None:
    assert not rig.is_lit()
    stream = rig.scanner.frames(timeout_s=2)
    assert not rig.is_lit()
    next(stream)
    assert rig.is_lit()
    stream.close()
    assert settles(lambda: not rig.is_lit())


def test_an_error_in_the_program_that_reads_puts_the_lamp_out(rig) -> None:
    def read_and_fail() -> None:
        with closing(rig.scanner.frames(timeout_s=2)) as stream:
            next(stream)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        read_and_fail()
    assert settles(lambda: not rig.is_lit())


def test_reading_can_stop_and_start_again_and_gives_no_frame_twice(rig) -> None:
    seen = set()
    for _ in range(3):
        with closing(rig.scanner.frames(timeout_s=2)) as stream:
            for frame in itertools.islice(stream, 4):
                assert frame.image.tobytes() not in seen
                seen.add(frame.image.tobytes())
    assert len(seen) == 12


def test_closing_twice_is_safe_and_then_there_is_no_scanner(rig) -> None:
    rig.scanner.close()
    rig.scanner.close()
    assert settles(lambda: not rig.is_lit())
    with pytest.raises(ScannerUnplugged, match="unplugged or closed"):
        next(rig.scanner.frames(timeout_s=1))
