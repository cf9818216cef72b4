"""What captures propose, decided over JSON: reopening, opening, declining; once, and by whom it concerns."""

from edge.messages.models import EncounterOutcome, SlotOutcome
from tests.registry.cases.conftest import Desks
from tests.registry.web.scene import Scene, Seen

AID = EncounterOutcome.AID_ONLY


def met_again(desks: Desks) -> int:
    """A child whose case is closed is met again: the proposal's number, and only it is open."""
    case = desks.office.open_case()
    desks.do(case, "closure")
    child = desks.office.case(case).child_id
    Scene(web=desks.office.registry).meet(Seen(outcome=SlotOutcome.KNOWN, child_id=child), outcome=AID)
    (row,) = desks.of("case_manager").get("/api/proposals").json()["proposals"]
    assert (row["kind"], row["state"], row["case_id"], row["place"]) == ("reopen", "open", case, "میدان خراسان")
    number: int = row["id"]
    return number


def test_a_closed_case_is_reopened_over_json_once_and_by_a_case_manager(desks: Desks) -> None:
    path = f"/api/proposals/{met_again(desks)}/accept"
    assert desks.of("social_worker").post(path, json={}).status_code == 404
    key = {"idempotency-key": "reopen-this-one"}
    first, again = (desks.of("case_manager").post(path, json={}, headers=key) for _ in range(2))
    assert (first.status_code, first.json()["state"], again.json()) == (200, "intake", first.json())
    assert again.headers["idempotent-replay"] == "true"
    late = desks.of("case_manager").post(path, json={})
    assert (late.status_code, late.json()["refusal"]["why"]) == (409, "already_decided")
    assert desks.sheet(first.json()["id"])["history"][-1]["kind"] == "reopened"


def test_a_proposal_is_declined_with_a_reason_that_stays_with_the_case(desks: Desks) -> None:
    path = f"/api/proposals/{met_again(desks)}/decline"
    assert desks.of("case_manager").post(path, json={"reason": " "}).status_code == 422
    declined = desks.of("case_manager").post(path, json={"reason": "خانواده خودش پیگیر است"})
    assert (declined.status_code, declined.json()["state"]) == (200, "declined")
    assert declined.json()["reason"] == "خانواده خودش پیگیر است"
    assert desks.of("case_manager").get("/api/proposals").json()["proposals"] == []
    assert desks.sheet(declined.json()["case_id"])["history"][-1]["kind"] == "reopening_declined"


def test_a_child_on_the_countys_list_gets_a_case_and_an_unknown_proposal_is_not_there(desks: Desks) -> None:
    Scene(web=desks.office.registry).meet(Seen(name="زری"), outcome=AID)
    (row,) = desks.of("case_manager").get("/api/proposals").json()["proposals"]
    opened = desks.of("case_manager").post(f"/api/proposals/{row['id']}/accept", json={})
    assert (row["kind"], opened.json()["child_id"]) == ("county_list", row["child_id"])
    assert desks.of("case_manager").post("/api/proposals/99/accept", json={}).status_code == 404
