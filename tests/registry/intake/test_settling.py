"""What one capture, or several at once, leave behind."""

from edge.messages.models import EncounterOutcome, SlotOutcome

from tests.registry.conftest import Centre, Eyes, Tablet, slot


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
    centre: Centre, van_1: Tablet, van_2: Tablet, eyes: Eyes
) -> None:
    centre.take(van_1.meet(slot(eyes.of(0, 0))))
    again = van_2.meet(slot(eyes.of(0, 1)))
    centre.take(again)
    (told,) = van_2.result(again)
    assert told.outcome == SlotOutcome.KNOWN
    assert told.child_code == centre.one("select code from child")
    assert centre.one("select count(*) from case_file") == 1
    assert [r["kind"] for r in centre.rows("select kind from case_event order by id")] == ["opened", "met_again"]
