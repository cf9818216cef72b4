"""Whoever was called new is searched for again at night; a split child becomes a question, once."""

import datetime as dt

from matching.decision import redecide
from registry.searches.rules import night_of
from tests.registry.house import Centre, Eyes, StillClock, Tablet, slot
from tests.registry.searches.conftest import overlooked, second_looks, store

QUESTIONS = "select child_id, other_id, slot_id from review_question order by id"


def test_a_child_with_two_records_becomes_a_question_and_is_not_merged(split: Centre) -> None:
    looked = second_looks(split).run()
    assert (looked.slots, looked.questions) == (3, 1)
    assert split.rows(QUESTIONS) == [{"child_id": 1, "other_id": 3, "slot_id": 1}]
    assert split.one("select count(*) from child where merged_into_id is null") == 3


def test_it_looks_wider_than_the_first_search_with_eyes_exchanged_and_the_head_turned_far(
    centre: Centre, van_1: Tablet, eyes: Eyes
) -> None:
    for child in (0, 1):
        centre.take(van_1.meet(slot(eyes.of(child))))
    store(centre, 2, overlooked(eyes.of(0, 1)))
    assert second_looks(centre).run().questions == 1
    (look,) = centre.rows("select outcome, evidence from second_look where slot_id = 1")
    assert look["outcome"] == "review"


def test_what_it_decided_can_be_decided_again_from_what_it_stored(split: Centre) -> None:
    from registry.searches.tables import SecondLook

    second_looks(split).run()
    with split.registry.database.reading() as work:
        looks = work.session.query(SecondLook).order_by(SecondLook.slot_id).all()
    again = [redecide(look.evidence) for look in looks]
    assert [decision.outcome for decision in again] == [look.outcome for look in looks]
    assert [decision.facts.context["look"] for decision in again] == ["second"] * 3
    assert [decision.facts.gallery_size for decision in again] == [2, 2, 2]


def test_done_twice_it_asks_nothing_more(split: Centre) -> None:
    first, second = second_looks(split).run(), second_looks(split).run()
    assert (first.slots, second.slots, second.questions) == (3, 0, 0)
    assert split.one("select count(*) from review_question") == 1


def test_a_pair_that_was_judged_is_not_asked_about_again(split: Centre) -> None:
    from sqlalchemy import text

    second_looks(split).run()
    with split.registry.database.writing() as work:
        work.session.execute(text("update review_question set state = 'different'"))
        work.session.execute(text("delete from second_look"))
        work.commit()
    assert second_looks(split).run().questions == 0
    assert split.one("select state from review_question") == "different"


def test_children_who_are_different_children_raise_nothing(centre: Centre, van_1: Tablet, eyes: Eyes) -> None:
    for child in range(6):
        centre.take(van_1.meet(slot(eyes.of(child))))
    assert second_looks(centre).run().questions == 0


def test_a_known_child_met_again_is_not_its_own_double(centre: Centre, van_1: Tablet, eyes: Eyes) -> None:
    centre.take(van_1.meet(slot(eyes.of(0, 0))))
    centre.take(van_1.meet(slot(eyes.of(0, 1))))
    looked = second_looks(centre).run()
    assert (looked.slots, looked.questions) == (1, 0)


def test_it_is_done_once_a_night_after_half_past_two_in_tehran(split: Centre, clock: StillClock) -> None:
    clock.instant = dt.datetime(2026, 11, 24, 22, 30, tzinfo=dt.UTC)  # 02:00 in Tehran
    assert night_of(clock.now()) is None
    assert second_looks(split).run_due() is None
    clock.forward(minutes=45)
    looked = second_looks(split).run_due()
    assert looked is not None
    assert (looked.slots, looked.questions) == (3, 1)
    assert second_looks(split).run_due() is None
    (night,) = split.rows("select looked, found, ended_at from nightly_run")
    assert (night["looked"], night["found"]) == (3, 1)
    assert night["ended_at"] is not None
    clock.forward(days=1)
    assert second_looks(split).run_due() is not None


def test_a_night_that_was_killed_half_way_is_taken_up_by_another_process(split: Centre, clock: StillClock) -> None:
    clock.instant = dt.datetime(2026, 11, 25, 0, 0, tzinfo=dt.UTC)
    looks = second_looks(split)
    assert looks._claim(dt.date(2026, 11, 25))
    assert second_looks(split).run_due() is None  # the other one is at it
    clock.forward(minutes=11)
    looked = second_looks(split).run_due()
    assert looked is not None
    assert looked.questions == 1


def test_the_reviewer_is_shown_how_the_two_came_to_be_alike(centre: Centre, van_1: Tablet, eyes: Eyes) -> None:
    from registry.review.sides import irises_of, sides_of
    from registry.review.tables import ReviewQuestion

    for child in (0, 1):
        centre.take(van_1.meet(slot(eyes.of(child))))
    store(centre, 2, overlooked(eyes.of(0, 1)))
    second_looks(centre).run()
    with centre.registry.database.reading() as work:
        question = work.session.get_one(ReviewQuestion, 1)
        irises = irises_of(work.session, question, sides_of(work.session, question))
    assert irises.look_alikes is not None
    assert irises.comparison is not None


def test_a_night_after_a_day_without_first_meetings_writes_nothing_into_the_trail(
    centre: Centre, clock: StillClock
) -> None:
    clock.instant = dt.datetime(2026, 11, 25, 0, 0, tzinfo=dt.UTC)
    assert second_looks(centre).run_due() is not None
    assert centre.one("select count(*) from audit_entry where action = 'night.looked'") == 0
