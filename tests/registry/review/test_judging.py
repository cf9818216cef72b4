"""Reviewers answer in two steps, without seeing each other; two who agree decide."""

import datetime as dt
from collections.abc import Callable

import pytest

from edge.messages.models import EncounterOutcome
from registry.errors import CursorUnreadable, NotThere, ReasonNeeded, ReviewRefused
from registry.review.people import Somebody
from registry.review.queue import Waiting, queue_of
from registry.review.rules import Stage, Verdict
from tests.registry.house import Centre, Eyes, StillClock, Tablet, slot, unsure_of
from tests.registry.review.conftest import COUNTY, LEILA, MANAGER, OMID, REZA, SARA, Office

SAME, DIFFERENT, CANNOT_TELL = Verdict
Unsure = Callable[..., int]


def waiting(office: Office, by: Somebody) -> tuple[Waiting, ...]:
    with office.centre.registry.database.reading() as work:
        return queue_of(work.session, by, office.centre.registry.clock.now()).rows


def queue(office: Office, by: Somebody) -> list[int]:
    return [row.id for row in waiting(office, by)]


def test_an_unsure_capture_asks_one_question_for_each_child_it_may_be(office: Office, unsure: Unsure) -> None:
    unsure()
    rows = office.centre.rows("select child_id, other_id, state, round, raised_by from review_question")
    assert rows == [{"child_id": 2, "other_id": 1, "state": "open", "round": 1, "raised_by": "matching"}]


def test_a_child_who_comes_along_is_answered_within_half_an_hour_then_the_on_call_reviewer_is_asked(
    office: Office, unsure: Unsure, clock: StillClock
) -> None:
    unsure()
    stages = []
    for _ in range(2):
        with office.centre.registry.database.reading() as work:
            (row,) = queue_of(work.session, LEILA, clock.now()).rows
        stages.append(row.stage)
        clock.forward(minutes=30)
    assert stages == [Stage.CHILD_WAITS, Stage.ON_CALL]


def test_nobody_waits_for_an_answer_about_a_child_who_stayed_on_the_street(office: Office, unsure: Unsure) -> None:
    unsure(EncounterOutcome.AID_ONLY)
    assert office.centre.one("select due_at from review_question") is None


@pytest.mark.parametrize("who", [0, 1], ids=["the provisional child", "the other one"])
def test_a_question_for_which_nobody_waited_is_urgent_as_soon_as_one_of_the_two_comes_along(
    office: Office, unsure: Unsure, van_2: Tablet, eyes: Eyes, clock: StillClock, who: int
) -> None:
    unsure(EncounterOutcome.AID_ONLY)
    clock.forward(days=2)
    met = eyes.of(0, 2) if who else unsure_of(office.centre.weigher, eyes.of(0), eyes.of(0, 1), eyes.of(1))
    office.centre.take(van_2.meet(slot(met), outcome=EncounterOutcome.AID_ONLY))
    assert office.centre.one("select due_at from review_question") is None
    office.centre.take(van_2.meet(slot(met)))
    assert [(row.stage, row.due_at) for row in waiting(office, LEILA)] == [
        (Stage.CHILD_WAITS, clock.now() + dt.timedelta(minutes=30))
    ]
    clock.forward(minutes=20)
    office.centre.take(van_2.meet(slot(met)))
    clock.forward(minutes=10)
    assert [row.stage for row in waiting(office, LEILA)] == [Stage.ON_CALL], "the first one waits no longer for it"


def test_two_who_agree_decide_and_the_item_is_closed(office: Office, unsure: Unsure) -> None:
    unsure()
    office.answer(LEILA, SAME)
    assert office.state() == "open"
    office.answer(OMID, SAME)
    assert office.state() == "same"
    assert office.centre.one("select state from review_item") == "closed"
    assert office.centre.one("select count(*) from child where merged_into_id is not null") == 0


def test_a_child_found_different_from_everybody_is_a_child_of_its_own(office: Office, unsure: Unsure) -> None:
    unsure()
    office.answer(LEILA, DIFFERENT)
    assert office.centre.one("select standing from child where id = 2") == "provisional"
    office.answer(OMID, DIFFERENT)
    assert office.centre.one("select standing from child where id = 2") == "confirmed"


def test_where_two_differ_a_third_is_asked_and_who_decides_on_the_merge_will_know(
    office: Office, unsure: Unsure
) -> None:
    unsure()
    office.answer(LEILA, SAME)
    office.answer(OMID, DIFFERENT)
    assert office.state() == "open"
    assert (queue(office, LEILA), queue(office, REZA)) == ([], [1])
    office.answer(REZA, SAME)
    assert office.state() == "same"
    assert office.centre.one("select contested from review_question") in (True, 1)


def test_possibly_same_stays_linked_and_both_keep_their_case(office: Office, unsure: Unsure) -> None:
    unsure()
    office.answer(LEILA, CANNOT_TELL)
    office.answer(OMID, CANNOT_TELL)
    assert office.state() == "possibly_same"
    assert office.centre.one("select standing from child where id = 2") == "provisional"
    assert office.centre.one("select count(*) from case_file where state = 'intake'") == 2


def test_what_is_possibly_the_same_is_asked_again_when_the_child_is_met_again(
    office: Office, unsure: Unsure, van_2: Tablet, eyes: Eyes
) -> None:
    unsure()
    office.answer(LEILA, CANNOT_TELL)
    office.answer(OMID, CANNOT_TELL)
    again = unsure_of(office.centre.weigher, eyes.of(0), eyes.of(0, 1), eyes.of(1))
    office.centre.take(van_2.meet(slot(again)))
    assert office.centre.rows("select state, round from review_question") == [{"state": "open", "round": 2}]
    assert office.centre.rows("select state, closed_at from review_item") == [{"state": "open", "closed_at": None}]
    office.answer(LEILA, SAME)
    office.answer(OMID, SAME)
    assert office.state() == "same"
    assert office.centre.one("select count(*) from review_judgement") == 4


def test_it_is_asked_again_also_when_only_the_other_child_is_met_again(
    office: Office, unsure: Unsure, van_2: Tablet, eyes: Eyes
) -> None:
    unsure()
    raised_by = office.centre.one("select slot_id from review_question")
    office.answer(LEILA, CANNOT_TELL)
    office.answer(OMID, CANNOT_TELL)
    office.centre.take(van_2.meet(slot(eyes.of(0, 2))))
    assert office.centre.rows("select outcome from slot order by id desc")[0] == {"outcome": "known"}
    asked = office.centre.rows("select state, round, slot_id from review_question")
    assert asked == [{"state": "open", "round": 2, "slot_id": raised_by}]
    assert office.centre.rows("select state from review_item") == [{"state": "open"}]


def test_a_person_raises_it_again_with_a_reason_and_may_not_judge_it(office: Office, unsure: Unsure) -> None:
    unsure()
    both = Somebody("mina", REZA.roles | SARA.roles)
    with pytest.raises(ReviewRefused, match="not parked"):
        office.again(by=both)
    office.answer(LEILA, CANNOT_TELL)
    office.answer(OMID, CANNOT_TELL)
    with pytest.raises(ReasonNeeded):
        office.again(by=both, reason=" ")
    office.again(by=both)
    assert (queue(office, both), queue(office, LEILA)) == ([], [1])
    with pytest.raises(ReviewRefused) as refused:
        office.see(both, SAME)
    assert refused.value.reason == "own_request"


def test_the_evidence_is_opened_only_after_the_irises_were_judged(office: Office, unsure: Unsure) -> None:
    unsure()
    with pytest.raises(ReviewRefused) as refused:
        office.conclude(LEILA, SAME)
    assert refused.value.reason == "irises_first"
    office.see(LEILA, DIFFERENT)
    office.conclude(LEILA, SAME)
    assert office.centre.rows("select iris_view, verdict from review_judgement") == [
        {"iris_view": "different", "verdict": "same"}
    ]


def test_an_answer_sent_twice_is_one_and_a_changed_one_is_refused(office: Office, unsure: Unsure) -> None:
    unsure()
    for _ in range(2):
        office.answer(LEILA, SAME)
    assert office.centre.one("select count(*) from review_judgement") == 1
    assert office.centre.one("select count(*) from audit_entry where action = 'review.answered'") == 1
    for attempt in (office.see, office.conclude):
        with pytest.raises(ReviewRefused) as refused:
            attempt(LEILA, DIFFERENT)
        assert refused.value.reason == "answered_already"


@pytest.mark.parametrize("person", [SARA, MANAGER, COUNTY])
def test_who_is_no_reviewer_finds_no_question(office: Office, unsure: Unsure, person: Somebody) -> None:
    unsure()
    assert queue(office, person) == []
    with pytest.raises(NotThere):
        office.see(person, SAME)
    with pytest.raises(NotThere):
        office.see(LEILA, SAME, 99)
    with pytest.raises(NotThere):
        office.suppose(1, 2, by=LEILA)


def test_a_decided_question_takes_no_more_answers(office: Office, unsure: Unsure) -> None:
    unsure()
    office.see(REZA, SAME)
    office.answer(LEILA, SAME)
    office.answer(OMID, SAME)
    with pytest.raises(ReviewRefused) as refused:
        office.conclude(REZA, DIFFERENT)
    assert refused.value.reason == "not_open"


def test_a_person_asks_about_two_children_without_iris_and_asking_twice_is_once(
    office: Office, centre: Centre, van_1: Tablet
) -> None:
    centre.take(van_1.meet(slot(None), slot(None, 2)))
    number = office.suppose(2, 1)
    assert office.suppose(1, 2) == number
    assert centre.one("select raised_because from review_question") == "مادرش همان نام را گفت"
    assert queue(office, LEILA) == [number]
    with pytest.raises(NotThere):
        office.suppose(1, 99)
    with pytest.raises(ReviewRefused, match="same record"):
        office.suppose(1, 1)
    with pytest.raises(ReasonNeeded):
        office.suppose(1, 2, reason="")
    office.answer(LEILA, DIFFERENT)
    office.answer(OMID, DIFFERENT)
    assert office.suppose(1, 2) != number


def test_the_queue_is_paged_without_loss_in_its_order(
    office: Office, centre: Centre, van_1: Tablet, clock: StillClock
) -> None:
    centre.take(van_1.meet(*[slot(None, n) for n in range(1, 7)]))
    pairs = [(a, b) for a in range(1, 5) for b in range(a + 1, 7)]
    for k, pair in enumerate(pairs):
        office.suppose(*pair)
        clock.forward(seconds=1)
        if k % 3 == 0:
            due = clock.now()
            with office.work() as work:
                work.session.connection().exec_driver_sql(
                    f"update review_question set due_at = '{due:%Y-%m-%d %H:%M:%S}.000000' where id = {k + 1}"
                )
    seen, cursor, pages = [], "", 0
    with centre.registry.database.reading() as work:
        whole = [row.id for row in queue_of(work.session, LEILA, clock.now()).rows]
        while True:
            page = queue_of(work.session, LEILA, clock.now(), after=cursor, limit=4)
            seen += [row.id for row in page.rows]
            pages += 1
            clock.forward(minutes=20)  # what is due meanwhile does not jump over the reader
            if page.next is None:
                break
            cursor = page.next
        assert queue_of(work.session, LEILA, clock.now()).total == len(pairs)
        with pytest.raises(CursorUnreadable):
            queue_of(work.session, LEILA, clock.now(), after="nonsense")
    assert (seen, pages) == (whole, 4)


def test_every_answer_leaves_an_audit_entry_without_the_answer_in_it(office: Office, unsure: Unsure) -> None:
    unsure()
    office.answer(LEILA, SAME)
    office.answer(OMID, SAME)
    written = "select actor, action, detail from audit_entry where action like 'review.%' order by seq"
    entries = office.centre.rows(written)
    assert [(e["actor"], e["action"]) for e in entries] == [
        ("leila", "review.irises_judged"), ("leila", "review.answered"), ("omid", "review.irises_judged"),
        ("omid", "review.answered"), ("review", "review.agreed"),
    ]  # fmt: skip
    assert all("same" not in str(e["detail"]) for e in entries[:4])
    assert office.centre.registry.trail.verify(office.centre.registry.database) >= 5
