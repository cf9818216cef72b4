"""“This was not that child”: one slot leaves a record, with all that came of it."""

import random
from collections.abc import Mapping

import pytest

from edge.messages.models import Age, EncounterOutcome, Sex
from registry.errors import NotThere, ReasonNeeded, ReviewRefused
from registry.review.merge.detaching import Stay, detach, listed_for_slot
from registry.review.people import Somebody
from registry.review.rules import Verdict
from tests.registry.house import Centre, Eyes, StillClock, Tablet, slot
from tests.registry.review.conftest import LEILA, OMID, SARA, Registrar

AID = EncounterOutcome.AID_ONLY


@pytest.fixture
def met_twice(centre: Centre, van_1: Tablet, van_2: Tablet, eyes: Eyes, clock: StillClock) -> Centre:
    """Child 1, met on the street and again two days later with a transfer: slot 2."""
    centre.take(van_1.meet(slot(eyes.of(0), given_name="زهرا"), outcome=AID))
    clock.forward(days=2)
    centre.take(van_2.meet(slot(eyes.of(0, 1), given_name="زری")))
    clock.forward(days=1)
    return centre


def listed(registrar: Registrar, slot_id: int = 2, by: Somebody = SARA) -> list[str]:
    with registrar.centre.registry.database.reading() as work:
        return [one.key for one in listed_for_slot(work, slot_id, by)]


def take_out(
    registrar: Registrar,
    assigned: Mapping[str, Stay],
    *,
    slot_id: int = 2,
    child: int = 1,
    by: Somebody = SARA,
    reason: str = "خواهرش است",
) -> int:
    with registrar.office.work() as work:
        return detach(
            work, slot_id=slot_id, child_id=child, by=by, reason=reason, assigned=assigned,
            draw=random.Random(3).randrange, **registrar.office.tools,
        ).to_child_id  # type: ignore[arg-type]  # fmt: skip


def test_the_slot_its_template_and_the_case_it_opened_go_to_a_record_of_their_own(
    registrar: Registrar, met_twice: Centre
) -> None:
    assert listed(registrar) == ["case_file:1"]
    other = take_out(registrar, {"case_file:1": "goes"})
    assert met_twice.rows("select child_id from child_slot_link where unlinked_at is null order by slot_id") == [
        {"child_id": 1}, {"child_id": other},
    ]  # fmt: skip
    assert met_twice.one("select child_id from case_file") == other
    standing = met_twice.rows("select standing, given_name from child where id = :id", id=other)
    assert standing == [{"standing": "provisional", "given_name": "زری"}]


def test_what_only_this_slot_said_is_said_of_the_child_no_longer(registrar: Registrar, met_twice: Centre) -> None:
    assert met_twice.one("select given_name from child") == "زری"
    take_out(registrar, {"case_file:1": "stays"})
    (row,) = met_twice.rows("select given_name, last_met_on from child where id = 1")
    assert (row["given_name"], str(row["last_met_on"])) == ("زهرا", "2026-11-24")
    assert met_twice.one("select child_id from case_file") == 1


def test_a_sex_and_an_age_that_only_another_childs_slot_said_do_not_stay_behind(
    registrar: Registrar, centre: Centre, van_1: Tablet, eyes: Eyes, clock: StillClock
) -> None:
    centre.take(van_1.meet(slot(eyes.of(0), sex=Sex.UNKNOWN, age=None), outcome=AID))
    clock.forward(days=2)
    centre.take(van_1.meet(slot(eyes.of(0, 1), sex=Sex.BOY, age=Age(low=18, high=19)), outcome=AID))
    clock.forward(days=2)
    centre.take(van_1.meet(slot(eyes.of(0, 2), sex=Sex.GIRL, age=Age(low=9, high=10)), outcome=AID))
    assert said(centre) == {"sex": "boy", "age_low": 18, "age_high": 19}
    take_out(registrar, dict.fromkeys(listed(registrar), "goes"))
    assert said(centre) == {"sex": "girl", "age_low": 9, "age_high": 10}
    take_out(registrar, dict.fromkeys(listed(registrar, 3), "goes"), slot_id=3)
    assert said(centre) == {"sex": "unknown", "age_low": None, "age_high": None}


def said(centre: Centre) -> dict[str, object]:
    (row,) = centre.rows("select sex, age_low, age_high from child where id = 1")
    return row


def test_reviewers_are_asked_at_once_and_the_person_who_said_so_does_not_judge(
    registrar: Registrar, met_twice: Centre
) -> None:
    both = Somebody("mina", SARA.roles | LEILA.roles)
    other = take_out(registrar, {"case_file:1": "goes"}, by=both)
    (row,) = met_twice.rows("select child_id, other_id, due_at, raised_by from review_question")
    assert (row["child_id"], row["other_id"], row["raised_by"]) == (other, 1, "mina")
    assert row["due_at"] is not None
    with pytest.raises(ReviewRefused, match="own request"):
        registrar.office.see(both, Verdict.SAME)


def test_found_the_same_after_all_it_is_merged_back(registrar: Registrar, met_twice: Centre) -> None:
    other = take_out(registrar, {"case_file:1": "goes"})
    for reviewer in (LEILA, OMID):
        registrar.office.answer(reviewer, Verdict.SAME)
    registrar.decide(registrar.ask(1))
    assert met_twice.one("select merged_into_id from child where id = :id", id=other) == 1
    assert met_twice.one("select child_id from case_file") == 1


def test_found_different_it_is_a_child_of_its_own_whom_matching_knows(
    registrar: Registrar, centre: Centre, van_1: Tablet, eyes: Eyes, clock: StillClock
) -> None:
    centre.take(van_1.meet(slot(eyes.of(0))))
    with registrar.office.work() as work:  # a wrong link, as if matching had erred: other eyes under child 1
        from registry.children import service as children
        from registry.children.gallery import last_seq
        from registry.children.tables import Child
        from registry.encounters.tables import Slot

        work.session.connection().exec_driver_sql("update child_slot_link set linked_at = '2026-01-01 00:00:00.000000'")
        centre_slot = work.session.get_one(Slot, 1)
        copy = Slot(**{c.name: getattr(centre_slot, c.name) for c in Slot.__table__.columns if c.name != "id"})
        copy.number = 2
        work.session.add(copy)
        work.session.flush()
        child = work.session.get_one(Child, 1)
        children.link(work, copy, child, by="matching", now=clock.now())
        children.add_template(work, copy, eyes.of(1), seq=last_seq(work) + 1, now=clock.now())
    rows = listed(registrar)
    other = take_out(registrar, dict.fromkeys(rows, "stays"))
    for reviewer in (LEILA, OMID):
        registrar.office.answer(reviewer, Verdict.DIFFERENT)
    assert centre.one("select standing from child where id = :id", id=other) == "confirmed"
    clock.forward(days=1)
    for eye, child_id in ((0, 1), (1, other)):
        centre.take(van_1.meet(slot(eyes.of(eye, 2))))
        assert centre.one("select child_id from child_slot_link order by id desc limit 1") == child_id


def test_detaching_needs_a_reason_a_right_the_right_child_and_every_row_assigned(
    registrar: Registrar, met_twice: Centre
) -> None:
    before, goes = registrar.rows(), {"case_file:1": "goes"}
    with pytest.raises(ReasonNeeded):
        take_out(registrar, goes, reason="  ")
    with pytest.raises(NotThere):
        take_out(registrar, goes, by=LEILA)
    with pytest.raises(NotThere):
        listed(registrar, by=OMID)
    with pytest.raises(NotThere):
        take_out(registrar, goes, slot_id=99)
    for assigned, reason in (({}, "choice_missing"), (goes | {"proposal:7": "goes"}, "list_changed")):
        with pytest.raises(ReviewRefused) as refused:
            take_out(registrar, assigned)
        assert refused.value.reason == reason
    with pytest.raises(ReviewRefused, match="not this childs"):
        take_out(registrar, goes, child=5)
    assert registrar.rows() == before


def test_detached_twice_is_detached_once(registrar: Registrar, met_twice: Centre) -> None:
    first = take_out(registrar, {"case_file:1": "goes"})
    assert take_out(registrar, {"case_file:1": "goes"}) == first
    assert met_twice.one("select count(*) from slot_detachment") == 1


def test_a_record_that_is_nothing_but_this_slot_has_nothing_to_be_taken_from(
    registrar: Registrar, centre: Centre, van_1: Tablet, eyes: Eyes
) -> None:
    centre.take(van_1.meet(slot(eyes.of(0)), outcome=AID))
    with pytest.raises(ReviewRefused, match="only slot"):
        take_out(registrar, dict.fromkeys(listed(registrar, 1), "goes"), slot_id=1)


def test_a_slot_detached_since_a_merge_stays_where_it_was_put_when_the_merge_is_undone(
    registrar: Registrar, met_twice: Centre, van_1: Tablet, eyes: Eyes, clock: StillClock
) -> None:
    met_twice.take(van_1.meet(slot(eyes.of(1), given_name="پری"), outcome=AID))
    merge = registrar.merge(2, 1)
    clock.forward(days=1)
    rows = listed(registrar, 3)
    other = take_out(registrar, dict.fromkeys(rows, "stays"), slot_id=3)
    registrar.undo(merge, dict.fromkeys(registrar.since(merge), "survivor"))
    assert met_twice.rows("select slot_id, child_id from child_slot_link where unlinked_at is null order by id") == [
        {"slot_id": 1, "child_id": 1}, {"slot_id": 2, "child_id": 1}, {"slot_id": 3, "child_id": other},
    ]  # fmt: skip
