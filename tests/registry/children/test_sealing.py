"""Sealed children: named people only."""

import pytest

from registry.access.rules import Role
from registry.children import sealing
from registry.errors import NotThere, RuleForbids
from tests.registry.children.conftest import Colleague, Desk


def test_a_sealed_child_is_there_for_the_named_alone(
    desk: Desk, sara: Colleague, omid: Colleague, officer: Colleague
) -> None:
    (child,) = desk.meet("زهرا")
    desk.write(child, sara, given_name="زهرا")
    desk.seal(child, officer, sara)
    assert desk.found(sara, own="زهرا") == [child]
    assert desk.found(omid, own="زهرا") == desk.found(officer, own="زهرا") == []
    with pytest.raises(NotThere):
        desk.write(child, omid, given_name="زهره")
    with desk.work() as work, pytest.raises(NotThere):
        sealing.demand_visible(work, child, officer)


def test_the_named_can_be_changed_and_the_seal_lifted(
    desk: Desk, sara: Colleague, omid: Colleague, officer: Colleague
) -> None:
    (child,) = desk.meet("زهرا")
    desk.seal(child, officer, sara)
    with desk.work() as work:
        sealing.name_people(work, child_id=child, named=[omid.account_id], by=officer, **desk.tools)  # type: ignore[arg-type]
        assert sealing.is_sealed(work, child)
    assert (desk.found(sara, own="زهرا"), desk.found(omid, own="زهرا")) == ([], [child])
    with desk.work() as work:
        sealing.lift(work, child_id=child, reason="دادگاه پایان یافت", by=officer, **desk.tools)  # type: ignore[arg-type]
    assert desk.found(sara, own="زهرا") == desk.found(omid, own="زهرا") == [child]
    desk.seal(child, officer, sara)
    assert desk.found(omid, own="زهرا") == []


def test_only_the_safeguarding_officer_seals_and_somebody_must_be_named(
    desk: Desk, sara: Colleague, officer: Colleague
) -> None:
    (child,) = desk.meet("زهرا")
    with pytest.raises(NotThere):
        desk.seal(child, sara, sara)
    with pytest.raises(NotThere):
        desk.seal(child + 1, officer, sara)
    for named, said in (((), "only_named_people"), ((Colleague(999, "x", frozenset()),), "no_such_colleague")):
        with pytest.raises(RuleForbids) as told:
            desk.seal(child, officer, *named)
        assert told.value.said == f"people.{said}"
    desk.seal(child, officer, sara)
    with pytest.raises(RuleForbids):
        desk.seal(child, officer, sara)


def test_a_seal_that_is_not_there_is_neither_changed_nor_lifted(desk: Desk, officer: Colleague) -> None:
    (child,) = desk.meet("زهرا")
    with desk.work() as work, pytest.raises(RuleForbids):
        sealing.lift(work, child_id=child, reason="x", by=officer, **desk.tools)  # type: ignore[arg-type]
    manager = desk.colleague("nasrin", Role.CENTRE_MANAGER)
    with desk.work() as work, pytest.raises(NotThere):
        sealing.name_people(work, child_id=child, named=[1], by=manager, **desk.tools)  # type: ignore[arg-type]
