"""The figures that an administrator is shown for a stated population."""

import json

import numpy as np
import pytest
from typer.testing import CliRunner

from matching import Policy, Template, default_calibration
from matching.calibration.captures import LabelledCapture
from matching.simulation import simulate_templates
from panah import outcomes
from panah.commands.match import app


@pytest.fixture(scope="module")
def figures() -> dict:  # type: ignore[type-arg]
    population = outcomes.simulated(60, searches=60, frames=2, seed=5)
    return outcomes.measure(population, calibration=default_calibration(), policy=Policy())


def test_enrolled_children_are_known_and_strangers_new(figures: dict) -> None:  # type: ignore[type-arg]
    groups = figures["groups"]
    assert groups["enrolled"]["known"] >= 0.95 * groups["enrolled"]["searches"]
    assert groups["strangers"]["new"] >= 0.7 * groups["strangers"]["searches"]
    assert figures["fnir"]["share"] <= 0.05
    assert sum(group["wrong_known"] for group in groups.values()) == 0


@pytest.mark.parametrize("group", ["two enrolled children's eyes", "an enrolled child's and a stranger's eye"])
def test_two_childrens_eyes_are_neither_known_nor_new(figures: dict, group: str) -> None:  # type: ignore[type-arg]
    row = figures["groups"][group]
    assert row["known"] == row["new"] == 0
    assert row["reasons"]["mixed_capture"] > 0.8 * row["searches"]


def test_outcomes_of_each_group_add_up(figures: dict) -> None:  # type: ignore[type-arg]
    for row in figures["groups"].values():
        assert row["known"] + row["review"] + row["new"] + row["cannot_tell"] == row["searches"] > 0


def test_real_people_are_met_again_only_with_shots_that_were_not_enrolled() -> None:
    shots = [
        LabelledCapture(f"person {k}", part, "", frozenset((f"{k} {side} {n}",)))
        for k, taken in enumerate(simulate_templates(np.random.default_rng(1), 6, how=outcomes.GOOD, captures=3))
        for n, template in enumerate(taken)
        for side, part in (("left", Template(left=template.left)), ("right", Template(right=template.right)))
    ]
    population = outcomes.real_among_simulated(shots, 20, frames=1, seed=3)
    assert len(population.enrolled) == 20
    enrolled = [search for search in population.searches if search.group == "enrolled"]
    assert [search.owner for search in enrolled] == [f"person {k}" for k in (0, 0, 2, 2, 4, 4)]
    assert sum(search.group == "strangers" for search in population.searches) == 9
    codes = {code.code.tobytes() for _, template in population.enrolled for code in template.left}
    assert not [s for s in enrolled if s.probe.left[0].code.tobytes() in codes]


def test_the_command_prints_figures_and_ends_with_json() -> None:
    done = CliRunner().invoke(app, ["outcomes", "--identities", "30", "--searches", "10", "--json"])
    assert done.exit_code == 0, done.output
    assert "FNIR, both eyes" in done.output
    assert json.loads(done.output.strip().splitlines()[-1])["identities"] == 30


def test_the_rates_that_an_administrator_sets_are_said_and_move_the_thresholds() -> None:
    small = ["outcomes", "--identities", "30", "--searches", "10", "--json"]
    strict = CliRunner().invoke(app, [*small, "--wrong-known", "1000000", "--miss", "500"])
    assert strict.exit_code == 0, strict.output
    assert "at most one wrong known in 1000000 searches" in strict.output
    assert "one miss in 500" in strict.output
    figures = json.loads(strict.output.strip().splitlines()[-1])
    assert figures["policy"]["wrong_known"] == pytest.approx(1e-6)
    assert figures["wrong_known_per_100_searches"] == 0


def test_extrapolation_is_marked_where_the_bound_lies_far_beyond_the_calibrations_pairs() -> None:
    population = outcomes.simulated(30, searches=10, frames=2, seed=5)
    near = outcomes.measure(population, calibration=default_calibration(), policy=Policy(wrong_known=1e-2))
    far = outcomes.measure(population, calibration=default_calibration(), policy=Policy(wrong_known=1e-9))
    assert "extrapolated" not in outcomes.report(near)
    assert far["groups"]["strangers"]["extrapolated"] == far["groups"]["strangers"]["searches"]
    assert "extrapolated more than two decades" in outcomes.report(far)
