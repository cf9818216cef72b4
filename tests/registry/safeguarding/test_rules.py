"""The law of reports: times, lines, and who may do what."""

import datetime as dt

import pytest

from registry.access.rules import Role
from registry.calendar.rules import WITHOUT_HOLIDAYS
from registry.cases.rules.table import TASKS
from registry.safeguarding import rules
from registry.safeguarding.rules import State, line_of

NOW = dt.datetime(2026, 11, 24, 9, 0, tzinfo=dt.UTC)  # سه‌شنبه ۳ آذر ۱۴۰۵


def test_the_answer_is_due_in_the_days_that_the_table_of_tasks_gives() -> None:
    assert TASKS["complaint"].due == rules.ANSWER
    assert TASKS["complaint"].who == rules.HANDLES
    assert rules.due(NOW, WITHOUT_HOLIDAYS) - NOW > dt.timedelta(days=10)


def test_somebody_looks_within_two_hours_where_there_is_danger_and_within_a_working_day_elsewhere() -> None:
    assert rules.look_by(NOW, WITHOUT_HOLIDAYS, danger_now=True) == NOW + dt.timedelta(hours=2)
    assert rules.look_by(NOW, WITHOUT_HOLIDAYS, danger_now=False) > NOW + dt.timedelta(hours=24)


@pytest.mark.parametrize(
    ("state", "hours", "late"),
    [("filed", 1, False), ("filed", 3, True), ("taken", 3, False), ("taken", 300, True), ("decided", 300, True),
     ("told", 300, False)],
)  # fmt: skip
def test_a_report_is_late_until_somebody_looked_and_until_the_complainant_was_told(
    state: str, hours: int, late: bool
) -> None:
    look, due = NOW + dt.timedelta(hours=2), NOW + dt.timedelta(days=10)
    assert rules.is_late(state, due, look, NOW + dt.timedelta(hours=hours)) is late


def test_a_line_is_everybody_above_to_the_top_and_who_answers_directly() -> None:
    answers_to = {1: {2}, 2: {3}, 3: {4}, 5: {1}, 6: {5}, 7: {2}}
    assert line_of([1], answers_to) == {2, 3, 4, 5}
    assert line_of([9], answers_to) == frozenset()


def test_a_line_that_goes_in_a_circle_ends() -> None:
    assert line_of([1], {1: {2}, 2: {1}}) == {2}


def test_the_independent_are_in_nobodys_line() -> None:
    assert [role for role in Role if not rules.can_be_kept_away([role])] == [Role.SAFEGUARDING_OFFICER, Role.AUDITOR]


def test_the_accused_stay_away_until_it_is_decided() -> None:
    for state in State:
        why = rules.why_not_let_back([1], [2], state)
        assert (why is None) is (state in (State.DECIDED, State.TOLD))
    assert rules.why_not_let_back([1], [1, 2], State.TAKEN) is None


def test_only_the_officer_reads_reports_and_anybody_files_one() -> None:
    assert list(rules.HANDLES) == [Role.SAFEGUARDING_OFFICER]
    assert set(Role) == rules.FILES
