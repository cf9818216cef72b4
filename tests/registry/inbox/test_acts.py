"""Told at the moment of the act: approvals, answers, alarms; ended when it is over; nobody twice."""

from sqlalchemy import func, select

from registry.access.rules import Role
from registry.children import sealing
from registry.inbox.tables import Cause, Notice
from tests.registry.inbox.conftest import Colleague, Team


def test_what_is_asked_waits_in_the_approvers_inbox_until_it_is_decided(team: Team, sara: Colleague) -> None:
    case, manager = team.case(owner=sara), team.of("centre_manager")
    asked = sara.post(f"/cases/{case}/tasks/closure", form={"reason": "پایان کار"})
    assert asked.status_code == 202, asked.text
    (notice,) = manager.inbox()
    assert (notice["kind"], notice["what"], notice["entry_id"]) == ("approval", "closure", asked.json()["id"])
    assert notice["case_number"] == team.office.case(case).number
    assert "approval" not in sara.kinds()
    decided = manager.post(f"/entries/{asked.json()['id']}/decision", granted=False, reason="هنوز نه")
    assert decided.status_code == 200
    assert manager.inbox() == []
    assert manager.kinds("all") == ["approval"], "it stays in the inbox as over"
    assert [one["kind"] for one in sara.inbox() if one["what"] == "closure"] == ["refused"]


def test_a_child_who_runs_away_rings_at_once_and_until_the_exit_is_reviewed(team: Team, sara: Colleague) -> None:
    case, other = team.case(owner=sara), team.of("case_manager", "reviewer")
    county, officer = team.of("county_officer"), team.of("safeguarding_officer")
    team.office.do(case, "arrival", "arrival_check").do(case, "ran_away", by=Role.SCREENING)
    for told in (sara, county, officer):
        (alarm,) = [one for one in told.inbox() if one["kind"] == "alarm"]
        assert (alarm["what"], alarm["level"], alarm["case_id"]) == ("ran_away", "urgent", case)
        assert alarm["say"] == {"fa": "ترک مرکز", "en": alarm["say"]["en"]}
    assert "alarm" not in other.kinds()
    assert county.get("/inbox/count").json()["urgent"] >= 1
    team.office.do(case, "exit_review")
    assert "alarm" not in sara.kinds() + county.kinds() + officer.kinds()


def test_the_same_cause_is_one_notice_however_much_is_written(team: Team, sara: Colleague) -> None:
    case = team.case(owner=sara)
    team.office.do(case, "arrival", "arrival_check", "urgent_need", "health_assessment", "interview", "identity")
    with team.office.registry.database.reading() as work:
        causes = work.session.scalar(select(func.count()).select_from(Cause)) or 0
        keys = work.session.scalar(select(func.count(func.distinct(Cause.key)))) or 0
        pairs = work.session.execute(select(Notice.cause_id, Notice.account_id)).all()
    assert causes == keys
    assert causes > 3
    assert len(pairs) == len(set(pairs))


def test_a_task_that_is_done_no_longer_presses(team: Team, sara: Colleague) -> None:
    case, mina = team.case(owner=sara), team.of("psychologist")
    team.office.do(case, "arrival", "arrival_check", "urgent_need")
    assert ("task_due", "health_assessment") in [(one["kind"], one["what"]) for one in mina.inbox()]
    team.office.do(case, "health_assessment")
    assert "health_assessment" not in [one["what"] for one in mina.inbox()]
    ended = [one for one in mina.inbox("all") if one["what"] == "health_assessment"]
    assert [one["ended_at"] is None for one in ended] == [False]


def test_who_gets_the_case_gets_what_stands_on_it(team: Team, sara: Colleague) -> None:
    case, ali, manager = team.case(owner=sara), team.of("case_manager", "reviewer"), team.of("centre_manager")
    team.office.do(case, "arrival", "arrival_check").do(case, "ran_away", by=Role.SCREENING)
    assert ali.inbox() == []
    assert manager.post(f"/cases/{case}/owner", account_id=ali.account_id).status_code == 200
    assert "ran_away" in [one["what"] for one in ali.inbox()]


def test_one_reads_ones_own_inbox_only(team: Team, sara: Colleague, omid: Colleague) -> None:
    case = team.case(owner=sara)
    omid.post(f"/cases/{case}/notes", text=f"@{sara.name} یک")
    omid.post(f"/cases/{case}/notes", text=f"@{sara.name} دو")
    newest, oldest = sara.inbox()
    for act in ("read", "unread"):
        assert omid.post(f"/inbox/{newest['id']}/{act}").status_code == 404
    assert omid.post(f"/inbox/{newest['id']}/read").text == omid.post("/inbox/999/read").text
    read = sara.post(f"/inbox/{oldest['id']}/read").json()
    assert read["read_at"] is not None
    assert sara.get("/inbox/count").json() == {"unread": 1, "urgent": 0}
    team.office.clock.forward(minutes=5)
    assert sara.post(f"/inbox/{oldest['id']}/read").json()["read_at"] == read["read_at"], "the first reading counts"
    assert sara.post(f"/inbox/{oldest['id']}/unread").json()["read_at"] is None
    omid.post(f"/cases/{case}/notes", text=f"@{sara.name} سه")
    assert sara.post("/inbox/read", up_to=newest["id"]).json() == {"read": 2}
    assert [one["id"] > newest["id"] for one in sara.inbox()] == [True], "what came since stays unread"
    assert len(sara.inbox("standing")) == 3
    assert sara.post("/inbox/read", up_to=0).status_code == 422


def test_the_count_has_an_etag_and_the_list_goes_on_from_its_cursor(
    team: Team, sara: Colleague, omid: Colleague
) -> None:
    case = team.case(owner=sara)
    for number in range(3):
        omid.post(f"/cases/{case}/notes", text=f"@{sara.name} {number}")
    first = sara.get("/inbox?limit=2").json()
    rest = sara.get(f"/inbox?limit=2&after={first['next']}").json()
    assert [len(first["notices"]), len(rest["notices"]), rest["next"]] == [2, 1, None]
    etag = sara.get("/inbox/count").headers["etag"]
    assert sara.get("/inbox/count", headers={"if-none-match": etag}).status_code == 304
    sara.post(f"/inbox/{first['notices'][0]['id']}/read")
    assert sara.get("/inbox/count", headers={"if-none-match": etag}).status_code == 200


def test_a_reader_who_loses_the_role_loses_the_notice(team: Team, sara: Colleague, omid: Colleague) -> None:
    case = team.case(owner=sara)
    omid.post(f"/cases/{case}/notes", text=f"@{sara.name}")
    assert sara.kinds() == ["mention"]
    registry = team.office.registry
    officer = next(p for role, p in team.office.people.items() if role == "safeguarding_officer")
    tools = {"by": officer, "trail": registry.trail, "clock": registry.clock}
    with registry.database.writing() as work:
        sealing.seal(
            work, child_id=team.child_of(case), ground=sealing.Ground.OTHER, reason="x", named=[omid.account_id],
            **tools,
        )  # fmt: skip
        work.commit()
    notice = 1
    assert sara.inbox("all") == []
    assert sara.post(f"/inbox/{notice}/read").status_code == 404
    with registry.database.writing() as work:
        sealing.lift(work, child_id=team.child_of(case), reason="x", **tools)
        work.commit()
    assert sara.kinds() == ["mention"]
