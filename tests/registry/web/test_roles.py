"""Independent roles: whoever watches over the work has no other part in it."""

import pytest

from registry.access.rules import HELD_ALONE, INDEPENDENT, Role, clash
from tests.registry.web.conftest import LogIn


def test_whoever_receives_referrals_has_no_part_in_the_house() -> None:
    assert {*INDEPENDENT, Role.NGO} == HELD_ALONE


@pytest.mark.parametrize("role", sorted(HELD_ALONE))
def test_such_a_role_is_held_alone(role: Role, log_in: LogIn) -> None:
    assert not clash([role])
    fields = {"name": "nargess", "password": "four words of test", "roles": [str(role), "case_manager"]}
    refused = log_in("administrator").post("/users", page="/users", **fields)
    assert refused.status == 422
    assert "مستقل‌اند" in refused.text


def test_roles_of_the_line_may_be_held_together() -> None:
    assert not clash([role for role in Role if role not in HELD_ALONE])
