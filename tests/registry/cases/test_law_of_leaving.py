"""Keeping, best interests, discharge, placement, exits and the end: what is allowed and forbidden."""

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from registry.access.rules import Role
from registry.cases.rules.clocks import Level, due_at, ringing
from registry.cases.rules.exits import EXITS, puts_aside
from registry.cases.rules.facts import KeptAway, Move
from registry.cases.rules.following import CommitmentEnds, next_visit, opened_by
from registry.cases.rules.orders import OrderStanding, order_standing, warning, why_not_keep
from registry.cases.rules.refusals import Refusal
from registry.cases.rules.states import CaseState
from registry.cases.rules.table import TASKS
from registry.cases.rules.writing import (
    opened_after,
    why_not_write,
)
from tests.registry.cases.law import NOW, Paper, actor, arrived, order, ready_to_leave
from tests.registry.cases.samples import best_interests, discharge, receiver

S = CaseState


# the judicial order


def test_nobody_is_kept_without_an_order_that_holds() -> None:
    paper = arrived().put("arrival_check")
    assert paper.why_not("keeping") == "needs_another_task_first"
    assert paper.put("judicial_order", granted=None).why_not("keeping") == "no_order"
    assert order_standing(paper.facts, paper.now) is OrderStanding.ASKED
    assert paper.put("judicial_order", granted=None, refused_because="نه").why_not("keeping") == "order_refused"
    assert paper.put("judicial_order", **order(0)).why_not("keeping") is None


def test_an_expired_order_blocks_keeping_and_rings() -> None:
    paper = arrived().put("arrival_check").put("judicial_order", **order(20)).put("keeping")
    assert paper.facts.state is S.KEPT
    assert paper.why_not("accommodation") is None
    paper.later(days=21)
    assert paper.why_not("accommodation") == "order_expired"
    assert [(ring.what, ring.level) for ring in ringing(paper.facts, paper.now)] == [("order_expired", Level.URGENT)]


@pytest.mark.parametrize(("left", "warned"), [(20, None), (8, None), (7, 7), (4, 7), (3, 3), (2, 3), (1, 1), (0, 1)])
def test_an_order_warns_seven_three_and_one_days_before(left: int, warned: int | None) -> None:
    assert warning(NOW.date() + dt.timedelta(days=left), NOW.date()) == warned


def test_more_than_a_day_without_a_decision_rings() -> None:
    paper = arrived().put("arrival_check").later(hours=23)
    assert ringing(paper.facts, paper.now) == ()
    assert [ring.what for ring in ringing(paper.facts, paper.later(hours=2).now)] == ["over_a_day_undecided"]


def test_a_birthday_that_nobody_has_written_rings_until_somebody_does() -> None:
    paper = arrived().put("arrival_check").having(age=(18, 18))
    assert [(ring.what, ring.level) for ring in ringing(paper.facts, paper.now)] == [("grown", Level.URGENT)]
    home = ready_to_leave().put("discharge").having(age=(18, 19))
    assert [(ring.what, ring.level) for ring in ringing(home.facts, home.now)] == [("grown", Level.SOON)]
    assert ringing(home.having(age=(17, 19)).facts, home.now) == (), "in doubt a person is a child"
    assert "grown" not in [ring.what for ring in ringing(home.having(age=(18, 19)).put("turned_18").facts, home.now)]


# best interests


@pytest.mark.parametrize(
    ("task", "purpose", "paper"),
    [
        ("discharge", "discharge", ready_to_leave),
        ("quasi_family", "placement", ready_to_leave),
        ("moved_province", "transfer", ready_to_leave),
        ("notice", "notice", ready_to_leave),
    ],
)
def test_best_interests_stand_before_the_decision_for_that_very_purpose(task: str, purpose: str, paper: Any) -> None:
    other = "notice" if purpose != "notice" else "placement"
    bare = paper().having()
    bare.having(entries=tuple(e for e in bare.facts.entries if e.task != "best_interests"))
    bare.put("best_interests", **best_interests(other))
    assert bare.why_not(task) == "no_best_interests"
    assert bare.put("best_interests", **best_interests(purpose)).why_not(task) is None
    assert bare.later(days=31).why_not(task) == "no_best_interests"


def test_commitments_alone_never_suffice() -> None:
    assert Paper().why_not("best_interests", grounds=["guardians_commitment"]) == "commitments_alone"
    assert Paper().why_not("best_interests") is None


# discharge


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"child_asked_alone": False}, "child_not_asked_alone"),
        ({"child_wishes_to_go": False}, "child_says_no"),
        ({"child_is_afraid": True}, "child_is_afraid"),
        ({"child_knows_them": False}, "child_does_not_know_receiver"),
        ({"evidence": "none"}, "relation_not_proved"),
        ({"alleged_exploiter": True}, "receiver_accused"),
    ],
)
def test_the_child_asked_alone_decides_who_may_receive_it(changes: dict[str, Any], why: str) -> None:
    assert ready_to_leave().why_not("discharge", receiver=receiver(**changes)) == why


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"orders_terms_met": False}, "orders_terms_unmet"),
        ({"family_reviewed": False}, "family_not_reviewed"),
        ({"belongings_returned": False}, "belongings_not_returned"),
        ({"first_follow_up_on": "2026-11-20"}, "date_passed"),
        ({"first_follow_up_on": "2027-03-20"}, "first_follow_up_too_late"),
    ],
)
def test_a_discharge_fulfils_its_terms(changes: dict[str, Any], why: str) -> None:
    assert ready_to_leave().why_not("discharge", **discharge(NOW.date(), **changes)) == why


@pytest.mark.parametrize(
    ("name", "at_home", "why"),
    [
        ("رحیم نوری", True, "kept_away_at_home"),
        ("رحیم نوری", False, None),
        ("مریم", False, "receiver_kept_away"),
        ("مریم کریمی", False, "receiver_kept_away"),
        ("مريم", True, "receiver_kept_away"),
        ("مرتضی", False, None),
    ],
)
def test_no_child_goes_to_an_adult_who_is_kept_away_nor_into_their_home(
    name: str, at_home: bool, why: str | None
) -> None:
    """The receiver of the form is called مریم."""
    paper = ready_to_leave().having(kept_away=(KeptAway(name=name, at_home=at_home),))
    assert paper.why_not("discharge") == why


def test_a_discharge_that_fulfils_its_law_is_allowed_also_from_keeping_and_without_iris() -> None:
    assert ready_to_leave().why_not("discharge") is None
    without = discharge(NOW.date(), child_checked_by="form_without_iris")
    kept = ready_to_leave().put("judicial_order", **order(20)).put("keeping")
    assert kept.why_not("discharge", **without) is None
    assert kept.later(days=22).put("best_interests").why_not("discharge") is None, "an expired order keeps nobody in"


# quasi-family care


def test_a_child_under_six_goes_to_an_infant_home() -> None:
    paper = ready_to_leave().put("best_interests", **best_interests("placement"))
    assert paper.having(age=(3, 4)).why_not("quasi_family") == "under_six_needs_infant_home"
    assert paper.why_not("quasi_family", home="infant_home") is None
    assert paper.having(age=(5, 7)).why_not("quasi_family") is None, "in doubt the court's home stands"
    assert paper.having(age=(9, 11)).why_not("quasi_family", home="infant_home") == "too_old_for_infant_home"


# exits


@pytest.mark.parametrize("name", EXITS)
def test_an_exit_can_be_written_at_once_by_whoever_sees_it(name: str) -> None:
    paper = arrived().having(age=(18, 19)).put("best_interests", **best_interests("transfer"))
    for role in (Role.OUTREACH, Role.SCREENING, Role.SOCIAL_WORKER, Role.CENTRE_MANAGER):
        assert paper.why_not(name, by=actor(role)) is None
    paper.put(name)
    opened = {task.name for task in opened_after(TASKS[name], paper.facts)}
    assert "exit_review" in opened
    assert due_at(TASKS["exit_review"], paper.facts, paper.now) is not None
    assert paper.having(state=S.INTAKE).why_not("closure") == "review_of_exit_waits"
    assert paper.put("exit_review").why_not("closure") is None


def test_who_ran_away_is_out_of_our_hands_and_looked_for_at_once() -> None:
    paper = arrived().put("ran_away")
    assert paper.facts.state is S.INTAKE
    (ring,) = ringing(paper.facts, paper.now)
    assert ring.level is Level.URGENT
    assert Role.SAFEGUARDING_OFFICER in ring.told
    assert "tracing" in {task.name for task in opened_after(TASKS["ran_away"], paper.facts)}
    assert ringing(paper.put("exit_review").facts, paper.now) == ()


def test_a_child_in_hospital_is_still_in_our_keeping_and_one_at_home_stays_there() -> None:
    assert arrived().put("hospital").facts.state is S.SCREENING
    assert ready_to_leave().put("discharge", "ran_away").facts.state is S.WITH_FAMILY


@pytest.mark.parametrize("name", ["left_country", "died", "turned_18", "found_adult"])
def test_nobody_is_sent_to_visit_a_child_who_is_gone_for_good(name: str) -> None:
    home = ready_to_leave().put("discharge").put(name)
    assert home.facts.state is S.WITH_FAMILY
    assert next_visit(home.facts) is None
    kept = {"exit_review", *EXITS[name].opens}
    assert puts_aside(name, {"follow_up", "home_visit", "plan", *kept}) == {"follow_up", "home_visit", "plan"}
    assert next_visit(home.put("exit_review", goes_on=False).facts) is None
    assert next_visit(home.put("exit_review", goes_on=True).facts) is not None, "it was not so"


@pytest.mark.parametrize("name", ["hospital", "ran_away", "refuses_contact", "taken_by_relative"])
def test_a_child_who_may_come_back_is_still_visited(name: str) -> None:
    assert next_visit(ready_to_leave().put("discharge").put(name).facts) is not None
    assert puts_aside(name, {"follow_up", "plan"}) == set()


def test_the_courts_order_for_an_earlier_stay_keeps_nobody_who_has_come_again() -> None:
    paper = arrived().put("arrival_check", "judicial_order").put("ran_away").later(hours=30)
    paper.put("arrival", "arrival_check")
    assert why_not_keep(paper.facts, paper.now) == "no_order"
    paper.put("judicial_order", granted=None)
    assert order_standing(paper.facts, paper.now) is OrderStanding.ASKED
    assert paper.why_not("keeping") == "no_order"


def test_eighteen_is_not_guessed_and_then_aftercare_begins() -> None:
    assert arrived().having(age=(16, 18)).why_not("turned_18") == "not_yet_eighteen"
    grown = arrived().having(age=(18, 18))
    assert grown.why_not("turned_18") is None
    assert "aftercare" in {task.name for task in opened_after(TASKS["turned_18"], grown.put("turned_18").facts)}
    assert grown.why_not("aftercare") is None
    assert arrived().why_not("aftercare") == "not_yet_eighteen"


MOVE = Move(number="TR-4K7P2M", from_province="تهران", to_province="البرز", at=NOW)


@pytest.mark.parametrize(
    ("move", "said", "why"),
    [
        (MOVE, {"accepted_number": "tr-4k7p2m"}, None),
        (MOVE, {"accepted_number": "TR-4K7P2M", "province": "استان البرز"}, None),
        (MOVE, {"accepted_number": "TR-OTHER"}, "no_accepted_transfer"),
        (MOVE, {"accepted_number": "TR-4K7P2M", "province": "قم"}, "no_accepted_transfer"),
        (replace(MOVE, to_province="تهران"), {"accepted_number": MOVE.number, "province": "تهران"},
         "no_accepted_transfer"),
        (replace(MOVE, at=NOW - dt.timedelta(days=400)), {"accepted_number": MOVE.number}, "no_accepted_transfer"),
        (MOVE, {"no_office_because": ""}, "province_has_office"),
        (MOVE, {"province": "البـرز"}, "province_has_office"),
        (MOVE, {"province": "قم", "no_office_because": ""}, "no_accepted_transfer"),
        (MOVE, {"province": "قم"}, None),
    ],
)  # fmt: skip
def test_a_child_moves_to_another_province_by_an_accepted_transfer_or_where_there_is_no_office_by_a_reason(
    move: Move, said: dict[str, Any], why: str | None
) -> None:
    paper = ready_to_leave().put("best_interests", **best_interests("transfer"))
    paper.having(moves=(move,), provinces=frozenset({"تهران", "البرز"}))
    assert paper.why_not("moved_province", **said) == why


def test_an_exit_is_not_written_ahead_of_time() -> None:
    assert arrived().why_not("ran_away", seen_at=(NOW + dt.timedelta(days=2)).isoformat()) == "in_the_future"


def test_a_family_that_refuses_contact_is_visited_in_the_calmest_rhythm_and_not_given_up() -> None:
    paper = ready_to_leave().put("health_assessment", risk="high").put("discharge")
    soon = due_at(TASKS["follow_up"], paper.facts, paper.now)
    paper.put("refuses_contact")
    later = due_at(TASKS["follow_up"], paper.facts, paper.now)
    assert soon is not None
    assert later is not None
    assert soon < later


# the end


def test_a_case_closes_when_follow_up_is_done_and_no_promise_of_ours_is_open() -> None:
    paper = ready_to_leave().put("discharge")
    assert paper.why_not("closure") == "follow_up_unfinished"
    paper.put("follow_up", "follow_up", "follow_up", "follow_up")
    assert paper.having(open_promises=1).why_not("closure") == "promises_open"
    assert paper.having(open_promises=0).why_not("closure") is None


def test_a_breach_opens_a_visit_and_nothing_else() -> None:
    assert opened_by(CommitmentEnds.BREACHED) == ("home_visit",)
    assert opened_by(CommitmentEnds.KEPT) == opened_by(CommitmentEnds.RELEASED) == ()


def test_a_junction_an_encounter_and_a_complaint_are_not_written_on_a_case() -> None:
    paper = Paper()
    form = TASKS["observation"].produces
    assert form is not None
    observed = form.model_validate({"place": "شوش", "hours": "۹–۱۲", "kinds_of_work": ["گل‌فروشی"]})
    for name in ("observation", "encounter", "complaint"):
        refused = why_not_write(TASKS[name], observed, paper.facts, actor(*TASKS[name].who), now=NOW)
        assert refused is not None
        assert refused.why is Refusal.NOT_OF_A_CASE
