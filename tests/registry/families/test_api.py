"""Families over HTTP: members, who is kept away, aid; and what is not there."""

from typing import Any

import pytest
from sqlalchemy import event

from registry.bootstrap import Registry
from tests.registry.children.conftest import Api, Colleague, Desk
from tests.registry.web.conftest import LogIn
from tests.registry.web.scene import Scene, Seen


@pytest.fixture
def home(worker: Api, scene: Scene) -> dict[str, Any]:
    """Three children and their uncle."""
    children = scene.meet(Seen(name="نادیا"), Seen(name="آرزو"), Seen(name="پروین")).child_ids
    members = [{"child_id": child, "relation": "sibling"} for child in children]
    answer = worker.post(
        "/families", area="شوش", members=[*members, {"name": "کریم", "relation": "uncle_or_aunt", "evidence": "تذکره"}]
    )
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def member(family: dict[str, Any], name: str) -> dict[str, Any]:
    return next(m for m in family["members"] if (m["name"] or m["child"]["given_name"]) == name)


def test_a_family_shows_its_children_first_in_persian_order_with_case_and_debts_of_ours(
    worker: Api, home: dict[str, Any]
) -> None:
    family = worker.get(f"/families/{home['id']}").json()
    assert family == home
    assert [m["child"]["given_name"] for m in family["members"][:3]] == ["آرزو", "پروین", "نادیا"]
    assert family["members"][3]["name"] == "کریم"
    assert {m["child"]["case_state"] for m in family["members"][:3]} == {"intake"}
    assert {m["child"]["unkept_promises"] for m in family["members"][:3]} == {0}
    listed = worker.get(f"/families?child_id={member(family, 'نادیا')['child']['id']}").json()
    assert [one["id"] for one in listed["families"]] == [home["id"]]


def test_what_a_child_disclosed_is_not_in_the_family(worker: Api, home: dict[str, Any]) -> None:
    child = member(home, "نادیا")["child"]["id"]
    alert = {"words": "از عمو می‌ترسد", "strictness": "danger", "since": "2026-11-20"}
    worker.write(child, given_name="نادیا", safety_alerts=[alert], sleeping_place={"kind": "street", "where": "زیر پل"})
    shown = worker.get(f"/families/{home['id']}").text
    assert "می‌ترسد" not in shown
    assert "زیر پل" not in shown


def test_who_is_kept_away_stays_a_member_and_another_person_ends_it(
    worker: Api, log_in: LogIn, home: dict[str, Any]
) -> None:
    uncle, manager, second = member(home, "کریم")["id"], Api(log_in("centre_manager")), Api(log_in("screening"))
    closed = manager.post(f"/family-members/{uncle}/restraint", because="حکم دادگاه", order_number="۱۴۰۵/۱۲")
    assert (closed.status_code, member(closed.json(), "کریم")["restrained"]) == (201, True)
    (told,) = member(worker.get(f"/families/{home['id']}").json(), "کریم")["restraints"]
    assert (told["because"], told["order_number"], told["set_by"]) == ("حکم دادگاه", "1405/12", "centre-manager")
    again = worker.post(f"/family-members/{uncle}/restraint", because="دوباره")
    assert again.json()["refusal"]["why"] == "restrained_already"
    assert second.post(f"/family-members/{uncle}/restraint/lift", because="x").status_code == 404
    own = manager.post(f"/family-members/{uncle}/restraint/lift", because="x")
    assert own.json()["refusal"]["why"] == "lifted_by_another"
    other = Api(log_in("centre_manager", "social_worker"))
    lifted = other.post(f"/family-members/{uncle}/restraint/lift", because="دادگاه پایان داد")
    assert (lifted.status_code, member(lifted.json(), "کریم")["restrained"]) == (200, False)
    assert (
        other.post(f"/family-members/{uncle}/restraint/lift", because="x").json()["refusal"]["why"] == "not_restrained"
    )
    child = member(home, "نادیا")["id"]
    refused = worker.post(f"/family-members/{child}/restraint", because="x").json()["refusal"]
    assert refused["why"] == "children_are_not_restrained"
    assert "هشدار ایمنی" in refused["reason"]["fa"]


def test_a_restraint_ends_on_its_day(worker: Api, home: dict[str, Any], registry: Registry) -> None:
    uncle = member(home, "کریم")["id"]
    worker.post(f"/family-members/{uncle}/restraint", because="امروز", until="2026-11-24")
    assert member(worker.get(f"/families/{home['id']}").json(), "کریم")["restrained"]
    registry.clock.forward(hours=4)  # type: ignore[attr-defined]
    assert not member(worker.get(f"/families/{home['id']}").json(), "کریم")["restrained"]


def test_members_join_once_and_leave_with_a_reason(worker: Api, scene: Scene, home: dict[str, Any]) -> None:
    (baby,) = scene.meet(Seen(name="سارا")).child_ids
    joined = worker.post(f"/families/{home['id']}/members", child_id=baby, relation="sibling")
    assert joined.status_code == 201
    twice = worker.post(f"/families/{home['id']}/members", child_id=baby, relation="sibling")
    assert twice.json()["refusal"]["why"] == "member_already"
    assert worker.post(f"/families/{home['id']}/members", child_id=999, relation="sibling").status_code == 404
    gone = worker.post(f"/family-members/{member(joined.json(), 'سارا')['id']}/leave", because="نزد خاله است").json()
    assert [m["child"]["given_name"] for m in gone["former_members"]] == ["سارا"]
    once = worker.post(f"/family-members/{gone['former_members'][0]['id']}/leave", because="دوباره")
    assert once.json()["refusal"]["why"] == "left_already"
    assert worker.post(f"/families/{home['id']}/members", child_id=baby, relation="sibling").status_code == 201


def test_aid_is_corrected_by_a_new_row(worker: Api, home: dict[str, Any]) -> None:
    given = {"kind": "rent", "what": "کمک اجاره", "rials": 50_000_000, "given_on": "۱۴۰۵/۰۹/۰۱"}
    first = worker.post(f"/families/{home['id']}/aid", **given).json()["aid"][0]["id"]
    right = worker.post(f"/families/{home['id']}/aid", **given | {"rials": 5_000_000, "corrects": first})
    assert [(row["rials"], row["corrects_id"]) for row in right.json()["aid"]] == [(5_000_000, first)]
    again = worker.post(f"/families/{home['id']}/aid", **given | {"corrects": first})
    assert again.json()["refusal"]["why"] == "corrected_already"
    ahead = worker.post(f"/families/{home['id']}/aid", **given | {"given_on": "۱۴۰۵/۱۲/۰۱"})
    assert (ahead.status_code, ahead.json()["refusal"]["why"]) == (409, "in_the_future")
    assert worker.post(f"/families/{home['id']}/aid", **given | {"rials": -1}).status_code == 422


def test_a_sealed_child_leaves_no_trace_in_its_family(
    worker: Api, desk: Desk, officer: Colleague, log_in: LogIn
) -> None:
    named = Api(log_in("case_manager"))
    sealed, sister = desk.meet("زرغونه", "نادیا")
    alone = worker.post("/families", area="شوش", members=[{"child_id": sealed, "relation": "sibling"}]).json()["id"]
    both = [{"child_id": child, "relation": "sibling"} for child in (sealed, sister)]
    shared = worker.post("/families", members=both).json()["id"]
    desk.seal(sealed, officer, Colleague(named.account_id, "x", frozenset()))
    assert worker.get(f"/families/{alone}").status_code == 404
    assert "زرغونه" not in worker.get(f"/families/{shared}").text
    assert [one["id"] for one in worker.get("/families").json()["families"]] == [shared]
    assert worker.get(f"/families?child_id={sealed}").json()["families"] == []
    assert worker.post("/families", members=[{"child_id": sealed, "relation": "sibling"}]).status_code == 404
    assert "زرغونه" in named.get(f"/families/{alone}").text


def test_one_act_under_one_key_is_done_once(worker: Api, home: dict[str, Any]) -> None:
    given = {"kind": "food", "what": "سبد", "given_on": "2026-11-20"}
    answers = [
        worker.http.post(f"/api/families/{home['id']}/aid", json=given, headers={"idempotency-key": "aid-12345"})
        for _ in range(2)
    ]
    assert answers[0].json() == answers[1].json()
    assert len(worker.get(f"/families/{home['id']}").json()["aid"]) == 1


def test_more_members_take_no_more_statements(
    worker: Api, scene: Scene, home: dict[str, Any], registry: Registry
) -> None:
    counts = []
    for _ in range(2):
        told: list[str] = []

        def listen(*arguments: object, told: list[str] = told) -> None:
            told.append(str(arguments[2]))

        event.listen(registry.database.engine, "before_cursor_execute", listen)
        worker.get(f"/families/{home['id']}")
        event.remove(registry.database.engine, "before_cursor_execute", listen)
        counts.append(len(told))
        for child in scene.meet(Seen(name="سارا"), Seen(name="مینا")).child_ids:
            worker.post(f"/families/{home['id']}/members", child_id=child, relation="cousin")
    assert counts[0] == counts[1]
