"""The law of referrals, on paper."""

import datetime as dt
from typing import Any

import pytest

from registry.access.rules import HELD_ALONE, Role
from registry.referrals import rules

DAY = dt.date(2026, 11, 24)
RIGHT: dict[str, Any] = {
    "named": "انجمن ياران", "partner": "انجمن یاران", "closed": False, "somebody_reads": True, "ends_on": DAY,
    "today": DAY,
}  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({}, None), ({"closed": True}, "partner_closed"), ({"somebody_reads": False}, "nobody_reads_there"),
        ({"named": "کلینیک مهر"}, "another_receiver"), ({"ends_on": DAY - dt.timedelta(days=1)}, "ended_already"),
    ],
)  # fmt: skip
def test_consent_holds_for_the_receiver_of_the_form_until_its_day(changes: dict[str, Any], why: str | None) -> None:
    assert rules.why_not_hand_over(**RIGHT | changes) == why


def test_who_supervises_an_organisation_holds_no_role_in_it_under_any_account() -> None:
    ngo = [Role.NGO]
    assert rules.why_not_person(ngo, "مینا رضایی", is_supervisor=False, supervisor="سارا امینی") is None
    assert rules.why_not_person(ngo, "مینا رضائی", is_supervisor=False, supervisor="مینا رضایی") == "supervises_it"
    assert rules.why_not_person(ngo, "", is_supervisor=True, supervisor=None) == "supervises_it"
    for roles in ([Role.CASE_MANAGER], [Role.NGO, Role.SOCIAL_WORKER], []):
        assert rules.why_not_person(roles, "x", is_supervisor=False, supervisor=None) == "not_an_outsider"
    assert Role.NGO in HELD_ALONE


def test_a_report_follows_acceptance_and_tells_of_what_has_been() -> None:
    assert rules.why_not_report("open", DAY, DAY) == "accept_first"
    assert rules.why_not_report("accepted", DAY + dt.timedelta(days=1), DAY) == "in_the_future"
    assert rules.why_not_report("accepted", DAY, DAY) is None
