"""Reviewers are measured on hidden tests that look like any other question."""

import random
from collections.abc import Callable
from dataclasses import replace

import pytest

from matching import Template
from registry.errors import NotThere
from registry.review.measuring import hide_tests, measures
from registry.review.people import Somebody
from registry.review.queue import queue_of
from registry.review.rules import Verdict
from registry.review.sides import irises_of, sides_of
from registry.review.tables import ReviewQuestion
from tests.registry.house import Centre, Eyes, Tablet, slot
from tests.registry.review.conftest import COUNTY, LEILA, OMID, REZA, Office

SAME, DIFFERENT, CANNOT_TELL = Verdict


@pytest.fixture
def tested(office: Office, centre: Centre, van_1: Tablet, eyes: Eyes, unsure: Callable[..., int]) -> Office:
    """A pair found different, a child with templates of two slots, ten questions, and the two hidden tests they ask."""
    unsure()
    office.answer(LEILA, DIFFERENT)
    office.answer(OMID, DIFFERENT)
    for shot, pupil in enumerate((0.3, 0.5)):
        centre.take(van_1.meet(slot(_at_pupil(eyes.of(5, shot), pupil))))
    assert hide(office) == 1
    centre.take(van_1.meet(*[slot(None, n) for n in range(1, 10)]))
    for other in range(5, 13):
        office.suppose(4, other)
    office.suppose(5, 6)
    assert hide(office) == 1
    return office


def _at_pupil(template: Template, ratio: float) -> Template:
    left, right = (tuple(replace(c, pupil_ratio=ratio) for c in codes) for codes in (template.left, template.right))
    return Template(left, right, template.encoder)


def hide(office: Office, by: Somebody = COUNTY) -> int:
    with office.work() as work:
        return hide_tests(work, by=by, draw=random.Random(1).randrange, **office.tools)  # type: ignore[arg-type]


def hidden(office: Office) -> dict[str, int]:
    rows = office.centre.rows("select question_id, truth from review_test")
    return {str(row["truth"]): int(str(row["question_id"])) for row in rows}


def test_one_in_ten_questions_is_a_test_and_hiding_again_adds_none(tested: Office) -> None:
    assert sorted(hidden(tested)) == ["different", "same"]
    assert hide(tested) == 0
    with pytest.raises(NotThere):
        hide(tested, LEILA)


def test_a_test_stands_in_the_queue_like_any_other_until_three_have_answered(tested: Office) -> None:
    number = next(iter(hidden(tested).values()))
    for reviewer in (LEILA, OMID, REZA):
        with tested.centre.registry.database.reading() as work:
            assert number in [
                row.id for row in queue_of(work.session, reviewer, tested.centre.registry.clock.now()).rows
            ]
        tested.answer(reviewer, SAME, number)
    with tested.centre.registry.database.reading() as work:
        late = Somebody("parisa", LEILA.roles)
        assert number not in [row.id for row in queue_of(work.session, late, tested.centre.registry.clock.now()).rows]


def test_no_test_merges_confirms_or_closes_anything(tested: Office) -> None:
    before = tested.centre.rows("select id, standing, merged_into_id from child order by id")
    for number in hidden(tested).values():
        tested.answer(LEILA, SAME, number)
        tested.answer(OMID, SAME, number)
    assert tested.centre.rows("select id, standing, merged_into_id from child order by id") == before


def test_one_child_is_shown_as_two_records_of_different_slots(tested: Office) -> None:
    found = hidden(tested)
    with tested.centre.registry.database.reading() as work:
        question = work.session.get_one(ReviewQuestion, found["same"])
        sides = sides_of(work.session, question)
        shown = irises_of(work.session, question, sides)
    assert all(sides.slots)
    assert not sides.slots[0] & sides.slots[1]
    assert shown.comparison is not None
    assert len(set(shown.comparison.template_ids)) == 2
    assert all(eye.agreeing_of_hundred > 75 for eye in shown.comparison.eyes)


def test_answers_are_counted_for_each_reviewer(tested: Office) -> None:
    for truth, number in hidden(tested).items():
        tested.answer(LEILA, Verdict(truth), number)
        tested.answer(OMID, SAME, number)
        tested.answer(REZA, CANNOT_TELL, number)
    with tested.centre.registry.database.reading() as work:
        found = {one.reviewer: one.measured for one in measures(work.session, COUNTY)}
        with pytest.raises(NotThere):
            measures(work.session, LEILA)
    assert found["leila"].right == 2
    assert (found["omid"].right, found["omid"].wrong_same) == (1, 1)
    assert found["reza"].cannot_tell == 2
