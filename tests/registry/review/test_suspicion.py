"""An eye that did not look like a living one: a person looks at it, and nobody is refused anything because of it."""

from collections.abc import Callable

import pytest

from edge.messages.models import Liveness, Slot, SlotOutcome
from matching.decision import redecide
from registry.intake.rules import NO_IRIS, cannot_tell, looked_alive, looked_forged, suspected_of
from registry.review.rules import Verdict, only_suspected
from tests.registry.house import Centre, Eyes, Tablet, slot, unsure_of
from tests.registry.review.conftest import LEILA, OMID, Office
from tests.registry.review.test_api import People, get, people, post
from tests.registry.review.test_pages import plain

__all__ = ["people"]

ALIVE = Liveness(suspected=None, score=-0.8)
PRINTED = Liveness(suspected="print", score=2.5)
LENS = Liveness(suspected="lens", score=0.4)


def shown(one: Slot, *, left: Liveness | None = ALIVE, right: Liveness | None = ALIVE) -> Slot:
    update = {"left": one.left.model_copy(update={"liveness": left})}
    return one.model_copy(update=update | {"right": one.right.model_copy(update={"liveness": right})})


def test_only_what_was_captured_assessed_and_unsuspected_looked_alive(eyes: Eyes) -> None:
    whole = slot(eyes.of(0))
    assert looked_alive(shown(whole))
    assert not looked_alive(whole)
    assert not looked_alive(shown(whole, right=None))
    assert not looked_alive(shown(whole, left=PRINTED))
    assert not looked_alive(slot(None))
    assert suspected_of(shown(whole, left=PRINTED, right=LENS)) == ("print", "lens")


def test_a_child_without_iris_and_one_who_is_to_be_scanned_again_stay_that() -> None:
    assert looked_forged(NO_IRIS, ["print"]) is NO_IRIS
    again = looked_forged(cannot_tell("low_confidence"), ["lens", "lens"])
    assert (again.outcome, again.reason) == (SlotOutcome.CANNOT_TELL, "low_confidence,suspected_lens")
    assert only_suspected("suspected_lens,suspected_print")
    assert not only_suspected("low_confidence,suspected_lens")
    assert not only_suspected("")


def test_a_tablet_that_assesses_and_one_that_does_not_are_answered_alike(
    centre: Centre, van_1: Tablet, eyes: Eyes
) -> None:
    sent = [van_1.meet(shown(slot(eyes.of(0)))), van_1.meet(slot(eyes.of(0, 1)))]
    centre.take(*sent)
    assert [van_1.result(one)[0].outcome for one in sent] == [SlotOutcome.NEW, SlotOutcome.KNOWN]
    stored = centre.rows("select left_liveness, right_liveness from slot order by id")
    assert "-0.8" in str(stored[0]["left_liveness"])
    assert stored[1]["left_liveness"] in (None, "null")


def test_a_known_child_behind_a_printed_eye_is_for_a_reviewer_and_has_all_services_meanwhile(
    centre: Centre, van_1: Tablet, eyes: Eyes
) -> None:
    centre.take(van_1.meet(slot(eyes.of(0))))
    sent = van_1.meet(shown(slot(eyes.of(0, 1)), left=PRINTED))
    centre.take(sent)
    (told,) = van_1.result(sent)
    assert (told.outcome, told.child_code, told.last_met_on) == (SlotOutcome.REVIEW, None, None)
    (kept,) = centre.rows("select outcome, outcome_reason, left_liveness from slot where id = 2")
    assert (kept["outcome"], kept["outcome_reason"]) == ("review", "suspected_print")
    assert "print" in str(kept["left_liveness"])
    assert centre.rows("select child_id, other_id, state from review_question") == [
        {"child_id": 2, "other_id": 1, "state": "open"}
    ]
    assert centre.one("select standing from child where id = 2") == "provisional"
    assert centre.one("select count(*) from case_file where child_id = 2") == 1


def test_what_matching_found_is_kept_apart_from_what_the_eye_looked_like(
    centre: Centre, van_1: Tablet, eyes: Eyes
) -> None:
    from registry.encounters.tables import Slot as StoredSlot

    centre.take(van_1.meet(slot(eyes.of(0))), van_1.meet(shown(slot(eyes.of(0, 1)), right=LENS)))
    with centre.registry.database.reading() as work:
        stored = work.session.get_one(StoredSlot, 2)
        assert redecide(stored.evidence or {}).outcome == "known"
        assert stored.right_liveness == {"suspected": "lens", "score": 0.4}
        assert stored.left_liveness == {"suspected": None, "score": -0.8}


def test_two_reviewers_settle_whether_it_is_that_child(
    centre: Centre, van_1: Tablet, eyes: Eyes, office: Office
) -> None:
    centre.take(van_1.meet(slot(eyes.of(0))), van_1.meet(shown(slot(eyes.of(0, 1)), left=PRINTED)))
    for reviewer in (LEILA, OMID):
        office.answer(reviewer, Verdict.DIFFERENT)
    assert centre.one("select standing from child where id = 2") == "confirmed"


def test_nobody_is_called_new_by_a_printed_eye_and_the_next_living_one_lifts_the_doubt(
    centre: Centre, van_1: Tablet, van_2: Tablet, eyes: Eyes
) -> None:
    first = van_1.meet(shown(slot(eyes.of(0)), left=PRINTED, right=PRINTED))
    centre.take(first)
    (told,) = van_1.result(first)
    assert told.outcome == SlotOutcome.REVIEW
    assert centre.rows("select state, reason from review_item") == [{"state": "open", "reason": "suspected_print"}]
    assert centre.one("select count(*) from case_file") == 1
    again = van_2.meet(shown(slot(eyes.of(0, 1))))
    centre.take(again)
    (told,) = van_2.result(again)
    assert (told.outcome, told.child_code) == (SlotOutcome.KNOWN, centre.one("select code from child"))
    assert centre.one("select standing from child") == "confirmed"
    assert centre.one("select state from review_item") == "closed"
    assert centre.one("select count(*) from child") == 1


@pytest.mark.parametrize("liveness", [None, PRINTED], ids=["not assessed", "suspected again"])
def test_the_doubt_stays_while_no_living_eye_was_seen(
    centre: Centre, van_1: Tablet, eyes: Eyes, liveness: Liveness | None
) -> None:
    centre.take(van_1.meet(shown(slot(eyes.of(0)), left=PRINTED)))
    sent = van_1.meet(shown(slot(eyes.of(0, 1)), left=liveness))
    centre.take(sent)
    assert van_1.result(sent)[0].outcome == SlotOutcome.REVIEW
    assert centre.one("select standing from child") == "provisional"
    assert centre.one("select count(*) from review_item where state = 'open'") == 1


def test_a_living_eye_lifts_no_doubt_about_who_it_is(centre: Centre, van_1: Tablet, eyes: Eyes) -> None:
    centre.take(van_1.meet(slot(eyes.of(0))))
    unsure = unsure_of(centre.weigher, eyes.of(0), eyes.of(0, 1), eyes.of(1))
    centre.take(van_1.meet(shown(slot(unsure), left=PRINTED)))
    again = van_1.meet(shown(slot(unsure)))
    centre.take(again)
    assert van_1.result(again)[0].outcome == SlotOutcome.REVIEW
    assert centre.one("select standing from child where id = 2") == "provisional"


def test_the_reviewer_is_told_which_eye_of_which_record_and_the_answer_keeps_what_was_shown(
    centre: Centre, van_1: Tablet, eyes: Eyes, people: People, office: Office
) -> None:
    centre.take(van_1.meet(slot(eyes.of(0))), van_1.meet(shown(slot(eyes.of(0, 1)), left=PRINTED, right=LENS)))
    leila = people("leila", "reviewer")
    page = plain(leila.get("/reviews/1").text)
    assert "رکورد نخست، چشم چپ: شاید عکسِ چاپ‌شدهٔ چشم بوده باشد." in page
    assert "رکورد نخست، چشم راست: شاید لنز طرح‌دار روی چشم بوده باشد." in page
    assert "چیزی از کودک نمی‌گوید" in page
    english = plain(leila.get("/reviews/1?lang=en").text)
    assert "First record, Left eye: It may have been a printed picture of an eye." in english
    assert get(leila, "/reviews/1").json()["irises"]["suspected"] == [
        {"record": 0, "eye": "left", "forgery": "print"}, {"record": 0, "eye": "right", "forgery": "lens"},
    ]  # fmt: skip
    post(leila, "/reviews/1/irises", {"view": "cannot_tell"})
    assert '"forgery": "print"' in str(centre.one("select shown from review_judgement")).replace("'", '"')


def test_whoever_cares_for_the_child_reads_why_it_waits_in_both_languages(
    centre: Centre, van_1: Tablet, eyes: Eyes, people: People
) -> None:
    centre.take(van_1.meet(shown(slot(eyes.of(0)), left=Liveness(suspected="screen", score=1.0))))
    sara = people("sara", "case_manager")
    for path in ("/reviews", "/encounters/1"):
        assert "شاید چشم روی نمایشگر بوده باشد" in sara.get(path).text, path
        assert "It may have been an eye on a screen" in sara.get(f"{path}?lang=en").text, path


def test_a_question_without_a_suspicion_says_nothing_of_one(unsure: Callable[..., int], people: People) -> None:
    unsure()
    leila = people("leila", "reviewer")
    assert get(leila, "/reviews/1").json()["irises"]["suspected"] == []
    assert "چاپ‌شده" not in leila.get("/reviews/1").text
