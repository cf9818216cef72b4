"""A referral goes out, is seen as far as its list goes, comes back, and ends; on both databases."""

import datetime as dt
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from registry.access.rules import Role
from registry.audit.tables import AuditEntry
from registry.bootstrap import Registry
from registry.cases.dues import table_of
from registry.inbox.sweeping import Sweeper
from registry.inbox.tables import Cause
from tests.registry.house import StillClock
from tests.registry.referrals.conftest import LIST, RECEIVER, Outside

SEEN = {"id", "number", "state", "service", "shared", "ends_on", "opened_at", "reports", "version"}


def test_the_receiver_sees_the_list_that_was_written_and_nothing_else(outside: Outside) -> None:
    handed = outside.handed()
    (seen,) = outside.seen()
    assert set(seen) == SEEN
    assert (seen["shared"], seen["service"]) == (LIST, "کلاس سوادآموزی")
    one = outside.ngo.get(f"/api/received-referrals/{handed['id']}")
    assert one.json() == seen
    case = outside.desks.office.case(outside.case_id)
    assert case.number not in one.text
    for path in ("/api/children", f"/api/cases/{outside.case_id}", "/api/cases", "/api/families", "/api/partners"):
        assert outside.ngo.get(path).status_code == 404, path
    (shown,) = outside.on_case()
    assert shown["seen_at"] is not None
    with outside.desks.office.registry.database.reading() as work:
        read = work.session.scalars(select(AuditEntry).where(AuditEntry.action == "referral.read")).all()
    assert [(entry.actor, entry.subject) for entry in read] == [("ngo", f"referral:{handed['id']}")]


def test_another_organisation_sees_none_of_it(outside: Outside) -> None:
    handed = outside.handed()
    other = outside.hire("other", Role.NGO)
    outside.partner("کلینیک مهر", other)
    outside.people(outside.partner_id, other)
    assert outside.seen() == [], "who left the organisation reads nothing more"
    unknown = outside.ngo.get("/api/received-referrals/999")
    assert outside.ngo.get(f"/api/received-referrals/{handed['id']}").text == unknown.text
    assert outside.act(handed["id"], "answer", accepted=True).status_code == 404


def test_it_ends_on_its_day_without_anybody_doing_anything(outside: Outside) -> None:
    day = outside.today + dt.timedelta(days=3)
    handed = outside.handed(ends_on=day.isoformat())
    outside.days_pass(3)
    assert len(outside.seen()) == 1, "the last day counts"
    outside.days_pass(1)
    assert outside.seen() == []
    assert outside.ngo.get(f"/api/received-referrals/{handed['id']}").status_code == 404
    assert outside.on_case()[0]["shared"] == LIST, "what was shared stays on record"


def test_consent_that_is_withdrawn_ends_it_at_once(outside: Outside) -> None:
    handed = outside.handed()
    outside.act(handed["id"], "answer", accepted=True)
    ended = outside.end(handed["id"]).json()
    assert (ended["state"], ended["reason"]) == ("ended", "رضایت پس گرفته شد")
    assert outside.seen() == []
    assert outside.act(handed["id"], "reports", on="1405/09/03", came=True, words="آمد").status_code == 404
    assert outside.end(handed["id"]).json()["refusal"]["why"] == "ended_already"


def test_a_referral_written_anew_takes_the_old_list_away(outside: Outside) -> None:
    entry = outside.write()
    assert outside.hand(entry).status_code == 201
    newest = outside.write(headers={"if-match": f'"entry-{entry}"'}, because="زیاد بود", shared=LIST[:1])
    assert outside.seen() == [], "at once, before the new one is handed over"
    assert outside.hand(entry).json()["refusal"]["why"] == "handed_over_already"
    assert outside.hand(newest).status_code == 201
    assert [one["shared"] for one in outside.seen()] == [LIST[:1]]
    assert [one["state"] for one in outside.on_case()] == ["open", "ended"]


def test_the_receiver_answers_reports_back_and_finishes(outside: Outside) -> None:
    handed = outside.handed()
    early = outside.act(handed["id"], "reports", on="1405/09/03", came=True, words="x")
    assert early.json()["refusal"]["why"] == "accept_first"
    assert outside.act(handed["id"], "answer", accepted=False).status_code == 422
    assert outside.act(handed["id"], "answer", accepted=True).json()["state"] == "accepted"
    assert outside.act(handed["id"], "answer", accepted=True).json()["refusal"]["why"] == "answered_already"
    late = outside.act(handed["id"], "reports", on="1405/10/03", came=True, words="x")
    assert late.json()["refusal"]["why"] == "in_the_future"
    assert outside.act(handed["id"], "reports", on="۱۴۰۵/۰۹/۰۳", came=True, words="آمد").status_code == 201
    last = outside.act(handed["id"], "reports", on="1405/09/03", came=False, words="نیامد", finished=True)
    assert last.json()["state"] == "ended"
    assert outside.seen() == []
    (shown,) = outside.on_case()
    assert [report["form"]["words"] for report in shown["reports"]] == ["آمد", "نیامد"]
    sheet = outside.desks.sheet(outside.case_id)
    kinds = [event["kind"] for event in sheet["history"] if event["kind"].startswith("referral")]
    assert kinds == ["referral_handed", "referral_accepted", "referral_reported", "referral_reported"]


def test_one_that_is_declined_says_why_and_is_gone_for_the_receiver(outside: Outside) -> None:
    handed = outside.handed()
    assert outside.act(handed["id"], "answer", accepted=False, reason="جا نداریم").status_code == 200
    assert outside.seen() == []
    assert (outside.on_case()[0]["state"], outside.on_case()[0]["reason"]) == ("declined", "جا نداریم")


def test_it_goes_to_the_receiver_that_the_form_names_and_once(outside: Outside) -> None:
    entry, reader = outside.write(), outside.hire("reader", Role.NGO)
    other, empty = outside.partner("کلینیک مهر", reader), outside.partner("خانهٔ دوستی")
    refused = outside.hand(entry, other)
    assert (refused.status_code, refused.json()["refusal"]["why"]) == (409, "another_receiver")
    assert "رضایت" in refused.json()["refusal"]["reason"]["fa"]
    assert outside.hand(outside.write(receiver="خانهٔ دوستی"), empty).json()["refusal"]["why"] == "nobody_reads_there"
    assert outside.hand(entry, 999).status_code == 404
    assert outside.hand(entry).status_code == 201
    assert outside.hand(entry).json()["refusal"]["why"] == "handed_over_already"


def test_only_a_referral_of_this_very_case_is_handed_over(outside: Outside) -> None:
    entry, other = outside.write(), outside.desks.office.open_case()
    body = {"entry_id": entry, "partner_id": outside.partner_id}
    worker = outside.desks.of("social_worker")
    assert worker.post(f"/api/cases/{other}/referrals", json=body).status_code == 404
    visit = outside.desks.send(outside.case_id, "home_visit").json()["id"]
    assert outside.hand(visit).status_code == 404
    assert outside.hand(999).status_code == 404
    for role in ("clinician", "centre_manager", "ngo"):
        who = outside.ngo if role == "ngo" else outside.desks.of(role)
        assert who.post(f"/api/cases/{outside.case_id}/referrals", json=body).status_code == 404


def test_a_sealed_child_is_gone_for_the_receiver_too(outside: Outside) -> None:
    outside.handed()
    seal(outside)
    assert outside.seen() == []


def test_an_accused_organisation_loses_the_child_at_once(outside: Outside) -> None:
    outside.handed()
    accused = {"kind": "ngo", "account_id": outside.ngo.get("/api/me").json()["id"]}
    child = outside.desks.office.case(outside.case_id).child_id
    said = {"told_by": "child", "concerns": ["shouted"], "child_id": child, "against": [accused]}
    assert outside.desks.of("social_worker").post("/api/safeguarding/reports", json=said).status_code == 201
    assert outside.seen() == []


def test_who_supervises_it_is_none_of_its_people(outside: Outside) -> None:
    boss = outside.hire("boss", Role.COUNTY_OFFICER, full_name="مینا رضایی")
    partner = outside.partner("خانهٔ نو", supervisor_id=boss)
    double = outside.hire("double", Role.NGO, full_name="مینا رضائی")
    assert outside.people(partner, double).json()["refusal"]["why"] == "supervises_it"
    assert outside.people(partner, boss).json()["refusal"]["why"] == "supervises_it"
    worker = outside.hire("worker", Role.SOCIAL_WORKER)
    assert outside.people(partner, worker).json()["refusal"]["why"] == "not_an_outsider"
    assert outside.people(partner, 999).status_code == 422
    again = outside.desks.of("administrator").post("/api/partners", json={"name": RECEIVER, "kind": "ngo"})
    assert again.json()["refusal"]["why"] == "partner_exists"


def test_organisations_are_found_by_the_area_they_serve(outside: Outside) -> None:
    outside.partner("دور", area="منطقهٔ ۳")
    worker = outside.desks.of("social_worker")
    near = worker.get("/api/partners", params={"area": "منطقهٔ ۱۲"}).json()["partners"]
    assert [one["name"] for one in near] == [RECEIVER]
    first = worker.get("/api/partners?limit=1").json()
    assert [one["name"] for one in first["partners"]] == ["دور"]
    assert worker.get(f"/api/partners?after={first['next']}").json()["partners"][0]["name"] == RECEIVER
    assert worker.get("/api/partners", params={"area": "%"}).json()["partners"] == []


def test_the_organisations_people_are_told_of_a_new_referral_and_of_its_end_and_of_nothing_else(
    outside: Outside, registry: Registry, clock: StillClock
) -> None:
    sweeper = Sweeper(database=registry.database, clock=clock, table=table_of)
    handed = outside.handed()
    sweeper.run()
    sweeper.run()
    (new,) = inbox(outside.ngo)
    assert (new["kind"], new["referral_id"], new["referral_number"]) == (
        "referral_received", handed["id"], handed["number"],
    )  # fmt: skip
    about_it = {"referral_id", "referral_number", "id", "kind", "level", "say", "at"}
    assert all(not value for name, value in new.items() if name not in about_it)
    assert not any(word in str(new) for word in ("ستاره", outside.desks.office.case(outside.case_id).number))
    assert outside.end(handed["id"]).status_code == 200
    clock.forward(minutes=2)
    sweeper.run()
    (ended,) = inbox(outside.ngo)
    assert (ended["kind"], ended["referral_number"]) == ("referral_ended", handed["number"])


def test_a_referral_that_ends_on_its_day_is_told_of_and_one_that_the_receiver_ends_is_not(
    outside: Outside, registry: Registry, clock: StillClock
) -> None:
    sweeper = Sweeper(database=registry.database, clock=clock, table=table_of)
    finished, passing = outside.handed(), outside.handed(ends_on=outside.today.isoformat())
    sweeper.run()
    assert len(inbox(outside.ngo)) == 2
    assert outside.act(finished["id"], "answer", accepted=True).status_code == 200
    last = outside.act(finished["id"], "reports", on=outside.today.isoformat(), came=True, words="تمام", finished=True)
    assert last.status_code == 201
    outside.days_pass(2)
    sweeper.run()
    assert [(one["kind"], one["referral_id"]) for one in inbox(outside.ngo)] == [("referral_ended", passing["id"])]


def test_of_a_child_that_is_sealed_the_organisation_is_told_nothing_any_more(
    outside: Outside, registry: Registry, clock: StillClock
) -> None:
    sweeper = Sweeper(database=registry.database, clock=clock, table=table_of)
    handed = outside.handed()
    sweeper.run()
    seal(outside)
    assert inbox(outside.ngo) == []
    clock.forward(days=200)
    sweeper.run()
    with registry.database.reading() as work:
        told = work.session.scalars(select(Cause).where(Cause.referral_id == handed["id"])).all()
    assert {one.kind for one in told if one.ended_at is None} == {"referral_ended"}
    outside.days_pass(0)
    assert inbox(outside.ngo) == []


def seal(outside: Outside) -> None:
    officer = outside.log_in("safeguarding_officer").http
    child, named = (
        outside.desks.office.case(outside.case_id).child_id,
        outside.desks.of("social_worker").get("/api/me").json()["id"],
    )
    sealed = {"ground": "abuse_by_official", "reason": "x", "named": [named]}
    assert officer.post(f"/api/children/{child}/seal", json=sealed).status_code == 201


def inbox(who: httpx.Client) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = who.get("/api/inbox").json()["notices"]
    return found


def test_a_stale_answer_shows_both_and_one_sent_twice_is_done_once(outside: Outside) -> None:
    entry = outside.write()
    body, key = {"entry_id": entry, "partner_id": outside.partner_id}, {"idempotency-key": "referral-0001"}
    worker, path = outside.desks.of("social_worker"), f"/api/cases/{outside.case_id}/referrals"
    first, again = (worker.post(path, json=body, headers=key) for _ in range(2))
    assert first.json() == again.json()
    referral_id, etag = first.json()["id"], first.headers["etag"]
    assert outside.ngo.get(f"/api/received-referrals/{referral_id}", headers={"if-none-match": etag}).status_code == 304
    outside.act(referral_id, "answer", accepted=True)
    stale = outside.end(referral_id, headers={"if-match": etag})
    assert stale.status_code == 412
    assert (stale.json()["yours"]["reason"], stale.json()["theirs"]["state"]) == ("رضایت پس گرفته شد", "accepted")


BAD: list[dict[str, Any]] = [
    {"on": "۱۴۰۵/۱۳/۰۱"}, {"on": "فردا"}, {"words": ""}, {"words": "خ" * 10_000}, {"words": "متن\u202egnp.exe"},
    {"words": "تهی\x00"}, {"unknown": 1}, {"came": "شاید"},
]  # fmt: skip


def test_bad_input_is_refused_by_its_field_and_text_is_kept_as_typed(outside: Outside) -> None:
    handed, right = outside.handed(), {"on": "1405/09/03", "came": True, "words": "آمد"}
    outside.act(handed["id"], "answer", accepted=True)
    for bad in BAD:
        assert outside.act(handed["id"], "reports", **right | bad).status_code == 422, bad
    for typed in ("<script>alert(1)</script>", "=SUM(A1)"):
        kept = outside.act(handed["id"], "reports", **right | {"words": typed}).json()
        assert kept["reports"][-1]["form"]["words"] == typed


@pytest.mark.parametrize("role", ["outreach", "screening", "centre_manager", "safeguarding_officer", "administrator"])
def test_nobody_of_the_house_reads_as_a_receiver(outside: Outside, role: str) -> None:
    who = outside.log_in(role).http if role != "administrator" else outside.desks.of(role)
    assert who.get("/api/received-referrals").status_code == 404
    assert who.post("/api/received-referrals/1/answer", json={"accepted": True}).status_code == 404
