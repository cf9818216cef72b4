"""Holidays are edited by people, and dues opened from then on follow them; on both databases."""

import datetime as dt

from registry.calendar.rules import end_of
from tests.registry.cases.conftest import Desks, app, desks, log_in, office, passwords, stranger, templates

__all__ = ["app", "desks", "log_in", "office", "passwords", "stranger", "templates"]
SATURDAY = dt.date(2026, 12, 5)


def test_a_holiday_is_added_renamed_listed_and_taken_back(desks: Desks) -> None:
    manager = desks.of("centre_manager")
    assert manager.put("/api/holidays/1405-09-14", json={"name": "تعطیل"}).json()["day"] == "2026-12-05"
    manager.put("/api/holidays/2026-12-05", json={"name": "میلاد"})
    found = desks.of("screening").get("/api/holidays", params={"since": "۱۴۰۵/۰۹/۰۱"}).json()["holidays"]
    assert found == [{"day": "2026-12-05", "name": "میلاد"}]
    headers = {"content-type": "application/json"}
    again = headers | {"idempotency-key": "take-it-back"}
    for _ in range(2):
        assert manager.delete("/api/holidays/2026-12-05", headers=again).status_code == 204
    assert manager.delete("/api/holidays/2026-12-05", headers=headers).status_code == 404
    assert manager.put("/api/holidays/1405-13-14", json={"name": "هیچ"}).status_code == 404
    assert desks.of("screening").put("/api/holidays/1405-09-14", json={"name": "ن"}).status_code == 404


def test_what_falls_on_a_holiday_is_due_on_the_next_working_day(desks: Desks) -> None:
    desks.of("administrator").put(f"/api/holidays/{SATURDAY}", json={"name": "تعطیل"})
    case = desks.office.open_case()
    desks.office.clock.forward(days=4)
    desks.office.do(case, "tracing")
    desks.office.do(case, "ran_away")
    assert desks.office.open_tasks(case)["tracing"] == end_of(dt.date(2026, 12, 28))
    other = desks.office.open_case()
    desks.office.do(other, "ran_away")
    assert desks.office.open_tasks(other)["tracing"] == end_of(SATURDAY + dt.timedelta(days=1))
