"""The law of cases, without a database."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.time import TEHRAN
from edge.messages.models import EncounterOutcome
from registry.calendar.rules import WorkingCalendar
from registry.cases.rules import CaseState, Consequence, case_number, consequence, reopen_due
from registry.children.rules import is_valid


@pytest.mark.parametrize("outcome", [EncounterOutcome.TRANSFER, EncounterOutcome.APPOINTMENT])
def test_support_or_transfer_opens_a_case_for_a_child_without_one(outcome: EncounterOutcome) -> None:
    assert consequence(outcome, None) is Consequence.OPEN_CASE


@pytest.mark.parametrize("outcome", [EncounterOutcome.AID_ONLY, EncounterOutcome.REFUSED])
def test_what_ends_on_the_street_is_proposed_to_the_county(outcome: EncounterOutcome) -> None:
    assert consequence(outcome, None) is Consequence.PROPOSE_TO_COUNTY


@pytest.mark.parametrize("outcome", list(EncounterOutcome))
def test_a_closed_case_is_proposed_for_reopening_whatever_the_outcome(outcome: EncounterOutcome) -> None:
    assert consequence(outcome, CaseState.CLOSED) is Consequence.PROPOSE_REOPENING


@pytest.mark.parametrize("state", [state for state in CaseState if state is not CaseState.CLOSED])
@pytest.mark.parametrize("outcome", list(EncounterOutcome))
def test_an_open_case_is_noted_on_and_no_second_one_opened(outcome: EncounterOutcome, state: CaseState) -> None:
    assert consequence(outcome, state) is Consequence.NOTE_ON_CASE


@given(st.integers(1300, 1599), st.integers(1, 99_999))
def test_a_case_number_carries_its_own_check(year: int, sequence: int) -> None:
    number = case_number(year, sequence)
    assert number.startswith(f"{year}-{sequence:05d}-")
    assert is_valid(number.replace("-", ""))


def test_reopening_is_due_on_the_next_working_day_over_friday_and_holidays() -> None:
    thursday = dt.datetime(2026, 11, 26, 20, 0, tzinfo=TEHRAN)
    assert reopen_due(thursday, WorkingCalendar()).date() == dt.date(2026, 11, 28)
    saturday_off = WorkingCalendar(holidays=frozenset({dt.date(2026, 11, 28)}))
    assert reopen_due(thursday, saturday_off).date() == dt.date(2026, 11, 29)
