"""A narrowed search over HTTP: asked for with a reason, answered where the gallery is, and never more than a hint."""

import datetime as dt
from collections.abc import Callable

import httpx
import pytest

from matching import EyeCode, Template
from matching.decision import redecide
from registry.searches.answering import NarrowedAnswers
from registry.searches.tables import NarrowedSearch
from tests.registry.house import Centre, Eyes, StillClock, Tablet, slot
from tests.registry.searches.conftest import fresh
from tests.registry.web.conftest import LogIn, Person, app, log_in, passwords, stranger, templates

__all__ = ["app", "log_in", "passwords", "stranger", "templates"]

Ask = Callable[..., httpx.Response]


def post(person: Person, **asked: object) -> httpx.Response:
    body = {"narrowing": {"sex": "girl"}, "reason": "مادرش می‌گوید پارسال هم ثبت شده"} | asked
    return person.http.post("/api/narrowed-searches", json=body)


def get(person: Person, number: int = 1) -> httpx.Response:
    return person.http.get(f"/api/narrowed-searches/{number}")


def answers(centre: Centre) -> NarrowedAnswers:
    matching, shared = fresh(centre), centre.registry
    return NarrowedAnswers(
        engine=matching.engine, weigher=matching.weigher, database=shared.database, keyring=shared.keyring,
        trail=shared.trail, clock=shared.clock,
    )  # fmt: skip


def evidence(centre: Centre, number: int = 1) -> dict[str, object]:
    with centre.registry.database.reading() as work:
        found = work.session.get_one(NarrowedSearch, number).evidence
    assert found is not None
    return found


def test_it_finds_another_record_of_the_child_and_says_whom_it_looked_at(split: Centre, log_in: LogIn) -> None:
    screening = log_in("screening")
    asked = post(screening, template_id=3)
    assert (asked.status_code, asked.json()["state"], asked.json()["near"]) == (202, "waiting", [])
    assert answers(split).run_once() == 1
    found = get(screening).json()
    assert (found["state"], found["outcome"], found["reasons"]) == ("answered", "review", ["narrowed"])
    assert (found["searched"], found["enrolled"], found["narrowed"]) == (2, 3, {"sex": "girl"})
    assert [near["child_id"] for near in found["near"]] == [1]
    assert found["near"][0]["score"] < 0.3


def test_its_stored_decision_says_that_it_was_narrowed_and_can_be_made_again(split: Centre, log_in: LogIn) -> None:
    post(log_in("screening"), template_id=3)
    answers(split).run_once()
    decision = redecide(evidence(split))
    assert decision.facts.narrowed is not None
    assert (decision.facts.narrowed.by, decision.facts.narrowed.enrolled) == ({"sex": "girl"}, 3)
    assert (decision.outcome, decision.facts.gallery_size) == ("review", 2)


def test_who_came_near_is_for_reviewers_and_nothing_is_merged(split: Centre, log_in: LogIn) -> None:
    post(log_in("screening"), template_id=3)
    answers(split).run_once()
    (question,) = split.rows("select child_id, other_id, raised_by from review_question")
    assert question == {"child_id": 3, "other_id": 1, "raised_by": "matching"}
    assert split.one("select count(*) from child where merged_into_id is null") == 3


def test_nobody_near_is_no_new_child(split: Centre, log_in: LogIn) -> None:
    screening = log_in("screening")
    post(screening, template_id=2)
    answers(split).run_once()
    found = get(screening).json()
    assert (found["outcome"], found["near"], found["reasons"][-1]) == ("cannot_tell", [], "narrowed")


def test_every_further_try_for_one_probe_counts_what_was_compared_before(split: Centre, log_in: LogIn) -> None:
    screening = log_in("screening")
    for narrowing in ({"sex": "girl"}, {"age_low": 8}, {"sex": "girl", "age_high": 12}):
        post(screening, template_id=2, narrowing=narrowing)
    assert answers(split).run_once() == 3
    trials = [redecide(evidence(split, number)).facts.narrowed for number in (1, 2, 3)]
    assert [one and one.compared_before for one in trials] == [0, 2, 4]


def test_a_held_capture_is_searched_for_and_stands_under_nobody(
    split: Centre, van_1: Tablet, eyes: Eyes, log_in: LogIn
) -> None:
    from sqlalchemy import text

    sent = van_1.meet(slot(eyes.of(0, 2)))
    split.admit(sent)
    with split.registry.database.writing() as work:
        work.session.execute(text("update journal set state = 'attention' where state = 'waiting'"))
        work.commit()
    screening = log_in("screening")
    assert post(screening, capture_id=str(sent.id), slot_number=1).status_code == 202
    answers(split).run_once()
    found = get(screening).json()
    assert found["outcome"] == "review"
    assert {near["child_id"] for near in found["near"]} == {1, 3}
    assert split.one("select count(*) from review_question") == 0


def test_a_held_capture_that_cannot_be_read_is_refused_with_the_reason(
    split: Centre, van_1: Tablet, eyes: Eyes, log_in: LogIn
) -> None:
    code = eyes.of(0).left[0]
    other = Template((EyeCode(code.code, code.mask),), encoder="gabor-9")
    sent = van_1.meet(slot(other))
    split.take(sent)
    screening = log_in("screening")
    post(screening, capture_id=str(sent.id), slot_number=1)
    post(screening, capture_id=str(sent.id), slot_number=7)
    assert answers(split).run_once() == 2
    assert "gabor-9" in get(screening, 1).json()["refusal"]
    assert "no iris in this slot" in get(screening, 2).json()["refusal"]


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({"template_id": 1, "narrowing": {}}, 409),
        ({"template_id": 1, "narrowing": {"age_low": 12, "age_high": 9}}, 409),
        ({"template_id": 1, "narrowing": {"region": {"latitude": 35.6}}}, 409),
        ({"template_id": 1, "slot_number": 1}, 409),
        ({}, 409),
        ({"template_id": 999}, 404),
        ({"capture_id": "00000000-0000-4000-8000-000000000000", "slot_number": 1}, 404),
        ({"template_id": 1, "narrowing": {"sex": "other"}}, 422),
        ({"template_id": 1, "narrowing": {"name": "ستاره"}}, 422),
        ({"template_id": 1, "template": "UE5I", "reason": "…"}, 422),
        ({"template_id": 1, "reason": ""}, 422),
        ({"template_id": 2**63}, 422),
    ],
)
def test_what_cannot_be_asked_is_refused_and_leaves_nothing(
    split: Centre, log_in: LogIn, asked: dict[str, object], status: int
) -> None:
    assert post(log_in("screening"), **asked).status_code == status
    assert split.one("select count(*) from narrowed_search") == 0


def test_a_sealed_child_is_neither_a_probe_nor_shown_near_one(split: Centre, log_in: LogIn) -> None:
    from registry.children.records import ChildSeal
    from registry.children.tables import Child

    now = split.registry.clock.now()
    with split.registry.database.writing() as work:
        assert work.session.get(Child, 1) is not None
        work.session.add(ChildSeal(child_id=1, ground="other", reason="…", sealed_at=now, sealed_by="test"))
        work.commit()
    screening = log_in("screening")
    assert post(screening, template_id=1).status_code == 404
    post(screening, template_id=3)
    answers(split).run_once()
    found = get(screening).json()
    assert (found["outcome"], found["near"]) == ("review", [])


def test_reviewers_and_administrators_get_the_answer_for_what_does_not_exist(split: Centre, log_in: LogIn) -> None:
    post(log_in("screening"), template_id=3)
    for role in ("reviewer", "administrator", "county_officer"):
        person = log_in(role)
        assert post(person, template_id=3).status_code == 404
        assert get(person).status_code == 404


def test_a_search_taken_by_a_process_that_was_killed_is_answered_by_another(
    split: Centre, log_in: LogIn, clock: StillClock
) -> None:
    post(log_in("screening"), template_id=3)
    first = answers(split)
    assert first._claim() is not None
    assert answers(split).run_once() == 0
    clock.instant += dt.timedelta(minutes=2)
    assert answers(split).run_once() == 1
    assert split.one("select count(*) from review_question") == 1
