"""The law of transfers, on paper."""

import datetime as dt

import pytest

from registry.access.rules import Role
from registry.transfers import rules
from registry.transfers.rules import State

NOW = dt.datetime(2026, 11, 24, 9, 0, tzinfo=dt.UTC)


def test_what_is_sealed_stays_with_who_wrote_it() -> None:
    assert {"health_assessment", "interview"} == rules.SEALED


def test_between_provinces_the_countys_officer_decides() -> None:
    assert rules.why_not_approver({Role.CENTRE_MANAGER}, "تهران", "تهران") is None
    assert rules.why_not_approver({Role.CENTRE_MANAGER}, "تهران", "البرز") == "needs_county_officer"
    assert rules.why_not_approver({Role.COUNTY_OFFICER}, "تهران", "البرز") is None


@pytest.mark.parametrize(
    ("state", "by", "granted", "reason", "why"),
    [
        ("asked", 2, True, "", None), ("asked", 2, False, "دور است", None), ("asked", 2, False, " ", "reason_needed"),
        ("asked", 1, True, "", "own_request"), ("offered", 2, True, "", "decided_already"),
    ],
)  # fmt: skip
def test_another_person_decides_and_says_why_not(
    state: str, by: int, granted: bool, reason: str, why: str | None
) -> None:
    assert rules.why_not_decide(state, by, asked_by=1, granted=granted, reason=reason) == why


@pytest.mark.parametrize("state", [state for state in State if state is not State.OFFERED])
def test_only_what_is_offered_is_answered(state: State) -> None:
    assert rules.why_not_answer(state, accepted=True, reason="") == "not_offered"
    assert rules.why_not_answer(State.OFFERED, accepted=False, reason="") == "reason_needed"


def test_the_old_office_reads_for_thirty_days() -> None:
    until = NOW + rules.READS_FOR
    assert rules.may_still_read(until, NOW + dt.timedelta(days=29, hours=23))
    assert not rules.may_still_read(until, NOW + dt.timedelta(days=30))
    assert not rules.may_still_read(None, NOW)


def test_a_case_goes_to_an_open_office_where_somebody_can_accept_it() -> None:
    assert rules.why_not_send_to(1, 1, closed=False, somebody_there=True) == "same_office"
    assert rules.why_not_send_to(1, 2, closed=True, somebody_there=True) == "office_closed"
    assert rules.why_not_send_to(1, 2, closed=False, somebody_there=False) == "nobody_accepts_there"
    assert rules.why_not_send_to(1, 2, closed=False, somebody_there=True) is None
