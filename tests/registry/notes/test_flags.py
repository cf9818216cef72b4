"""Flags: raised so that somebody looks, resolved with a reason."""

import datetime as dt

from tests.registry.notes.conftest import Colleague, Team


def test_a_flag_is_told_to_the_cases_manager_and_its_end_to_who_raised_it(
    team: Team, sara: Colleague, omid: Colleague
) -> None:
    case, manager = team.case(owner=sara), team.of("centre_manager")
    day = (team.office.clock.now() + dt.timedelta(days=3)).date().isoformat()
    raised = omid.post(f"/cases/{case}/flags", what="شماره تلفن مادر عوض شده", look_by=day)
    assert raised.status_code == 201, raised.text
    flag = raised.json()["id"]
    (notice,) = sara.inbox()
    assert (notice["kind"], notice["flag_id"], notice["level"]) == ("flag", flag, "soon")
    assert manager.inbox() == omid.inbox() == []
    assert sara.post(f"/flags/{flag}/resolve", because="  ").status_code == 422
    resolved = sara.post(f"/flags/{flag}/resolve", because="شمارهٔ تازه نوشته شد")
    assert resolved.json()["resolved_because"] == "شمارهٔ تازه نوشته شد"
    assert sara.inbox() == [], "what it told of is over"
    assert omid.kinds() == ["flag_resolved"]
    again = omid.post(f"/flags/{flag}/resolve", because="باز")
    assert (again.status_code, again.json()["refusal"]["why"]) == (409, "resolved_already")


def test_a_child_without_a_case_manager_is_flagged_to_who_gives_it_one(team: Team, omid: Colleague) -> None:
    case, manager = team.case(), team.of("centre_manager")
    omid.post(f"/children/{team.child_of(case)}/flags", what="کسی نیست")
    (notice,) = manager.inbox()
    assert (notice["kind"], notice["case_id"], notice["child_id"]) == ("flag", None, team.child_of(case))


def test_flags_are_listed_for_one_and_for_all_that_one_may_see(team: Team, sara: Colleague, omid: Colleague) -> None:
    cases = [team.case(owner=sara) for _ in range(3)]
    flags = [omid.post(f"/cases/{case}/flags", what=f"پرچم {case}").json()["id"] for case in cases]
    on_child = omid.post(f"/children/{team.child_of(cases[0])}/flags", what="بر کودک").json()["id"]
    sara.post(f"/flags/{flags[1]}/resolve", because="دیده شد")
    assert [flag["id"] for flag in omid.get("/flags").json()["flags"]] == [on_child, flags[2], flags[0]]
    first = omid.get("/flags?which=all&limit=2").json()
    rest = omid.get(f"/flags?which=all&limit=2&after={first['next']}").json()
    assert [flag["id"] for page in (first, rest) for flag in page["flags"]] == [on_child, *reversed(flags)]
    assert [flag["id"] for flag in omid.get(f"/cases/{cases[1]}/flags").json()["flags"]] == [flags[1]]
    assert omid.get(f"/cases/{cases[1]}/flags?which=open").json()["flags"] == []
    county = team.of("county_officer")
    assert [flag["id"] for flag in county.get("/flags").json()["flags"]] == [flags[2], flags[0]]


def test_a_flag_on_anothers_case_and_a_day_that_has_passed_are_refused(team: Team, sara: Colleague) -> None:
    case, other = team.case(owner=sara), team.of("case_manager", "reviewer")
    assert other.post(f"/cases/{case}/flags", what="x").json()["refusal"]["why"] == "not_your_case"
    late = sara.post(f"/cases/{case}/flags", what="x", look_by="1400-01-01")
    assert (late.json()["refusal"]["why"], late.json()["refusal"]["field"]) == ("date_passed", "look_by")
    assert sara.post(f"/cases/{case}/flags", what="x", look_by="1405-13-40").status_code == 422
    assert sara.post("/cases/999/flags", what="x").status_code == 404
    assert sara.post("/flags/999/resolve", because="x").status_code == 404
