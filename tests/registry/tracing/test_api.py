"""Tracing over HTTP: the search is a record, the match is the worker's."""

from typing import Any

import pytest
from sqlalchemy import select

from registry.access.tables import Account
from registry.audit.tables import AuditEntry
from registry.cases.tables import Case
from tests.registry.children.conftest import Api, Colleague, Desk
from tests.registry.web.conftest import LogIn
from tests.registry.web.scene import Scene, Seen

FATHER = {
    "inquirer": {"name": "عبدالکریم نوری", "relation": "پدر", "reached_by": "۰۹۱۲۰۰۰۰۰۰۰", "identity_seen": "تذکره"},
    "child": {"given_name": "زهرا", "fathers_name": "عبدالکریم", "last_seen": {"when": "اسد ۱۴۰۵", "place": "شوش"}},
}  # fmt: skip
STRANGER = FATHER | {"child": {"given_name": "ستاره", "fathers_name": "صفدر"}}


@pytest.fixture
def owner(log_in: LogIn, zahra: int, desk: Desk) -> Api:
    """The worker of Zahra's open case."""
    owner = Api(log_in("case_manager"))
    owner.write(zahra, given_name="زهرا", fathers_name="عبد الكريم")
    with desk.work() as work:
        case = work.session.scalars(select(Case).where(Case.child_id == zahra)).one()
        case.owner_id = owner.account_id
    return owner


@pytest.fixture
def manager(log_in: LogIn) -> Api:
    return Api(log_in("centre_manager"))


def matches(of: Api) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = of.get("/tracing/matches").json()["matches"]
    return found


def without_names(answer: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in answer.items() if key not in ("id", "reference", "inquiry")}


def test_a_match_goes_to_the_childs_worker_and_nobody_else(
    worker: Api, owner: Api, manager: Api, log_in: LogIn, zahra: int
) -> None:
    taken = worker.post("/tracing/inquiries", **FATHER)
    assert taken.status_code == 201, taken.text
    (match,) = matches(owner)
    assert (match["child_id"], match["agrees"]) == (zahra, ["given_name", "fathers_name"])
    assert match["inquiry"]["inquiry"]["inquirer"]["name"] == "عبدالکریم نوری"
    for other in (worker, manager, Api(log_in("case_manager", "screening"))):
        assert matches(other) == []
        assert other.post(f"/tracing/matches/{match['id']}/verdict", verdict="likely", note="x").status_code == 404


def test_the_answer_is_the_same_whether_a_child_may_be_meant_or_not(worker: Api, owner: Api, zahra: int) -> None:
    hit, miss = (worker.post("/tracing/inquiries", **said) for said in (FATHER, STRANGER))
    assert hit.status_code == miss.status_code == 201
    assert without_names(hit.json()) == without_names(miss.json())
    assert hit.json().keys() == miss.json().keys()
    code = worker.get(f"/children/{zahra}/record").text
    assert str(zahra) in code
    assert worker.get(f"/tracing/inquiries/{hit.json()['id']}").json() == hit.json()
    assert [one["id"] for one in worker.get("/tracing/inquiries").json()["inquiries"]] == [
        miss.json()["id"],
        hit.json()["id"],
    ]


def test_a_child_without_a_worker_is_told_to_who_gives_it_one(worker: Api, manager: Api, zahra: int) -> None:
    worker.write(zahra, given_name="زهرا", fathers_name="عبدالکریم")
    worker.post("/tracing/inquiries", **FATHER)
    assert [match["child_id"] for match in matches(manager)] == [zahra]
    assert matches(worker) == []


def test_a_match_does_not_wait_for_a_worker_who_has_left(
    worker: Api, owner: Api, manager: Api, zahra: int, desk: Desk
) -> None:
    worker.post("/tracing/inquiries", **FATHER)
    assert matches(manager) == []
    with desk.work() as work:
        work.session.get_one(Account, owner.account_id).disabled_at = desk.registry.clock.now()
    assert [match["child_id"] for match in matches(manager)] == [zahra]


def test_a_sealed_childs_match_is_for_the_named_only(
    worker: Api, owner: Api, manager: Api, zahra: int, desk: Desk, officer: Colleague, log_in: LogIn
) -> None:
    named = Api(log_in("psychologist"))
    desk.seal(zahra, officer, Colleague(named.account_id, "x", frozenset()))
    assert worker.post("/tracing/inquiries", **FATHER).status_code == 201
    assert matches(owner) == matches(manager) == matches(worker) == []
    assert [match["child_id"] for match in matches(named)] == [zahra]


def test_who_is_kept_away_is_shown_to_the_worker_before_anything_else(worker: Api, owner: Api, zahra: int) -> None:
    family = worker.post(
        "/families",
        members=[{"child_id": zahra, "relation": "sibling"}, {"name": "عبدالكريم نوري", "relation": "father"}],
    ).json()
    father = next(member for member in family["members"] if member["name"])
    worker.post("/tracing/inquiries", **FATHER)
    assert [match["inquirer_may_be_kept_away"] for match in matches(owner)] == [False]
    worker.post(f"/family-members/{father['id']}/restraint", because="حکم دادگاه")
    assert [match["inquirer_may_be_kept_away"] for match in matches(owner)] == [True]


def test_the_worker_judges_and_the_judgement_stays(worker: Api, owner: Api) -> None:
    worker.post("/tracing/inquiries", **FATHER)
    (match,) = matches(owner)
    judged = owner.post(f"/tracing/matches/{match['id']}/verdict", verdict="ruled_out", note="پدرش فوت شده است")
    assert (judged.status_code, judged.json()["verdict"], judged.json()["decided_by"]) == (
        200,
        "ruled_out",
        "case-manager",
    )
    assert owner.post(f"/tracing/matches/{match['id']}/verdict", verdict="send", note="x").status_code == 422


def test_a_second_verdict_overwrites_nothing_and_the_second_of_two_workers_is_shown_the_first(
    worker: Api, owner: Api, log_in: LogIn, zahra: int, desk: Desk
) -> None:
    worker.post("/tracing/inquiries", **FATHER)
    (match,) = matches(owner)
    path = f"/tracing/matches/{match['id']}/verdict"
    first = owner.post(path, verdict="ruled_out", note="پدرش فوت شده است")
    assert owner.post(path, verdict="ruled_out", note="پدرش فوت شده است").status_code == 200, "sent twice it is one"
    with desk.work() as work:
        work.session.scalars(select(Case).where(Case.child_id == zahra)).one().owner_id = None
    manager = Api(log_in("centre_manager"))
    blind = manager.post(path, verdict="likely", note="عمویش زنده است")
    assert (blind.status_code, blind.json()["verdict"]) == (412, "ruled_out")
    body = {"verdict": "likely", "note": "عمویش زنده است"}
    judged = manager.http.post(f"/api{path}", json=body, headers={"if-match": blind.headers["etag"]})
    assert (judged.status_code, judged.json()["verdict"], judged.json()["etag"] == first.json()["etag"]) == (
        200, "likely", False,
    )  # fmt: skip
    assert [(one["verdict"], one["decided_by"]) for one in judged.json()["verdicts"]] == [
        ("ruled_out", "case-manager"), ("likely", "centre-manager"),
    ]  # fmt: skip


def test_a_child_met_later_is_found_by_an_open_search_and_not_by_a_closed_one(
    worker: Api, manager: Api, scene: Scene
) -> None:
    still_open, closed = (worker.post("/tracing/inquiries", **STRANGER).json()["id"] for _ in range(2))
    assert worker.post(f"/tracing/inquiries/{closed}/close", because="پیدا شد").json()["state"] == "closed"
    again = worker.post(f"/tracing/inquiries/{closed}/close", because="x")
    assert again.json()["refusal"]["why"] == "closed_already"
    (child,) = scene.meet(Seen(name="ستاره")).child_ids
    version = worker.write(child, given_name="ستاره", fathers_name="سفدر").json()["version"]
    worker.write(child, version, given_name="ستاره", fathers_name="سفدر", nickname="ستی")
    assert [(match["child_id"], match["inquiry"]["id"]) for match in matches(manager)] == [(child, still_open)]


def test_too_little_is_refused_with_the_reason(worker: Api) -> None:
    answer = worker.post("/tracing/inquiries", **FATHER | {"child": {"given_name": "زهرا"}})
    assert answer.status_code == 409
    assert answer.json()["refusal"]["why"] == "too_little_to_search"
    assert "نام پدر" in answer.json()["refusal"]["reason"]["fa"]


def test_the_audit_tells_of_searches_without_a_name(worker: Api, desk: Desk) -> None:
    worker.post("/tracing/inquiries", **FATHER)
    with desk.registry.database.reading() as work:
        entry = work.session.scalars(select(AuditEntry).where(AuditEntry.action == "tracing.asked")).one()
    assert "زهرا" not in entry.detail + entry.subject
