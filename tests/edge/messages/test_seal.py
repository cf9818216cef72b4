"""What is sealed opens for whom it was meant, and every other message is refused for a reason with a name."""

from datetime import UTC, date, datetime
from uuid import uuid4
from zoneinfo import ZoneInfo

import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.messages import cose, errors
from edge.messages.content import to_cbor
from edge.messages.header import Header, MessageType
from edge.messages.keys import DeviceKeys, DevicePublic, RegistryKeys
from edge.messages.models import (
    Age,
    Assent,
    CaptureReport,
    EncounterOutcome,
    EyeCapture,
    EyeStatus,
    Place,
    Receipt,
    Result,
    Slot,
    SlotOutcome,
    SlotResult,
)
from edge.messages.seal import (
    VerifiedCapture,
    digest,
    open_capture,
    open_receipt,
    open_result,
    peek,
    seal_capture,
    seal_receipt,
    seal_result,
)
from tests.edge.reports import capture_report

DEVICE = DeviceKeys.generate()
REGISTRY = RegistryKeys.generate()
REPORT = capture_report()
SEALED = seal_capture(REPORT, device_keys=DEVICE, registry_public=REGISTRY.public)
NOW = datetime(2026, 3, 21, 18, 4, 6, tzinfo=UTC)


def known(device: str) -> list[DevicePublic]:
    return [DEVICE.public] if device == "van-1" else []


def opened(sealed: bytes, *, topic_device: str = "van-1", keys: RegistryKeys = REGISTRY) -> VerifiedCapture:
    return open_capture(sealed, topic_device=topic_device, lookup_device_public=known, registry_keys=[keys])


def receipt(**changes: object) -> Receipt:
    fields = {"device": "van-1", "capture_id": REPORT.capture_id, "digest": digest(SEALED), "status": "held"}
    return Receipt.model_validate({**fields, "received_at": NOW, **changes})


def result() -> Result:
    slot = SlotResult(number=1, outcome=SlotOutcome.KNOWN, child_code="ALPHA-7", last_met_on=date(2026, 1, 2))
    return Result(device="van-1", capture_id=REPORT.capture_id, decided_at=NOW, slots=(slot,))


ZONES = (UTC, ZoneInfo("Asia/Tehran"), ZoneInfo("Asia/Kabul"))
EARLIEST, LATEST = (datetime(year, 1, 1, tzinfo=UTC).replace(tzinfo=None) for year in (1900, 2200))
texts = st.text(max_size=40)
templates = st.binary(min_size=1, max_size=600)
eyes = st.one_of(
    st.builds(
        EyeCapture,
        status=st.just(EyeStatus.CAPTURED),
        template=templates,
        alternates=st.lists(templates, max_size=2).map(tuple),
        quality=st.none() | st.floats(0, 1),
    ),
    st.builds(
        EyeCapture,
        status=st.sampled_from([EyeStatus.TEMPORARILY_NOT_POSSIBLE, EyeStatus.PERMANENTLY_NOT_POSSIBLE]),
        reason=st.text(min_size=1, max_size=40),
    ),
)
ages = st.none() | st.tuples(st.integers(0, 17), st.integers(0, 12)).map(lambda a: Age(low=a[0], high=a[0] + a[1]))
children = st.lists(
    st.fixed_dictionaries(
        {
            "given_name": st.none() | texts,
            "assent": st.sampled_from(Assent),
            "age": ages,
            "left": eyes,
            "right": eyes,
        }
    ),
    max_size=3,
).map(lambda rows: tuple(Slot(number=k, **row) for k, row in enumerate(rows, 1)))
reports = st.builds(
    CaptureReport,
    capture_id=st.uuids(),
    device=st.just("van-1"),
    team=texts,
    shift_date=st.dates(),
    captured_at=st.datetimes(EARLIEST, LATEST, timezones=st.sampled_from(ZONES)),
    place=st.builds(
        Place,
        name=texts,
        latitude=st.none() | st.floats(-90, 90),
        fix_at=st.none() | st.datetimes(timezones=st.just(UTC)),
    ),
    number_of_children=st.integers(1, 50),
    outcome=st.sampled_from(EncounterOutcome),
    aid=st.lists(texts, max_size=3).map(tuple),
    slots=children,
)


@given(reports)
def test_every_report_that_can_be_made_opens_unchanged(report: CaptureReport) -> None:
    capture = opened(seal_capture(report, device_keys=DEVICE, registry_public=REGISTRY.public))
    in_utc = {"captured_at": report.captured_at.astimezone(UTC)}
    assert capture.report == report.model_copy(update=in_utc)
    assert (capture.capture_id, capture.device, capture.key_id) == (report.capture_id, "van-1", DEVICE.key_id)


@given(st.integers(0, len(SEALED) - 1), st.integers(1, 255))
def test_any_changed_byte_of_a_capture_is_refused(position: int, change: int) -> None:
    damaged = bytearray(SEALED)
    damaged[position] ^= change
    with pytest.raises(errors.MessageError):
        opened(bytes(damaged))


def test_any_changed_byte_of_the_clear_parts_is_refused() -> None:
    for position in [*range(120), *range(len(SEALED) - 120, len(SEALED))]:
        for bit in range(8):
            damaged = bytearray(SEALED)
            damaged[position] ^= 1 << bit
            with pytest.raises(errors.MessageError):
                opened(bytes(damaged))


def test_any_changed_bit_of_a_receipt_is_refused() -> None:
    sealed = seal_receipt(receipt(), registry_keys=REGISTRY)
    for position in range(len(sealed)):
        for bit in range(8):
            damaged = bytearray(sealed)
            damaged[position] ^= 1 << bit
            with pytest.raises(errors.MessageError):
                open_receipt(bytes(damaged), device="van-1", registry_public=[REGISTRY.public])


@given(st.binary(max_size=300))
def test_arbitrary_bytes_are_refused_by_name(noise: bytes) -> None:
    with pytest.raises(errors.MessageError):
        opened(noise)


@given(st.integers(0, len(SEALED) - 1))
def test_a_capture_cut_short_is_called_truncated(length: int) -> None:
    with pytest.raises(errors.MessageTruncated, match="must send it again whole"):
        opened(SEALED[:length])


def test_bytes_behind_the_end_are_refused() -> None:
    with pytest.raises(errors.NotSealed, match="something follows its end"):
        opened(SEALED + b"\x00")


def test_sealing_twice_gives_other_bytes_and_the_same_capture() -> None:
    again = seal_capture(REPORT, device_keys=DEVICE, registry_public=REGISTRY.public)
    assert digest(again) != digest(SEALED)
    assert opened(again).report == opened(SEALED).report


def test_templates_and_names_are_not_readable_on_the_way() -> None:
    eye = REPORT.slots[0].left
    assert eye.template is not None
    assert eye.template[22:60] not in SEALED
    assert "سارا".encode() not in SEALED


def test_peek_reads_the_header_without_any_key() -> None:
    assert peek(SEALED) == Header(
        type=MessageType.CAPTURE, device="van-1", capture_id=REPORT.capture_id, key_id=DEVICE.key_id, version=1
    )


def test_twelve_children_with_all_alternates_fit() -> None:
    sealed = seal_capture(capture_report(children=12), device_keys=DEVICE, registry_public=REGISTRY.public)
    assert len(sealed) < cose.LIMIT


def test_an_oversized_message_is_refused_before_it_is_parsed() -> None:
    with pytest.raises(errors.MessageTooLarge, match=r"has 65537 bytes and 65536 are allowed"):
        opened(b"\xd8" * 65537)


def test_an_oversized_report_is_refused_before_it_is_sent() -> None:
    eye = EyeCapture(status=EyeStatus.CAPTURED, template=b"t" * 4096, alternates=(b"a" * 4096, b"b" * 4096))
    slots = tuple(Slot(number=k, assent=Assent.GIVEN, left=eye, right=eye) for k in range(1, 13))
    with pytest.raises(errors.MessageTooLarge, match="save fewer children in one encounter"):
        seal_capture(REPORT.model_copy(update={"slots": slots}), device_keys=DEVICE, registry_public=REGISTRY.public)


@pytest.mark.parametrize("noise", [b"\x1c", b"\x81" * 60000, b"\xd8\x23\x63(a+"])
def test_what_is_not_cbor_is_said_to_be_so(noise: bytes) -> None:
    with pytest.raises(errors.NotCbor, match="are not CBOR"):
        opened(noise)


@pytest.mark.parametrize(
    "value", [1, "text", [1, 2], {}, cbor2.CBORTag(96, []), cbor2.CBORTag(17, [b"", {}, b"", b""])]
)
def test_other_cbor_is_not_taken_for_a_message(value: object) -> None:
    with pytest.raises(errors.NotSealed):
        opened(cbor2.dumps(value))


def test_a_receipt_is_not_taken_for_a_capture() -> None:
    with pytest.raises(errors.WrongMessageType, match="'receipt' came where 'capture' belongs"):
        opened(seal_receipt(receipt(), registry_keys=REGISTRY))


def test_a_capture_on_another_devices_topic_is_refused() -> None:
    with pytest.raises(errors.WrongDevice) as caught:
        opened(SEALED, topic_device="van-2")
    assert (caught.value.found, caught.value.expected) == ("van-1", "van-2")


def test_an_unknown_device_is_refused_with_what_to_do() -> None:
    stranger = seal_capture(capture_report("van-9"), device_keys=DEVICE, registry_public=REGISTRY.public)
    with pytest.raises(errors.UnknownDevice, match=r"'van-9' is not registered or was revoked.*device provision"):
        opened(stranger, topic_device="van-9")


def test_a_key_that_is_not_the_devices_is_refused() -> None:
    other = DeviceKeys.generate()
    with pytest.raises(errors.UnknownKey) as caught:
        opened(seal_capture(REPORT, device_keys=other, registry_public=REGISTRY.public))
    assert caught.value.key_id == other.key_id


def test_a_signature_by_another_key_under_a_known_key_id_is_refused() -> None:
    header = peek(SEALED)
    forged = cose.sign(to_cbor(REPORT), private=DeviceKeys.generate().sign, header_fields=None, aad=header.to_aad())
    sealed = cose.encrypt(
        forged,
        public=REGISTRY.public.agree,
        key_id=bytes.fromhex(REGISTRY.key_id),
        header_fields=header.to_fields(),
        aad=header.to_aad(),
    )
    with pytest.raises(errors.BadSignature, match="treat the device as stolen"):
        opened(sealed)


def test_a_capture_sealed_to_another_registry_is_refused() -> None:
    with pytest.raises(errors.WrongRegistryKey, match="give the sender the current public key"):
        opened(SEALED, keys=RegistryKeys.generate())


def test_a_capture_sealed_to_the_registrys_older_key_still_opens() -> None:
    keys = [RegistryKeys.generate(), REGISTRY]
    assert open_capture(SEALED, topic_device="van-1", lookup_device_public=known, registry_keys=keys).report == REPORT


def seal_raw(content: bytes, header_fields: list[object], aad: bytes) -> bytes:
    signed = cose.sign(content, private=DEVICE.sign, header_fields=None, aad=aad)
    kid = bytes.fromhex(REGISTRY.key_id)
    return cose.encrypt(signed, public=REGISTRY.public.agree, key_id=kid, header_fields=header_fields, aad=aad)


def test_another_version_is_refused_with_which_side_to_update() -> None:
    fields = [2, *peek(SEALED).to_fields()[1:]]
    with pytest.raises(errors.MessageVersionUnknown, match="version 2 and this side knows version 1"):
        opened(seal_raw(to_cbor(REPORT), fields, cbor2.dumps(fields)))


@pytest.mark.parametrize(
    "content", [b"\xff", cbor2.dumps({"version": 1}), cbor2.dumps({**REPORT.model_dump(), "face": b"x"})]
)
def test_a_signed_message_of_another_schema_names_the_place_and_not_the_value(content: bytes) -> None:
    header = peek(SEALED)
    with pytest.raises(errors.SchemaViolation) as caught:
        opened(seal_raw(content, header.to_fields(), header.to_aad()))
    assert "سارا" not in str(caught.value)
    assert caught.value.problems


def test_header_and_content_must_speak_of_the_same_capture() -> None:
    header = Header(type=MessageType.CAPTURE, device="van-1", capture_id=uuid4(), key_id=DEVICE.key_id)
    with pytest.raises(errors.SchemaViolation, match="differ between header and content"):
        opened(seal_raw(to_cbor(REPORT), header.to_fields(), header.to_aad()))


def test_a_receipt_opens_with_the_registrys_key_only() -> None:
    sealed = seal_receipt(receipt(), registry_keys=REGISTRY)
    assert open_receipt(sealed, device="van-1", registry_public=[REGISTRY.public]) == receipt()
    with pytest.raises(errors.UnknownKey):
        open_receipt(sealed, device="van-1", registry_public=[RegistryKeys.generate().public])
    with pytest.raises(errors.WrongDevice):
        open_receipt(sealed, device="van-2", registry_public=[REGISTRY.public])


def test_a_result_opens_on_its_own_tablet_only() -> None:
    sealed = seal_result(result(), registry_keys=REGISTRY, device_public=DEVICE.public)
    registry = [REGISTRY.public]
    assert open_result(sealed, device="van-1", device_keys=[DEVICE], registry_public=registry) == result()
    with pytest.raises(errors.WrongRegistryKey):
        open_result(sealed, device="van-1", device_keys=[DeviceKeys.generate()], registry_public=registry)
    assert b"ALPHA-7" not in sealed
