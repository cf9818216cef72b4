"""The driver against a device that misbehaves, over a real pseudo-terminal."""

import itertools
import logging
import os
import threading
import time
import tty
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from devices.check import check_port
from devices.errors import NotAScanner, PortBusy, PortMissing, ScannerSilent, ScannerUnplugged
from devices.gps.simulated import SimulatedReceiver, Spot
from devices.models import DeviceProfile
from devices.serial.scanner import SerialScanner
from devices.serial.simulated import Misbehaviour, SimulatedScanner

log = logging.getLogger(__name__)


@pytest.fixture
def device(shots) -> Iterator[SimulatedScanner]:
    with SimulatedScanner(shots(), frames_per_second=None) as simulated:
        yield simulated


@pytest.fixture
def scanner(device: SimulatedScanner) -> Iterator[SerialScanner]:
    with closing(SerialScanner(device.port)) as driver:
        yield driver


def take(scanner: SerialScanner, count: int, timeout_s: float = 2) -> list[NDArray[np.uint8]]:
    with closing(scanner.frames(timeout_s=timeout_s)) as stream:
        return [frame.image for frame in itertools.islice(stream, count)]


def first_of(shots, count: int, *, without: int | None = None) -> list[NDArray[np.uint8]]:
    return [image for n, (image, _) in enumerate(itertools.islice(shots(), count + 1)) if n != without][:count]


def test_the_identity_of_the_device_is_its_own() -> None:
    profile = DeviceProfile(
        name="two-eyed", wavelength_nm=810, pixels_per_mm=12.5, distance_mm=(90, 120), mirrored=True
    )
    with (
        SimulatedScanner([], serial="PNH-7", profile=profile) as device,
        closing(SerialScanner(device.port)) as scanner,
    ):
        assert scanner.serial == "PNH-7"
        assert scanner.profile == profile


def test_a_cable_pulled_halfway_through_a_frame_is_said_at_once(device, scanner) -> None:
    device.misbehave(Misbehaviour.unplug, at_frame=2)
    began = time.monotonic()
    with pytest.raises(ScannerUnplugged, match="Plug it in again") as caught:
        take(scanner, 5, timeout_s=30)
    assert caught.value.port == device.port
    assert device.frames_sent == 3
    assert not device.lamp_on
    assert time.monotonic() - began < 5


def test_frames_before_the_cable_was_pulled_are_kept() -> None:
    # Larger than what the line itself holds, so that all but the last were read when the cable goes.
    pictures = [np.full((300, 400), n, dtype=np.uint8) for n in range(5)]
    with (
        SimulatedScanner([(image, "left") for image in pictures], frames_per_second=None) as device,
        closing(SerialScanner(device.port)) as scanner,
    ):
        device.misbehave(Misbehaviour.unplug, at_frame=4)
        kept: list[int] = []
        with pytest.raises(ScannerUnplugged):
            kept.extend(int(frame.image[0, 0]) for frame in scanner.frames(timeout_s=2))
    assert kept[:2] == [0, 1]


@pytest.mark.parametrize("how", [Misbehaviour.half_frame, Misbehaviour.wrong_crc])
def test_a_damaged_frame_is_counted_and_never_shown(device, scanner, shots, how: Misbehaviour) -> None:
    device.misbehave(how, at_frame=2)
    assert np.array_equal(take(scanner, 5), first_of(shots, 5, without=2))
    assert scanner.damaged_frames == 1
    assert scanner.missed_messages == 1


def test_the_last_frame_cut_in_half_is_silence_and_not_a_hang(shots) -> None:
    with (
        SimulatedScanner(itertools.islice(shots(), 3), frames_per_second=None) as device,
        closing(SerialScanner(device.port)) as scanner,
    ):
        device.misbehave(Misbehaviour.half_frame, at_frame=2)
        with pytest.raises(ScannerSilent):
            take(scanner, 3, timeout_s=0.6)
        assert scanner.damaged_frames == 1


def test_silence_is_an_error_that_says_how_long(device, scanner) -> None:
    device.misbehave(Misbehaviour.silence, at_frame=1)
    with pytest.raises(ScannerSilent, match=r"no whole picture for 0\.4 s") as caught:
        take(scanner, 2, timeout_s=0.4)
    assert caught.value.seconds == 0.4


def test_no_frame_is_ever_taken_in_the_dark(device, scanner) -> None:
    for _ in range(3):
        take(scanner, 3)
    scanner.close()
    assert device.frames_in_the_dark == 0
    assert device.lamp_history == [True, False] * 3


def test_a_scanner_left_running_by_a_crash_is_stopped_at_the_next_opening(device) -> None:
    crashed = SerialScanner(device.port)
    stream = crashed.frames(timeout_s=2)
    next(stream)
    crashed._link.close()
    assert device.lamp_on
    with closing(SerialScanner(device.port)):
        assert not device.lamp_on
        assert not device.streaming


def test_a_program_that_reads_slowly_loses_nothing(device, scanner, shots) -> None:
    slow = []
    with closing(scanner.frames(timeout_s=2)) as stream:
        for frame in itertools.islice(stream, 5):
            time.sleep(0.05)
            slow.append(frame.image)
    assert np.array_equal(slow, first_of(shots, 5))


def test_a_simulated_scanner_whose_pictures_fail_is_unplugged_and_says_why(caplog: pytest.LogCaptureFixture) -> None:
    def pictures() -> Iterator[tuple[NDArray[np.uint8], None]]:
        yield np.zeros((8, 8), dtype=np.uint8), None
        raise FileNotFoundError("eye.png")

    with SimulatedScanner(pictures, frames_per_second=5) as device, closing(SerialScanner(device.port)) as scanner:
        with pytest.raises(ScannerUnplugged):
            take(scanner, 2)
        device.close()
    assert "unplugs itself" in caplog.text
    assert "eye.png" in caplog.text


def test_deflated_frames_are_the_same_frames(shots) -> None:
    with (
        SimulatedScanner(shots(), frames_per_second=None, encoding="deflated") as device,
        closing(SerialScanner(device.port)) as scanner,
    ):
        assert np.array_equal(take(scanner, 3), first_of(shots, 3))


def test_a_port_in_use_is_named(device, scanner) -> None:
    with pytest.raises(PortBusy, match=f"Another program is using {device.port}"):
        SerialScanner(device.port)


def test_a_port_that_is_not_there_is_named(tmp_path: Path) -> None:
    missing = str(tmp_path / "ttyUSB9")
    with pytest.raises(PortMissing, match=r"no device at .*ttyUSB9"):
        SerialScanner(missing)


@pytest.mark.parametrize(("says", "words"), [(b"", "did not answer"), (b"AT\r\nOK\r\n", "8 bytes that are not")])
def test_something_else_at_the_port_is_not_a_scanner(says: bytes, words: str) -> None:
    device_end, tablet_end = os.openpty()
    tty.setraw(tablet_end)
    try:
        if says:
            # pyserial empties the line on opening, so speak after that, as a chattering modem would.
            threading.Timer(0.2, os.write, (device_end, says)).start()
        with pytest.raises(NotAScanner, match=words):
            SerialScanner(os.ttyname(tablet_end), answer_s=0.6)
    finally:
        os.close(device_end)
        os.close(tablet_end)


def test_a_check_of_a_port_says_what_answered_and_how_fast(device) -> None:
    device.misbehave(Misbehaviour.wrong_crc, at_frame=3)
    report = check_port(device.port, seconds=0.3)
    assert report.works
    assert (report.serial, report.profile.name) == ("SIM-0001", "simulated")
    assert report.frames > 5
    assert report.frames_per_second > 15
    assert report.damaged_frames == 1
    assert report.sizes == ((32, 24),)
    assert not device.lamp_on


def test_a_check_finds_a_satellite_receiver_and_whether_it_sees_the_sky() -> None:
    with closing(SimulatedReceiver(Spot(latitude=35.7, longitude=51.4), period_s=0.1)) as receiver:
        report = check_port(receiver.port, seconds=0.4, answer_s=0.3)
        assert (report.kind, report.has_position, report.works) == ("receiver", True, True)
        receiver.spot = None
        report = check_port(receiver.port, seconds=0.4, answer_s=0.3)
        assert (report.kind, report.has_position) == ("receiver", False)
        assert "too little sky" in str(report.problem)


def test_a_check_of_a_bad_port_is_a_report_too(device, tmp_path: Path) -> None:
    assert "no device" in check_port(str(tmp_path / "none")).problem
    device.misbehave(Misbehaviour.silence, at_frame=0)
    report = check_port(device.port, seconds=0.3)
    assert report.serial == "SIM-0001"
    assert "no whole picture" in report.problem


def test_a_pseudo_terminal_carries_a_van_s_frames_fast_enough() -> None:
    """15 a second is what a scanner gives; a machine that runs other tests too should still carry it."""
    frame = np.random.default_rng(0).integers(0, 256, (240, 320), dtype=np.uint8)
    with SimulatedScanner(itertools.repeat((frame, "left")), frames_per_second=None) as device:
        report = check_port(device.port, seconds=1.0)
    log.info("320x240 over a pseudo-terminal: %.0f frames a second", report.frames_per_second)
    assert report.frames_per_second > 15
