"""A nationality is asked once and stands in the child's record, over HTTP and on both databases."""

from typing import Any

from tests.registry.cases.conftest import Desks
from tests.registry.cases.samples import best_interests

AFGHAN = {"standing": "claimed", "country": "AF", "source": "child_said", "on": "2026-11-24"}


def record(desks: Desks, case: int) -> dict[str, Any]:
    child = desks.office.case(case).child_id
    found: dict[str, Any] = desks.of("case_manager").get(f"/api/children/{child}/record").json()
    return found


def write(desks: Desks, case: int, **fields: Any) -> None:
    child, standing = desks.office.case(case).child_id, record(desks, case)
    headers = {"if-match": f'"record-{standing["version"]}"'} if standing["version"] else {}
    sent = {"record": standing["record"] | fields}
    answer = desks.of("case_manager").put(f"/api/children/{child}/record", json=sent, headers=headers)
    assert answer.status_code == 200, answer.text


def test_what_is_heard_when_a_child_is_identified_stands_in_its_record_beside_its_names(desks: Desks) -> None:
    case = desks.office.open_case()
    write(desks, case, given_name="ستاره", fathers_name="کریم")
    desks.do(case, "arrival")
    desks.do(case, "identity", nationality=AFGHAN)
    found = record(desks, case)["record"]
    assert (found["fathers_name"], [claim["country"] for claim in found["nationality"]]) == ("کریم", ["AF"])
    named = desks.of("case_manager").get("/api/children", params={"name": "ستاره", "father": "کریم"})
    assert [one["id"] for one in named.json()["children"]] == [desks.office.case(case).child_id]


def test_the_identity_form_does_not_tell_another_tale_than_the_record(desks: Desks) -> None:
    case = desks.office.open_case()
    write(desks, case, nationality=[AFGHAN])
    desks.do(case, "arrival")
    refused = desks.send(case, "identity", nationality=AFGHAN | {"country": "PK"})
    assert (refused.status_code, refused.json()["refusal"]["why"]) == (409, "nationality_differs")
    assert set(refused.json()["refusal"]["reason"]) == {"fa", "en"}
    desks.do(case, "identity", nationality=None)
    assert [claim["country"] for claim in record(desks, case)["record"]["nationality"]] == ["AF"]


def test_a_record_that_is_put_right_decides_whether_anybody_is_told(desks: Desks) -> None:
    case = desks.ready_to_leave()
    desks.do(case, "best_interests", **best_interests("notice"))
    write(desks, case, nationality=[AFGHAN | {"standing": "disputed"}])
    refused = desks.send(case, "notice")
    assert refused.json()["refusal"]["why"] == "iranian_way"
    write(desks, case, nationality=[AFGHAN])
    assert desks.send(case, "notice").status_code == 202
