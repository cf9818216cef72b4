"""Cases open, are noted on, are proposed for reopening; a person decides."""

import datetime as dt

import pytest
from sqlalchemy import select

from common.time import in_tehran
from edge.messages.models import EncounterOutcome
from registry.calendar.service import set_holiday
from registry.cases import service as cases
from registry.cases.tables import Proposal
from registry.errors import AlreadyDecided, CaseOpenAlready, NotThere, ReasonNeeded
from tests.registry.cases.office import Office
from tests.registry.house import Centre, Eyes, StillClock, Tablet, slot

AID = EncounterOutcome.AID_ONLY


@pytest.fixture
def closed_case(centre: Centre, van_1: Tablet, eyes: Eyes, clock: StillClock) -> Centre:
    """A child met again after the case was closed."""
    centre.take(van_1.meet(slot(eyes.of(0, 0))))
    Office(centre.registry, clock).close(1)
    clock.forward(days=30)
    centre.take(van_1.meet(slot(eyes.of(0, 1))))
    return centre


def accept(centre: Centre, proposal: int = 1) -> None:
    registry = centre.registry
    with registry.database.writing() as work:
        cases.accept_proposal(
            work, proposal_id=proposal, actor="account:sara", trail=registry.trail, clock=registry.clock
        )
        work.commit()


def decline(centre: Centre, reason: str, proposal: int = 1) -> None:
    registry = centre.registry
    with registry.database.writing() as work:
        cases.decline_proposal(
            work, proposal_id=proposal, actor="account:sara", reason=reason, trail=registry.trail, clock=registry.clock
        )
        work.commit()


def test_a_match_proposes_reopening_and_does_not_reopen_by_itself(closed_case: Centre) -> None:
    assert closed_case.one("select state from case_file") == "closed"
    assert closed_case.rows("select kind, state, case_id from proposal") == [
        {"kind": "reopen", "state": "open", "case_id": 1}
    ]
    assert closed_case.one("select due_at > opened_at from proposal")


def test_the_working_day_for_reopening_is_counted_by_the_holidays_that_people_set(
    centre: Centre, van_1: Tablet, eyes: Eyes, clock: StillClock
) -> None:
    centre.take(van_1.meet(slot(eyes.of(0, 0))))
    Office(centre.registry, clock).close(1)
    tomorrow = in_tehran(clock.now()).date() + dt.timedelta(days=1)
    with centre.registry.database.writing() as work:
        set_holiday(work, day=tomorrow, name="شهادت", actor="t", now=clock.now(), trail=centre.registry.trail)
        work.commit()
    centre.take(van_1.meet(slot(eyes.of(0, 1))))
    with centre.registry.database.reading() as work:
        due = work.session.scalars(select(Proposal.due_at)).one()
    assert due is not None
    assert in_tehran(due).date() == tomorrow + dt.timedelta(days=1)


def test_a_person_reopens_and_the_history_says_who(closed_case: Centre) -> None:
    accept(closed_case)
    assert closed_case.one("select state from case_file") == "intake"
    events = closed_case.rows("select kind, actor from case_event order by id")
    assert events[-1] == {"kind": "reopened", "actor": "account:sara"}
    assert closed_case.one("select decided_by from proposal") == "account:sara"
    kinds = [row["kind"] for row in closed_case.rows("select kind from live_event order by id")]
    assert kinds[-1] == "case_reopened"


def test_a_decision_stands_and_a_second_one_is_refused(closed_case: Centre) -> None:
    accept(closed_case)
    with pytest.raises(AlreadyDecided, match="account:sara"):
        accept(closed_case)
    with pytest.raises(AlreadyDecided):
        decline(closed_case, "چون")


def test_declining_needs_a_reason_which_stays_with_the_case(closed_case: Centre) -> None:
    with pytest.raises(ReasonNeeded):
        decline(closed_case, "  ")
    decline(closed_case, "با خانواده است")
    assert closed_case.one("select reason from proposal") == "با خانواده است"
    assert closed_case.one("select state from case_file") == "closed"


def test_an_unknown_proposal_is_not_there(centre: Centre) -> None:
    with pytest.raises(NotThere):
        accept(centre, 99)


def test_a_child_on_the_countys_list_gets_a_case_by_a_person(centre: Centre, van_1: Tablet, eyes: Eyes) -> None:
    centre.take(van_1.meet(slot(eyes.of(0, 0)), outcome=AID))
    accept(centre)
    assert centre.one("select count(*) from case_file where state = 'intake'") == 1


def test_one_child_has_one_open_case_at_most(centre: Centre, van_1: Tablet, eyes: Eyes) -> None:
    centre.take(van_1.meet(slot(eyes.of(0, 0)), outcome=AID))
    centre.take(van_1.meet(slot(eyes.of(0, 1))))
    with pytest.raises(CaseOpenAlready):
        accept(centre)
    assert centre.one("select count(*) from case_file") == 1


def test_case_numbers_follow_each_other_within_the_jalali_year(centre: Centre, van_1: Tablet, eyes: Eyes) -> None:
    centre.take(*[van_1.meet(slot(eyes.of(child))) for child in range(3)])
    numbers = [str(row["number"]) for row in centre.rows("select number from case_file order by id")]
    assert [number[:10] for number in numbers] == ["1405-00001", "1405-00002", "1405-00003"]
