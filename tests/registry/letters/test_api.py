"""Letters through the API, on both databases: drafted by one, looked at, signed by another, followed to the answer."""

import hashlib
from typing import Any

import pytest
from sqlalchemy import select, update

from registry.audit.tables import AuditEntry
from registry.cases.tables import CaseEvent
from registry.children.sealing import Ground, seal
from registry.letters.tables import Letter
from tests.registry.cases.samples import RISKS, best_interests
from tests.registry.letters.conftest import Letters, text_of, why
from tests.registry.web.conftest import PASSWORD

pytestmark = pytest.mark.parametrize("settings", ["sqlite", "postgresql"], indirect=True)
COURT = {"to": "شعبهٔ ۱۲", "subject": "دستور نگهداری", "body": "خواهشمند است رسیدگی فرمایید."}
NOTICE = {"sex": "girl", "age_band": "6-11", "claimed_nationality": "AF", "asked": "وضع اقامت"}


def draft(letters: Letters, case: int, kind: str, form: dict[str, Any], *, by: str, **more: Any) -> dict[str, Any]:
    answer = letters.draft(case, kind, form, by=by, **more)
    assert answer.status_code == 201, answer.text
    drafted: dict[str, Any] = answer.json()
    return drafted


def sent_court_letter(letters: Letters, case: int, **more: Any) -> dict[str, Any]:
    drafted = draft(letters, case, "court", COURT, by="legal_officer", **more)
    issued = letters.issue(drafted["id"], by="centre_manager")
    assert issued.status_code == 200, issued.text
    sent: dict[str, Any] = issued.json()
    return sent


def test_a_letter_is_drafted_looked_at_signed_by_another_and_frozen(letters: Letters) -> None:
    case = letters.desks.office.open_case()
    drafted = draft(letters, case, "court", COURT, by="legal_officer")
    assert (drafted["number"], drafted["state"], drafted["sha256"]) == ("1405/00001", "draft", None)
    assert "پیش‌نویس" in text_of(letters.pdf(drafted["id"]))
    issued = letters.issue(drafted["id"], by="centre_manager").json()
    pdf = letters.pdf(drafted["id"])
    assert hashlib.sha256(pdf).hexdigest() == issued["sha256"]
    assert "مدیر مرکز" in text_of(pdf)
    letters.desks.office.clock.forward(minutes=9)
    assert letters.pdf(drafted["id"]) == pdf
    with letters.desks.office.registry.database.reading() as work:
        trail = work.session.scalars(select(AuditEntry.action).where(AuditEntry.action.like("letter.%"))).all()
        history = work.session.scalars(select(CaseEvent.kind).where(CaseEvent.case_id == case)).all()
    assert trail == ["letter.drafted", "letter.issued"]
    assert "letter_issued" in history


def test_nobody_signs_their_own_letter_nor_one_of_another_role_nor_without_the_password(letters: Letters) -> None:
    case = letters.desks.office.open_case()
    drafted = draft(letters, case, "court", COURT, by="legal_officer")
    desk, path = letters.desks.of("centre_manager"), f"/api/letters/{drafted['id']}/issue"
    assert why(desk.post(path, json={}, headers={"if-match": drafted["etag"]})) == "reentry_needed"
    used = desk.post("/api/reentry", json={"password": PASSWORD}).json()["proof"]
    assert letters.issue(drafted["id"], by="centre_manager", proof=used).status_code == 200
    again = draft(letters, case, "court", COURT, by="legal_officer")
    assert why(letters.issue(again["id"], by="centre_manager", proof=used)) == "reentry_needed"
    assert why(letters.issue(again["id"], by="case_manager")) == "not_yours_to_sign"
    both = letters.desks.of("legal_officer", "centre_manager")
    own = both.post(f"/api/cases/{case}/letters/court", json={"form": COURT}).json()
    proof = both.post("/api/reentry", json={"password": PASSWORD}).json()["proof"]
    headers = {"if-match": own["etag"], "reentry": proof}
    assert why(both.post(f"/api/letters/{own['id']}/issue", json={}, headers=headers)) == "own_letter"


def test_what_is_signed_is_what_was_looked_at(letters: Letters) -> None:
    case = letters.desks.office.open_case()
    drafted = draft(letters, case, "court", COURT, by="legal_officer")
    again = letters.desks.of("legal_officer").put(
        f"/api/letters/{drafted['id']}/court", json={"form": COURT | {"subject": "تمدید"}},
        headers={"if-match": drafted["etag"]},
    )  # fmt: skip
    assert (again.status_code, again.json()["etag"]) == (200, '"letter-2"')
    assert why(letters.issue(drafted["id"], by="centre_manager", seen='"letter-1"')) == "changed_since_preview"
    assert letters.issue(drafted["id"], by="centre_manager", seen='"letter-2"').status_code == 200
    late = letters.desks.of("legal_officer").put(
        f"/api/letters/{drafted['id']}/court", json={"form": COURT}, headers={"if-match": '"letter-3"'}
    )
    assert why(late) == "not_a_draft"


def test_a_name_that_changes_after_the_preview_stops_the_signature(letters: Letters) -> None:
    case = letters.desks.office.open_case()
    drafted = draft(letters, case, "school", {"to": "دبستان امید", "grade": "پایهٔ سوم"}, by="case_manager")
    child = letters.desks.office.case(case).child_id
    known = {"given_name": "زرغونه", "fathers_name": "عبدالله"}
    told = letters.desks.of("case_manager").put(f"/api/children/{child}/record", json={"record": known})
    assert told.status_code == 200, told.text
    assert why(letters.issue(drafted["id"], by="centre_manager")) == "changed_since_preview"


def test_a_sent_letter_is_corrected_by_a_new_one_that_names_it(letters: Letters) -> None:
    case = letters.desks.office.open_case()
    old = sent_court_letter(letters, case)
    nameless = letters.draft(case, "court", COURT, by="legal_officer", replaces_id=old["id"])
    assert nameless.status_code == 422
    new = sent_court_letter(letters, case, replaces_id=old["id"], because="شعبه اشتباه بود")
    assert "این نامه به جای نامهٔ شمارهٔ ۱۴۰۵/۰۰۰۰۱" in text_of(letters.pdf(new["id"]))
    seen = letters.desks.of("case_manager").get(f"/api/letters/{old['id']}").json()
    assert (seen["state"], seen["replaced_by_id"]) == ("issued", new["id"])
    third = letters.draft(case, "court", COURT, by="legal_officer", replaces_id=old["id"], because="باز هم")
    assert why(third) == "replaced_already"
    card = letters.draft(case, "card", {}, by="legal_officer", replaces_id=new["id"], because="نوع دیگر")
    assert why(card) == "replaces_another_kind"
    other = letters.desks.office.open_case()
    elsewhere = letters.draft(other, "court", COURT, by="legal_officer", replaces_id=new["id"], because="پروندهٔ دیگر")
    assert elsewhere.status_code == 404


def test_the_directorate_gets_what_two_roles_decided_and_nothing_else(letters: Letters) -> None:
    desks, form = letters.desks, {"to": "ادارهٔ اتباع"} | NOTICE
    case = desks.ready_to_leave()
    drafted = draft(letters, case, "directorate", form, by="legal_officer")
    assert why(letters.issue(drafted["id"], by="centre_manager")) == "notice_not_decided"
    desks.do(case, "best_interests", **best_interests("notice"))
    closed = NOTICE | {"letter_number": drafted["number"], "case_number": desks.office.case(case).number}
    desks.do(case, "notice", letter=closed, risk_on_return=dict.fromkeys(RISKS, False))
    wider = draft(letters, case, "directorate", form | {"asked": "وضع اقامت و شغل"}, by="legal_officer")
    assert why(letters.issue(wider["id"], by="centre_manager")) == "not_what_was_decided"
    issued = letters.issue(drafted["id"], by="centre_manager")
    assert issued.status_code == 200, issued.text
    assert issued.json()["answer_due_on"] == "2026-11-28"  # three working days: Wednesday, Thursday, Saturday
    told = letters.draft(case, "directorate", form | {"asked": "نشانی خانه و مدرسه"}, by="legal_officer")
    assert why(told) == "not_for_the_directorate"
    assert letters.draft(case, "directorate", form, by="social_worker").status_code == 404


def test_a_referral_shares_what_is_on_its_list(letters: Letters) -> None:
    case = letters.desks.office.open_case()
    facts = {"facts": [{"what": "نام کوچک", "value": "ستاره"}]}
    assert why(letters.draft(case, "ngo", facts, by="social_worker")) == "no_referral"
    letters.desks.do(case, "referral")
    drafted = draft(letters, case, "ngo", facts, by="social_worker")
    assert "انجمن یاران" in text_of(letters.pdf(drafted["id"]))
    assert "نام کوچک" in text_of(letters.pdf(draft(letters, case, "ngo", {}, by="social_worker")["id"]))
    more = {"facts": [*facts["facts"], {"what": "نشانی", "value": "شوش"}]}
    assert why(letters.draft(case, "ngo", more, by="social_worker")) == "not_on_the_shared_list"


def test_a_commitment_and_a_receipt_are_made_from_the_case(letters: Letters) -> None:
    case = letters.desks.ready_to_leave()
    guardian = {"guardian": "مریم", "relation": "مادر"}
    assert why(letters.draft(case, "commitment", guardian, by="case_manager")) == "no_commitment"
    assert why(letters.draft(case, "receipt", {}, by="case_manager")) == "no_discharge"
    letters.desks.do(case, "discharge")
    written = (("commitment", guardian, "مدرسه برود"), ("receipt", {}, "مریم، مادر کودک، با ارائهٔ شناسنامه"))
    for kind, form, words in written:
        drafted = draft(letters, case, kind, form, by="case_manager")
        assert words in text_of(letters.pdf(drafted["id"]))
        assert letters.issue(drafted["id"], by="case_manager").status_code == 200  # no second person is needed


def test_a_child_s_card_tells_nothing(letters: Letters) -> None:
    drafted = draft(letters, letters.desks.office.open_case(), "card", {}, by="screening")
    issued = letters.issue(drafted["id"], by="screening")
    assert issued.status_code == 200, issued.text
    assert "ستاره" not in text_of(letters.pdf(drafted["id"]))


@pytest.mark.parametrize("words", ["به اچ آی وی مبتلا است", "HIV positive", "هپاتیت ب"])
def test_hiv_and_hepatitis_stand_in_no_letter(letters: Letters, words: str) -> None:
    case = letters.desks.office.open_case()
    assert why(letters.draft(case, "court", COURT | {"body": words}, by="legal_officer")) == "illness_named"


def test_what_cannot_be_typed_or_printed_is_refused_before_there_is_a_letter(letters: Letters) -> None:
    case = letters.desks.office.open_case()
    for bad in ("آ" * 10_000, "\u202eشعبه", "\u0007", ""):
        assert letters.draft(case, "court", COURT | {"to": bad}, by="legal_officer").status_code == 422
    refused = letters.draft(case, "court", COURT | {"body": "نامهٔ 😀"}, by="legal_officer")
    assert why(refused) == "cannot_be_printed"
    assert refused.json()["refusal"]["field"] == "😀"
    html = draft(letters, case, "court", COURT | {"body": "<img src=x onerror=alert(1)>"}, by="legal_officer")
    assert html["number"] == "1405/00001"


def test_the_secretariat_s_number_and_the_answer_come_afterwards_and_nothing_is_overwritten(letters: Letters) -> None:
    case = letters.desks.office.open_case()
    drafted = draft(letters, case, "court", COURT, by="legal_officer")
    path, stamp = f"/api/letters/{drafted['id']}", {"number": "۱۴۰۵/د/۹۸۷", "on": "۱۴۰۵/۰۹/۰۳"}
    assert why(letters.post(f"{path}/registered", by="screening", **stamp)) == "not_issued"
    frozen = letters.issue(drafted["id"], by="centre_manager").json()["sha256"]
    assert letters.post(f"{path}/registered", by="screening", **stamp).json()["secretariat_number"] == "1405/د/987"
    mended = letters.post(f"{path}/registered", by="screening", **stamp | {"number": "۹۸۸"}).json()
    assert (mended["secretariat_number"], len(mended["later"])) == ("988", 2)
    waiting = letters.desks.of("legal_officer").get("/api/letters").json()["letters"]
    assert [one["id"] for one in waiting] == [drafted["id"]]
    answer = {"number": "۷۷", "on": "۱۴۰۵/۰۹/۰۳", "words": "موافقت شد"}
    early = letters.post(f"{path}/answer", by="legal_officer", **answer | {"on": "۱۴۰۵/۰۹/۰۱"})
    assert why(early) == "before_the_letter"
    assert why(letters.post(f"{path}/answer", by="legal_officer", **answer | {"on": "۱۴۰۵/۱۰/۰۱"})) == "in_the_future"
    assert why(letters.post(f"{path}/answer", by="legal_officer", **answer, attachment_id=9)) == "attached_elsewhere"
    answered = letters.post(f"{path}/answer", by="legal_officer", **answer).json()
    assert (answered["answered"], answered["sha256"]) == (True, frozen)
    assert letters.desks.of("legal_officer").get("/api/letters").json()["letters"] == []


def test_a_withdrawn_draft_keeps_its_number_to_itself(letters: Letters) -> None:
    case = letters.desks.office.open_case()
    drafted = draft(letters, case, "court", COURT, by="legal_officer")
    gone = letters.post(f"/api/letters/{drafted['id']}/withdraw", by="legal_officer", reason="لازم نشد")
    assert gone.json()["state"] == "withdrawn"
    assert why(letters.issue(drafted["id"], by="centre_manager", seen='"letter-2"')) == "not_a_draft"
    assert draft(letters, case, "court", COURT, by="legal_officer")["number"] == "1405/00002"


def test_a_sealed_child_s_letters_are_not_there_for_others(letters: Letters) -> None:
    office = letters.desks.office
    case = office.open_case()
    drafted = draft(letters, case, "court", COURT, by="legal_officer")
    officer = next(p for role, p in office.people.items() if role == "safeguarding_officer")
    with office.registry.database.writing() as work:
        seal(work, child_id=office.case(case).child_id, ground=Ground.TRAFFICKING_WITNESS, reason="شاهد",
             named=[officer.account_id], by=officer, trail=office.registry.trail, clock=office.clock)  # fmt: skip
        work.commit()
    desk = letters.desks.of("legal_officer")
    for path in (f"/api/letters/{drafted['id']}", f"/api/letters/{drafted['id']}/pdf"):
        assert desk.get(path).status_code == 404
    assert desk.get(f"/api/cases/{case}/letters").json()["letters"] == []
    assert letters.draft(case, "court", COURT, by="legal_officer").status_code == 404


def test_a_copy_that_somebody_changed_in_the_database_is_not_given_out(letters: Letters) -> None:
    sent = sent_court_letter(letters, letters.desks.office.open_case())
    with letters.desks.office.registry.database.writing() as work:
        work.session.execute(update(Letter).values(pdf=b"%PDF-1.4 another"))
        work.commit()
    assert why(letters.desks.of("case_manager").get(f"/api/letters/{sent['id']}/pdf")) == "copy_damaged"


def test_a_letter_sent_twice_under_one_key_is_one_letter(letters: Letters) -> None:
    case, desk = letters.desks.office.open_case(), letters.desks.of("legal_officer")
    body, headers = {"form": COURT}, {"idempotency-key": "k-12345678"}
    first, again = (desk.post(f"/api/cases/{case}/letters/court", json=body, headers=headers) for _ in range(2))
    assert first.json() == again.json()
    page = desk.get(f"/api/cases/{case}/letters", params={"limit": 1}).json()
    assert (len(page["letters"]), page["next"]) == (1, None)
