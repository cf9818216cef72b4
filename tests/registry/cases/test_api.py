"""The law through the API, on both databases: what is allowed works, what is forbidden is refused in both languages."""

import re
from typing import Any

from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import func, select

from registry.access.rules import Role
from registry.audit.tables import AuditEntry
from registry.cases.records import CaseEntry, CaseTask
from registry.cases.rules.exits import EXITS
from registry.cases.rules.table import TASKS, on_a_case
from registry.children.sealing import Ground, seal
from tests.registry.cases.conftest import Desks
from tests.registry.cases.samples import best_interests, receiver


def test_a_child_goes_the_whole_way_by_http_and_the_sheet_leads_with_our_promises(desks: Desks) -> None:
    case = desks.ready_to_leave()
    desks.do(case, "judicial_order", "keeping", "accommodation", "plan", "discharge")
    sheet = desks.sheet(case)
    assert sheet["state"] == "with_family"
    order = list(sheet)
    assert order.index("promises") < order.index("alarms") < order.index("tasks")
    assert [one["words"] for one in sheet["promises"]] == ["برایت کیف می‌آوریم"]
    assert [one["guardian"] for one in sheet["commitments"]] == ["مریم"]
    assert "follow_up" in {task["name"] for task in sheet["tasks"]}
    desks.days_pass(4)
    unkept = desks.sheet(case)["promises"][0]
    assert unkept["unkept"]
    ended = desks.of("social_worker").post(f"/api/promises/{unkept['id']}/end", json={"how": "broken", "note": "گم شد"})
    assert ended.json()["ended"] == "broken"
    for days in (4, 27, 60, 90):
        desks.days_pass(days)
        desks.do(case, "follow_up")
    desks.do(case, "closure")
    assert desks.sheet(case)["state"] == "closed"
    assert desks.office.registry.trail.verify(desks.office.registry.database) > 20


def test_every_exit_works_and_is_reviewed(desks: Desks) -> None:
    for name in EXITS:
        case = desks.office.open_case(age=(18, 18))
        desks.do(case, "arrival")
        desks.do(case, "best_interests", **best_interests("transfer"))
        desks.do(case, name, "exit_review")
        assert "exit_review" not in {task["name"] for task in desks.sheet(case)["tasks"]}, name


def test_a_notice_is_decided_by_two_named_roles(desks: Desks) -> None:
    case = desks.ready_to_leave()
    desks.do(case, "best_interests", **best_interests("notice"))
    for decision in ("defer", "do_not_send", "refer", "send"):
        changes: dict[str, Any] = {"decision": decision, "refer_to": "unhcr" if decision == "refer" else None}
        if decision != "send":
            changes["letter"] = None
        asked = desks.send(case, "notice", **changes)
        assert asked.status_code == 202
        assert desks.decide(asked.json()["id"], by="county_officer").status_code == 403
        assert desks.decide(asked.json()["id"], by="centre_manager").status_code == 200
        assert desks.sheet(case)["notice"] == ("waiting" if decision == "send" else "not_sent")


def test_placement_tracing_referral_answer_and_aftercare_work(desks: Desks) -> None:
    case = desks.ready_to_leave()
    desks.do(case, "tracing", "referral")
    desks.do(case, "best_interests", **best_interests("notice"))
    desks.do(case, "notice", "notice_answer")
    desks.do(case, "best_interests", **best_interests("placement"))
    desks.do(case, "quasi_family")
    assert desks.sheet(case)["state"] == "quasi_family"
    grown = desks.office.open_case(age=(18, 18))
    desks.do(grown, "turned_18", "aftercare")
    skipped = desks.send(desks.office.open_case(), "skip")
    assert desks.decide(skipped.json()["id"], by="county_officer").status_code == 200


FORBIDDEN = [
    ("transfer", {"agreed": False}, "child_did_not_agree", 409),
    ("arrival_check", {}, "wrong_state", 409),
    ("keeping", {}, "wrong_state", 409),
    ("discharge", {}, "wrong_state", 409),
    ("best_interests", {"grounds": ["guardians_commitment"]}, "commitments_alone", 409),
    ("skip", {"task": "judicial_order"}, "nobody_may_waive", 409),
    ("turned_18", {}, "not_yet_eighteen", 409),
    ("moved_province", {}, "no_best_interests", 409),
    ("notice_answer", {}, "nothing_was_sent", 409),
    ("notice", {}, "needs_another_task_first", 409),
    ("follow_up", {}, "wrong_state", 409),
    ("home_visit", {"visited_on": "1406/01/01"}, "in_the_future", 409),
]


def test_what_the_law_forbids_is_refused_with_its_reason_in_both_languages(desks: Desks) -> None:
    case = desks.office.open_case()
    for task, changes, why, status in FORBIDDEN:
        answer = desks.send(case, task, **changes)
        assert answer.status_code == status, answer.text
        refusal = answer.json()["refusal"]
        assert (refusal["why"], refusal["task"]) == (why, task)
        assert re.search("[آ-ی]", refusal["reason"]["fa"])
        assert re.fullmatch("[ -~]+", refusal["reason"]["en"])
    assert desks.count(CaseEntry.case_id == case) == 0


def test_no_discharge_against_the_childs_word(desks: Desks) -> None:
    case = desks.ready_to_leave()
    for field, value, why in (
        ("child_wishes_to_go", False, "child_says_no"),
        ("child_is_afraid", True, "child_is_afraid"),
        ("evidence", "none", "relation_not_proved"),
        ("child_asked_alone", False, "child_not_asked_alone"),
    ):
        answer = desks.send(case, "discharge", receiver=receiver(**{field: value}))
        assert (answer.status_code, answer.json()["refusal"]["why"]) == (409, why)
    assert desks.sheet(case)["state"] == "screening"


def test_what_must_come_first_is_named(desks: Desks) -> None:
    case = desks.office.open_case()
    desks.do(case, "arrival")
    refusal = desks.send(case, "discharge").json()["refusal"]
    assert refusal["missing"] == ["arrival_check", "identity", "home_visit", "best_interests"]


def test_one_cannot_grant_ones_own_request_nor_what_is_for_another_role(desks: Desks) -> None:
    case = desks.ready_to_leave()
    both = desks.of("case_manager", "centre_manager")
    body = {"form": desks.form(case, "discharge")}
    asked = both.post(f"/api/cases/{case}/tasks/discharge", json=body).json()
    mine = both.post(f"/api/entries/{asked['id']}/decision", json={"granted": True})
    assert (mine.status_code, mine.json()["refusal"]["why"]) == (403, "own_request")
    assert both.get("/api/requests").json()["entries"] == []
    nurse = desks.of("clinician").post(f"/api/entries/{asked['id']}/decision", json={"granted": True})
    assert (nurse.status_code, nurse.json()["refusal"]["why"]) == (403, "not_your_role")
    waiting = desks.of("centre_manager").get("/api/requests").json()["entries"]
    assert [entry["id"] for entry in waiting] == [asked["id"]]
    unreasoned = desks.decide(asked["id"], granted=False)
    assert unreasoned.status_code == 422
    assert desks.decide(asked["id"], granted=False, reason="خانه دیده شود").json()["standing"] == "refused"
    assert desks.decide(asked["id"]).status_code == 409
    assert desks.sheet(case)["state"] == "screening"


# who may ask for what


def test_the_access_check_comes_from_the_tasks_line_and_before_the_body_is_read(desks: Desks) -> None:
    case, broken = desks.office.open_case(), {"content-type": "application/json"}
    for role in Role:
        person = desks.of(str(role))
        for task in on_a_case():
            answer = person.post(f"/api/cases/{case}/tasks/{task.name}", content=b"{not json", headers=broken)
            assert answer.status_code == (422 if role in task.writers else 404), f"{role} {task.name}"


def test_a_stranger_is_sent_away_from_every_act(stranger: TestClient, desks: Desks) -> None:
    for task in on_a_case():
        assert stranger.post(f"/api/cases/1/tasks/{task.name}", content=b"{", headers={}).status_code == 401


def test_every_act_has_its_own_form_in_openapi(app: FastAPI) -> None:
    paths = app.openapi()["paths"]
    schemas = app.openapi()["components"]["schemas"]
    for task in on_a_case():
        act = paths[f"/api/cases/{{case_id}}/tasks/{task.name}"]["post"]
        sent = schemas[act["requestBody"]["content"]["application/json"]["schema"]["$ref"].rsplit("/", 1)[1]]
        assert sent["properties"]["form"]["$ref"].endswith(task.produces.__name__ if task.produces else "")
        assert {"201", "412"} <= set(act["responses"])
        assert {"if-match", "idempotency-key"} <= {one["name"] for one in act["parameters"]}


def test_a_form_for_somebody_elses_case_is_refused_and_changes_nothing(desks: Desks) -> None:
    case = desks.office.open_case()
    owner = desks.office.people[Role.CASE_MANAGER]
    given = desks.of("centre_manager").post(f"/api/cases/{case}/owner", json={"account_id": owner.account_id})
    assert given.json() == {"case_id": case, "owner_id": owner.account_id}
    answer = desks.send(case, "plan", role="case_manager")
    assert (answer.status_code, answer.json()["refusal"]["why"]) == (403, "not_your_case")
    taken = desks.of("case_manager").post(f"/api/cases/{case}/owner", json={"account_id": 10_000})
    assert taken.status_code == 422
    assert desks.count() == 0


def test_an_unknown_case_and_request_are_not_there(desks: Desks) -> None:
    case = desks.office.open_case()
    body = {"form": desks.form(case, "home_visit"), "second_id": desks.office.people[Role.SCREENING].account_id}
    assert desks.of("social_worker").post("/api/cases/999/tasks/home_visit", json=body).status_code == 404
    assert desks.decide(999).status_code == 404
    assert desks.of("case_manager").get("/api/cases/999").status_code == 404
    end = {"how": "kept"}
    assert desks.of("case_manager").post("/api/promises/999/end", json=end).status_code == 404
    assert desks.of("case_manager").post("/api/commitments/999/end", json=end).status_code == 404


def test_sealed_forms_are_for_those_named_in_the_line(desks: Desks) -> None:
    case = desks.office.open_case()
    desks.do(case, "arrival", "health_assessment")
    for role, readable in (("screening", False), ("social_worker", False), ("clinician", True), ("case_manager", True)):
        for path in ("entries", "forms"):
            text = desks.of(role).get(f"/api/cases/{case}/{path}").text
            assert ("زخم پا" in text) is readable, (role, path)


def test_a_sealed_childs_case_is_there_for_named_people_only(desks: Desks) -> None:
    case = desks.ready_to_leave()
    asked = desks.send(case, "discharge").json()
    child, named = desks.office.case(case).child_id, desks.office.people[Role.CASE_MANAGER]
    officer = desks.office.people[Role.SAFEGUARDING_OFFICER]
    with desks.office.registry.database.writing() as work:
        seal(
            work, child_id=child, ground=Ground.OTHER, reason="شاهد", named=[named.account_id], by=officer,
            trail=desks.office.registry.trail, clock=desks.office.clock,
        )  # fmt: skip
        work.commit()
    reader = desks.of("case_manager")
    for path in (f"/api/cases/{case}", f"/api/cases/{case}/entries", f"/api/cases/{case}/forms", f"/cases/{case}"):
        assert reader.get(path).status_code == 404, path
    for path, field in (("/api/cases", "cases"), ("/api/tasks", "tasks")):
        assert reader.get(path).json()[field] == [], path
    assert desks.of("centre_manager").get("/api/requests").json()["entries"] == []
    assert desks.decide(asked["id"]).status_code == 404
    assert desks.send(case, "tracing").status_code == 404
    assert desks.of("screening").post("/api/cases", json={"child_id": child}).status_code == 404
    desks.office.hand_in(case, "tracing", by=named)


def test_every_act_leaves_its_line_in_the_audit_trail_without_what_was_said(desks: Desks) -> None:
    case = desks.ready_to_leave()
    desks.do(case, "discharge")
    with desks.office.registry.database.reading() as work:
        lines = work.session.scalars(select(AuditEntry).where(AuditEntry.subject == f"case:{case}")).all()
        closed = work.session.scalar(select(func.count()).select_from(CaseTask).where(CaseTask.outcome == "done"))
    actions = [line.action for line in lines]
    assert {"case.opened", "case.written", "case.asked", "case.granted"} <= set(actions)
    assert not [line for line in lines if "مریم" in line.detail or "زخم" in line.detail]
    assert closed


def test_every_line_of_the_table_was_tried_by_these_tests() -> None:
    tried = set(EXITS) | {
        "transfer", "arrival", "arrival_check", "urgent_need", "health_assessment", "interview", "identity",
        "home_visit", "best_interests", "judicial_order", "keeping", "accommodation", "plan", "discharge", "follow_up",
        "closure", "exit_review", "notice", "notice_answer", "tracing", "referral", "quasi_family", "aftercare", "skip",
    }  # fmt: skip
    assert tried == {task.name for task in on_a_case()}
    assert set(TASKS) - tried == {"observation", "encounter", "complaint"}
