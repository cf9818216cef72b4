"""A place is shown while the receiver is sure of it, and never longer."""

import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.gps.nmea import NoFix, Position, Sentences
from devices.gps.receiver import SerialPosition
from devices.gps.simulated import SimulatedReceiver, Spot, sentences

TEHRAN = Spot(latitude=35.6892, longitude=51.389, hdop=1.4)
AT = datetime(2026, 11, 24, 20, 15, 30, tzinfo=UTC)


def settles(condition: Callable[[], bool], within_s: float = 4.0) -> bool:
    deadline = time.monotonic() + within_s
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.005)
    return condition()


@given(st.floats(-89.9, 89.9), st.floats(-179.9, 179.9), st.lists(st.integers(0, 300), max_size=6))
def test_any_place_survives_the_wire_in_any_chunks(latitude: float, longitude: float, cuts: list[int]) -> None:
    data = sentences(Spot(latitude=latitude, longitude=longitude), AT)
    edges = [0, *sorted(cut % len(data) for cut in cuts), len(data)]
    reader = Sentences()
    events = [event for a, b in pairwise(edges) for event in reader.feed(data[a:b])]
    (position,) = events
    assert isinstance(position, Position)
    assert position.latitude == pytest.approx(latitude, abs=2e-7)
    assert position.longitude == pytest.approx(longitude, abs=2e-7)
    assert position.utc == AT
    assert position.accuracy_m == pytest.approx(6.0)


@given(st.integers(0, 200), st.integers(1, 255))
def test_a_changed_byte_never_gives_another_place(at: int, change: int) -> None:
    data = bytearray(sentences(TEHRAN, AT))
    whole = Sentences().feed(bytes(data))[0]
    data[at % len(data)] ^= change
    for event in Sentences().feed(bytes(data) + b"\n"):
        assert isinstance(event, NoFix) or (event.latitude, event.longitude, event.utc) == (
            whole.latitude,
            whole.longitude,
            whole.utc,
        )


@given(st.binary(max_size=200))
def test_arbitrary_bytes_are_no_place(noise: bytes) -> None:
    assert not [event for event in Sentences().feed(noise + b"\r\n") if isinstance(event, Position)]


@pytest.mark.parametrize(
    "sentence",
    [
        b"$GPRMC,201530.00,A,3541.35200,N,05123.34000,E,0.0,0.0,241126,,,A*00",
        b"$GPRMC,201530.00,A,3541.35200,N,05123.34000,E,0.0,0.0,241126,,,A",
    ],
    ids=["wrong checksum", "no checksum"],
)
def test_a_sentence_whose_checksum_does_not_hold_is_counted_and_not_believed(sentence: bytes) -> None:
    reader = Sentences()
    assert reader.feed(sentence + b"\r\n") == []
    assert reader.damaged == 1


def test_a_receiver_without_sky_says_so() -> None:
    assert set(Sentences().feed(sentences(None, AT))) == {NoFix()}


def test_the_accuracy_of_another_second_is_not_borrowed() -> None:
    reader = Sentences()
    gga, _ = sentences(TEHRAN, AT).splitlines(keepends=True)
    _, rmc = sentences(TEHRAN, AT.replace(second=31)).splitlines(keepends=True)
    (position,) = reader.feed(gga + rmc)
    assert isinstance(position, Position)
    assert position.accuracy_m is None


@pytest.fixture
def receiver() -> Iterator[SimulatedReceiver]:
    simulated = SimulatedReceiver(TEHRAN, period_s=0.05)
    yield simulated
    simulated.close()


def test_the_place_of_a_running_receiver_is_shown(receiver: SimulatedReceiver) -> None:
    with closing(SerialPosition(receiver.port)) as position:
        assert settles(lambda: position.latest() is not None)
        fix = position.latest()
    assert fix is not None
    assert (fix.latitude, fix.longitude) == pytest.approx((35.6892, 51.389), abs=1e-6)
    assert fix.accuracy_m == pytest.approx(7.0)
    assert abs((datetime.now(UTC) - fix.utc).total_seconds()) < 5
    assert position.latest() is None


def test_a_lost_sky_takes_the_place_away_and_a_found_one_brings_it_back(receiver: SimulatedReceiver) -> None:
    with closing(SerialPosition(receiver.port)) as position:
        assert settles(lambda: position.latest() is not None)
        receiver.spot = None
        assert settles(lambda: position.latest() is None)
        receiver.spot = TEHRAN
        assert settles(lambda: position.latest() is not None)


def test_a_fix_that_is_not_renewed_grows_stale() -> None:
    now = [100.0]
    with (
        closing(SimulatedReceiver(TEHRAN, period_s=3600)) as receiver,
        closing(SerialPosition(receiver.port, max_age_s=10, monotonic=lambda: now[0])) as position,
    ):
        receiver.say(sentences(TEHRAN, AT))
        assert settles(lambda: position.latest() is not None)
        now[0] += 9
        assert position.latest() is not None
        now[0] += 2
        assert position.latest() is None


def test_an_unplugged_receiver_shows_no_place(receiver: SimulatedReceiver, caplog: pytest.LogCaptureFixture) -> None:
    with closing(SerialPosition(receiver.port, retry_s=0.05)) as position:
        assert settles(lambda: position.latest() is not None)
        receiver.unplug()
        assert settles(lambda: position.latest() is None)
        assert settles(lambda: "No satellite receiver" in caplog.text)
        time.sleep(0.3)
    assert caplog.text.count("No satellite receiver") == 1


def test_a_receiver_plugged_in_later_is_found(tmp_path: Path, receiver: SimulatedReceiver) -> None:
    port = tmp_path / "gps"
    with closing(SerialPosition(str(port), retry_s=0.05)) as position:
        time.sleep(0.1)
        assert position.latest() is None
        port.symlink_to(receiver.port)
        assert settles(lambda: position.latest() is not None)


def test_damaged_sentences_between_good_ones_change_nothing(receiver: SimulatedReceiver) -> None:
    with closing(SerialPosition(receiver.port)) as position:
        assert settles(lambda: position.latest() is not None)
        receiver.say(b"$GPRMC,201530.00,A,1111.00000,N,02222.00000,E,0.0,0.0,241126,,,A*00\r\n\xff\xfe$$$\r\n")
        assert settles(lambda: position.damaged_sentences == 1)
        fix = position.latest()
        assert fix is not None
        assert fix.latitude == pytest.approx(35.6892, abs=1e-6)
