"""What captures leave behind, one after the other or within one report."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from edge.messages.models import EncounterOutcome, SlotOutcome
from matching import Template
from matching.decision import redecide
from tests.registry.house import Centre, Eyes, StillClock, Tablet, slot, unsure_of

AID = EncounterOutcome.AID_ONLY


def test_a_child_met_for_the_first_time_gets_a_code_a_searchable_template_and_a_case(
    centre: Centre, van_1: Tablet, eyes: Eyes
) -> None:
    sent = van_1.meet(slot(eyes.of(0)))
    centre.take(sent)
    (told,) = van_1.result(sent)
    assert told.outcome == SlotOutcome.NEW
    assert told.child_code == centre.one("select code from child")
    assert centre.rows("select state, child_id from case_file") == [{"state": "intake", "child_id": 1}]
    assert centre.one("select count(*) from gallery_log") == 1


def test_the_same_child_met_again_is_known_and_has_one_record_and_one_case(
    centre: Centre, van_1: Tablet, van_2: Tablet, eyes: Eyes, clock: StillClock
) -> None:
    centre.take(van_1.meet(slot(eyes.of(0, 0))))
    first_met = clock.now().date()
    clock.forward(days=2)
    again = van_2.meet(slot(eyes.of(0, 1)))
    centre.take(again)
    (told,) = van_2.result(again)
    assert told.outcome == SlotOutcome.KNOWN
    assert told.child_code == centre.one("select code from child")
    assert (told.last_met_on, told.age and told.age.low) == (first_met, 9)
    assert centre.one("select count(*) from case_file") == 1
    assert [r["kind"] for r in centre.rows("select kind from case_event order by id")] == ["opened", "met_again"]


def test_captures_settled_in_one_batch_see_each_other(centre: Centre, van_1: Tablet, van_2: Tablet, eyes: Eyes) -> None:
    centre.take(van_1.meet(slot(eyes.of(0, 0))), van_2.meet(slot(eyes.of(0, 1))), van_1.meet(slot(eyes.of(0, 2))))
    assert centre.one("select count(*) from child") == 1
    assert sorted(str(r["outcome"]) for r in centre.rows("select outcome from slot")) == ["known", "known", "new"]


def test_an_unsure_capture_makes_a_provisional_child_with_a_case_of_its_own(
    centre: Centre, van_1: Tablet, eyes: Eyes
) -> None:
    centre.take(van_1.meet(slot(eyes.of(0))))
    sent = van_1.meet(slot(unsure_of(centre.weigher, eyes.of(0), eyes.of(0, 1), eyes.of(1))))
    centre.take(sent)
    (told,) = van_1.result(sent)
    assert (told.outcome, told.child_code) == (SlotOutcome.REVIEW, None)
    assert centre.one("select standing from child where id = 2") == "provisional"
    assert centre.one("select count(*) from case_file") == 2
    members = centre.rows("select role, child_id from review_member order by id")
    assert members == [{"role": "probe", "child_id": 2}, {"role": "candidate", "child_id": 1}]


def test_the_next_hit_on_a_provisional_child_joins_the_same_review_item(
    centre: Centre, van_1: Tablet, van_2: Tablet, eyes: Eyes
) -> None:
    centre.take(van_1.meet(slot(eyes.of(0))))
    unsure = unsure_of(centre.weigher, eyes.of(0), eyes.of(0, 1), eyes.of(1))
    centre.take(van_1.meet(slot(unsure)))
    again = van_2.meet(slot(unsure))
    centre.take(again)
    (told,) = van_2.result(again)
    assert told.outcome == SlotOutcome.REVIEW
    assert centre.one("select count(*) from review_item") == 1
    assert centre.one("select count(*) from review_member where role = 'probe'") == 2


def test_two_slots_of_one_report_with_the_same_eyes_go_to_review_and_are_never_two_enrolments(
    centre: Centre, van_1: Tablet, eyes: Eyes
) -> None:
    sent = van_1.meet(slot(eyes.of(0, 0), 1), slot(eyes.of(0, 1), 2))
    centre.take(sent)
    assert [told.outcome for told in van_1.result(sent)] == [SlotOutcome.NEW, SlotOutcome.REVIEW]
    assert centre.one("select outcome_reason from slot where number = 2") == "two_slots_alike"
    assert centre.one("select count(*) from child where standing = 'confirmed'") == 1


def test_a_known_child_scanned_twice_in_one_report_goes_to_review(centre: Centre, van_1: Tablet, eyes: Eyes) -> None:
    centre.take(van_1.meet(slot(eyes.of(0, 0))))
    sent = van_1.meet(slot(eyes.of(0, 1), 1), slot(eyes.of(0, 2), 2))
    centre.take(sent)
    assert [told.outcome for told in van_1.result(sent)] == [SlotOutcome.KNOWN, SlotOutcome.REVIEW]


def test_siblings_in_one_report_are_two_children(centre: Centre, van_1: Tablet, eyes: Eyes) -> None:
    sent = van_1.meet(slot(eyes.of(0), 1), slot(eyes.of(1), 2))
    centre.take(sent)
    assert [told.outcome for told in van_1.result(sent)] == [SlotOutcome.NEW, SlotOutcome.NEW]


def test_a_child_without_iris_is_a_full_child_with_a_code_and_a_case(centre: Centre, van_1: Tablet) -> None:
    sent = van_1.meet(slot(None))
    centre.take(sent)
    (told,) = van_1.result(sent)
    assert told.outcome == SlotOutcome.NO_IRIS
    assert told.child_code == centre.one("select code from child where standing = 'confirmed'")
    assert centre.one("select count(*) from template") == 0
    assert centre.one("select count(*) from case_file") == 1


def test_too_little_iris_cannot_tell_and_enrols_no_template(centre: Centre, van_1: Tablet, eyes: Eyes) -> None:
    sent = van_1.meet(slot(mostly_covered(eyes.of(0))))
    centre.take(sent)
    (told,) = van_1.result(sent)
    assert (told.outcome, told.child_code) == (SlotOutcome.CANNOT_TELL, None)
    assert centre.one("select count(*) from template") == 0
    assert centre.one("select standing from child") == "provisional"
    assert centre.one("select count(*) from review_item") == 1


def test_a_template_of_another_encoder_is_held_with_the_reason_and_its_bytes(
    centre: Centre, van_1: Tablet, eyes: Eyes
) -> None:
    other = replace(eyes.of(0), encoder="gabor-9")
    sent = van_1.meet(slot(other))
    (admission,) = centre.admit(sent)
    assert admission.receipt is not None
    assert van_1.receipt_status(admission.receipt) == "held"
    centre.settle()
    (told,) = van_1.result(sent)
    assert told.outcome == SlotOutcome.CANNOT_TELL
    (row,) = centre.rows("select state, reason, payload from journal")
    assert row["state"] == "attention"
    assert "gabor-9" in str(row["reason"])
    assert bytes(row["payload"]) == sent.sealed  # type: ignore[call-overload]


def test_a_template_of_another_version_or_no_template_at_all_is_held_too(
    centre: Centre, van_1: Tablet, eyes: Eyes
) -> None:
    good = slot(eyes.of(0))
    for data in (b"PNH\x07" + eyes.of(0).to_bytes()[4:], b"not a template"):
        broken = good.model_copy(update={"left": good.left.model_copy(update={"template": data})})
        sent = van_1.meet(broken)
        centre.take(sent)
        (told,) = van_1.result(sent)
        assert told.outcome == SlotOutcome.CANNOT_TELL
    assert centre.one("select count(*) from journal where state = 'attention' and payload is not null") == 2


def test_the_journal_drops_the_payload_and_keeps_id_digest_and_outcome(
    centre: Centre, van_1: Tablet, eyes: Eyes
) -> None:
    centre.take(van_1.meet(slot(eyes.of(0))))
    (row,) = centre.rows("select payload, length(digest) as digest, state, outcome from journal")
    assert (row["payload"], row["digest"], row["state"]) == (None, 32, "settled")
    assert "new" in str(row["outcome"])


def test_a_decision_can_be_made_again_from_what_was_stored_with_it(centre: Centre, van_1: Tablet, eyes: Eyes) -> None:
    from registry.encounters.tables import Slot

    centre.take(van_1.meet(slot(eyes.of(0, 0))))
    centre.take(van_1.meet(slot(eyes.of(0, 1))))
    centre.take(van_1.meet(slot(unsure_of(centre.weigher, eyes.of(0), eyes.of(0, 2), eyes.of(1)))))
    with centre.registry.database.reading() as work:
        stored = [(s.outcome, s.evidence) for s in work.session.query(Slot).order_by(Slot.id)]
    assert [outcome for outcome, _ in stored] == ["new", "known", "review"]
    assert all(redecide(evidence).outcome == outcome for outcome, evidence in stored if evidence)
    assert stored[1][1]["facts"]["context"]["log_seq"] == 1


def test_a_re_encounter_adds_a_template_only_at_another_pupil_size_and_three_at_most(
    centre: Centre, van_1: Tablet, eyes: Eyes
) -> None:
    def at_pupil(shot: int, ratio: float) -> Template:
        t = eyes.of(0, shot)
        return Template(
            tuple(replace(c, pupil_ratio=ratio) for c in t.left), tuple(replace(c, pupil_ratio=ratio) for c in t.right)
        )

    counts = []
    for shot, ratio in enumerate((0.30, 0.31, 0.40, 0.50, 0.60)):
        centre.take(van_1.meet(slot(at_pupil(shot, ratio))))
        counts.append(centre.one("select count(*) from template"))
    assert counts == [1, 1, 2, 3, 3]
    assert centre.one("select count(*) from child") == 1


def test_a_street_encounter_leaves_a_proposal_in_the_countys_list_and_no_case(
    centre: Centre, van_1: Tablet, eyes: Eyes
) -> None:
    centre.take(van_1.meet(slot(eyes.of(0, 0)), outcome=AID))
    centre.take(van_1.meet(slot(eyes.of(0, 1)), outcome=AID))
    assert centre.one("select count(*) from case_file") == 0
    assert centre.rows("select kind, state, times from proposal") == [
        {"kind": "county_list", "state": "open", "times": 2}
    ]


def test_a_revoked_device_is_told_nothing_but_what_it_captured_before_counts(
    centre: Centre, van_1: Tablet, eyes: Eyes, clock: StillClock
) -> None:
    from registry.devices.service import revoke

    sent = van_1.meet(slot(eyes.of(0)))
    centre.admit(sent)
    registry = centre.registry
    with registry.database.writing() as work:
        revoke(work, name="van-1", actor="test", trail=registry.trail, clock=clock)
        work.commit()
    centre.settle()
    assert centre.one("select count(*) from encounter") == 1
    assert centre.one("select count(*) from outgoing") == 0


def mostly_covered(template: Template) -> Template:
    keep = np.arange(32) < 4
    cut: Callable = lambda codes: tuple(replace(c, code=c.code * keep, mask=c.mask * keep) for c in codes)  # noqa: E731
    return Template(cut(template.left), cut(template.right), template.encoder)
