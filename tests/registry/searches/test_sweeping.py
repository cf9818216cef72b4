"""A sweep of the registry asks reviewers about records that may be one child: once, and never merges by itself."""

import pytest

from matching.sweeping import Step
from registry.errors import SweepElsewhere
from tests.registry.house import Centre, Eyes, Tablet, slot, unsure_of
from tests.registry.searches.conftest import store, sweeper

ASKED = "select child_id, other_id, state, raised_by, due_at from review_question order by id"


def test_two_records_of_one_child_become_a_question_and_stay_two_records(split: Centre) -> None:
    swept = sweeper(split).sweep(expected_false=0.01, by="test")
    assert (swept.templates, swept.pairs, swept.questions) == (3, 1, 1)
    assert split.rows(ASKED) == [
        {"child_id": 3, "other_id": 1, "state": "open", "raised_by": "matching", "due_at": None}
    ]
    assert split.one("select count(*) from child where merged_into_id is null") == 3
    assert split.one("select count(*) from child_merge") == 0
    assert split.one("select count(*) from review_item where reason = 'alike_in_sweep'") == 1


@pytest.mark.parametrize("state", ["open", "same", "different", "possibly_same"])
def test_a_pair_that_was_asked_about_is_never_asked_about_again(split: Centre, state: str) -> None:
    sweeper(split).sweep(expected_false=0.01, by="test")
    from sqlalchemy import text

    with split.registry.database.writing() as work:
        work.session.execute(text("update review_question set state = :state"), {"state": state})
        work.commit()
    again = sweeper(split).sweep(expected_false=0.01, by="test")
    assert (again.pairs, again.questions) == (1, 0)
    assert split.one("select count(*) from review_question") == 1
    assert split.one("select round from review_question") == 1


def test_a_question_that_a_capture_raised_is_not_raised_twice(centre: Centre, van_1: Tablet, eyes: Eyes) -> None:
    centre.take(van_1.meet(slot(eyes.of(0))))
    centre.take(van_1.meet(slot(unsure_of(centre.weigher, eyes.of(0), eyes.of(0, 1), eyes.of(1)))))
    store(centre, 2, eyes.of(0, 2))
    swept = sweeper(centre).sweep(expected_false=0.01, by="test")
    assert (swept.pairs, swept.questions) == (1, 0)
    assert centre.one("select count(*) from review_question") == 1


def test_two_templates_of_one_record_are_no_pair(centre: Centre, van_1: Tablet, eyes: Eyes) -> None:
    for child in (0, 1):
        centre.take(van_1.meet(slot(eyes.of(child))))
    store(centre, 2, eyes.of(0, 1))
    from sqlalchemy import text

    with centre.registry.database.writing() as work:
        work.session.execute(text("update child_slot_link set child_id = 1"))
        work.commit()
    assert sweeper(centre).sweep(expected_false=0.01, by="test").pairs == 0


def test_a_sweep_killed_at_any_step_goes_on_and_ends_with_the_same(split: Centre, van_1: Tablet, eyes: Eyes) -> None:
    for child in (3, 4, 5):
        split.take(van_1.meet(slot(eyes.of(child))))
    store(split, 6, eyes.of(3, 1))

    class Killed(Exception):
        pass

    def kill_at(number: int) -> object:
        def see(step: Step) -> None:
            if step.number == number:
                raise Killed

        return see

    for number in (1, 3):
        with pytest.raises(Killed):
            sweeper(split, chunk=2, panel=1).sweep(expected_false=0.01, by="test", progress=kill_at(number))  # type: ignore[arg-type]
    seen = list[int]()
    swept = sweeper(split, chunk=2, panel=1).sweep(
        expected_false=0.01, by="test", progress=lambda step: seen.append(step.number)
    )
    assert (swept.resumed_after, seen) == (3, [4, 5, 6])
    pairs = split.rows("select one_id, other_id from sweep_pair order by one_id")
    assert pairs == [{"one_id": 1, "other_id": 3}, {"one_id": 4, "other_id": 6}]
    assert (swept.pairs, split.one("select count(*) from gallery_sweep")) == (2, 1)
    assert split.one("select count(*) from review_question") == 2
    split.registry.trail.verify(split.registry.database)


def test_another_number_of_false_pairs_begins_another_sweep(split: Centre) -> None:
    first = sweeper(split).sweep(expected_false=0.01, by="test")
    second = sweeper(split).sweep(expected_false=0.001, by="test")
    assert second.sweep_id != first.sweep_id
    assert second.thresholds.both_eyes < first.thresholds.both_eyes


def test_two_processes_do_not_do_one_sweep_twice(split: Centre) -> None:
    def other(step: Step) -> None:
        if step.number == 1:
            sweeper(split, chunk=1, panel=1).sweep(expected_false=0.01, by="other")

    with pytest.raises(SweepElsewhere):
        sweeper(split, chunk=1, panel=1).sweep(expected_false=0.01, by="test", progress=other)
    assert split.one("select count(*) from sweep_pair") == 1


def test_an_empty_registry_is_swept_in_no_step(centre: Centre) -> None:
    swept = sweeper(centre).sweep(expected_false=1.0, by="test")
    assert (swept.templates, swept.pairs) == (0, 0)


def test_a_template_removed_meanwhile_and_one_of_another_encoder_are_left_out(split: Centre) -> None:
    from sqlalchemy import text

    with split.registry.database.writing() as work:
        work.session.execute(text("update template set encoder = 'other-1' where id = 2"))
        work.commit()
    swept = sweeper(split).sweep(expected_false=0.01, by="test")
    assert (swept.templates, swept.left_out, swept.pairs) == (2, 1, 1)


@pytest.mark.parametrize("expected", [0.0, float("nan")])
def test_a_number_of_false_pairs_that_cannot_be_expected_is_refused_and_begins_nothing(
    split: Centre, expected: float
) -> None:
    with pytest.raises(ValueError, match="expected number"):
        sweeper(split).sweep(expected_false=expected, by="test")
    assert split.one("select count(*) from gallery_sweep") == 0
