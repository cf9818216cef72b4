"""What arrives: held once, answered always alike, refused without a word when nobody vouches for it."""

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

import cbor2
import pytest

from edge.messages.keys import DeviceKeys, RegistryKeys
from edge.messages.models import CaptureReport
from edge.messages.seal import open_receipt, seal_capture
from registry.intake.admission import Disposition, Incoming
from tests.registry.house import Centre, Eyes, Sent, StillClock, Tablet, slot


def test_a_capture_is_held_with_a_signed_receipt_for_its_digest(centre: Centre, van_1: Tablet, eyes: Eyes) -> None:
    import hashlib

    sent = van_1.meet(slot(eyes.of(0)))
    (admission,) = centre.admit(sent)
    assert admission.receipt is not None
    receipt = open_receipt(admission.receipt, device="van-1", registry_public=centre.registry.keyring.public)
    assert (receipt.status, receipt.capture_id) == ("held", sent.id)
    assert receipt.digest == hashlib.sha256(sent.sealed).digest()


def test_a_resend_gets_the_same_receipt_again_and_changes_nothing(
    centre: Centre, van_1: Tablet, eyes: Eyes, clock: StillClock
) -> None:
    sent = van_1.meet(slot(eyes.of(0)))
    (first,) = centre.admit(sent)
    clock.forward(minutes=5)
    (second,) = centre.admit(sent)
    centre.settle()
    (third,) = centre.admit(sent)
    centre.settle()
    assert first.receipt == second.receipt == third.receipt
    assert [second.disposition, third.disposition] == [Disposition.RESENT] * 2
    assert centre.one("select count(*) from journal") == centre.one("select count(*) from encounter") == 1


def test_a_capture_twice_in_one_batch_is_held_once(centre: Centre, van_1: Tablet, eyes: Eyes) -> None:
    sent = van_1.meet(slot(eyes.of(0)))
    first, second = centre.admit(sent, sent)
    assert (first.disposition, second.disposition) == (Disposition.HELD, Disposition.RESENT)
    assert first.receipt == second.receipt


def test_the_same_id_with_other_bytes_is_quarantined_with_a_receipt_that_says_so(
    centre: Centre, van_1: Tablet, eyes: Eyes
) -> None:
    sent = van_1.meet(slot(eyes.of(0)))
    other = van_1.seal(sent.report.model_copy(update={"activity": "گل‌فروشی"}))
    centre.take(sent)
    first, again = (centre.admit(other)[0] for _ in range(2))
    assert first.disposition == again.disposition == Disposition.QUARANTINED
    assert first.receipt == again.receipt
    assert first.receipt is not None
    assert van_1.receipt_status(first.receipt) == "quarantined"
    centre.settle()
    assert centre.one("select count(*) from encounter") == 1
    assert centre.one("select count(*) from quarantined") == 1


def test_one_tablet_cannot_take_another_ones_capture_id(
    centre: Centre, van_1: Tablet, van_2: Tablet, eyes: Eyes
) -> None:
    sent = van_1.meet(slot(eyes.of(0)))
    (held,) = centre.admit(sent)
    (other,) = centre.admit(van_2.seal(sent.report.model_copy(update={"device": "van-2"})))
    assert (held.disposition, other.disposition) == (Disposition.HELD, Disposition.QUARANTINED)


def _unknown_device(van: Tablet, sent: Sent) -> Sent:
    keys, public = DeviceKeys.generate(), van.centre.registry.keyring.signing.public
    report = sent.report.model_copy(update={"device": "van-9"})
    return Sent("van-9", report, seal_capture(report, device_keys=keys, registry_public=public))


def _foreign_signature(van: Tablet, sent: Sent) -> Sent:
    public = van.centre.registry.keyring.signing.public
    return replace(sent, sealed=seal_capture(sent.report, device_keys=DeviceKeys.generate(), registry_public=public))


def _other_topic(van: Tablet, sent: Sent) -> Sent:
    return replace(sent, device="van-2")


def _truncated(van: Tablet, sent: Sent) -> Sent:
    return replace(sent, sealed=sent.sealed[:-40])


def _not_cbor(van: Tablet, sent: Sent) -> Sent:
    return replace(sent, sealed=b"\x1c hello")


def _oversized(van: Tablet, sent: Sent) -> Sent:
    return replace(sent, sealed=b"\0" * 70_000)


def _changed(van: Tablet, sent: Sent) -> Sent:
    spot = len(sent.sealed) // 2
    return replace(sent, sealed=sent.sealed[:spot] + bytes([sent.sealed[spot] ^ 1]) + sent.sealed[spot + 1 :])


def _other_registry(van: Tablet, sent: Sent) -> Sent:
    public = RegistryKeys.generate().public
    return replace(sent, sealed=seal_capture(sent.report, device_keys=van.keys, registry_public=public))


SPOILT: dict[str, Callable[[Tablet, Sent], Sent]] = {
    "unknown_device": _unknown_device,
    "unknown_key": _foreign_signature,
    "wrong_device": _other_topic,
    "truncated": _truncated,
    "not_cbor": _not_cbor,
    "too_large": _oversized,
    "damaged": _changed,
    "wrong_recipient_key": _other_registry,
}


@pytest.mark.parametrize("reason", SPOILT)
def test_what_nobody_vouches_for_gets_no_receipt_and_leaves_only_a_count(
    centre: Centre, van_1: Tablet, van_2: Tablet, eyes: Eyes, reason: str
) -> None:
    (admission,) = centre.admit(SPOILT[reason](van_1, van_1.meet(slot(eyes.of(0)))))
    assert (admission.disposition, admission.receipt, admission.reason) == (Disposition.REFUSED, None, reason)
    assert centre.one("select count(*) from journal") == 0
    assert centre.rows("select reason, count from refused") == [{"reason": reason, "count": 1}]


def test_a_revoked_device_gets_no_receipt(centre: Centre, van_1: Tablet, eyes: Eyes, clock: StillClock) -> None:
    from registry.devices.service import revoke

    registry = centre.registry
    with registry.database.writing() as work:
        revoke(work, name="van-1", actor="test", trail=registry.trail, clock=clock)
        work.commit()
    (admission,) = centre.admit(van_1.meet(slot(eyes.of(0))))
    assert (admission.disposition, admission.reason) == (Disposition.REFUSED, "unknown_device")


def test_good_captures_in_a_batch_with_bad_ones_are_held(centre: Centre, van_1: Tablet, eyes: Eyes) -> None:
    good = van_1.meet(slot(eyes.of(0)))
    admissions = centre.admit(_truncated(van_1, good), good, _not_cbor(van_1, good))
    assert [a.disposition for a in admissions] == [Disposition.REFUSED, Disposition.HELD, Disposition.REFUSED]


def test_a_flood_of_refused_messages_is_counted_exactly_and_leaves_few_audit_entries(
    centre: Centre, van_1: Tablet, eyes: Eyes
) -> None:
    bad = _not_cbor(van_1, van_1.meet(slot(eyes.of(0))))
    for _ in range(5):
        centre.admit(*[bad] * 30)
    assert centre.one("select count from refused") == 150
    assert centre.one("select count(*) from audit_entry where action = 'capture.refused'") == 3


def test_yesterdays_capture_is_accepted_and_marked_late_with_both_times(
    centre: Centre, van_1: Tablet, eyes: Eyes, clock: StillClock
) -> None:
    sent = van_1.meet(slot(eyes.of(0)))
    clock.forward(days=1)
    centre.take(sent)
    (told,) = van_1.result(sent)
    assert told.outcome == "new"
    with centre.registry.database.reading() as work:
        from registry.encounters.tables import Encounter

        encounter = work.session.query(Encounter).one()
    assert (encounter.late, encounter.clock_doubtful) == (True, False)
    assert encounter.received_at - encounter.captured_at == dt.timedelta(days=1)


def test_a_capture_from_the_future_is_accepted_and_its_clock_doubted(
    centre: Centre, van_1: Tablet, eyes: Eyes, clock: StillClock
) -> None:
    centre.take(van_1.meet(slot(eyes.of(0)), captured_at=clock.now() + dt.timedelta(hours=3)))
    assert bool(centre.one("select clock_doubtful from encounter"))


def test_an_authentic_report_that_this_registry_cannot_read_is_held_with_the_reason(
    centre: Centre, van_1: Tablet, eyes: Eyes, monkeypatch: pytest.MonkeyPatch
) -> None:
    import edge.messages.seal as seal

    def with_an_unknown_field(report: CaptureReport) -> bytes:
        return cbor2.dumps(report.model_dump(mode="python") | {"shoe_size": 36})

    monkeypatch.setattr(seal, "to_cbor", with_an_unknown_field)
    sent = van_1.meet(slot(eyes.of(0)))
    monkeypatch.undo()
    (admission,) = centre.admit(sent)
    centre.settle()
    assert admission.receipt is not None
    assert van_1.receipt_status(admission.receipt) == "held"
    (row,) = centre.rows("select state, reason, payload, outcome from journal")
    assert (row["state"], bytes(row["payload"])) == ("attention", sent.sealed)  # type: ignore[call-overload]
    assert "shoe_size" in str(row["reason"])
    assert row["outcome"] is not None


def test_two_intake_processes_that_get_the_same_capture_at_once_hold_it_once(
    centre: Centre, van_1: Tablet, eyes: Eyes
) -> None:
    from concurrent.futures import ThreadPoolExecutor

    for _ in range(10):
        sent = van_1.meet(slot(eyes.of(0)))
        with ThreadPoolExecutor(4) as pool:
            admissions = [a for (a,) in pool.map(lambda _, sent=sent: centre.admit(sent), range(4))]
        assert len({a.receipt for a in admissions}) == 1
        assert sorted(a.disposition for a in admissions) == ["held", "resent", "resent", "resent"]


def test_a_topic_with_any_device_name_does_no_harm(centre: Centre) -> None:
    from registry.bootstrap import build_admitter

    for name in ("", "x" * 5000, "'; drop table journal; --", "وَن"):
        (admission,) = build_admitter(centre.registry).admit([Incoming(name, b"\xa0")])
        assert admission.disposition == Disposition.REFUSED
