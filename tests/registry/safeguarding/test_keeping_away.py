"""The accused and their line lose the child at once and silently, on both databases."""

from sqlalchemy import select, update

from registry.access.rules import Role
from registry.access.tables import Account
from registry.audit.tables import AuditEntry
from registry.cases.tables import Case
from registry.children.tables import Child
from tests.registry.safeguarding.conftest import DECISION, Watch


def line(watch: Watch, account_id: int, *superiors: int) -> None:
    answer = watch.of("administrator").http.put(f"/api/staff-lines/{account_id}", json={"superiors": list(superiors)})
    assert answer.status_code == 200, answer.text
    assert answer.json()["people"][0]["superiors"] == sorted(superiors)


def test_the_accused_and_their_line_lose_the_child_at_once_and_to_them_it_was_never_there(watch: Watch) -> None:
    accused, manager, other = watch.of("social_worker"), watch.of("centre_manager"), watch.of("case_manager")
    line(watch, accused.account_id, manager.account_id)
    assert watch.sees(accused)
    assert watch.sees(manager)
    watch.file(child_id=watch.child_id, against=[{"kind": "staff", "account_id": accused.account_id}])
    assert not watch.sees(accused)
    assert not watch.sees(manager), "the line is kept away before any officer has looked"
    assert watch.sees(other)
    gone, never = accused.get(f"/children/{watch.child_id}/record"), accused.get("/children/999/record")
    assert (gone.status_code, gone.text) == (never.status_code, never.text), "in silence"
    for act in ("home_visit", "plan"):
        assert accused.post(f"/cases/1/tasks/{act}", form={}).status_code in (404, 422)


def test_the_accused_write_nothing_more_on_the_case(watch: Watch) -> None:
    accused = watch.of("social_worker")
    visit = {"visited_on": "۱۴۰۵/۰۹/۰۳", "found": True, "what_next": "مدرسه"}
    second = watch.hire("second", Role.CASE_MANAGER)
    send = {"form": visit, "second_id": second}
    assert accused.post("/cases/1/tasks/home_visit", **send).status_code == 201
    watch.against(accused.account_id)
    assert accused.post("/cases/1/tasks/home_visit", **send).status_code == 404
    promise = {"what": "کیف", "words": "کیف", "by_whom": "من", "due_on": "۱۴۰۵/۰۹/۱۰"}
    assert accused.post("/cases/1/promises", **promise).status_code == 404


def test_a_record_that_goes_on_after_a_merge_is_kept_from_the_accused_too(watch: Watch) -> None:
    accused = watch.of("social_worker")
    watch.against(accused.account_id)
    now = watch.registry.clock.now()
    with watch.registry.database.writing() as work:
        survivor = Child(code="000-000-017", standing="confirmed", sex="girl", created_at=now)
        work.session.add(survivor)
        work.session.flush()
        work.session.execute(update(Child).where(Child.id == watch.child_id).values(merged_into_id=survivor.id))
        survivor_id = survivor.id
        work.commit()
    assert accused.get(f"/children/{survivor_id}/record").status_code == 404
    assert watch.of("case_manager").get(f"/children/{survivor_id}/record").status_code == 200


def test_with_whom_the_child_is_not_named_yet_they_are_kept_away_when_it_is(watch: Watch) -> None:
    accused = watch.of("social_worker")
    said = watch.file(against=[{"kind": "staff", "words": "مردی با کلاه سبز"}], child_words="دختری با روسری آبی").json()
    report = watch.taken(said["reference"])
    watch.act(report["id"], "accused", kind="staff", account_id=accused.account_id)
    assert watch.sees(accused), "nobody knows yet which child is meant"
    shown = watch.act(report["id"], "child", method="PUT", child_id=watch.child_id).json()
    assert [(one["account_id"], one["because"]) for one in shown["kept_away"]] == [(accused.account_id, "accused")]
    assert not watch.sees(accused)


def test_naming_another_child_gives_the_first_one_back(watch: Watch) -> None:
    accused = watch.of("social_worker")
    report = watch.against(accused.account_id)
    with watch.registry.database.writing() as work:
        now = watch.registry.clock.now()
        work.session.add(Child(code="000-000-018", standing="confirmed", sex="boy", created_at=now))
        work.session.flush()
        (other,) = work.session.scalars(select(Child.id).where(Child.code == "000-000-018"))
        work.commit()
    assert watch.act(report["id"], "child", method="PUT", child_id=other).status_code == 200
    assert watch.sees(accused)
    assert accused.get(f"/children/{other}/record").status_code == 404


def test_the_officer_adds_and_lets_back_but_the_accused_stay_away_until_it_is_decided(watch: Watch) -> None:
    accused, friend = watch.of("social_worker"), watch.of("case_manager")
    report = watch.against(accused.account_id)
    path = (report["id"], "kept-away")
    both = [accused.account_id, friend.account_id]
    assert watch.act(*path, method="PUT", accounts=both, because="دوست او").status_code == 200
    assert not watch.sees(friend)
    refused = watch.act(*path, method="PUT", accounts=[], because="x")
    assert (refused.status_code, refused.json()["refusal"]["why"]) == (409, "accused_stay_away")
    assert "پایان رسیدگی" in refused.json()["refusal"]["reason"]["fa"]
    watch.act(report["id"], "decision", **DECISION | {"outcome": "not_upheld"})
    assert watch.act(*path, method="PUT", accounts=[], because="بی‌گناه بود").status_code == 200
    assert watch.sees(accused)
    assert watch.sees(friend)


def test_two_reports_keep_somebody_away_until_both_let_them_back(watch: Watch) -> None:
    accused = watch.of("social_worker")
    first, second = watch.against(accused.account_id), watch.against(accused.account_id)
    for report in (first, second):
        assert not watch.sees(accused)
        watch.act(report["id"], "decision", **DECISION)
        watch.act(report["id"], "kept-away", method="PUT", accounts=[], because="x")
    assert watch.sees(accused)


def test_a_case_whose_manager_is_kept_away_is_told_to_the_officer(watch: Watch) -> None:
    owner = watch.of("case_manager")
    watch.give_case_to(owner.account_id)
    assert watch.against(watch.of("social_worker").account_id)["case_manager_is_kept_away"] is False
    assert watch.against(owner.account_id)["case_manager_is_kept_away"] is True
    with watch.registry.database.reading() as work:
        assert work.session.query(Case).one().owner_id == owner.account_id, "nothing on the case shows it"


def test_the_trail_names_neither_child_nor_accused(watch: Watch) -> None:
    """The administrator reads it, and may be the accused."""
    report = watch.against(watch.of("social_worker").account_id)
    watch.act(report["id"], "decision", **DECISION)
    with watch.registry.database.reading() as work:
        entries = work.session.scalars(
            select(AuditEntry).where(AuditEntry.action.like("safeguarding.%")).order_by(AuditEntry.seq)
        ).all()
    assert [entry.action for entry in entries] == ["safeguarding.filed", "safeguarding.taken", "safeguarding.decided"]
    assert all(entry.subject == f"report:{report['id']}" for entry in entries)
    assert all("child" not in entry.detail and "account" not in entry.detail for entry in entries)


def test_nothing_stands_in_the_cases_timeline(watch: Watch) -> None:
    before = watch.of("case_manager").get("/cases/1").json()
    watch.against(watch.of("social_worker").account_id)
    after = watch.of("case_manager").get("/cases/1").json()
    assert (after["history"], after["version"], after["tasks"]) == (
        before["history"],
        before["version"],
        before["tasks"],
    )


def test_nobody_answers_to_themselves_and_only_the_administrator_says_to_whom(watch: Watch) -> None:
    worker = watch.of("social_worker").account_id
    refused = watch.of("administrator").http.put(f"/api/staff-lines/{worker}", json={"superiors": [worker]})
    assert refused.json()["refusal"]["why"] == "answers_to_itself"
    unknown = watch.of("administrator").http.put("/api/staff-lines/999", json={"superiors": []})
    assert unknown.status_code == 404
    assert watch.officer.http.put(f"/api/staff-lines/{worker}", json={"superiors": []}).status_code == 404
    with watch.registry.database.reading() as work:
        assert work.session.query(Account).filter_by(id=worker).one().disabled_at is None


def test_a_worker_who_is_kept_away_is_told_of_no_search_for_the_child(watch: Watch) -> None:
    owner, other = watch.of("case_manager"), watch.of("social_worker")
    watch.give_case_to(owner.account_id)
    owner.write(watch.child_id, given_name="زهرا", fathers_name="عبدالکریم")
    said = {"given_name": "زهرا", "fathers_name": "عبدالکریم"}
    other.post("/tracing/inquiries", inquirer={"name": "کریم", "relation": "پدر"}, child=said)
    assert [one["child_id"] for one in owner.get("/tracing/matches").json()["matches"]] == [watch.child_id]
    watch.against(owner.account_id)
    assert owner.get("/tracing/matches").json()["matches"] == []
