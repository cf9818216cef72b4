"""By when tasks are due is a setting: who sets it, what it changes, and what it leaves alone."""

import datetime as dt

import pytest
from pydantic import ValidationError
from sqlalchemy import select

from registry.access.rules import Role
from registry.audit.tables import AuditEntry
from registry.calendar.forms import DueSet, RhythmSet, Unit
from registry.cases.dues import SETTABLE
from registry.web.permissions import roles_for
from tests.registry.cases.conftest import Desks
from tests.registry.house import NOW


def due(desks: Desks, case: int, task: str) -> dt.datetime | None:
    return desks.office.open_tasks(case)[task]


@pytest.mark.parametrize("task", sorted(SETTABLE))
def test_the_laws_own_times_can_all_be_said_as_settings(task: str) -> None:
    assert DueSet.of(SETTABLE[task]).due == SETTABLE[task]


@pytest.mark.parametrize(
    "said",
    [
        {"unit": "hours"}, {"unit": "days", "count": -1}, {"unit": "same_day", "count": 2},
        {"unit": "weeks", "count": 1},
        {"unit": "minutes", "count": 401}, {"unit": "hours", "count": "6"}, {"unit": "hours", "count": True}, {},
    ],
)  # fmt: skip
def test_a_time_that_means_nothing_is_refused(said: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        DueSet.model_validate(said)


def test_at_once_is_zero_minutes() -> None:
    assert DueSet(unit=Unit.MINUTES).due == SETTABLE["urgent_need"]


def test_a_time_set_anew_holds_for_what_opens_from_then_on(desks: Desks) -> None:
    admin, before = desks.of("administrator"), desks.office.open_case()
    stands = due(desks, before, "home_visit")
    answer = admin.put("/api/due-times/home_visit", json={"unit": "hours", "count": 6})
    assert (answer.status_code, answer.json()["due"], answer.json()["law"]) == (
        200, {"unit": "hours", "count": 6}, {"unit": "hours", "count": 24},
    )  # fmt: skip
    assert due(desks, before, "home_visit") == stands, "nobody's day is moved behind their back"
    after, now = desks.office.open_case(), desks.office.clock.now()
    assert due(desks, after, "home_visit") == now + dt.timedelta(hours=6)
    admin.put("/api/due-times/health_assessment", json={"unit": "minutes", "count": 90})
    desks.do(after, "arrival")
    arrived = desks.office.case(after).arrived_at
    assert arrived is not None
    assert due(desks, after, "health_assessment") == arrived + dt.timedelta(minutes=90)
    listed = {one["task"]: one for one in admin.get("/api/due-times").json()["dues"]}
    assert (listed["home_visit"]["set_by"], listed["plan"]["set_by"]) == ("administrator", None)
    program = {"content-type": "application/json"}  # no form of another site can say so
    assert admin.delete("/api/due-times/home_visit", headers=program).status_code == 204
    assert admin.delete("/api/due-times/home_visit", headers=program).status_code == 404
    again, now = desks.office.open_case(), desks.office.clock.now()
    assert due(desks, again, "home_visit") == now + dt.timedelta(hours=24)


@pytest.mark.parametrize("task", ["follow_up", "exit_review", "closure", "complaint", "nothing", "follow_up:low"])
def test_what_has_no_time_of_its_own_cannot_be_given_one(desks: Desks, task: str) -> None:
    said = {"unit": "days", "count": 3}
    assert desks.of("administrator").put(f"/api/due-times/{task}", json=said).status_code == 404


def test_an_exits_review_is_due_when_people_have_set_it(desks: Desks) -> None:
    manager = desks.of("centre_manager")
    answer = manager.put("/api/due-times/ran_away", json={"unit": "hours", "count": 6})
    assert (answer.status_code, answer.json()["law"]) == (200, {"unit": "hours", "count": 24})
    case = desks.office.open_case()
    desks.do(case, "ran_away")
    assert due(desks, case, "exit_review") == desks.office.clock.now() + dt.timedelta(hours=6)


def test_a_child_is_visited_in_the_rhythm_that_people_have_set(desks: Desks) -> None:
    manager, case = desks.of("centre_manager"), desks.ready_to_leave()
    sooner = manager.put("/api/visit-rhythms/low", json={"days": [2, 20]})
    assert (sooner.status_code, sooner.json()["law"]) == (200, [7, 30, 90, 180])
    late = desks.send(case, "discharge", first_follow_up_on=(NOW.date() + dt.timedelta(days=6)).isoformat())
    assert late.json()["refusal"]["why"] == "first_follow_up_too_late"
    first = (NOW.date() + dt.timedelta(days=1)).isoformat()
    desks.do(case, "discharge", first_follow_up_on=first)
    desks.do(case, "follow_up")
    second = due(desks, case, "follow_up")
    assert second is not None
    assert dt.timedelta(days=20) <= second - NOW <= dt.timedelta(days=23)
    program = {"content-type": "application/json"}
    assert manager.delete("/api/visit-rhythms/low", headers=program).status_code == 204
    assert manager.delete("/api/visit-rhythms/low", headers=program).status_code == 404
    listed = {one["risk"]: one for one in manager.get("/api/visit-rhythms").json()["rhythms"]}
    assert listed["low"]["days"] == listed["low"]["law"]


@pytest.mark.parametrize("days", [[], [7, 7], [30, 7], [0], [1101], ["7"], list(range(1, 26)), None])
def test_a_rhythm_that_means_nothing_is_refused(days: object) -> None:
    with pytest.raises(ValidationError):
        RhythmSet.model_validate({"days": days})


def test_every_change_is_in_the_audit_trail_with_what_it_was_before(desks: Desks) -> None:
    admin = desks.of("administrator")
    for hours in (6, 8):
        admin.put("/api/due-times/plan", json={"unit": "hours", "count": hours})
    with desks.office.registry.database.reading() as work:
        entries = work.session.scalars(select(AuditEntry).where(AuditEntry.action == "due.set")).all()
    assert [entry.subject for entry in entries] == ["task:plan", "task:plan"]
    assert '"from":{"count":6,"unit":"hours"}' in entries[1].detail


def test_times_are_set_by_administrators_and_approvers_only() -> None:
    may = roles_for("PUT", "/api/due-times/plan")
    assert may == {Role.ADMINISTRATOR, Role.CENTRE_MANAGER, Role.COUNTY_OFFICER}
