"""What time alone brings about: due, late, over; told once, whoever looks."""

import datetime as dt
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select

from registry.access.rules import Role
from registry.cases.dues import table_of
from registry.cases.records import Promise
from registry.inbox.sweeping import Sweeper
from registry.inbox.tables import Notice
from registry.review.tables import ReviewItem, ReviewQuestion
from registry.transfers.custody import pass_on
from registry.transfers.tables import CaseCustody, CaseTransfer, Office, OfficeMember
from tests.registry.inbox.conftest import Colleague, Team


def whats(of: Colleague, which: str = "unread") -> list[tuple[str, str]]:
    return [(one["kind"], one["what"]) for one in of.inbox(which)]


def test_a_task_becomes_due_then_late_and_is_told_of_once_each(team: Team, sara: Colleague, sweeper: Sweeper) -> None:
    manager, clock = team.of("centre_manager"), team.office.clock
    team.case(owner=sara)  # a home visit is due within a day
    assert whats(sara) == []
    assert sweeper.run() == 1
    assert whats(sara) == [("task_due", "home_visit")]
    assert (sweeper.run(), manager.inbox()) == (0, [])
    clock.forward(hours=15)
    assert sweeper.run() == 0
    with_later = Sweeper(database=team.office.registry.database, clock=clock, table=table_of)
    clock.forward(hours=9)
    assert sweeper.run() > 1
    assert with_later.run() == 0, "another process finds what was told"
    clock.forward(hours=-9)  # while their log-ins hold
    assert whats(sara) == [("task_late", "home_visit")]
    assert whats(manager) == [("task_late", "home_visit")]
    assert ("task_due", "home_visit") in whats(sara, "all"), "over, and still in the inbox"


def test_two_who_look_at_the_same_moment_tell_everybody_once(team: Team, sara: Colleague) -> None:
    for _ in range(5):
        team.case(owner=sara)
    database, clock = team.office.registry.database, team.office.clock
    sweepers = [Sweeper(database=database, clock=clock, table=table_of) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        told = sum(pool.map(lambda one: one.run(), sweepers))
    assert told == 5
    with database.reading() as work:
        assert work.session.scalar(select(func.count()).select_from(Notice)) == 5


def test_a_day_in_screening_without_a_decision_and_an_expiring_order_ring_by_themselves(
    team: Team, sara: Colleague, sweeper: Sweeper
) -> None:
    case, clock = team.case(owner=sara), team.office.clock
    team.office.do(case, "arrival", "arrival_check")
    sweeper.run()
    clock.forward(hours=23, minutes=50)
    sweeper.run()
    rung = Sweeper(database=team.office.registry.database, clock=clock, table=table_of)
    clock.forward(minutes=15)
    assert sweeper.run() > 0
    assert rung.run() == 0
    clock.forward(hours=-24)
    assert ("alarm", "over_a_day_undecided") in whats(sara)
    clock.forward(hours=24)
    team.office.do(case, "judicial_order").do(case, "keeping", by=Role.SCREENING)
    clock.forward(hours=-24)
    assert ("alarm", "over_a_day_undecided") not in whats(sara)


def test_an_alarm_that_is_silent_again_ends_by_itself(
    team: Team, sara: Colleague, sweeper: Sweeper, case_kept: Callable[[], int]
) -> None:
    case, clock = case_kept(), team.office.clock
    facts = team.office.facts(case)
    order = next(entry.form for entry in facts.entries if entry.task == "judicial_order")
    granted = order.granted  # type: ignore[attr-defined]
    days = (granted.expires_on - clock.now().date()).days
    clock.forward(days=days - 3)
    assert sweeper.run() > 0
    clock.forward(days=-(days - 3))
    (alarm,) = [one for one in sara.inbox() if one["kind"] == "alarm"]
    assert (alarm["what"], alarm["days"], "۳" in alarm["say"]["fa"]) == ("order_expires", 3, True)
    clock.forward(hours=2)
    sweeper.run()  # an order that is far from its end again
    assert "alarm" not in sara.kinds()
    assert sara.kinds("all").count("alarm") == 1


@pytest.fixture
def case_kept(team: Team, sara: Colleague) -> Callable[[], int]:
    def kept() -> int:
        case = team.case(owner=sara)
        team.office.do(case, "arrival", "arrival_check", "judicial_order")
        team.office.do(case, "keeping", by=Role.SCREENING)
        return case

    return kept


def test_a_promise_of_ours_whose_day_has_passed_is_told_to_the_cases_manager(
    team: Team, sara: Colleague, sweeper: Sweeper
) -> None:
    case, clock = team.case(owner=sara), team.office.clock
    day = clock.now().date()
    with team.office.registry.database.writing() as work:
        work.session.add(
            Promise(
                case_id=case, what="کیف", words="برایت کیف می‌آوریم", by_whom="ما", due_on=day, made_at=clock.now(),
                made_by="test",
            )
        )  # fmt: skip
        work.commit()
    sweeper.run()
    assert "promise_late" not in sara.kinds()
    clock.forward(hours=14)  # the next day in Tehran
    sweeper.run()
    assert "promise_late" in sara.kinds()
    (notice,) = [one for one in sara.inbox() if one["kind"] == "promise_late"]
    assert "کیف" not in str(notice)
    assert sara.post(f"/promises/{notice['promise_id']}/end", how="kept").status_code == 200
    clock.forward(minutes=2)
    sweeper.run()
    assert "promise_late" not in sara.kinds()


def test_a_waiting_childs_question_calls_the_reviewers_and_after_half_an_hour_the_centres_manager(
    team: Team, sweeper: Sweeper
) -> None:
    leila, manager, clock = team.of("reviewer"), team.of("centre_manager"), team.office.clock
    one, other = (team.child_of(team.case()) for _ in range(2))
    with team.office.registry.database.writing() as work:
        item = ReviewItem(state="open", reason="unsure", opened_at=clock.now())
        work.session.add(item)
        work.session.flush()
        work.session.add(
            ReviewQuestion(
                item_id=item.id, child_id=one, other_id=other, raised_by="matching", opened_at=clock.now(),
                due_at=clock.now() + dt.timedelta(minutes=30), state="open", round=1,
            )
        )  # fmt: skip
        work.commit()
    sweeper.run()
    assert leila.kinds() == ["review_waits"]
    assert "review_on_call" not in manager.kinds()
    clock.forward(minutes=31)
    sweeper.run()
    assert leila.kinds() == ["review_on_call"]
    assert "review_on_call" in manager.kinds()
    (notice,) = leila.inbox()
    assert (notice["question_id"], notice["case_id"], notice["child_id"]) == (1, None, None), "a queue names nobody"
    with team.office.registry.database.writing() as work:
        work.session.get_one(ReviewQuestion, 1).state = "different"
        work.commit()
    clock.forward(minutes=2)
    sweeper.run()
    assert leila.kinds() == []


def test_looking_round_takes_as_many_statements_for_many_cases_as_for_one(
    team: Team, sara: Colleague, sweeper: Sweeper, statements: Callable[[Callable[[], object]], int]
) -> None:
    team.case(owner=sara)
    sweeper.run()
    few = statements(lambda: Sweeper(database=sweeper.database, clock=sweeper.clock, table=table_of).run())
    for _ in range(6):
        team.case(owner=sara)
    sweeper.run()
    many = statements(lambda: Sweeper(database=sweeper.database, clock=sweeper.clock, table=table_of).run())
    assert few == many


def test_an_inbox_takes_as_many_statements_for_many_notices_as_for_one(
    team: Team, sara: Colleague, omid: Colleague, statements: Callable[[Callable[[], object]], int]
) -> None:
    case = team.case(owner=sara)
    counts = []
    for number in range(4):
        omid.post(f"/cases/{case}/notes", text=f"@{sara.name} {number}")
        counts.append(tuple(statements(lambda path=path: sara.get(path)) for path in ("/inbox", "/inbox/count")))
    assert len(set(counts)) == 1


def test_an_accused_officer_learns_of_no_report_and_another_one_does(
    team: Team, sara: Colleague, sweeper: Sweeper
) -> None:
    mina, clock = team.of("safeguarding_officer"), team.office.clock
    other = next(p for role, p in team.office.people.items() if role == Role.SAFEGUARDING_OFFICER)
    for accused in (mina.account_id, other.account_id):
        said = {"kind": "complaint", "told_by": "staff", "concerns": ["hit"],
                "against": [{"kind": "staff", "account_id": accused}]}  # fmt: skip
        assert sara.person.http.post("/api/safeguarding/reports", json=said).status_code == 201
    sweeper.run()
    (notice,) = mina.inbox()
    assert (notice["kind"], notice["report_id"], notice["by"]) == ("report_waits", 2, "")
    assert sara.inbox() == []
    clock.forward(days=11)
    sweeper.run()
    clock.forward(days=-11)
    assert mina.kinds() == ["report_late"]


def test_another_offices_case_leaves_the_inbox_and_what_it_asks_for_goes_there(
    team: Team, sara: Colleague, sweeper: Sweeper
) -> None:
    case, manager = team.case(owner=sara), team.of("centre_manager")
    here, there = team.of("county_officer"), team.of("county_officer", "centre_manager")
    now, database = team.office.clock.now(), team.office.registry.database
    with database.writing() as work:
        for number, people in ((1, (sara, manager, here)), (2, (there,))):
            work.session.add(
                Office(id=number, name=f"office {number}", province="تهران", opened_at=now, opened_by="test")
            )
            work.session.flush()
            for one in people:
                work.session.add(OfficeMember(office_id=number, account_id=one.account_id, since=now, given_by="test"))
        work.session.add(CaseCustody(case_id=case, office_id=1, since=now))
        transfer = {"number": "T-1", "case_id": case, "from_office_id": 1, "to_office_id": 2, "form": {}, "summary": {}}
        work.session.add(CaseTransfer(**transfer, asked_at=now, asked_by_id=sara.account_id, asked_by="x", receipt={}))
        work.commit()
    sweeper.run()
    assert {"task_due"} == set(sara.kinds())
    assert manager.kinds() == here.kinds() == ["transfer_asked"]
    assert there.kinds() == []
    with database.writing() as work:
        work.session.get_one(CaseTransfer, 1).state = "offered"
        work.commit()
    team.office.clock.forward(minutes=2)
    sweeper.run()
    assert (manager.kinds(), there.kinds()) == ([], ["transfer_offered"])
    (offered,) = there.inbox()
    assert (offered["case_id"], offered["case_number"], offered["child_id"]) == (None, None, None)
    with database.writing() as work:
        pass_on(work, case, 2, team.office.clock.now())
        work.commit()
    assert sara.inbox("all") == [], "nothing of it is shown where the case is no longer"
