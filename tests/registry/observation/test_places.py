"""Places over HTTP: planned, observed, corrected."""

from typing import Any

import pytest

from tests.registry.children.conftest import Api
from tests.registry.web.conftest import LogIn

JUNCTION = {
    "name": "چهارراه ولی‌عصر", "kind": "junction", "district": "۶", "latitude": 35.701, "longitude": 51.404,
    "district_starts_on": "2027-01-20", "observe_from": "2026-11-20",
}  # fmt: skip
VISIT: dict[str, Any] = {
    "started_at": "2026-11-24T10:00:00+03:30", "ended_at": "2026-11-24T12:00:00+03:30", "team": "گشت ۱",
    "counts": [{"sex": "girl", "age_band": "5-9", "seen": 4}, {"sex": "boy", "age_band": "10-14", "seen": 7}],
    "kinds_of_work": ["گل‌فروشی", "شیشه‌پاک‌کنی"], "adults_in_control": "suspected", "packs_handed_out": 9,
    "first_contacts": 3,
}  # fmt: skip


@pytest.fixture
def planner(log_in: LogIn) -> Api:
    return Api(log_in("county_officer"))


@pytest.fixture
def team(log_in: LogIn) -> Api:
    return Api(log_in("outreach"))


@pytest.fixture
def place(planner: Api) -> int:
    answer = planner.post("/places", **JUNCTION)
    assert answer.status_code == 201, answer.text
    return int(answer.json()["id"])


def test_a_place_is_planned_two_months_ahead_or_with_the_reason(planner: Api, team: Api, place: int) -> None:
    late = JUNCTION | {"observe_from": "2026-11-21"}
    refused = planner.post("/places", **late).json()["refusal"]
    assert (refused["why"], refused["field"]) == ("too_late_to_start", "observe_from")
    assert "دو ماه" in refused["reason"]["fa"]
    excused = planner.post("/places", **late, short_notice_because="حکم تازهٔ استانداری")
    assert excused.status_code == 201
    assert team.post("/places", **JUNCTION).status_code == 404
    page = team.get("/places?limit=1").json()
    assert [one["id"] for one in page["places"]] == [excused.json()["id"]]
    rest = team.get(f"/places?limit=1&after={page['next']}").json()
    assert ([one["id"] for one in rest["places"]], rest["next"]) == ([place], None)
    assert team.get("/places?district=۷").json()["places"] == []


def test_a_team_writes_what_it_saw_and_the_planner_reads_it(planner: Api, team: Api, place: int) -> None:
    written = team.post(f"/places/{place}/observations", **VISIT)
    assert written.status_code == 201, written.text
    assert planner.post(f"/places/{place}/observations", **VISIT).status_code == 404
    (seen,) = planner.get(f"/places/{place}/observations").json()["observations"]
    assert seen == written.json()
    assert sum(one["seen"] for one in seen["counts"]) == 11
    assert not seen["corrected"]


def test_an_observation_is_corrected_by_a_new_one(team: Api, place: int) -> None:
    first = team.post(f"/places/{place}/observations", **VISIT).json()["id"]
    second = team.post(f"/places/{place}/observations", **VISIT | {"packs_handed_out": 8, "corrects": first})
    assert second.status_code == 201
    shown = team.get(f"/places/{place}/observations").json()["observations"]
    assert [(one["packs_handed_out"], one["corrected"]) for one in shown] == [(8, False), (9, True)]
    again = team.post(f"/places/{place}/observations", **VISIT | {"corrects": first})
    assert again.json()["refusal"]["why"] == "corrected_already"
    assert team.post(f"/places/{place}/observations", **VISIT | {"corrects": 99}).status_code == 404


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"ended_at": "2026-11-24T09:00:00+03:30"}, "ends_before_it_starts"),
        ({"ended_at": "2026-11-25T12:00:00+03:30"}, "in_the_future"),
        ({"started_at": "2026-11-19T10:00:00+03:30"}, "before_the_plan"),
    ],
)
def test_hours_that_cannot_be_are_refused(team: Api, place: int, changes: dict[str, str], why: str) -> None:
    assert team.post(f"/places/{place}/observations", **VISIT | changes).json()["refusal"]["why"] == why


def test_who_has_no_part_in_it_sees_no_place(log_in: LogIn, place: int) -> None:
    for role in ("clinician", "auditor", "administrator", "reviewer"):
        assert Api(log_in(role)).get("/places").status_code == 404
