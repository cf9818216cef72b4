"""What is true whatever was killed at whatever moment, asked of the disks and not of the programs."""

from collections import Counter, defaultdict

from sqlalchemy import select

from matching import LocalEngine
from registry.children.gallery import follow
from registry.children.tables import ChildSlotLink, GalleryLog, IrisTemplate
from registry.encounters.tables import Encounter, Slot
from registry.intake.tables import Journal, Outgoing, Quarantined
from registry.live.tables import LiveEvent
from tests.faults.shift import Shift


def assert_always_true(shift: Shift) -> None:
    every_saved_capture_is_in_the_registry_exactly_once(shift)
    no_outbox_holds_anything_and_every_result_was_delivered(shift)
    outcomes_have_dropped_their_payload(shift)
    the_gallery_is_the_log_and_the_log_has_no_gap(shift)
    a_child_met_by_two_vans_is_one_child(shift)
    the_audit_trail_and_the_live_events_tell_of_each_encounter_once(shift)


def every_saved_capture_is_in_the_registry_exactly_once(shift: Shift) -> None:
    with shift.database.snapshot() as work:
        journalled = Counter(work.session.scalars(select(Journal.capture_id)))
        encounters = Counter(work.session.scalars(select(Encounter.capture_id)))
        apart = Counter(work.session.scalars(select(Quarantined.capture_id)))
    once = dict.fromkeys(shift.saved, 1)
    assert journalled == once
    assert encounters == once
    assert apart == Counter(shift.doubled)


def no_outbox_holds_anything_and_every_result_was_delivered(shift: Shift) -> None:
    for name, van in shift.vans.items():
        counts = van.program.outbox.counts()
        assert counts.queued == 0
        assert counts.receipts_ever == counts.saved_ever
        memos = van.memos()
        for id_, met in shift.saved.items():
            if met.van == name:
                result = memos[id_].result
                assert result is not None
                assert [answer.number for answer in result.slots] == list(range(1, len(met.children) + 1))
    with shift.database.snapshot() as work:
        sent = Counter(work.session.scalars(select(Outgoing.capture_id).where(Outgoing.sent_at.is_not(None))))
    assert sent == dict.fromkeys(shift.saved, 1)


def outcomes_have_dropped_their_payload(shift: Shift) -> None:
    with shift.database.snapshot() as work:
        rows = work.session.execute(select(Journal.state, Journal.payload, Journal.outcome, Journal.digest)).all()
    assert {(row.state, row.payload, row.outcome is not None, len(row.digest)) for row in rows} == {
        ("settled", None, True, 32)
    }


def the_gallery_is_the_log_and_the_log_has_no_gap(shift: Shift) -> None:
    with shift.database.snapshot() as work:
        log = work.session.execute(select(GalleryLog.seq, GalleryLog.op, GalleryLog.template_id)).all()
        templates = work.session.scalars(select(IrisTemplate.id).where(IrisTemplate.removed_at.is_(None))).all()
    assert sorted(row.seq for row in log) == list(range(1, len(log) + 1))
    assert sorted(row.template_id for row in log if row.op == "add") == sorted(templates)
    engine = LocalEngine()
    assert follow(engine, shift.database) == len(log)
    assert (engine.seq, engine.size) == (len(log), len(templates))


def a_child_met_by_two_vans_is_one_child(shift: Shift) -> None:
    standing = defaultdict(set)
    with shift.database.snapshot() as work:
        rows = work.session.execute(
            select(Encounter.capture_id, Slot.number, ChildSlotLink.child_id)
            .join(Slot, Slot.encounter_id == Encounter.id)
            .join(ChildSlotLink, ChildSlotLink.slot_id == Slot.id)
            .where(ChildSlotLink.unlinked_at.is_(None))
        ).all()
    assert len(rows) == sum(len(met.children) for met in shift.saved.values())
    for row in rows:
        truly = shift.saved[row.capture_id].children[row.number - 1]
        standing[(row.capture_id, row.number) if truly is None else truly].add(row.child_id)
    assert [records for records in standing.values() if len(records) != 1] == []
    assert shift.count("child") == len(standing)
    assert shift.count("child where standing <> 'confirmed'") == 0
    assert shift.count("case_file") == len(standing)  # every one of them was brought in, and nobody twice


def the_audit_trail_and_the_live_events_tell_of_each_encounter_once(shift: Shift) -> None:
    registry = shift.centre.registry
    assert registry.trail.verify(shift.database) > 0
    settled = "audit_entry where action = 'capture.settled'"
    assert shift.count(settled) == len(shift.saved)
    with shift.database.snapshot() as work:
        told = work.session.scalars(
            select(LiveEvent.encounter_id).where(LiveEvent.kind == "encounter_settled").order_by(LiveEvent.id)
        ).all()
    assert len(told) == len(set(told)) == len(shift.saved)
