"""A case goes from one county to another, over HTTP and on both databases."""

from typing import Any

import pytest
from sqlalchemy import select

from registry.access.rules import Role
from registry.audit.tables import AuditEntry
from registry.cases.tables import Case
from registry.transfers.tables import CaseTransfer
from tests.registry.children.conftest import Api
from tests.registry.letters.conftest import text_of
from tests.registry.transfers.conftest import NEEDS, Counties


def sees(who: Api, case_id: int) -> bool:
    lists = [who.get(f"/cases?state={state}").json()["cases"] for state in ("all", "open")]
    answers = {case_id in [row["id"] for row in rows] for rows in lists}
    answers |= {who.get(f"/cases/{case_id}").status_code == 200}
    assert len(answers) == 1
    return answers.pop()


def test_before_it_accepts_the_other_office_knows_a_summary_that_names_nobody(counties: Counties) -> None:
    transfer = counties.offered()
    officer = counties.person("کرج", "county_officer")
    (shown,) = officer.get("/transfers").json()["transfers"]
    assert shown == officer.get(f"/transfers/{transfer['id']}").json()
    assert (shown["case_id"], shown["form"], shown["receipt"], shown["asked_by"]) == (None, None, None, None)
    summary = shown["summary"]
    assert summary["needs"] == NEEDS["needs"]
    assert (summary["sex"], summary["age"], summary["risk"], summary["state"]) == ("girl", [9, 11], "low", "screening")
    assert "ستاره" not in str(shown)
    case_id = transfer["case_id"]
    assert not sees(officer, case_id)
    assert officer.get(f"/transfers/{transfer['id']}/file").status_code == 404
    assert sees(counties.person("تهران", "county_officer"), case_id)


def test_after_it_the_file_is_theirs_but_for_sealed_forms_and_the_old_office_reads_thirty_days(
    counties: Counties,
) -> None:
    transfer = counties.accepted()
    case_id, new, old = (
        transfer["case_id"],
        counties.person("کرج", "case_manager"),
        counties.person("تهران", "case_manager"),
    )
    assert sees(new, case_id)
    assert not sees(old, case_id)
    theirs = {row["task"]: row for row in new.get(f"/cases/{case_id}/entries").json()["entries"]}
    assert theirs["home_visit"]["form"] is not None
    assert {task for task, row in theirs.items() if row["sealed"]} == {"health_assessment", "interview"}
    path = f"/transfers/{transfer['id']}"
    kept = old.get(path).json()
    assert {row["task"] for row in kept["receipt"]["stay_here"]} == {"health_assessment", "interview"}
    assert len(kept["receipt"]["digest"]) == 64
    assert new.get(path).json()["receipt"] is None, "the receipt is the old office's"
    read = old.get(f"{path}/file").json()
    assert {row["task"]: row for row in read["entries"]}["health_assessment"]["form"] is not None
    assert new.post(f"/cases/{case_id}/tasks/home_visit", form={}).status_code == 422, "theirs to write on"
    assert (
        old.post(f"/cases/{case_id}/promises", what="x", words="x", by_whom="x", due_on="1405/09/20").status_code == 404
    )


def test_the_window_closes_and_the_receipt_stays(counties: Counties) -> None:
    transfer = counties.accepted()
    old, path = counties.person("تهران", "case_manager"), f"/transfers/{transfer['id']}"
    page = old.get(f"{path}/file?limit=1").json()
    assert page["next"]
    assert old.get(f"{path}/file?limit=1&after={page['next']}").json()["entries"][0]["id"] < page["entries"][0]["id"]
    with counties.desks.office.registry.database.writing() as work:
        work.session.get_one(CaseTransfer, transfer["id"]).reads_until = counties.desks.office.clock.now()
        work.commit()
    assert old.get(f"{path}/file").status_code == 404
    assert old.get(path).json()["receipt"]["number"] == transfer["number"]


def test_one_asks_another_approves_and_between_provinces_the_countys_officer(counties: Counties) -> None:
    case_id = counties.case()
    both = counties.person("تهران", "case_manager", "centre_manager")
    transfer = counties.ask(case_id, "کرج", counties.person("تهران", "social_worker")).json()
    manager = both.post(f"/transfers/{transfer['id']}/decision", granted=True)
    assert (manager.status_code, manager.json()["refusal"]["why"]) == (409, "needs_county_officer")
    assert "دو استان" in manager.json()["refusal"]["reason"]["fa"]
    officer = counties.person("تهران", "county_officer")
    silent = officer.post(f"/transfers/{transfer['id']}/decision", granted=False)
    assert silent.json()["refusal"]["why"] == "reason_needed"
    declined = officer.post(f"/transfers/{transfer['id']}/decision", granted=False, reason="دور است").json()
    assert (declined["state"], declined["reason"]) == ("declined", "دور است")
    assert counties.person("کرج", "county_officer").get("/transfers?state=all").json()["transfers"] == []
    near = counties.ask(case_id, "ری", counties.person("تهران", "social_worker")).json()
    assert both.post(f"/transfers/{near['id']}/decision", granted=True).json()["state"] == "offered"


def test_nobody_approves_their_own_request(counties: Counties) -> None:
    both = counties.person("تهران", "social_worker", "county_officer")
    transfer = counties.ask(counties.case(), "کرج", both).json()
    own = both.post(f"/transfers/{transfer['id']}/decision", granted=True)
    assert own.json()["refusal"]["why"] == "own_request"


def test_best_interests_stand_before_it(counties: Counties) -> None:
    refused = counties.ask(counties.case(interests=False), "کرج")
    assert (refused.status_code, refused.json()["refusal"]["why"]) == (409, "no_best_interests")


def test_the_other_office_refuses_with_a_reason_and_the_case_stays(counties: Counties) -> None:
    transfer, officer = counties.offered(), counties.person("کرج", "county_officer")
    path = f"/transfers/{transfer['id']}"
    assert officer.post(f"{path}/answer", accepted=False).json()["refusal"]["why"] == "reason_needed"
    assert officer.post(f"{path}/answer", accepted=False, reason="جا نداریم").json()["state"] == "refused"
    assert counties.person("تهران", "case_manager").get(path).json()["reason"] == "جا نداریم"
    assert not sees(officer, transfer["case_id"])
    again = officer.post(f"{path}/answer", accepted=False, reason="x")
    assert again.json()["refusal"]["why"] == "not_offered"
    assert counties.ask(transfer["case_id"], "ری").status_code == 201, "and may be asked of another"


def test_the_case_goes_to_a_case_manager_of_the_new_office_who_may_see_the_child(counties: Counties) -> None:
    transfer, officer = counties.offered(), counties.person("کرج", "county_officer")
    clerk = counties.hire("کرج", "clerk", Role.LEGAL_OFFICER)
    for owner in (counties.person("تهران", "case_manager").account_id, officer.account_id, clerk, 999):
        refused = officer.post(f"/transfers/{transfer['id']}/answer", accepted=True, owner_id=owner)
        assert refused.json()["refusal"]["why"] == "cannot_take_it"
    assert officer.post(f"/transfers/{transfer['id']}/answer", accepted=True).status_code == 422


def test_a_third_office_learns_nothing_and_the_sender_does_not_answer_for_the_other(counties: Counties) -> None:
    transfer, third = counties.offered(), counties.person("ری", "county_officer")
    assert third.get("/transfers?state=all").json()["transfers"] == []
    unknown = third.get("/transfers/999")
    assert third.get(f"/transfers/{transfer['id']}").text == unknown.text
    owner = counties.person("کرج", "case_manager").account_id
    for who in (third, counties.person("تهران", "county_officer")):
        assert who.post(f"/transfers/{transfer['id']}/answer", accepted=True, owner_id=owner).status_code == 404
    assert third.post(f"/transfers/{transfer['id']}/withdraw", reason="x").status_code == 404
    assert counties.ask(transfer["case_id"], "کرج", third_worker(counties)).status_code == 404


def third_worker(counties: Counties) -> Api:
    return counties.person("ری", "social_worker")


def test_what_is_called_back_is_gone_for_the_other_office(counties: Counties) -> None:
    transfer, other = counties.offered(), counties.person("کرج", "county_officer")
    path = f"/transfers/{transfer['id']}"
    back = counties.person("تهران", "case_manager").post(f"{path}/withdraw", reason="مادر برگشت")
    assert back.json()["state"] == "withdrawn"
    assert other.get(path).status_code == 404
    late = counties.person("تهران", "case_manager").post(f"{path}/withdraw", reason="x")
    assert late.json()["refusal"]["why"] == "decided_already"


def test_a_case_is_on_one_way_at_a_time_and_to_another_office(counties: Counties) -> None:
    case_id = counties.case()
    assert counties.ask(case_id, "تهران").json()["refusal"]["why"] == "same_office"
    counties.open("قم", "قم")
    assert counties.ask(case_id, "قم").json()["refusal"]["why"] == "nobody_accepts_there"
    missing = counties.person("تهران", "case_manager").post(f"/cases/{case_id}/transfers", to_office_id=999, **NEEDS)
    assert missing.status_code == 404
    assert counties.ask(case_id, "کرج").status_code == 201
    assert counties.ask(case_id, "ری").json()["refusal"]["why"] == "on_its_way"


def test_a_child_has_moved_to_another_province_only_when_an_office_there_has_accepted_the_case(
    counties: Counties,
) -> None:
    transfer = counties.offered()
    new, old = counties.person("کرج", "case_manager"), counties.person("تهران", "case_manager")
    path = f"/cases/{transfer['case_id']}/tasks/moved_province"
    left = {
        "seen_at": counties.desks.office.clock.now().isoformat(), "what_happened": "نزد مادرش رفت",
        "province": "البرز", "receiving_office": "کرج",
    }  # fmt: skip
    for said, why in (
        ({"accepted_number": transfer["number"]}, "no_accepted_transfer"),
        ({"no_office_because": "کسی را آنجا نمی‌شناسیم"}, "province_has_office"),
    ):
        refused = old.post(path, form=left | said)
        assert (refused.status_code, refused.json()["refusal"]["why"]) == (409, why)
        assert set(refused.json()["refusal"]["reason"]) == {"fa", "en"}
    owner = {"accepted": True, "owner_id": new.account_id}
    officer = counties.person("کرج", "county_officer")
    assert officer.post(f"/transfers/{transfer['id']}/answer", **owner).status_code == 200
    assert new.post(path, form=left | {"accepted_number": transfer["number"]}).status_code == 201


HEAD = {"organisation": "بهزیستی شهرستان تهران", "address": "خیابان شوش، پلاک ۱۲", "telephone": "021-5590"}


def test_a_letter_is_headed_as_the_office_of_its_case_is_kept(counties: Counties) -> None:
    tehran = counties.offices["تهران"]
    edited = counties.admin.http.put(f"/api/offices/{tehran}", json={"name": "تهران", "province": "تهران"} | HEAD)
    assert edited.status_code == 200, edited.text
    assert {name: edited.json()[name] for name in HEAD} == HEAD
    case_id, legal = counties.case(), counties.desks.of("legal_officer")
    court = {"to": "شعبهٔ ۱۲", "subject": "دستور", "body": "رسیدگی فرمایید."}
    drafted = legal.post(f"/api/cases/{case_id}/letters/court", json={"form": court}).json()
    shown = text_of(legal.get(f"/api/letters/{drafted['id']}/pdf").content)
    for words in (HEAD["organisation"], HEAD["address"], "تلفن: "):
        assert words in shown
    with counties.desks.office.registry.database.reading() as work:
        (entry,) = work.session.scalars(select(AuditEntry).where(AuditEntry.action == "office.edited"))
    assert '"address":""' in entry.detail


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"name": "ری", "province": "تهران"}, 409), ({"name": "", "province": "تهران"}, 422),
        ({"name": "تهران", "province": "تهران", "address": "آ" * 401}, 422),
        ({"name": "تهران", "province": "تهران", "telephone": "\u202e021"}, 422),
        ({"name": "تهران", "province": "تهران", "fax": "1"}, 422),
    ],
)  # fmt: skip
def test_an_offices_record_is_kept_by_the_administrator_and_takes_no_bad_input(
    counties: Counties, sent: dict[str, Any], status: int
) -> None:
    path = f"/api/offices/{counties.offices['تهران']}"
    assert counties.admin.http.put(path, json=sent).status_code == status
    good = {"name": "تهران", "province": "تهران"} | HEAD
    assert counties.admin.http.put("/api/offices/999", json=good).status_code == 404
    assert counties.person("تهران", "county_officer").http.put(path, json=good).status_code == 404


def test_a_stale_answer_shows_both_and_one_sent_twice_is_done_once(counties: Counties) -> None:
    case_id, asker = counties.case(), counties.person("تهران", "case_manager")
    body = {"to_office_id": counties.offices["کرج"]} | NEEDS
    key = {"idempotency-key": "transfer-0001"}
    first, again = (asker.http.post(f"/api/cases/{case_id}/transfers", json=body, headers=key) for _ in range(2))
    assert first.json() == again.json()
    officer, path = counties.person("تهران", "county_officer"), f"/api/transfers/{first.json()['id']}"
    etag = officer.http.get(path).headers["etag"]
    assert officer.http.get(path, headers={"if-none-match": etag}).status_code == 304
    asker.post(f"/transfers/{first.json()['id']}/withdraw", reason="x")
    stale = officer.http.post(f"{path}/decision", json={"granted": True}, headers={"if-match": etag})
    assert stale.status_code == 412
    assert (stale.json()["yours"]["granted"], stale.json()["theirs"]["state"]) == (True, "withdrawn")


def test_a_case_manager_of_another_office_is_not_given_the_case(counties: Counties) -> None:
    case_id, officer = counties.case(), counties.person("تهران", "county_officer")
    other = counties.person("کرج", "case_manager").account_id
    assert officer.post(f"/cases/{case_id}/owner", account_id=other).json()["refusal"]["why"] == "cannot_take_it"
    assert not sees(counties.person("کرج", "county_officer"), case_id), "a case with an office is that office's"
    assert sees(Api(counties.log_in("legal_officer")), case_id), "who works in no office works for all"


def test_clocks_tasks_and_promises_go_on_in_the_new_office(counties: Counties) -> None:
    case_id = counties.case()
    due = counties.person("تهران", "case_manager").get(f"/cases/{case_id}").json()["tasks"]
    transfer = counties.offered(case_id=case_id)
    owner = counties.person("کرج", "case_manager")
    accept = {"accepted": True, "owner_id": owner.account_id}
    counties.person("کرج", "county_officer").post(f"/transfers/{transfer['id']}/answer", **accept)
    sheet = owner.get(f"/cases/{case_id}").json()
    assert [(task["name"], task["due_at"]) for task in sheet["tasks"]] == [(t["name"], t["due_at"]) for t in due]
    assert sheet["owner_id"] == owner.account_id
    assert [event["kind"] for event in sheet["history"]][-3:] == [
        "transfer_asked",
        "transfer_offered",
        "transfer_accepted",
    ]
    with counties.desks.office.registry.database.reading() as work:
        assert work.session.get_one(Case, case_id).number == sheet["number"], "the number stays the child's"


BAD: list[dict[str, Any]] = [
    {"reason": ""}, {"needs": "  "}, {"needs": "ن" * 10_000}, {"reason": "متن\u202egnp"}, {"needs": "تهی\x00"},
    {"to_office_id": "کرج"}, {"to_office_id": 2**70}, {"unknown": 1},
]  # fmt: skip


def test_bad_input_is_refused_by_its_field(counties: Counties) -> None:
    case_id, asker = counties.case(), counties.person("تهران", "case_manager")
    for bad in BAD:
        body = {"to_office_id": counties.offices["کرج"]} | NEEDS | bad
        assert asker.post(f"/cases/{case_id}/transfers", **body).status_code == 422, bad
    for typed in ("<script>alert(1)</script>", "=SUM(A1)"):
        kept = counties.ask(case_id, "کرج", reason=typed, needs=typed).json()
        assert kept["form"]["reason"] == typed
        asker.post(f"/transfers/{kept['id']}/withdraw", reason=typed)
    assert counties.admin.post("/offices", name="تهران", province="تهران").json()["refusal"]["why"] == "office_exists"
    assert counties.admin.http.put("/api/offices/1/members", json={"accounts": [999]}).status_code == 422


@pytest.mark.parametrize("role", ["outreach", "screening", "safeguarding_officer", "auditor", "reviewer", "ngo"])
def test_nobody_else_asks_or_decides(counties: Counties, role: str) -> None:
    who = Api(counties.log_in(role))
    assert who.post("/cases/1/transfers", to_office_id=1, **NEEDS).status_code == 404
    assert who.post("/transfers/1/decision", granted=True).status_code == 404
