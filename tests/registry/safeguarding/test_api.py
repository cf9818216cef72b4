"""Filing, handling and answering over HTTP."""

import datetime as dt
import json
from typing import Any

import pytest
from sqlalchemy import select, text

from registry.access.patience import MOST_FAILURES_OF_AN_ADDRESS
from registry.access.rules import Role
from registry.access.tables import LoginAttempt
from registry.audit.tables import AuditEntry
from registry.replies.tables import KeptReply
from registry.safeguarding.tables import Report
from tests.registry.house import StillClock
from tests.registry.safeguarding.conftest import DECISION, TOLD, Watch

KEY = {"idempotency-key": "tablet-4711-0001"}


def reports(watch: Watch, query: str = "") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = watch.officer.get(f"/safeguarding/reports{query}").json()["reports"]
    return found


def test_a_child_says_it_with_pictograms_alone_and_gets_the_answer_by_its_code(watch: Watch) -> None:
    child = {
        "told_by": "child",
        "anonymous": True,
        "concerns": ["touched", "locked_in"],
        "words": "",
        "where": "centre",
    }
    filed = watch.file("screening", **child).json()
    report = watch.taken(filed["reference"])
    assert report["concerns"] == ["locked_in", "touched"]
    asked = {"reference": filed["reference"], "secret": filed["secret"]}
    tablet = watch.of("screening")
    waiting = tablet.post("/safeguarding/answer", **asked).json()
    assert (waiting["state"], waiting["answer"]) == ("taken", None)
    watch.act(report["id"], "decision", **DECISION)
    assert tablet.post("/safeguarding/answer", **asked).json()["answer"] == DECISION["answer"]
    shown = watch.officer.get(f"/safeguarding/reports/{report['id']}").json()
    assert (shown["state"], shown["entries"][-1]["form"]["how"]) == ("told", "by_code")
    persian = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")
    typed = {name: value.translate(persian) for name, value in asked.items()}
    assert tablet.post("/safeguarding/answer", **typed).json()["answer"] == DECISION["answer"]


def test_without_the_secret_there_is_no_answer_and_no_report(watch: Watch) -> None:
    filed = watch.file("screening", anonymous=True).json()
    named = watch.file("screening").json()
    tries = [
        (filed["reference"], "00000000"), ("S-000-000-000", filed["secret"]), (named["reference"], filed["secret"]),
        (filed["reference"], ""), ("", filed["secret"]),
    ]  # fmt: skip
    for reference, secret in tries:
        answer = watch.of("screening").post("/safeguarding/answer", reference=reference, secret=secret)
        assert answer.status_code in (404, 422)


def test_who_guesses_secrets_waits_and_nothing_is_kept_but_the_address(watch: Watch, clock: StillClock) -> None:
    filed = watch.file("screening", anonymous=True).json()
    right, tablet = {name: filed[name] for name in ("reference", "secret")}, watch.of("screening")
    assert tablet.post("/safeguarding/answer", **right).status_code == 200
    for number in range(MOST_FAILURES_OF_AN_ADDRESS):
        guess = {"reference": filed["reference"], "secret": f"{number:08d}"}
        assert tablet.post("/safeguarding/answer", **guess).status_code == 404
    paused_for = tablet.post("/safeguarding/answer", **right)
    assert (paused_for.status_code, paused_for.json()["refusal"]["why"]) == (429, "paused")
    assert "۱۵ دقیقهٔ دیگر" in paused_for.json()["refusal"]["reason"]["fa"]
    assert "in 15 minutes" in paused_for.json()["refusal"]["reason"]["en"]
    with watch.registry.database.reading() as work:
        kept = work.session.execute(select(LoginAttempt.name).where(LoginAttempt.succeeded.is_(False))).scalars()
        assert set(kept) == {""}
        paused = work.session.scalars(select(AuditEntry).where(AuditEntry.action == "safeguarding.guessing")).one()
    assert (paused.actor, paused.subject, set(json.loads(paused.detail))) == ("stranger", "", {"address"})
    clock.forward(minutes=16)
    assert tablet.post("/safeguarding/answer", **right).status_code == 200


def test_nothing_leads_from_an_anonymous_report_to_the_log_in_it_came_through(watch: Watch) -> None:
    said = {"anonymous": True, "words": "ناشناس ۷۷"}
    first = watch.file("social_worker", headers=KEY, **said)
    with watch.registry.database.reading() as work:
        report = work.session.scalars(select(Report)).one()
        assert (report.filed_by_id, report.filed_by) == (None, None)
        assert work.session.scalars(select(KeptReply)).all() == []
        entry = work.session.scalars(select(AuditEntry).where(AuditEntry.action == "safeguarding.filed")).one()
        assert (entry.actor, entry.detail) == ("anonymous", "{}")
        assert KEY["idempotency-key"] not in str(report.key_hash)
    assert watch.of("social_worker").get("/safeguarding/mine").json()["reports"] == []
    again = watch.file("social_worker", headers=KEY, **said)
    assert again.json() == first.json(), "sent twice it is filed once, and the complainant keeps one secret"
    assert len(reports(watch)) == 1
    other = watch.file("social_worker", headers=KEY, **said | {"words": "چیز دیگر"})
    assert other.status_code == 422


def test_sent_twice_by_name_it_is_filed_once(watch: Watch) -> None:
    first, again = (watch.file(headers=KEY) for _ in range(2))
    assert first.json() == again.json()
    assert again.headers["idempotent-replay"] == "true"
    assert len(reports(watch)) == 1


def test_danger_stands_first_and_the_list_goes_on_by_cursor(watch: Watch) -> None:
    calm, danger = watch.file().json(), watch.file(danger_now=True).json()
    later = watch.file().json()
    assert [row["reference"] for row in reports(watch)] == [danger["reference"], calm["reference"], later["reference"]]
    seen, after = [], ""
    while True:
        page = watch.officer.get(f"/safeguarding/reports?limit=1&after={after}").json()
        seen += [row["reference"] for row in page["reports"]]
        if (after := page["next"]) is None:
            break
    assert seen == [danger["reference"], calm["reference"], later["reference"]]
    assert watch.officer.get("/safeguarding/reports?after=x").status_code == 422


def test_a_report_nobody_looked_at_is_late(watch: Watch) -> None:
    watch.file(danger_now=True)
    assert [row["late"] for row in reports(watch)] == [False]
    watch.registry.clock.forward(hours=3)  # type: ignore[attr-defined]
    assert [row["late"] for row in reports(watch)] == [True]


def test_a_report_goes_its_way_to_who_complained(watch: Watch) -> None:
    filed = watch.file(complainant="مادر زهرا", reached_by="۰۹۱۲", told_by="guardian").json()
    (row,) = reports(watch)
    report_id = row["id"]
    for act, body in (("notes", {"words": "x"}), ("decision", DECISION), ("told", {"how": "in_person"})):
        assert watch.act(report_id, act, **body).json()["refusal"]["why"] == "take_it_first"
    watch.act(report_id, "take")
    assert watch.act(report_id, "take").json()["refusal"]["why"] == "taken_by_you"
    assert watch.act(report_id, "told", how="in_person").json()["refusal"]["why"] == "not_decided_yet"
    assert watch.act(report_id, "notes", words="با مادر حرف زدم").json()["entries"][-1]["kind"] == "noted"
    assert watch.act(report_id, "decision", **DECISION).json()["state"] == "decided"
    (mine,) = watch.of("psychologist").get("/safeguarding/mine").json()["reports"]
    assert (mine["reference"], mine["answer"]) == (filed["reference"], DECISION["answer"])
    told = watch.act(report_id, "told", how="by_phone", note="به مادر").json()
    assert (told["state"], told["late"]) == ("told", False)
    assert watch.act(report_id, "told", how="by_phone").json()["refusal"]["why"] == "told_already"
    assert reports(watch) == []
    assert [row["id"] for row in reports(watch, "?everything=true")] == [report_id]


def test_a_decision_is_put_right_with_its_reason_by_who_saw_the_first_and_told_anew(watch: Watch) -> None:
    report = watch.against(watch.of("social_worker").account_id)
    decided = watch.act(report["id"], "decision", seen=report["version"], **DECISION).json()
    watch.act(report["id"], "told", how="in_person")
    blind = watch.act(report["id"], "decision", **DECISION | {"because": "شاهد تازه"})
    assert blind.status_code == 412
    stale = watch.act(report["id"], "decision", seen=decided["version"], **DECISION | {"because": "شاهد تازه"})
    assert stale.status_code == 412
    assert stale.json()["yours"]["because"] == "شاهد تازه"
    assert stale.json()["theirs"]["state"] == "told"
    newest = stale.json()["theirs"]["version"]
    assert stale.headers["etag"] == f'"report-{newest}"'
    mute = watch.act(report["id"], "decision", seen=newest, **DECISION)
    assert mute.json()["refusal"]["why"] == "reason_to_put_right"
    right = watch.act(report["id"], "decision", seen=newest, **DECISION | {"outcome": "cannot_tell", "because": "شاهد"})
    assert (right.json()["state"], right.json()["told_at"]) == ("decided", None)
    kinds = [entry["form"]["outcome"] for entry in right.json()["entries"] if entry["kind"] == "decided"]
    assert kinds == ["upheld", "cannot_tell"], "the first one stays"


def test_an_officer_takes_over_with_a_reason_and_handles_nothing_of_their_own(watch: Watch) -> None:
    filed = watch.of("safeguarding_officer").post("/safeguarding/reports", **TOLD).json()
    (row,) = reports(watch)
    assert row["reference"] == filed["reference"]
    assert watch.act(row["id"], "take").json()["refusal"]["why"] == "filed_by_you"
    report = watch.against(watch.of("social_worker").account_id)
    with watch.registry.database.writing() as work:  # as if another officer had it
        other = work.session.get_one(Report, report["id"])
        other.taken_by_id, other.taken_by = watch.of("psychologist").account_id, "other"
        work.commit()
    assert watch.act(report["id"], "notes", words="x").json()["refusal"]["why"] == "taken_by_another"
    assert watch.act(report["id"], "take").json()["refusal"]["why"] == "reason_to_take_over"
    assert watch.act(report["id"], "take", because="مرخصی").json()["taken_by"] == "safeguarding-officer"


def test_an_accused_officer_does_not_see_the_report_and_the_auditor_sees_that_it_waits(watch: Watch) -> None:
    officer = watch.officer.account_id
    filed = watch.file(against=[{"kind": "staff", "account_id": officer}]).json()
    assert reports(watch) == []
    assert watch.officer.get("/safeguarding/reports/1").text == watch.officer.get("/safeguarding/reports/99").text
    assert watch.act(1, "take").status_code == 404
    auditor = watch.of("auditor")
    (waits,) = auditor.get("/safeguarding/unattended").json()["reports"]
    assert set(waits) == {"reference", "filed_at", "due_at"}
    assert waits["reference"] == filed["reference"]
    watch.hire("officer-2", Role.SAFEGUARDING_OFFICER)
    assert auditor.get("/safeguarding/unattended").json()["reports"] == []


def test_an_officer_who_is_named_later_loses_the_report_at_once(watch: Watch) -> None:
    report = watch.against(watch.of("social_worker").account_id)
    named = watch.act(report["id"], "accused", kind="staff", account_id=watch.officer.account_id)
    assert named.json()["taken_by"] is None
    assert watch.officer.get(f"/safeguarding/reports/{report['id']}").status_code == 404
    again = watch.act(report["id"], "accused", kind="staff", account_id=watch.officer.account_id)
    assert again.status_code == 404


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.SAFEGUARDING_OFFICER])
def test_nobody_but_the_officer_reads_what_was_said(watch: Watch, role: Role) -> None:
    watch.against(watch.hire("accused", Role.SOCIAL_WORKER), words="راز زهرا")
    who = watch.of(str(role))
    for path in ("/safeguarding/reports", "/safeguarding/reports/1", "/safeguarding/people"):
        assert who.get(path).status_code == 404
    for act in ("take", "notes", "decision", "told", "accused"):
        assert watch.act(1, act, by=who).status_code == 404
    mine = who.get("/safeguarding/mine").text
    assert "راز" not in mine


def test_a_child_is_pointed_at_only_by_who_sees_it(watch: Watch) -> None:
    for role, child_id in (("outreach", watch.child_id), ("administrator", watch.child_id), ("psychologist", 999)):
        assert watch.file(role, child_id=child_id).status_code == 404
    assert watch.file("outreach", child_words="دختر گل‌فروش").status_code == 201
    assert watch.file(against=[{"kind": "staff", "account_id": 999}]).status_code == 422
    assert watch.file(happened_on="۱۴۰۶/۰۱/۰۱").json()["refusal"]["why"] == "in_the_future"


BAD: list[dict[str, Any]] = [
    {"concerns": []}, {"concerns": ["poem"]}, {"happened_on": "۱۴۰۵/۱۳/۰۱"}, {"happened_on": "۱۴۰۴/۰۷/۳۱"},
    {"words": "خ" * 10_000}, {"child_words": "ن" * 10_000}, {"words": "متن\u202egnp.exe"}, {"words": "تهی\x00"},
    {"against": [{"kind": "guardian", "account_id": 1}]}, {"against": [{"kind": "ghost"}]}, {"unknown": 1},
    {"anonymous": True, "complainant": "مادر زهرا"}, {"told_by": "nobody"}, {"child_id": 2**70}, {"child_id": 0},
]  # fmt: skip


@pytest.mark.parametrize("bad", BAD, ids=range(len(BAD)))
def test_bad_input_is_refused_by_its_field_and_nothing_is_filed(watch: Watch, bad: dict[str, Any]) -> None:
    answer = watch.file(**bad)
    assert answer.status_code == 422, answer.text
    assert reports(watch, "?everything=true") == []


def test_mixed_digits_markup_and_formulas_are_taken_as_what_they_are(watch: Watch) -> None:
    for typed in ("<script>alert(1)</script>", "=SUM(A1)", "@cmd", "نیم\u200cفاصله"):
        assert watch.file(words=typed, happened_on="۱۴۰5/٠٩/03").status_code == 201
    said = [watch.officer.get(f"/safeguarding/reports/{row['id']}").json()["said"] for row in reports(watch)]
    assert [one["words"] for one in said] == ["<script>alert(1)</script>", "=SUM(A1)", "@cmd", "نیم\u200cفاصله"]
    assert {one["happened_on"] for one in said} == {"2026-11-24"}


def test_the_etag_spares_sending_what_the_officer_has(watch: Watch) -> None:
    report = watch.against(watch.of("social_worker").account_id)
    path = f"/api/safeguarding/reports/{report['id']}"
    etag = watch.officer.http.get(path).headers["etag"]
    assert watch.officer.http.get(path, headers={"if-none-match": etag}).status_code == 304
    watch.act(report["id"], "notes", words="x")
    assert watch.officer.http.get(path, headers={"if-none-match": etag}).status_code == 200


def test_what_was_said_is_never_changed(watch: Watch) -> None:
    report = watch.against(watch.of("social_worker").account_id)
    with watch.registry.database.reading() as work:
        before = work.session.execute(text("select said from safeguarding_report")).scalar_one()
    watch.act(report["id"], "accused", kind="peer", words="پسر همسایه")
    watch.act(report["id"], "decision", **DECISION)
    watch.registry.clock.forward(days=1)  # type: ignore[attr-defined]
    with watch.registry.database.reading() as work:
        assert work.session.execute(text("select said from safeguarding_report")).scalar_one() == before
    assert dt.datetime.fromisoformat(report["due_at"]).tzinfo is not None
