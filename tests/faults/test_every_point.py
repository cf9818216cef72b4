"""A part dies at every point of the way, starts again on what is on its disk, and everything promised holds."""

import random

import pytest

from edge import faults as edge_faults
from registry import faults as registry_faults
from tests.faults.conftest import Begin
from tests.faults.fate import Death
from tests.faults.shift import Shift
from tests.faults.truths import assert_always_true

ALL = [("van-1", point) for point in edge_faults.FAULT_POINTS] + [
    ("centre", point) for point in registry_faults.FAULT_POINTS
]
EVERY_BROKER = pytest.mark.parametrize("broker", ["embedded", "mosquitto"], indirect=True)


@EVERY_BROKER
def test_an_unharmed_shift_passes_every_listed_point_and_no_other(begin: Begin) -> None:
    shift = begin({})
    shift.play()
    assert_always_true(shift)
    van_1, van_2 = shift.vans.values()
    assert set(van_1.fate.passed) == set(edge_faults.FAULT_POINTS)
    assert set(van_2.fate.passed) <= set(edge_faults.FAULT_POINTS)
    assert set(shift.centre.fate.passed) == set(registry_faults.FAULT_POINTS)


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("part", "point"), ALL, ids=[point for _, point in ALL])
def test_death_at_any_point_and_again_there_in_the_next_life_loses_and_doubles_nothing(
    begin: Begin, part: str, point: str
) -> None:
    play_with(begin({part: [Death(point), Death(point)]}))


@pytest.mark.parametrize("settings", ["postgresql"], indirect=True)
@pytest.mark.parametrize(("part", "point"), ALL, ids=[point for _, point in ALL])
def test_death_at_the_second_passing_of_any_point_loses_and_doubles_nothing(
    begin: Begin, part: str, point: str
) -> None:
    play_with(begin({part: [Death(point, passing=2)]}))


@pytest.mark.parametrize(("settings", "broker"), [("sqlite", "embedded"), ("postgresql", "mosquitto")], indirect=True)
@pytest.mark.parametrize("seed", range(6))
def test_two_deaths_at_random_points_lose_and_double_nothing(begin: Begin, seed: int) -> None:
    """The test's name has the seed; whatever fails names the deaths."""
    rng = random.Random(seed)
    plan: dict[str, list[Death]] = {}
    for part, point in (rng.choice(ALL) for _ in range(2)):
        where = part if part == "centre" else rng.choice(["van-1", "van-2"])
        plan.setdefault(where, []).append(Death(point, rng.randint(1, 3)))
    shift = begin(plan)
    shift.play()
    shift.until(shift.settled, "the end")
    assert_always_true(shift)


def play_with(shift: Shift) -> None:
    """Every planned death must really have come."""
    shift.play()
    shift.until(lambda: all(fate.fulfilled for fate in shift.fates) and shift.settled(), "every planned death")
    assert_always_true(shift)
