"""Who belongs together in an encounter."""

import pytest
from sqlalchemy import select

from registry.children.tables import ChildSlotLink
from tests.registry.children.conftest import Api, Colleague, Desk
from tests.registry.web.conftest import LogIn
from tests.registry.web.scene import Met, Scene, Seen


@pytest.fixture
def met(scene: Scene) -> Met:
    return scene.meet(Seen(name="نادیا"), Seen(name="زرغونه"), Seen(name="امید"))


SIBLINGS = {"slot": 1, "other": 2, "relation": "sibling", "source": "child_said"}
UNCLE = {"slot": 1, "adult": "مردی که می‌گفت عمویشان است", "relation": "came_with", "source": "team_saw"}


def test_siblings_and_the_adult_they_came_with_stand_in_one_encounter(worker: Api, met: Met) -> None:
    path = f"/encounters/{met.encounter_id}/relations"
    assert worker.post(path, **SIBLINGS).status_code == 201
    group = worker.post(path, **UNCLE).json()
    assert [child["child_id"] for child in group["children"]] == list(met.child_ids)
    assert [(one["slot"], one["other"], one["relation"]) for one in group["relations"]] == [
        (1, 2, "sibling"),
        (1, None, "came_with"),
    ]
    assert worker.get(f"/encounters/{met.encounter_id}/group").json() == group
    ties = worker.get(f"/children/{met.child_ids[1]}/relations").json()["relations"]
    assert [(one["other_child_id"], one["relation"]) for one in ties] == [(met.child_ids[0], "sibling")]
    first = worker.get(f"/children/{met.child_ids[0]}/relations").json()["relations"]
    assert {one["other_given_name"] or one["adult"] for one in first} == {"زرغونه", UNCLE["adult"]}


@pytest.mark.parametrize(
    ("form", "why"),
    [
        (SIBLINGS, "related_already"),
        ({"slot": 2, "other": 1, "relation": "sibling", "source": "document"}, "related_already"),
        ({"slot": 1, "other": 9, "relation": "sibling", "source": "child_said"}, "not_in_this_encounter"),
    ],
)
def test_a_relation_is_written_once_and_within_the_encounter(
    worker: Api, met: Met, form: dict[str, object], why: str
) -> None:
    worker.post(f"/encounters/{met.encounter_id}/relations", **SIBLINGS)
    answer = worker.post(f"/encounters/{met.encounter_id}/relations", **form)
    assert (answer.status_code, answer.json()["refusal"]["why"]) == (409, why)


def test_what_was_not_so_is_withdrawn_with_the_reason(worker: Api, met: Met) -> None:
    relation = worker.post(f"/encounters/{met.encounter_id}/relations", **SIBLINGS).json()["relations"][0]["id"]
    withdrawn = worker.post(f"/relations/{relation}/withdraw", because="هم‌بازی بودند")
    assert (withdrawn.status_code, withdrawn.json()["relations"]) == (200, [])
    again = worker.post(f"/relations/{relation}/withdraw", because="x")
    assert again.json()["refusal"]["why"] == "withdrawn_already"
    assert worker.post("/relations/99/withdraw", because="x").status_code == 404


def test_relations_follow_a_slot_to_the_child_it_is_found_to_be(worker: Api, met: Met, desk: Desk) -> None:
    worker.post(f"/encounters/{met.encounter_id}/relations", **SIBLINGS)
    (other,) = desk.meet("مینا")
    with desk.work() as work:
        link = work.session.scalars(select(ChildSlotLink).where(ChildSlotLink.child_id == met.child_ids[0])).one()
        link.unlinked_at = desk.registry.clock.now()
        work.session.flush()
        again = ChildSlotLink(slot_id=link.slot_id, child_id=other, linked_at=link.unlinked_at, linked_by="sara")
        work.session.add(again)
    assert worker.get(f"/children/{met.child_ids[0]}/relations").json()["relations"] == []
    assert [one["other_child_id"] for one in worker.get(f"/children/{other}/relations").json()["relations"]] == [
        met.child_ids[1]
    ]


def test_a_sealed_child_is_no_part_of_the_group_for_others(
    worker: Api, met: Met, desk: Desk, officer: Colleague, sara: Colleague
) -> None:
    relation = worker.post(f"/encounters/{met.encounter_id}/relations", **SIBLINGS).json()["relations"][0]["id"]
    desk.seal(met.child_ids[1], officer, sara)
    group = worker.get(f"/encounters/{met.encounter_id}/group")
    assert "زرغونه" not in group.text
    assert group.json()["relations"] == []
    assert worker.get(f"/children/{met.child_ids[0]}/relations").json()["relations"] == []
    assert worker.get(f"/children/{met.child_ids[1]}/relations").status_code == 404
    assert worker.post(f"/relations/{relation}/withdraw", because="x").status_code == 404
    assert worker.post(f"/encounters/{met.encounter_id}/relations", **SIBLINGS).status_code == 409


def test_who_may_not_write_finds_no_encounter(log_in: LogIn, met: Met) -> None:
    clinician = Api(log_in("clinician"))
    assert clinician.get(f"/encounters/{met.encounter_id}/group").status_code == 200
    assert clinician.post(f"/encounters/{met.encounter_id}/relations", **SIBLINGS).status_code == 404
    assert clinician.get("/encounters/99/group").status_code == 404
