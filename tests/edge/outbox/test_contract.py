"""What every outbox keeps to, whatever is killed and whatever arrives twice."""

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.faults import FaultPoint, no_faults
from edge.faults import OUTBOX_FAULT_POINTS
from edge.messages.keys import DeviceKeys, RegistryKeys
from edge.messages.models import CaptureReport, Receipt, Result, SlotOutcome, SlotResult
from edge.messages.seal import VerifiedReceipt, VerifiedResult, open_capture, seal_capture
from edge.outbox.backoff import Retry
from edge.outbox.errors import CaptureAlreadySaved
from edge.outbox.interfaces import Outbox
from edge.outbox.models import OutgoingState, ReceiptEffect, ReceiptStatus, Saved
from edge.outbox.sqlite import SqliteOutbox
from tests.edge.clocks import SetClock
from tests.edge.reports import capture_report

DEVICE, REGISTRY = DeviceKeys.generate(), RegistryKeys.generate()
START = datetime(2026, 3, 21, 18, 0, tzinfo=UTC)


def seal(report: CaptureReport) -> bytes:
    return seal_capture(report, device_keys=DEVICE, registry_public=REGISTRY.public)


class Bench:
    """One tablet's disk: outboxes may be opened on it again and again."""

    def __init__(self, make: Callable[..., Outbox], folder: Path) -> None:
        self._make, self._folder, self.clock = make, folder, SetClock(START)
        self._open: list[Outbox] = []

    def outbox(self, *, faults: FaultPoint = no_faults, retry: Retry | None = None) -> Outbox:
        outbox = self._make(self._folder, clock=self.clock, faults=faults, retry=retry or Retry())
        self._open.append(outbox)
        return outbox

    def close(self) -> None:
        for outbox in self._open:
            outbox.close()


def sqlite(folder: Path, *, clock: SetClock, faults: FaultPoint, retry: Retry) -> Outbox:
    return SqliteOutbox(
        folder / "outbox.sqlite", seal=seal, clock=clock, uniform=lambda _low, high: high, retry=retry, faults=faults
    )


@pytest.fixture(params=[sqlite], ids=lambda make: make.__name__)
def bench(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Bench]:
    bench = Bench(request.param, tmp_path)
    yield bench
    bench.close()


def receipt_for(saved: Saved, **changes: object) -> VerifiedReceipt:
    fields = {"device": "van-1", "capture_id": saved.capture_id, "digest": saved.digest, "status": "held"}
    return VerifiedReceipt(Receipt.model_validate({**fields, "received_at": START, **changes}))


def result_for(capture_id: UUID, outcome: SlotOutcome = SlotOutcome.NEW) -> VerifiedResult:
    slots = (SlotResult(number=1, outcome=outcome),)
    return VerifiedResult(Result(device="van-1", capture_id=capture_id, decided_at=START, slots=slots))


def test_a_saved_capture_is_there_after_the_program_was_killed(bench: Bench) -> None:
    saved = bench.outbox().save(capture_report())
    again = bench.outbox()
    assert [row.capture_id for row in again.claim_due(limit=10)] == [saved.capture_id]
    assert again.counts().saved_ever == 1


def test_what_is_handed_out_opens_at_the_registry(bench: Bench) -> None:
    outbox, report = bench.outbox(), capture_report()
    saved = outbox.save(report)
    (row,) = outbox.claim_due(limit=10)
    capture = open_capture(
        row.sealed, topic_device="van-1", lookup_device_public=lambda _: [DEVICE.public], registry_keys=[REGISTRY]
    )
    assert (capture.report, capture.digest) == (report, saved.digest)


def test_the_same_encounter_is_not_saved_twice(bench: Bench) -> None:
    outbox, report = bench.outbox(), capture_report()
    saved = outbox.save(report)
    with pytest.raises(CaptureAlreadySaved, match="saved already; nothing was changed"):
        outbox.save(report)
    outbox.settle(receipt_for(saved))
    with pytest.raises(CaptureAlreadySaved):
        outbox.save(report)
    assert outbox.counts().saved_ever == 1


def test_a_capture_without_a_receipt_is_handed_out_again_the_same_bytes(bench: Bench) -> None:
    outbox = bench.outbox()
    outbox.save(capture_report())
    first = outbox.claim_due(limit=10)
    assert outbox.claim_due(limit=10) == []
    bench.clock.forward(30)
    second = outbox.claim_due(limit=10)
    assert [row.sealed for row in second] == [row.sealed for row in first]
    assert [row.attempt for row in first + second] == [1, 2]
    assert outbox.counts().resent_ever == 1


def test_the_oldest_go_first_and_no_more_than_asked(bench: Bench) -> None:
    outbox, saved = bench.outbox(), []
    for _ in range(3):
        saved.append(outbox.save(capture_report()).capture_id)
        bench.clock.forward(1)
    assert [row.capture_id for row in outbox.claim_due(limit=2)] == saved[:2]
    assert [row.capture_id for row in outbox.claim_due(limit=2)] == saved[2:]


def test_a_verified_receipt_lets_the_capture_go(bench: Bench) -> None:
    outbox = bench.outbox()
    saved = outbox.save(capture_report())
    outbox.claim_due(limit=1)
    assert outbox.settle(receipt_for(saved)) is ReceiptEffect.RELEASED
    assert outbox.settle(receipt_for(saved)) is ReceiptEffect.UNKNOWN_CAPTURE
    counts = outbox.counts()
    assert (counts.queued, counts.oldest, counts.receipts_ever) == (0, None, 1)
    assert outbox.next_due_in() is None


def test_a_receipt_for_other_bytes_lets_nothing_go(bench: Bench) -> None:
    outbox = bench.outbox()
    saved = outbox.save(capture_report())
    assert outbox.settle(receipt_for(saved, digest=b"\0" * 32)) is ReceiptEffect.OTHER_DIGEST
    assert outbox.settle(receipt_for(saved, capture_id=uuid4())) is ReceiptEffect.UNKNOWN_CAPTURE
    assert outbox.counts().queued == 1


def test_a_quarantined_capture_leaves_a_note_until_it_was_read(bench: Bench) -> None:
    outbox = bench.outbox()
    saved = outbox.save(capture_report())
    outbox.settle(receipt_for(saved, status="quarantined", reason="same id, other bytes"))
    bench.clock.forward(3600)
    outbox.save(capture_report())
    outbox.forget_before(bench.clock.now())
    (note, _) = outbox.recent(limit=5)
    assert (note.capture_id, note.receipt, note.reason) == (
        saved.capture_id,
        ReceiptStatus.QUARANTINED,
        "same id, other bytes",
    )
    outbox.dismiss(saved.capture_id)
    outbox.forget_before(bench.clock.now())
    assert len(outbox.recent(limit=5)) == 1


def test_after_many_tries_without_a_receipt_a_capture_is_set_aside_shown_and_tried_seldom(bench: Bench) -> None:
    outbox = bench.outbox(retry=Retry(first_s=1, cap_s=2, tries=3, aside_s=600))
    saved = outbox.save(capture_report())
    for _ in range(3):
        assert len(outbox.claim_due(limit=1)) == 1
        bench.clock.forward(3)
    assert outbox.claim_due(limit=1) == []
    assert outbox.counts().set_aside == 1
    assert outbox.recent(limit=1)[0].state is OutgoingState.SET_ASIDE
    bench.clock.forward(600)
    assert len(outbox.claim_due(limit=1)) == 1
    assert outbox.settle(receipt_for(saved)) is ReceiptEffect.RELEASED


def test_a_clock_that_jumps_back_does_not_hold_the_queue(bench: Bench) -> None:
    outbox = bench.outbox()
    bench.clock.forward(86400 * 365)
    outbox.save(capture_report())
    bench.clock.set(START)
    assert outbox.next_due_in() == 0.0
    assert len(outbox.claim_due(limit=1)) == 1


def test_the_result_is_shown_with_its_encounter(bench: Bench) -> None:
    outbox = bench.outbox()
    saved = outbox.save(capture_report(children=2))
    memo = outbox.recent(limit=1)[0]
    assert [(slot.number, slot.eyes) for slot in memo.slots] == [(1, 2), (2, 2)]
    assert (memo.state, memo.result) == (OutgoingState.WAITING, None)
    outbox.settle(receipt_for(saved))
    outbox.keep_result(result_for(saved.capture_id))
    outbox.keep_result(result_for(saved.capture_id, SlotOutcome.KNOWN))
    memo = outbox.recent(limit=1)[0]
    assert memo.result is not None
    assert memo.result.slots[0].outcome is SlotOutcome.KNOWN
    assert (memo.state, memo.receipt, memo.result_at) == (None, ReceiptStatus.HELD, START)


def test_what_is_only_shown_is_forgotten_and_the_queue_is_not(bench: Bench) -> None:
    outbox = bench.outbox()
    done, waiting = outbox.save(capture_report()), outbox.save(capture_report())
    outbox.settle(receipt_for(done))
    outbox.forget_before(START + timedelta(hours=1))
    assert [memo.capture_id for memo in outbox.recent(limit=5)] == [waiting.capture_id]
    assert outbox.counts().queued == 1


def test_many_threads_save_claim_and_settle_without_loss(bench: Bench) -> None:
    outbox, handed, failures = bench.outbox(), [], []

    def van() -> None:
        try:
            for _ in range(5):
                saved = outbox.save(capture_report())
                handed.extend(row.capture_id for row in outbox.claim_due(limit=3))
                outbox.settle(receipt_for(saved))
        except Exception as exc:  # noqa: BLE001 - handed to the test's own thread
            failures.append(exc)

    threads = [threading.Thread(target=van) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    counts = outbox.counts()
    assert (counts.saved_ever, counts.receipts_ever, counts.queued) == (20, 20, 0)
    assert len(handed) == len(set(handed)) == counts.publications_ever


class Killed(BaseException):
    """The process ended here."""


def test_every_fault_point_of_the_outbox_is_passed(bench: Bench) -> None:
    passed: list[str] = []
    outbox = bench.outbox(faults=passed.append)
    saved = outbox.save(capture_report())
    outbox.claim_due(limit=1)
    outbox.settle(receipt_for(saved))
    outbox.keep_result(result_for(saved.capture_id))
    assert tuple(passed) == OUTBOX_FAULT_POINTS


@pytest.mark.parametrize("point", OUTBOX_FAULT_POINTS)
def test_killed_anywhere_nothing_saved_is_lost_and_nothing_unconfirmed_is_let_go(bench: Bench, point: str) -> None:
    def die(name: str) -> None:
        if name == point:
            raise Killed(name)

    report, outbox, done = capture_report(), bench.outbox(faults=die), []
    try:
        saved = outbox.save(report)
        done.append("saved")
        outbox.claim_due(limit=1)
        outbox.settle(receipt_for(saved))
        outbox.keep_result(result_for(saved.capture_id))
    except Killed:
        done.append("killed")
    outbox.close()
    again = bench.outbox()
    counts = again.counts()
    assert done[-1] == "killed"
    assert counts.saved_ever == counts.queued + counts.receipts_ever
    if "saved" in done:
        assert counts.saved_ever == 1
    confirmed = point in {"outbox.receipt.committed", "outbox.result.before_commit", "outbox.result.committed"}
    assert counts.receipts_ever == int(confirmed)


@given(st.integers(1, 19), st.floats(0, 1))
def test_the_wait_before_a_resend_is_jittered_and_bounded(attempts: int, fraction: float) -> None:
    retry = Retry()
    delay = retry.delay(attempts, lambda low, high: low + fraction * (high - low))
    assert retry.first_s <= delay <= retry.first_s + min(retry.cap_s, retry.first_s * 2**attempts)
