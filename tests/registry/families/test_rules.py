"""Who is kept away, and who may end it."""

import datetime as dt

import pytest
from pydantic import ValidationError

from registry.families.forms import FamilyForm, MemberForm
from registry.families.rules import Restraint, is_restrained, may_lift

TODAY = dt.date(2026, 11, 24)


def test_one_restraint_in_force_is_enough_and_its_last_day_counts() -> None:
    over, lifted = Restraint(until=TODAY - dt.timedelta(days=1)), Restraint(lifted=True)
    assert not is_restrained([], TODAY)
    assert not is_restrained([over, lifted], TODAY)
    assert is_restrained([over, lifted, Restraint(until=TODAY)], TODAY)
    assert is_restrained([Restraint()], TODAY)


def test_nobody_opens_again_what_they_closed() -> None:
    assert may_lift("sara", "nasrin")
    assert not may_lift("nasrin", "nasrin")


def test_a_member_is_a_child_or_a_name_and_a_family_has_one() -> None:
    for fields in ({}, {"child_id": 1, "name": "کریم"}):
        with pytest.raises(ValidationError):
            MemberForm.model_validate(fields | {"relation": "father"})
    with pytest.raises(ValidationError):
        FamilyForm.model_validate({"members": []})
    with pytest.raises(ValidationError):
        MemberForm.model_validate({"name": "کریم", "relation": "father", "disclosure": "x"})
