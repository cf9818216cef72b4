"""Twice, stale, at the same time, by cursor, and what should not be typed: nothing is lost, nothing done twice."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import event

from registry.cases.records import CaseEntry
from registry.replies.web import cursor
from tests.registry.cases.conftest import Desks

# twice, stale and at the same time


def test_a_repeated_request_gets_the_first_answer_and_does_nothing(desks: Desks) -> None:
    case = desks.office.open_case()
    key, body = {"idempotency-key": "a1b2c3d4-visit"}, {"form": desks.form(case, "arrival")}
    screening = desks.of("screening")
    first = screening.post(f"/api/cases/{case}/tasks/arrival", json=body, headers=key)
    again = screening.post(f"/api/cases/{case}/tasks/arrival", json=body, headers=key)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert first.headers["etag"] == again.headers["etag"]
    assert again.headers["idempotent-replay"] == "true"
    assert desks.count() == 1
    other = screening.post(
        f"/api/cases/{case}/tasks/arrival", json={"form": desks.form(case, "arrival", door="court")}, headers=key
    )
    assert other.status_code == 422
    assert desks.of("screening", "social_worker").post(
        f"/api/cases/{case}/tasks/urgent_need", json={"form": desks.form(case, "urgent_need")}, headers=key
    ).status_code == 201, "a key is its owner's own"  # fmt: skip


def test_a_refused_request_keeps_no_answer_under_its_key(desks: Desks) -> None:
    case = desks.office.open_case()
    key, path = {"idempotency-key": "retry-after-refusal"}, f"/api/cases/{case}/tasks/urgent_need"
    body = {"form": desks.form(case, "urgent_need")}
    assert desks.of("screening").post(path, json=body, headers=key).status_code == 409
    desks.do(case, "arrival")
    assert desks.of("screening").post(path, json=body, headers=key).status_code == 201


def test_two_people_write_one_form_and_the_second_is_shown_both(desks: Desks) -> None:
    case = desks.office.open_case()
    desks.do(case, "arrival", "urgent_need", "interview")
    mine = {"if-match": desks.of("psychologist").get(f"/api/cases/{case}/forms").json()["forms"]["interview"]["etag"]}
    hers = desks.send(case, "interview", headers=mine, because="ترس", fears="تاریکی")
    assert hers.status_code == 201
    late = desks.send(case, "interview", headers=mine, because="آرزو", wishes="مدرسه")
    assert late.status_code == 412
    both = late.json()
    assert both["yours"]["wishes"] == "مدرسه"
    assert both["theirs"]["form"]["fears"] == "تاریکی"
    decided = desks.send(case, "interview", headers={"if-match": late.headers["etag"]}, because="هر دو", fears="تاریکی")
    assert decided.status_code == 201
    assert decided.json()["corrects_id"] == hers.json()["id"]
    assert desks.count(CaseEntry.task == "interview") == 3, "nothing is overwritten"


def test_a_form_that_stands_is_not_written_blindly_nor_by_an_unreadable_etag(desks: Desks) -> None:
    case = desks.office.open_case()
    desks.do(case, "arrival", "urgent_need", "interview")
    blind = desks.send(case, "interview")
    assert (blind.status_code, blind.json()["theirs"]["task"]) == (412, "interview")
    assert desks.send(case, "interview", headers={"if-match": "W/nonsense"}, because="x").status_code == 412
    unreasoned = desks.send(case, "interview", headers={"if-match": blind.headers["etag"]})
    assert unreasoned.status_code == 422


def test_the_same_key_in_the_same_moment_does_one_thing(desks: Desks) -> None:
    case = desks.office.open_case()
    desks.do(case, "arrival")
    body, person = {"form": desks.form(case, "urgent_need")}, desks.of("screening")
    headers = {"idempotency-key": "pressed-twice"}

    def press(_: int) -> int:
        client = TestClient(person.app, cookies=dict(person.cookies))  # type: ignore[attr-defined]
        return client.post(f"/api/cases/{case}/tasks/urgent_need", json=body, headers=headers).status_code

    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(press, range(4))) == {201}
    assert desks.count(CaseEntry.task == "urgent_need") == 1


def test_two_corrections_in_the_same_moment_leave_one_chain(desks: Desks) -> None:
    case = desks.office.open_case()
    desks.do(case, "arrival", "urgent_need", "interview")
    person = desks.of("psychologist")
    etag = person.get(f"/api/cases/{case}/forms").json()["forms"]["interview"]["etag"]
    body = {"form": desks.form(case, "interview"), "because": "هم‌زمان"}

    def correct(_: int) -> int:
        client = TestClient(person.app, cookies=dict(person.cookies))  # type: ignore[attr-defined]
        headers = {"if-match": etag}
        return client.post(f"/api/cases/{case}/tasks/interview", json=body, headers=headers).status_code

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(correct, range(4))) == [201, 412, 412, 412]


def test_the_sheets_etag_rises_with_what_is_written(desks: Desks) -> None:
    case, reader = desks.office.open_case(), desks.of("case_manager")
    before = reader.get(f"/api/cases/{case}").headers["etag"]
    assert reader.get(f"/api/cases/{case}", headers={"if-none-match": before}).status_code == 304
    desks.do(case, "arrival")
    after = reader.get(f"/api/cases/{case}", headers={"if-none-match": before})
    assert (after.status_code, after.headers["etag"] == before) == (200, False)


# lists


def test_lists_go_on_from_their_cursor_without_gap_or_repetition(desks: Desks) -> None:
    cases = [desks.office.open_case() for _ in range(5)]
    for case in cases:
        desks.do(case, "arrival")
    reader = desks.of("screening")
    for path, field, expected in (
        ("/api/cases?limit=2", "cases", 5),
        ("/api/tasks?limit=2", "tasks", 10),
        (f"/api/cases/{cases[0]}/entries?limit=1", "entries", 1),
    ):
        seen: list[int] = []
        url = path
        while True:
            page = reader.get(url).json()
            seen += [row["id"] for row in page[field]]
            if page["next"] is None:
                break
            url = f"{path}&after={page['next']}"
        assert len(seen) == len(set(seen)) == expected, path


def test_an_invented_cursor_is_refused(desks: Desks) -> None:
    desks.office.open_case()
    naive, huge = cursor("2026-11-24T00:00:00", 1), cursor(10**30)
    for path in ("/api/cases", "/api/tasks", "/api/requests", "/api/cases/1/entries"):
        for invented in ("nonsense", "WyJhIl0", "🙂", "WzEsMiwzXQ", "W10", "WyJub3cgIiwxXQ", naive, huge):
            answer = desks.of("case_manager").get(path, params={"after": invented})
            assert answer.status_code == 422, (path, invented)


def test_the_work_list_has_what_ones_role_may_do_the_most_pressing_first(desks: Desks) -> None:
    case = desks.office.open_case()
    desks.do(case, "arrival")
    names = {role: [t["name"] for t in desks.of(role).get("/api/tasks").json()["tasks"]] for role in ("screening",)}
    assert names["screening"] == ["urgent_need", "arrival_check"]
    assert [t["name"] for t in desks.of("legal_officer").get("/api/tasks").json()["tasks"]] == ["judicial_order"]
    assert desks.of("screening").get("/api/tasks", params={"due_before": "2020-01-01T00:00:00Z"}).json()["tasks"] == []


def test_a_cases_number_of_statements_does_not_grow_with_its_rows(desks: Desks) -> None:
    short, long = desks.office.open_case(), desks.ready_to_leave()
    for _ in range(6):
        desks.do(long, "home_visit", "tracing")
    assert statements(desks, f"/api/cases/{short}") == statements(desks, f"/api/cases/{long}")
    few = statements(desks, "/api/cases?limit=1")
    for _ in range(5):
        desks.office.open_case()
    assert statements(desks, "/api/cases") == few
    assert statements(desks, "/api/tasks") == statements(desks, "/api/tasks?limit=1")


def statements(desks: Desks, path: str) -> int:
    asked: list[str] = []
    engine, reader = desks.office.registry.database.engine, desks.of("case_manager")

    def listen(_c: object, _u: object, statement: str, *_rest: object) -> None:
        asked.append(statement)

    event.listen(engine, "before_cursor_execute", listen)
    try:
        assert reader.get(path).status_code == 200
    finally:
        event.remove(engine, "before_cursor_execute", listen)
    return len(asked)


# what should not be typed


BAD = [
    ("home_visit", {"visited_on": "۱۴۰۵/۱۳/۰۱"}),
    ("home_visit", {"visited_on": "۱۴۰۵/۱۲/۳۰"}),
    ("home_visit", {"visited_on": "۱۴۰۴/۰۷/۳۱"}),
    ("home_visit", {"visited_on": "۰۰۰۱/۰۱/۰۱"}),
    ("home_visit", {"visited_on": "1700/01/01"}),
    ("home_visit", {"visited_on": "فردا"}),
    ("home_visit", {"visited_on": "2026-02-30"}),
    ("home_visit", {"what_next": "خ" * 10_000}),
    ("home_visit", {"what_next": "   "}),
    ("home_visit", {"what_next": "مدرسه\u202egnp.exe"}),
    ("home_visit", {"needs": "\u2066پنهان\u2069"}),
    ("home_visit", {"needs": "تهی\x00"}),
    ("home_visit", {"met": ["الف"] * 51}),
    ("home_visit", {"unknown": 1}),
    ("home_visit", {"found": "شاید"}),
    ("arrival", {"arrived_at": "2026-11-24T10:00:00"}),
    ("arrival", {"door": "پنجره"}),
    ("identity", {"nationality": {"standing": "claimed", "country": "AF", "source": "accent", "on": "1405/9/1"}}),
    ("identity", {"by": "unverified"}),
    ("interview", {"heard_alone": False}),
    ("referral", {"consent": False}),
    ("found_adult", {"evidence": ["صدا"]}),
    ("arrival", {"arrived_at": "0001-01-01T00:00:00+14:00"}),
    ("arrival", {"arrived_at": "9999-12-31T23:59:59-14:00"}),
]


def test_bad_input_is_refused_by_the_fields_name_and_nothing_is_written(desks: Desks) -> None:
    case = desks.office.open_case()
    for task, changes in BAD:
        answer = desks.send(case, task, **changes)
        assert answer.status_code == 422, (changes, answer.text)
        typed = [value for value in changes.values() if isinstance(value, str) and len(value) > 12]
        assert not [value for value in typed if value in answer.text], "what was typed is not sent around again"
    assert desks.count() == 0


def test_a_refused_form_says_what_is_missing(desks: Desks) -> None:
    case = desks.office.open_case()
    assert "an unverified identity needs the reason" in desks.send(case, "identity", by="unverified").text
    assert "visited_on (not a day like" in desks.send(case, "home_visit", visited_on="۱۴۰۵/۱۳/۰۱").text


@pytest.mark.parametrize(
    ("task", "changes", "why", "words"),
    [
        ("interview", {"heard_alone": False}, "not_alone_without_reason", "تنها"),
        ("identity", {"by": "unverified"}, "unverified_without_reason", "هویت"),
        ("referral", {"consent": False}, "no_consent_no_reason", "رضایت"),
        ("home_visit", {"visited_on": "۱۴۰۵/۱۳/۰۱"}, "no_day", "۱۴۰۵"),
        ("home_visit", {"needs": "\u2066پنهان\u2069"}, "hidden_marks", "پنهان"),
        ("home_visit", {"found": "شاید"}, "cannot_be_read", "خالی"),
    ],
)
def test_what_a_form_does_not_take_is_said_in_both_languages(
    desks: Desks, task: str, changes: dict[str, object], why: str, words: str
) -> None:
    case = desks.office.open_case()
    refusal = desks.send(case, task, **changes).json()["refusal"]
    if why != "cannot_be_read":
        assert words in refusal["reason"]["fa"]
    assert refusal["why"] == why
    assert all(len(refusal["reason"][language]) > 10 for language in ("fa", "en"))


def test_a_second_open_case_a_second_decision_and_a_missing_reason_are_refused_in_both_languages(desks: Desks) -> None:
    case = desks.ready_to_leave()
    child = desks.office.case(case).child_id
    second = desks.of("case_manager").post("/api/cases", json={"child_id": child})
    asked = desks.send(case, "discharge").json()["id"]
    unreasoned = desks.decide(asked, granted=False)
    desks.decide(asked)
    again = desks.decide(asked)
    unknown = desks.of("centre_manager").post(f"/api/cases/{case}/owner", json={"account_id": 10**30})
    for answer, status, why in (
        (second, 409, "case_open_already"), (unreasoned, 422, "reason_needed"), (again, 409, "already_decided"),
    ):  # fmt: skip
        assert (answer.status_code, answer.json()["refusal"]["why"]) == (status, why)
        assert answer.json()["refusal"]["reason"].keys() == {"fa", "en"}
    assert unknown.status_code == 404


def test_a_number_that_no_row_can_have_is_not_there(desks: Desks) -> None:
    for path in ("/api/cases/{}", "/api/cases/{}/entries", "/api/cases/{}/forms", "/api/children/{}/record"):
        found = desks.of("case_manager").get(path.format(10**30))
        assert (found.status_code, found.json()) == (404, desks.of("case_manager").get(path.format(10**9)).json())
    case = desks.office.open_case()
    body = {"form": desks.form(case, "home_visit"), "second_id": 10**30}
    assert desks.of("social_worker").post(f"/api/cases/{case}/tasks/home_visit", json=body).status_code == 404
    assert desks.count() == 0


def test_a_day_is_read_in_any_digits_and_stored_plainly(desks: Desks) -> None:
    case = desks.office.open_case()
    for typed in ("۱۴۰۵/۰۹/۰۳", "1405-9-3", "۱۴۰5/٠٩/03", "2026-11-24", "٢٠٢٦-١١-٢٤"):
        assert desks.send(case, "home_visit", visited_on=typed).json()["form"]["visited_on"] == "2026-11-24"


def test_markup_and_formulas_are_kept_as_typed_and_shown_as_text(desks: Desks) -> None:
    case = desks.office.open_case()
    for typed in ("<script>alert(1)</script>", '=HYPERLINK("http://x","y")', "@SUM(A1)", "نیم\u200cفاصله", "+98 912"):
        made = {"what": typed, "words": typed, "by_whom": typed, "due_on": "1405/09/10"}
        kept = desks.of("case_manager").post(f"/api/cases/{case}/promises", json=made)
        assert kept.status_code == 201
        assert kept.json()["words"] == typed
        page = desks.people["case_manager",].get(f"/cases/{case}").text
        assert "<script>alert" not in page
        assert typed.replace("<", "&lt;").replace(">", "&gt;").replace('"', "&#34;") in page


def test_a_body_that_is_too_large_is_refused_before_it_is_read(desks: Desks) -> None:
    case = desks.office.open_case()
    answer = desks.of("social_worker").post(f"/api/cases/{case}/tasks/home_visit", json={"form": "x" * 70_000})
    assert answer.status_code == 413
