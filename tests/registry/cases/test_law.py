"""Who may do what, when, in which state; each refusal by its word; without a database."""

import datetime as dt
from typing import Any

import pytest

from registry.access.rules import Role
from registry.calendar.rules import end_of
from registry.cases.forms.arriving import Meal
from registry.cases.rules.arriving import meal_by_the_hour
from registry.cases.rules.clocks import again_at, due_at, ringing
from registry.cases.rules.refusals import Refusal
from registry.cases.rules.states import MOVES, CaseState, can_move
from registry.cases.rules.table import TASKS, on_a_case
from registry.cases.rules.writing import (
    deciders,
    is_done,
    opened_after,
    opened_on_entering,
    opened_with_the_case,
    why_not_decide,
    why_not_write,
)
from registry.web.strings import LANGUAGES, catalogue
from tests.registry.cases.law import NOW, Paper, actor, arrived, ready_to_leave
from tests.registry.cases.samples import receiver

S = CaseState


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("refusal", list(Refusal))
def test_every_refusal_has_its_reason_in_words(refusal: Refusal, language: str) -> None:
    assert len(catalogue(language)[f"law.{refusal}"]) > 10


# states


def test_the_states_are_few_and_every_one_can_be_left_and_reached() -> None:
    assert [str(state) for state in S] == [
        "intake", "in_transfer", "screening", "kept", "with_family", "quasi_family", "referred_out", "closed",
    ]  # fmt: skip
    for state in S:
        assert MOVES[state]
        assert any(state in reached for reached in MOVES.values())


@pytest.mark.parametrize("state", [S.IN_TRANSFER, S.SCREENING, S.KEPT])
def test_no_case_closes_while_the_child_is_in_our_hands(state: CaseState) -> None:
    assert not can_move(state, S.CLOSED)
    assert Paper().having(state=state).why_not("closure") == "child_still_in_our_hands"


def test_a_closed_case_takes_nothing_but_corrections() -> None:
    paper = Paper().having(state=S.CLOSED)
    for task in on_a_case():
        assert paper.why_not(task.name) == "case_closed", task.name


def test_a_child_at_home_or_in_intake_is_not_kept_reported_on_or_discharged() -> None:
    for state in (S.INTAKE, S.WITH_FAMILY):
        paper = Paper().having(state=state)
        assert {paper.why_not(task) for task in ("keeping", "accommodation", "discharge")} == {"wrong_state"}


def test_every_door_leads_to_the_same_screening() -> None:
    for door in ("van", "social_emergency", "walk_in", "county", "court", "police", "hospital", "citizen"):
        assert Paper().why_not("arrival", door=door) is None
        assert Paper().put("arrival", door=door).facts.state is S.SCREENING


# people


def test_only_the_roles_of_the_line_may_write_it() -> None:
    for task in on_a_case():
        paper = arrived()
        outsider = actor(*(set(Role) - task.writers - {Role.CASE_MANAGER}), account=9)
        refused = why_not_write(task, paper.form(task.name), paper.facts, outsider, now=paper.now)
        assert refused is not None, task.name
        assert refused.why is Refusal.NOT_YOUR_ROLE


def test_a_case_manager_writes_on_their_own_cases_only() -> None:
    paper = arrived().having(owner=7)
    assert paper.why_not("plan", by=actor(Role.CASE_MANAGER, account=8)) == "not_your_case"
    assert paper.why_not("plan", by=actor(Role.CASE_MANAGER, account=7)) is None


def test_two_professions_meet_in_the_health_assessment() -> None:
    nurse, doctor = actor(Role.CLINICIAN), actor(Role.CLINICIAN, account=2)
    assert arrived().why_not("health_assessment", by=nurse, second=nurse) == "needs_second_person"
    assert arrived().why_not("health_assessment", by=nurse, second=doctor) == "second_person_lacks_role"
    assert arrived().why_not("health_assessment", by=nurse, second=actor(Role.PSYCHOLOGIST, account=3)) is None


def test_without_iris_two_members_of_staff_check_the_arrival() -> None:
    desk = actor(Role.SCREENING)
    by_card = {"checked_by": "two_staff_and_card"}
    assert arrived().refused("arrival_check", desk, **by_card).why == "needs_second_person"  # type: ignore[union-attr]
    assert arrived().refused("arrival_check", desk) is None
    assert arrived().why_not("arrival_check", by=desk, **by_card) is None


def test_nobody_decides_what_they_asked_whatever_roles_they_hold() -> None:
    everything = actor(*Role)
    for task in TASKS.values():
        if task.is_decided and task.produces and task.name != "skip":
            form = Paper().form(task.name)
            assert why_not_decide(task, form, Paper().facts, everything, asked_by=1) == "own_request"
            another = actor(*task.who, account=2)
            assert why_not_decide(task, form, Paper().facts, another, asked_by=1) is None
            nobody = actor(Role.OUTREACH, account=2)
            assert why_not_decide(task, form, Paper().facts, nobody, asked_by=1) == "not_your_role"


def test_a_second_request_waits_for_the_first_ones_decision() -> None:
    assert ready_to_leave().having(asked=frozenset({"discharge"})).why_not("discharge") == "waits_for_decision"


# skipping


def test_a_task_is_skipped_only_while_open_and_by_whom_its_line_names() -> None:
    paper = Paper().having(open_tasks=frozenset({"home_visit"}))
    assert paper.why_not("skip") is None
    assert paper.why_not("skip", task="plan") == "not_open"
    assert deciders(TASKS["skip"], paper.form("skip", task="interview")) == {Role.CENTRE_MANAGER}
    for task in ("discharge", "best_interests", "judicial_order", "arrival_check", "notice", "identity", "nothing"):
        assert paper.having(open_tasks=frozenset({task})).why_not("skip", task=task) == "nobody_may_waive"


def test_a_skipped_task_counts_as_done_for_what_needs_it() -> None:
    paper = ready_to_leave().having(waived=frozenset({"home_visit"}))
    paper.having(entries=tuple(e for e in paper.facts.entries if e.task != "home_visit"))
    assert paper.why_not("discharge") is None


# transfer and arrival


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"agreed": False}, "child_did_not_agree"),
        ({"ground": "grave_imminent_danger", "agreed": False}, "prosecutor_not_told"),
        ({"siblings": ["آرش"], "siblings_together": False}, "siblings_apart"),
        ({"ground": "court_asks", "agreed": False}, None),
        ({"ground": "social_emergency_asks", "agreed": False}, None),
        ({"siblings": ["آرش"], "siblings_together": False, "siblings_apart_because": "بیمارستان"}, None),
    ],
)
def test_a_transfer_has_a_ground_and_keeps_siblings_together(changes: dict[str, Any], why: str | None) -> None:
    assert Paper().why_not("transfer", **changes) == why


def test_grave_danger_moves_a_child_once_the_prosecutor_is_told() -> None:
    told = (NOW - dt.timedelta(minutes=5)).isoformat()
    assert Paper().why_not("transfer", ground="grave_imminent_danger", agreed=False, prosecutor_told_at=told) is None
    later = (NOW + dt.timedelta(minutes=5)).isoformat()
    refused = Paper().why_not("transfer", ground="grave_imminent_danger", agreed=False, prosecutor_told_at=later)
    assert refused == "in_the_future"


def test_an_arrival_lies_neither_ahead_nor_far_back() -> None:
    assert Paper().why_not("arrival", arrived_at=(NOW + dt.timedelta(hours=1)).isoformat()) == "in_the_future"
    assert Paper().why_not("arrival", arrived_at=(NOW - dt.timedelta(days=40)).isoformat()) == "date_passed"


def test_correcting_an_arrival_wins_no_hours_for_keeping() -> None:
    paper = arrived().later(hours=20)
    for moved, why in (
        ({"hours": 1}, "in_the_future"),
        ({"hours": -2}, "after_it_was_written"),
        ({"hours": -21}, None),
    ):
        typed = (paper.now + dt.timedelta(**moved)).isoformat()
        assert paper.why_not("arrival", corrects=True, arrived_at=typed) == why


def test_what_has_gone_out_is_not_called_back_by_a_correction() -> None:
    paper = ready_to_leave().put("notice")
    assert paper.why_not("notice", corrects=True, decision="do_not_send", letter=None) == "new_letter_needed"
    assert paper.why_not("referral", corrects=True, shared=["سن"]) is None, "its receiver sees the new list at once"


def test_a_correction_is_held_to_the_law_of_its_form_and_moves_nobody() -> None:
    ahead = (NOW + dt.timedelta(days=2)).isoformat()
    paper = ready_to_leave().put("discharge")
    assert paper.why_not("transfer", corrects=True, agreed=False) == "child_did_not_agree"
    assert paper.why_not("ran_away", corrects=True, seen_at=ahead) == "in_the_future"
    assert paper.why_not("quasi_family", corrects=True, ordered_on=ahead[:10]) == "in_the_future"
    assert paper.why_not("home_visit", corrects=True, visited_on=ahead[:10]) == "in_the_future"
    afraid = receiver(child_is_afraid=True)
    assert paper.why_not("discharge", corrects=True, receiver=afraid) is None, "the truth is written also afterwards"


def test_another_child_than_the_one_who_left_leaves_the_check_undone_and_rings() -> None:
    paper = arrived().put("arrival_check", same_child=False)
    assert not is_done(TASKS["arrival_check"], paper.facts)
    assert [ring.what for ring in ringing(paper.facts, paper.now)] == ["not_the_same_child"]


def test_a_new_arrival_asks_for_everything_of_the_stay_again() -> None:
    paper = ready_to_leave().put("ran_away", "exit_review").later(hours=30).put("arrival")
    undone = {name for name, task in TASKS.items() if task.of_the_stay and not is_done(task, paper.facts)}
    assert undone == {
        "arrival_check", "urgent_need", "health_assessment", "interview", "judicial_order", "discharge",
    }  # fmt: skip
    assert is_done(TASKS["identity"], paper.facts)


def test_a_reopened_case_starts_from_nothing() -> None:
    paper = ready_to_leave().later(days=400)
    paper.having(opened_at=paper.now, state=S.INTAKE).put("arrival")
    refused = paper.refused("discharge", actor(Role.CASE_MANAGER))
    assert refused is not None
    assert set(refused.missing) == {"arrival_check", "identity", "home_visit", "best_interests"}


def test_food_follows_the_hour() -> None:
    assert [meal_by_the_hour(hour) for hour in (9, 13, 17, 20)] == [
        Meal.SNACK, Meal.HOT_MEAL, Meal.SNACK, Meal.HOT_MEAL,
    ]  # fmt: skip


# what opens, and by when


def test_arrival_opens_the_tasks_of_the_centre_and_the_interview_comes_after_food_and_bath() -> None:
    paper = arrived()
    opened = {task.name for task in opened_after(TASKS["arrival"], paper.facts)}
    assert opened == {"arrival_check", "urgent_need", "health_assessment", "judicial_order"}
    assert paper.why_not("interview") == "needs_another_task_first"
    paper.put("urgent_need")
    assert [task.name for task in opened_after(TASKS["urgent_need"], paper.facts)] == ["interview"]


def test_the_home_visit_opens_with_the_case_while_the_child_is_at_home() -> None:
    assert [task.name for task in opened_with_the_case()] == ["home_visit"]
    assert Paper().why_not("home_visit") is None


def test_discharge_opens_when_identity_and_family_are_known_and_is_due_in_two_days_on_the_iranian_way() -> None:
    iranian = {"nationality": {"standing": "unknown"}}
    paper = arrived().put("identity", **iranian)
    assert [task.name for task in opened_after(TASKS["identity"], paper.facts)] == []
    paper.put("home_visit")
    assert "discharge" in {task.name for task in opened_after(TASKS["home_visit"], paper.facts)}
    assert due_at(TASKS["discharge"], paper.facts, paper.now) == end_of(dt.date(2026, 11, 26))
    assert due_at(TASKS["discharge"], arrived().put("identity").facts, paper.now) is None


def test_follow_up_starts_with_the_new_home_and_its_rhythm_follows_the_risk() -> None:
    for state in (S.WITH_FAMILY, S.REFERRED_OUT):
        assert [task.name for task in opened_on_entering(state)] == ["follow_up"]
    assert [task.name for task in opened_on_entering(S.QUASI_FAMILY)] == ["tracing"], "tracing of relatives goes on"
    home = ready_to_leave().put("discharge")
    low = due_at(TASKS["follow_up"], home.facts, home.now)
    high = ready_to_leave().put("health_assessment", risk="high").put("discharge")
    assert low == end_of(dt.date(2026, 12, 1))
    soon = due_at(TASKS["follow_up"], high.facts, high.now)
    assert soon is not None
    assert soon < low
    home.put("follow_up")
    assert again_at(TASKS["follow_up"], home.facts, home.now) == end_of(dt.date(2026, 12, 24))


def test_a_plan_is_reviewed_every_thirty_days() -> None:
    assert due_at(TASKS["plan"], arrived().facts, NOW) == NOW + dt.timedelta(hours=72)
    assert again_at(TASKS["plan"], arrived().facts, NOW) == end_of(dt.date(2026, 12, 24))
    assert again_at(TASKS["interview"], arrived().facts, NOW) is None
