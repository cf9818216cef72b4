"""A sweep finds who is enrolled twice, once each, and can be killed at any step."""

import itertools
from pathlib import Path

import numpy as np
import pytest

from matching import default_calibration
from matching.errors import MemoryShort, SweepDamaged, SweepForeign
from matching.memory import CODE_BYTES, demand_memory, gallery_bytes
from matching.simulation import Capture, simulate_templates
from matching.sweeping import Pair, Plan, SweepFile, SweepThresholds, run, sweep_thresholds
from matching.sweeping.running import Layout, Rows
from matching.sweeping.simulated import SimulatedSource

GOOD = Capture(noise=0.12, noise_spread=0.02, lids=0.1, turn=2)
SOURCE = SimulatedSource(identities=110, twice=3, seed=9, chunk=20, how=GOOD)


def thresholds(templates: int = 128, expected: float = 0.01) -> SweepThresholds:
    return sweep_thresholds(templates, codes_per_eye=1.0, expected_false=expected, calibration=default_calibration())


def swept(source: SimulatedSource = SOURCE, *, panel: int = 2, first: int = 0, seed: int = 1) -> list[Pair]:
    return [pair for step in run(source, thresholds(), panel=panel, seed=seed, first=first) for pair in step.pairs]


def test_everybody_enrolled_twice_is_found_once_and_nobody_else() -> None:
    found = swept()
    assert all(SOURCE.is_true(pair) for pair in found)
    assert len({(pair.one, pair.other) for pair in found}) == len(found) == SOURCE.true_pairs == 18
    assert all(pair.one < pair.other for pair in found)


@pytest.mark.parametrize("panel", [1, 3, 6, 100])
def test_how_much_lies_in_memory_changes_nothing(panel: int) -> None:
    pairs = {(pair.one, pair.other, pair.score) for pair in swept(panel=panel)}
    assert pairs == {(pair.one, pair.other, pair.score) for pair in swept(panel=2)}


def test_every_two_chunks_meet_in_exactly_one_step() -> None:
    for chunks, panel in itertools.product((1, 2, 7), (1, 2, 3, 9)):
        met = []
        for first, chunk in Layout(chunks, panel).steps():
            met += [(one, chunk) for one in range(first, min(first + panel, chunks)) if one <= chunk]
        assert sorted(met) == [(a, b) for a in range(chunks) for b in range(a, chunks)]


def test_a_sweep_killed_after_any_step_and_resumed_finds_the_same_pairs(tmp_path: Path) -> None:
    whole = swept()
    plan = Plan(gallery="test", thresholds=thresholds(), chunks=SOURCE.chunks, panel=2, seed=1)
    steps = len(Layout(SOURCE.chunks, 2).steps())
    for killed_after in (0, 1, 5, steps - 1, steps):
        path = tmp_path / f"{killed_after}.json"
        begun = SweepFile(path, plan)
        for step in itertools.islice(run(SOURCE, plan.thresholds, panel=2, seed=1), killed_after):
            begun.add(step)
        resumed = SweepFile(path, plan.model_copy(update={"seed": 77}))
        assert resumed.done == killed_after
        for step in run(SOURCE, plan.thresholds, panel=2, seed=resumed.plan.seed, first=resumed.done):
            resumed.add(step)
        assert list(SweepFile(path, plan).pairs) == whole


def test_progress_says_which_step_of_how_many() -> None:
    steps = list(run(SOURCE, thresholds(), panel=2, seed=1))
    assert [step.number for step in steps] == list(range(1, 13))
    assert {step.of for step in steps} == {12}


def test_a_template_removed_meanwhile_is_passed_over() -> None:
    class Shrinking(SimulatedSource):
        def read(self, chunk: int) -> Rows:
            return [] if chunk == 3 else super().read(chunk)

    source = Shrinking(identities=110, twice=3, seed=9, chunk=20, how=GOOD)
    assert len(swept(source)) == 18 - 6


def test_a_state_of_another_gallery_or_other_rates_is_not_gone_on_with(tmp_path: Path) -> None:
    path, plan = tmp_path / "state", Plan(gallery="a", thresholds=thresholds(), chunks=6, panel=2, seed=1)
    SweepFile(path, plan).add(next(run(SOURCE, thresholds(), panel=2, seed=1)))
    for other in ({"gallery": "b"}, {"chunks": 7}, {"thresholds": thresholds(expected=1.0)}):
        with pytest.raises(SweepForeign):
            SweepFile(path, plan.model_copy(update=other))


@pytest.mark.parametrize("text", ["", "{", '{"format": 1, "plan": {}}', "\udcff"])
def test_a_state_that_was_cut_short_or_changed_is_said_to_be_damaged(tmp_path: Path, text: str) -> None:
    path = tmp_path / "state"
    path.write_bytes(text.encode(errors="surrogateescape"))
    with pytest.raises(SweepDamaged):
        SweepFile(path, Plan(gallery="a", thresholds=thresholds(), chunks=6, panel=2, seed=1))


def test_fewer_false_pairs_allowed_or_more_templates_mean_tighter_thresholds() -> None:
    few, many = thresholds(1000), thresholds(100_000)
    assert many.both_eyes < few.both_eyes
    assert thresholds(1000, 0.001).one_eye < few.one_eye
    assert many.comparisons == pytest.approx(5e9 / default_calibration().codes_per_eye ** 2, rel=1e-4)
    assert (thresholds(10, 0.5).extrapolated, many.extrapolated) == (False, True)


@pytest.mark.parametrize("expected", [0.0, -1.0, float("nan"), float("inf")])
def test_a_number_of_false_pairs_that_cannot_be_expected_is_refused(expected: float) -> None:
    with pytest.raises(ValueError, match="expected number"):
        thresholds(expected=expected)


def test_strangers_come_under_the_thresholds_no_oftener_than_was_allowed() -> None:
    """The calibration's bound, on simulated strangers that it was not made of: 20 false pairs allowed of 179,700."""
    rng = np.random.default_rng(17)
    people = [taken[0] for taken in simulate_templates(rng, 600, how=Capture())]

    class Strangers:
        chunks = 1

        def read(self, _chunk: int) -> Rows:
            return list(enumerate(people))

    limit = thresholds(600, 20.0)
    found = [pair for step in run(Strangers(), limit, panel=1, seed=3) for pair in step.pairs]
    assert len(found) <= 20 + 3 * 20**0.5


def test_a_gallery_that_does_not_fit_is_refused_before_it_is_begun_with_the_sum() -> None:
    assert 10_240_000_000 < gallery_bytes(10_000_000) < 12_000_000_000
    assert gallery_bytes(1, 2.0) > 4 * CODE_BYTES
    demand_memory(1000, available=10_000_000)
    with pytest.raises(MemoryShort, match=r"11.04 GB of memory, 8.00 GB are free") as refused:
        demand_memory(10_000_000, available=8_000_000_000)
    assert refused.value.needed == gallery_bytes(10_000_000)
