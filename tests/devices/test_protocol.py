"""The serial protocol: any chunks give the same messages, any damage gives none that were not sent."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devices.errors import FrameDamaged
from devices.models import DeviceProfile
from devices.serial.payloads import (
    Identity,
    Picture,
    Status,
    build_frame,
    build_identity,
    build_status,
    parse_frame,
    parse_identity,
    parse_status,
)
from devices.serial.protocol import HEADER_BYTES, MAX_PAYLOAD, SYNC, Decoder, Kind, Message, encode

messages = st.builds(
    Message,
    st.sampled_from(Kind),
    st.integers(0, 0xFFFF),
    # Payloads that hold sync words are the interesting ones.
    st.lists(st.one_of(st.binary(max_size=40), st.just(SYNC)), max_size=5).map(b"".join),
)
streams = st.lists(messages, min_size=1, max_size=6)


def feed_in_chunks(decoder: Decoder, data: bytes, cuts: list[int]) -> list[Message]:
    edges = [0, *sorted(cut % (len(data) + 1) for cut in cuts), len(data)]
    return [m for a, b in pairwise(edges) for m in decoder.feed(data[a:b])]


@given(streams, st.lists(st.integers(0, 2000), max_size=12))
def test_any_chunks_give_the_messages_that_were_sent(sent: list[Message], cuts: list[int]) -> None:
    decoder = Decoder()
    assert feed_in_chunks(decoder, b"".join(map(encode, sent)), cuts) == sent
    assert decoder.damaged == 0


@given(streams, st.binary(max_size=30), st.lists(st.integers(0, 2000), max_size=6))
def test_noise_before_a_message_costs_nothing(sent: list[Message], noise: bytes, cuts: list[int]) -> None:
    decoder = Decoder()
    got = feed_in_chunks(decoder, noise + b"".join(map(encode, sent)), cuts)
    assert got + decoder.abandon() == sent


@settings(max_examples=300)
@given(streams, st.lists(st.tuples(st.integers(0, 5000), st.integers(1, 255)), min_size=1, max_size=5))
def test_flipped_bytes_never_make_a_message_that_was_not_sent(
    sent: list[Message], flips: list[tuple[int, int]]
) -> None:
    data = bytearray(b"".join(map(encode, sent)))
    for at, change in flips:
        data[at % len(data)] ^= change
    decoder = Decoder()
    got = decoder.feed(bytes(data)) + decoder.abandon()
    assert is_subsequence(got, sent)


@settings(max_examples=300)
@given(streams, messages, st.integers(0, 5000), st.integers(0, 60))
def test_lost_bytes_cost_only_the_messages_they_were_in(
    before: list[Message], after: Message, at: int, lost: int
) -> None:
    data = bytearray(b"".join(map(encode, before)))
    start = at % len(data)
    del data[start : start + lost]
    decoder = Decoder()
    got = decoder.feed(bytes(data) + encode(after))
    got += decoder.abandon()
    assert got[-1] == after
    assert is_subsequence(got[:-1], before)


def is_subsequence(got: list[Message], sent: list[Message]) -> bool:
    rest = iter(sent)
    return all(message in rest for message in got)


@given(st.binary(max_size=300))
def test_arbitrary_bytes_are_no_message(noise: bytes) -> None:
    decoder = Decoder()
    assert decoder.feed(noise) + decoder.abandon() == []


def test_half_a_message_is_counted_and_the_next_one_comes() -> None:
    first, second = Message(Kind.FRAME, 1, bytes(500)), Message(Kind.FRAME, 2, bytes(800))
    decoder = Decoder()
    assert decoder.feed(encode(first)[:260]) == []
    assert decoder.feed(encode(second)) == [second]
    assert decoder.damaged == 1


def test_a_damaged_length_swallows_nothing() -> None:
    data = bytearray(encode(Message(Kind.FRAME, 1, bytes(50))))
    data[10] ^= 0x40
    good = Message(Kind.STATUS, 2, b"abc")
    decoder = Decoder()
    assert decoder.feed(bytes(data) + encode(good)) == [good]
    assert decoder.damaged == 1


def test_a_message_too_large_is_refused_where_it_is_made() -> None:
    with pytest.raises(ValueError, match="payload"):
        encode(Message(Kind.FRAME, 0, bytes(MAX_PAYLOAD + 1)))
    with pytest.raises(ValueError, match="sequence"):
        encode(Message(Kind.FRAME, 1 << 16))


def test_the_layout_on_the_wire_is_the_documented_one() -> None:
    data = encode(Message(Kind.LAMP, 0x0102, b"\x01"))
    assert data[:12].hex() == "a55a49520201020101000000"
    assert len(data) == HEADER_BYTES + 1 + 4


@given(
    st.integers(1, 40),
    st.integers(1, 40),
    st.sampled_from(["raw", "deflated"]),
    st.sampled_from([None, "left", "right"]),
)
def test_a_picture_survives_the_wire(height: int, width: int, encoding: str, eye: str | None) -> None:
    image = np.random.default_rng(height * 41 + width).integers(0, 256, (height, width), dtype=np.uint8)
    back = parse_frame(build_frame(Picture(image=image, eye=eye, device_ms=7), encoding))  # type: ignore[arg-type]
    assert np.array_equal(back.image, image)
    assert (back.eye, back.device_ms) == (eye, 7)


def test_rows_that_do_not_fill_the_picture_are_damage() -> None:
    for encoding in ("raw", "deflated"):
        payload = build_frame(Picture(image=np.zeros((8, 8), np.uint8), eye="left", device_ms=0), encoding)  # type: ignore[arg-type]
        for wrong in (payload[:-1], payload[:9], b"", b"\x07" + payload[1:], payload[:4] + b"\x09" + payload[5:]):
            with pytest.raises(FrameDamaged):
                parse_frame(wrong)


def test_a_bomb_of_zeros_is_not_inflated() -> None:
    payload = bytearray(build_frame(Picture(image=np.zeros((2000, 2000), np.uint8), eye=None, device_ms=0), "deflated"))
    payload[2:6] = b"\x02\x00\x02\x00"
    with pytest.raises(FrameDamaged, match="5 of 4 pixels"):
        parse_frame(bytes(payload))


def test_identity_and_status_survive_the_wire_and_damage_in_them_is_named() -> None:
    profile = DeviceProfile(name="x", wavelength_nm=850, pixels_per_mm=9.5, distance_mm=(60, 140), rotation=90)
    identity = Identity(serial="A-1", firmware="2", profile=profile)
    assert parse_identity(build_identity(identity)) == identity
    status = Status(lamp_on=True, streaming=False, reply_to=9)
    assert parse_status(build_status(status)) == status
    for wrong in (b"", b"{}", b"\xff", build_identity(identity).replace(b"850", b"85")):
        with pytest.raises(FrameDamaged):
            parse_identity(wrong)
    with pytest.raises(FrameDamaged, match="wrong length"):
        parse_status(b"123")
