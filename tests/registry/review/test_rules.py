"""The law of review: who is asked first, who may answer, what the answers come to."""

import datetime as dt
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.messages.models import EncounterOutcome
from registry.access.rules import Role
from registry.review import rules
from registry.review.rules import QuestionState, Refusal, Stage, Verdict

NOW = dt.datetime(2026, 11, 24, 18, 0, tzinfo=dt.UTC)
SAME, DIFFERENT, CANNOT_TELL = Verdict
verdicts = st.lists(st.sampled_from(Verdict), max_size=6)


def minutes(n: float) -> dt.datetime:
    return NOW + dt.timedelta(minutes=n)


def test_a_child_who_comes_along_waits_for_thirty_minutes() -> None:
    due = rules.due_at(EncounterOutcome.TRANSFER, NOW, late=False)
    assert due == minutes(30)
    assert rules.stage(due, minutes(29)) is Stage.CHILD_WAITS
    assert rules.stage(due, minutes(30)) is Stage.ON_CALL


@pytest.mark.parametrize("outcome", [o for o in EncounterOutcome if o is not EncounterOutcome.TRANSFER])
def test_a_child_met_on_the_street_or_hours_ago_does_not_wait(outcome: EncounterOutcome) -> None:
    assert rules.due_at(outcome, NOW, late=False) is None
    assert rules.due_at(EncounterOutcome.TRANSFER, NOW, late=True) is None
    assert rules.stage(None, minutes(10_000)) is Stage.ORDINARY


def test_the_queue_puts_whoever_waits_beyond_the_half_hour_first_then_waiting_children_then_the_oldest() -> None:
    queue = {
        "old": (None, minutes(-5000)), "new": (None, minutes(-1)), "waits": (minutes(5), minutes(-25)),
        "waits less": (minutes(20), minutes(-10)), "on call": (minutes(-1), minutes(-31)),
    }  # fmt: skip
    ordered = sorted(queue, key=lambda name: rules.place_in_queue(*queue[name], NOW))
    assert ordered == ["on call", "waits", "waits less", "old", "new"]


def test_nobody_judges_their_own_request_or_twice_or_what_is_decided() -> None:
    def ask(reviewer: str = "omid", state: QuestionState = QuestionState.OPEN) -> Refusal | None:
        return rules.may_judge(state=state, reviewer=reviewer, raised_by="sara", answered=("reza",))

    assert ask() is None
    assert ask("sara") is Refusal.OWN_REQUEST
    assert ask("reza") is Refusal.ANSWERED_ALREADY
    assert all(ask(state=s) is Refusal.NOT_OPEN for s in QuestionState if s is not QuestionState.OPEN)


@pytest.mark.parametrize("only", list(Verdict))
def test_one_reviewer_alone_decides_nothing(only: Verdict) -> None:
    assert rules.agreement([]) is None
    assert rules.agreement([only]) is None


@pytest.mark.parametrize(
    ("given_", "state", "contested"),
    [
        ((SAME, SAME), QuestionState.SAME, False),
        ((DIFFERENT, DIFFERENT), QuestionState.DIFFERENT, False),
        ((CANNOT_TELL, CANNOT_TELL), QuestionState.POSSIBLY_SAME, False),
        ((SAME, CANNOT_TELL, SAME), QuestionState.SAME, False),
        ((SAME, DIFFERENT, SAME), QuestionState.SAME, True),
        ((SAME, DIFFERENT, DIFFERENT), QuestionState.DIFFERENT, True),
        ((SAME, DIFFERENT, CANNOT_TELL), QuestionState.POSSIBLY_SAME, True),
    ],
)
def test_two_who_agree_decide_and_a_third_is_asked_where_two_differ(
    given_: tuple[Verdict, ...], state: QuestionState, contested: bool
) -> None:
    for order in itertools.permutations(given_):
        so_far = [rules.agreement(order[:n]) for n in range(1, len(order) + 1)]
        decided = next(found for found in so_far if found)
        if len(given_) == 2 or order[0] is not order[1]:
            assert (decided.state, decided.contested) == (state, contested)
            assert so_far[:-1] == [None] * (len(order) - 1)


@given(verdicts)
def test_same_always_rests_on_two_people_and_three_always_come_to_something(given_: list[Verdict]) -> None:
    found = rules.agreement(given_)
    if found and found.state is QuestionState.SAME:
        assert given_.count(SAME) >= 2
    assert (found is None) <= (len(given_) < 3)


def test_a_provisional_child_is_its_own_only_when_every_pair_was_found_different() -> None:
    assert rules.confirms([QuestionState.DIFFERENT, QuestionState.DIFFERENT])
    assert not rules.confirms([])
    for other in set(QuestionState) - {QuestionState.DIFFERENT}:
        assert not rules.confirms([QuestionState.DIFFERENT, other])
    assert not rules.is_settled([])
    assert rules.is_settled([QuestionState.POSSIBLY_SAME])
    assert not rules.is_settled([QuestionState.POSSIBLY_SAME, QuestionState.OPEN])


def test_a_merge_needs_agreement_and_another_person_than_who_asks() -> None:
    assert rules.may_ask_merge(QuestionState.SAME, merged=False) is None
    assert rules.may_ask_merge(QuestionState.SAME, merged=True) is Refusal.MERGED_ALREADY
    for state in set(QuestionState) - {QuestionState.SAME}:
        assert rules.may_ask_merge(state, merged=False) is Refusal.NOT_AGREED
    assert rules.may_decide_merge(asked_by="sara", decider="sara") is Refusal.OWN_REQUEST
    assert rules.may_decide_merge(asked_by="sara", decider="omid") is None


def test_reviewers_hold_no_role_by_which_a_merge_is_decided_and_the_security_office_none_at_all() -> None:
    assert Role.REVIEWER not in rules.DECIDES_MERGE
    everything = rules.SEES_WAITING | rules.RAISES | rules.JUDGES | rules.ASKS_MERGE | rules.DECIDES_MERGE
    assert not everything & {Role.OUTREACH, Role.ADMINISTRATOR, Role.AUDITOR, Role.SAFEGUARDING_OFFICER}


@pytest.mark.parametrize(
    ("per_search", "found", "out_of"), [(3.2, 3, 1), (1.0, 1, 1), (0.24, 2, 10), (0.02, 2, 100), (7e-6, 7, 1_000_000)]
)
def test_look_alikes_are_said_in_natural_numbers(per_search: float, found: int, out_of: int) -> None:
    said = rules.look_alikes(per_search, 12_000)
    assert said is not None
    assert (said.found, said.out_of, said.enrolled) == (found, out_of, 12_000)
    assert said.pairs == round(per_search * 6_000)


@given(st.floats(1e-12, 1e6), st.integers(1, 10**8))
def test_look_alikes_are_never_said_to_be_none(per_search: float, enrolled: int) -> None:
    said = rules.look_alikes(per_search, enrolled)
    assert said is not None
    assert said.found >= 1
    assert rules.look_alikes(0.0, enrolled) is None
    assert rules.look_alikes(per_search, 0) is None


def test_reviewers_are_measured_in_counts_and_few_answers_say_nothing() -> None:
    answers = [(SAME, SAME)] * 12 + [(DIFFERENT, SAME)] * 2 + [(SAME, DIFFERENT)] * 3 + [(SAME, CANNOT_TELL)] * 4
    found = rules.measured(answers)
    assert (found.right, found.wrong_same, found.wrong_different, found.cannot_tell) == (12, 2, 3, 4)
    assert found.answers == len(answers)
    assert found.says_something
    assert not rules.measured(answers[:19]).says_something


@given(st.integers(0, 500), st.integers(0, 60))
def test_one_question_in_ten_is_a_test(questions: int, tests: int) -> None:
    total = tests + rules.tests_due(questions, tests)
    assert total * rules.HIDDEN_TESTS >= questions
    assert rules.tests_due(questions, total) == 0


def test_every_row_since_a_merge_is_given_to_somebody_and_no_other() -> None:
    assert rules.unassigned(["case_file:1", "note:2"], {"case_file:1": "survivor", "note:2": "absorbed"}) is None
    assert rules.unassigned(["case_file:1"], {}) is Refusal.CHOICE_MISSING
    assert rules.unassigned(["case_file:1"], {"case_file:1": "survivor", "x:1": "absorbed"}) is Refusal.LIST_CHANGED
