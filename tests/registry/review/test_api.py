"""Review and merges over HTTP, as logged-in people."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from registry.web.strings import LANGUAGES
from tests.registry.house import Centre, Eyes, StillClock, Tablet, slot
from tests.registry.review.conftest import Office
from tests.registry.web.conftest import LogIn, Person

People = Callable[..., Person]


@pytest.fixture
def people(app: Any, log_in: LogIn) -> People:
    """`people("leila", "reviewer")`: several may hold one role."""
    from fastapi.testclient import TestClient

    from tests.registry.web.conftest import PASSWORD

    def enter(name: str, *roles: str) -> Person:
        app.state.web.accounts.add(name=name, password=PASSWORD, roles=roles, actor="test")
        person = Person(TestClient(app, follow_redirects=False))
        assert person.post("/login", page="/login", name=name, password=PASSWORD).status == 303
        return person

    return enter


def post(person: Person, path: str, body: dict[str, object], **headers: str) -> httpx.Response:
    return person.http.post(f"/api{path}", json=body, headers=headers)


def get(person: Person, path: str, **headers: str) -> httpx.Response:
    return person.http.get(f"/api{path}", headers=headers)


def judge(person: Person, verdict: str, question: int = 1) -> None:
    assert post(person, f"/reviews/{question}/irises", {"view": verdict}).status_code == 200
    assert post(person, f"/reviews/{question}/verdict", {"verdict": verdict}).status_code == 200


def test_the_queue_names_nobody_and_the_question_shows_irises_before_names(
    unsure: Callable[..., int], people: People
) -> None:
    unsure()
    leila = people("leila", "reviewer")
    queue = get(leila, "/reviews").json()
    assert queue["total"] == 1
    assert queue["questions"][0].keys() == {"id", "stage", "opened_at", "due_at", "begun"}
    first = get(leila, "/reviews/1")
    assert first.json()["step"] == "irises"
    assert first.json()["evidence"] is None
    assert not any(word in first.text for word in ("ستاره", "زری", "میدان شوش", "child_id", "code"))
    eyes = first.json()["irises"]["eyes"]
    assert [eye["eye"] for eye in eyes] == ["left", "right"]
    assert all(50 < eye["agreeing"] <= 100 and eye["agrees"].startswith("M") for eye in eyes)
    expected = first.json()["irises"]["look_alikes"]
    assert expected["found"] >= 1
    assert expected["enrolled"] == 1
    opened = post(leila, "/reviews/1/irises", {"view": "cannot_tell"}).json()
    assert opened["step"] == "evidence"
    assert [record["names"] for record in opened["evidence"]["records"]] == [["زری"], ["ستاره"]]
    assert opened["evidence"]["records"][0]["meetings"][0]["place"] == "میدان شوش"
    answered = post(leila, "/reviews/1/verdict", {"verdict": "same", "note": "نام پدر یکی است"}).json()
    assert (answered["step"], answered["own"]["iris_view"], answered["own"]["verdict"]) == (
        "answered", "cannot_tell", "same",
    )  # fmt: skip
    assert get(leila, "/reviews").json()["total"] == 0


def test_nothing_that_a_reviewer_sees_changes_with_another_reviewers_answer(
    unsure: Callable[..., int], people: People
) -> None:
    unsure()
    leila, omid = people("leila", "reviewer"), people("omid", "reviewer")
    before = get(omid, "/reviews/1"), get(omid, "/reviews").json()
    judge(leila, "different")
    after = get(omid, "/reviews/1"), get(omid, "/reviews").json()
    assert before[0].json() == after[0].json()
    assert before[0].headers["etag"] == after[0].headers["etag"]
    assert before[1] == after[1]
    assert get(omid, "/reviews/1", **{"if-none-match": after[0].headers["etag"]}).status_code == 304


def test_every_refusal_is_said_in_persian_and_english(unsure: Callable[..., int], people: People) -> None:
    unsure()
    leila = people("leila", "reviewer")
    refused = post(leila, "/reviews/1/verdict", {"verdict": "same"})
    assert refused.status_code == 409
    assert refused.json()["refusal"]["why"] == "irises_first"
    assert set(refused.json()["refusal"]["reason"]) == set(LANGUAGES)
    judge(leila, "same")
    assert post(leila, "/reviews/1/verdict", {"verdict": "different"}).json()["refusal"]["why"] == "answered_already"


def test_the_right_is_asked_before_the_body_and_an_unknown_question_answers_alike(
    unsure: Callable[..., int], people: People
) -> None:
    unsure()
    leila, sara = people("leila", "reviewer"), people("sara", "case_manager")
    for person, path in ((sara, "/reviews/1/verdict"), (leila, "/merges/1/decision"), (leila, "/merges/1/undo")):
        assert post(person, path, {"nonsense": 1}).status_code == 404
    unknown, hidden = get(leila, "/reviews/99"), get(sara, "/reviews/1")
    assert (unknown.status_code, unknown.text) == (hidden.status_code, hidden.text)
    assert post(leila, "/reviews/1/irises", {"view": "perhaps"}).status_code == 422
    assert post(leila, "/reviews/1/irises", {"view": "same", "score": 1}).status_code == 422
    assert post(leila, "/reviews/1/irises", {"view": "same", "note": "ن" * 10_000}).status_code == 422


def test_two_records_are_merged_by_two_people_worked_with_and_taken_apart(
    unsure: Callable[..., int], people: People, centre: Centre, van_2: Tablet, eyes: Eyes, clock: StillClock
) -> None:
    unsure()
    for name in ("leila", "omid"):
        judge(people(name, "reviewer"), "same")
    sara, nasrin = people("sara", "case_manager"), people("nasrin", "centre_manager")
    assert get(sara, "/merges").json()["to_ask"] == [1]
    plan = get(sara, "/reviews/1/merge").json()["plan"]
    assert (plan["survivor_id"], plan["absorbed_id"]) == (1, 2)
    assert [one["field"] for one in plan["fields"]] == ["given_name"]
    choices = {"digest": plan["digest"], "fields": {"given_name": "absorbed"}}
    asked = post(sara, "/reviews/1/merge", choices)
    assert asked.status_code == 200, asked.text
    merge = asked.json()["id"]
    assert get(nasrin, "/merges").json()["merges"][0]["state"] == "asked"
    stale = post(nasrin, f"/merges/{merge}/decision", {"accept": True}, **{"if-match": '"old"'})
    assert (stale.status_code, stale.json()["state"]) == (412, "asked")
    tag = {"if-match": get(nasrin, f"/merges/{merge}").headers["etag"], "idempotency-key": "merge-1-by-nasrin"}
    done = [post(nasrin, f"/merges/{merge}/decision", {"accept": True}, **tag) for _ in range(2)]
    assert [answer.status_code for answer in done] == [200, 200], done[1].text
    assert done[0].json() == done[1].json()
    assert centre.rows("select given_name, merged_into_id from child order by id") == [
        {"given_name": "زری", "merged_into_id": None}, {"given_name": "زری", "merged_into_id": 1},
    ]  # fmt: skip
    clock.forward(minutes=20)
    centre.take(van_2.meet(slot(eyes.of(0, 2), given_name="ستاره")))
    listed = get(nasrin, f"/merges/{merge}/since")
    assert listed.status_code == 200, listed.text
    since = listed.json()["rows"]
    assert [row["about"] for row in since] == ["ستاره · میدان شوش"]
    path, reason = f"/merges/{merge}/undo", "خانواده‌اش آمد"
    assert post(nasrin, path, {"reason": reason}).json()["refusal"]["why"] == "choice_missing"
    undone = post(nasrin, path, {"reason": reason, "rows": {since[0]["key"]: "survivor"}})
    assert undone.json()["state"] == "undone", undone.text
    assert centre.one("select count(*) from child where merged_into_id is not null") == 0


def test_a_person_raises_a_question_once_and_again_with_new_evidence(
    centre: Centre, van_1: Tablet, people: People, office: Office
) -> None:
    centre.take(van_1.meet(slot(None), slot(None, 2)))
    sara, leila, omid = people("sara", "case_manager"), people("leila", "reviewer"), people("omid", "reviewer")
    body = {"child_id": 2, "other_id": 1, "reason": "هر دو نام مادر را یکی گفتند"}
    answers = [post(sara, "/reviews", body).json() for _ in range(2)]
    assert answers == [{"question_id": 1}] * 2
    irises = get(leila, "/reviews/1").json()["irises"]
    assert irises == {"compared": False, "eyes": [], "look_alikes": None, "suspected": []}
    for reviewer in (leila, omid):
        judge(reviewer, "cannot_tell")
    assert office.state() == "possibly_same"
    assert post(sara, "/reviews/1/again", {"reason": ""}).status_code == 422
    assert post(sara, "/reviews/1/again", {"reason": "شناسنامه رسید"}).status_code == 200
    assert get(leila, "/reviews/1").json()["round"] == 2


def test_a_slot_is_taken_from_a_child_with_every_row_given_to_somebody(
    centre: Centre, van_1: Tablet, van_2: Tablet, eyes: Eyes, people: People, clock: StillClock
) -> None:
    centre.take(van_1.meet(slot(eyes.of(0, 0))))
    clock.forward(days=1)
    centre.take(van_2.meet(slot(eyes.of(0, 1), given_name="پری")))
    sara = people("sara", "case_manager")
    assert get(sara, "/slots/2/detachment").json() == {"rows": []}
    body = {"child_id": 1, "reason": "خواهرش است"}
    answers = [post(sara, "/slots/2/detachment", body) for _ in range(2)]
    assert answers[0].json() == answers[1].json() == {"slot_id": 2, "from_child_id": 1, "to_child_id": 2}
    assert centre.one("select child_id from child_slot_link where slot_id = 2 and unlinked_at is null") == 2


def test_a_sealed_child_is_in_nobodys_queue_but_that_of_the_people_named(
    unsure: Callable[..., int], people: People, centre: Centre
) -> None:
    unsure()
    mina, leila, omid = (
        people("mina", "safeguarding_officer"), people("leila", "reviewer"), people("omid", "reviewer"),
    )  # fmt: skip
    named = centre.one("select id from account where name = 'omid'")
    sealed = {"ground": "abuse_by_official", "reason": "به گفتهٔ کودک", "named": [named]}
    assert post(mina, "/children/1/seal", sealed).status_code == 201
    assert get(leila, "/reviews").json()["total"] == 0
    assert get(leila, "/reviews/1").status_code == 404
    assert post(leila, "/reviews/1/irises", {"view": "same"}).status_code == 404
    assert get(omid, "/reviews").json()["total"] == 1
    assert get(omid, "/reviews/1").status_code == 200


def test_tests_are_hidden_and_measured_by_the_county(people: People, unsure: Callable[..., int]) -> None:
    unsure()
    leila, omid, kaveh = (
        people("leila", "reviewer"), people("omid", "reviewer"), people("kaveh", "county_officer"),
    )  # fmt: skip
    for reviewer in (leila, omid):
        judge(reviewer, "different")
    assert post(kaveh, "/review-tests", {}).json() == {"added": 1}
    assert post(kaveh, "/review-tests", {}).json() == {"added": 0}
    (row,) = get(leila, "/reviews").json()["questions"]
    judge(leila, "different", row["id"])
    (found,) = get(kaveh, "/review-measures").json()["reviewers"]
    assert (found["reviewer"], found["right"], found["answers"], found["says_something"]) == ("leila", 1, 1, False)
    assert get(leila, "/review-measures").status_code == 404
