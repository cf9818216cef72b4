"""A calibration says how often strangers come close, and is right on people it was not made from."""

import datetime
import json
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching import Calibration, EyeCode, Template, default_calibration, load_calibration, score_matrix
from matching.calibration.captures import LabelledCapture, several_frames
from matching.calibration.cascade import PARTS, OwnScores, costs, way_share
from matching.calibration.fit import calibrate, own_pairs
from matching.calibration.genuine import OwnPairs, fit_genuine, trusted_bits, upper_share
from matching.calibration.models import LOG_COSTS
from matching.calibration.shares import log_share_under
from matching.calibration.tail import ScoredPairs, fit_impostors
from matching.errors import CalibrationInvalid
from matching.simulation import Capture, simulate_templates

DAY = datetime.date(2024, 2, 29)


def pairs_of(scores: np.ndarray, people: int) -> ScoredPairs:
    first, second = np.triu_indices(people, 1)
    return ScoredPairs(scores, first, second, people)


def drawn_scores(rng: np.random.Generator, people: int, sigma: float, rotations: int) -> np.ndarray:
    count = people * (people - 1) // 2
    return 0.5 + sigma * rng.standard_normal((count, rotations)).min(axis=1)


def test_the_tail_of_known_scores_is_recovered(rng: np.random.Generator) -> None:
    fitted = fit_impostors(pairs_of(drawn_scores(rng, 500, 0.03, 6), 500), rng=rng, resamples=20)
    true = math.exp(log_share_under(np.array(0.36), np.array(0.03), np.array(6.0))[0])
    found = math.exp(log_share_under(np.array(0.36), np.array(fitted.point.sigma), np.array(fitted.point.rotations))[0])
    assert true / 1.6 < found < true * 1.6
    assert fitted.share_under(0.36) >= found * 0.9


def test_strangers_who_were_not_there_stay_under_the_bound(calibration: Calibration) -> None:
    people = simulate_templates(np.random.default_rng(99), 900, how=Capture(), captures=2)
    templates = [Template.join(*taken) for taken in people]
    above = np.triu_indices(len(templates), 1)
    one = score_matrix([Template(t.left) for t in templates])[above]
    both = score_matrix(templates)[above]
    for share in (1e-2, 1e-3, 1e-4):
        assert (one <= calibration.one_eye.impostors.threshold(share)).mean() <= 1.15 * share
        assert (both <= calibration.both_eyes.impostors.threshold(share)).mean() <= 1.15 * share


@given(st.floats(1e-14, 0.5), st.floats(1e-14, 0.5))
def test_a_smaller_share_is_a_tighter_threshold(calibration: Calibration, a: float, b: float) -> None:
    model = calibration.one_eye.impostors
    low, high = sorted((a, b))
    assert model.threshold(low) <= model.threshold(high)
    assert model.share_under(model.threshold(low)) <= 1.05 * low + 1e-15


@given(st.floats(1e-16, 1), st.floats(0, 4096), st.floats(0, 4096), st.sampled_from([1, 2, 5]))
def test_more_trusted_bits_never_miss_more(
    calibration: Calibration, share: float, a: float, b: float, frames: int
) -> None:
    fewer, more = sorted((a, b))
    better, worse = (calibration.both_eyes.miss(share, bits, frames) for bits in (more, fewer))
    assert 0 <= better.predicted <= worse.predicted <= 1
    assert better.at_most <= worse.at_most <= 1
    assert better.predicted <= better.at_most


@given(st.floats(1e-16, 1), st.floats(1e-16, 1), st.floats(0, 4096))
def test_who_lets_more_strangers_through_misses_less(calibration: Calibration, a: float, b: float, bits: float) -> None:
    fewer, more = sorted((a, b))
    model = calibration.one_eye
    assert model.miss(more, bits, 1).predicted <= model.miss(fewer, bits, 1).predicted


def own(costs_of_pairs: np.ndarray, bits: np.ndarray | float = 1000.0, people: int = 100) -> OwnPairs:
    count = len(costs_of_pairs)
    return OwnPairs(costs_of_pairs, np.broadcast_to(np.asarray(bits, float), (count,)), np.arange(count) % people)


def test_predicted_misses_are_those_of_the_pairs(rng: np.random.Generator) -> None:
    logs = np.minimum(-16 + rng.exponential(2.0, 4000), 0)
    model = fit_genuine(own(logs), frames=1)
    for log in LOG_COSTS[2:14]:
        counted = float(np.mean(logs >= log))
        assert model.miss(10.0**log, 1000.0).predicted == pytest.approx(counted, rel=0.3)


def test_beyond_the_pairs_misses_fall_on_and_are_never_nought(rng: np.random.Generator) -> None:
    logs = -30 + rng.exponential(2.0, 1000)
    misses = [fit_genuine(own(logs), frames=1).miss(10.0**at, 1000.0).predicted for at in (-15, -10, -5)]
    assert misses == sorted(misses, reverse=True)
    assert 0 < misses[0] < 1 / 500


def test_a_more_trusted_bin_that_misses_more_is_pooled_with_its_neighbour(rng: np.random.Generator) -> None:
    weak, strong = np.full(500, -20.0), np.where(np.arange(500) < 50, -1.0, -20.0)
    model = fit_genuine(own(np.concatenate((weak, strong)), np.repeat([500.0, 1500.0], 500)), frames=1)
    assert model.miss(1e-6, 500.0).predicted == pytest.approx(0.05, rel=0.1)
    assert model.miss(1e-6, 1500.0).predicted == pytest.approx(0.05, rel=0.1)


def test_people_not_pairs_bound_what_is_proven(rng: np.random.Generator) -> None:
    few, many = (fit_genuine(own(np.full(3000, -20.0), people=n), frames=1).miss(1e-3, 1000.0) for n in (30, 300))
    assert few.at_most == pytest.approx(1 - 0.05 ** (1 / 30), rel=0.01)
    assert many.at_most == pytest.approx(1 - 0.05 ** (1 / 300), rel=0.01)


@pytest.mark.parametrize(("misses", "trials", "bound"), [(0, 95, 0.031), (1, 20, 0.216), (5, 100, 0.102), (7, 7, 1)])
def test_the_upper_bound_is_that_of_the_binomial(misses: float, trials: int, bound: float) -> None:
    assert upper_share(misses, trials) == pytest.approx(bound, abs=0.001)


def test_nothing_is_promised_of_probes_with_fewer_frames_than_were_measured(calibration: Calibration) -> None:
    model = calibration.one_eye
    several = model.model_copy(update={"genuine": model.genuine[1:]})
    assert several.miss(1e-3, 2000.0, 1) == (1.0, 1.0)
    assert several.miss(1e-3, 2000.0, 3).predicted < 0.1


def test_probes_of_several_frames_are_missed_less(calibration: Calibration) -> None:
    for model in (calibration.one_eye, calibration.both_eyes):
        assert model.miss(1e-6, 5000.0, 2).predicted < model.miss(1e-6, 5000.0, 1).predicted


def test_a_pair_is_found_once_any_way_lets_it_through(calibration: Calibration) -> None:
    one, both = calibration.one_eye.impostors, calibration.both_eyes.impostors
    strange, close = np.array([0.46]), np.array([0.27])
    nothing = costs(OwnScores(strange, strange, (strange, strange)), "both_eyes", scored_by=both, eyes_by=one)
    turned = costs(OwnScores(strange, close, (strange, strange)), "both_eyes", scored_by=both, eyes_by=one)
    one_eyed = costs(OwnScores(strange, strange, (close, strange)), "both_eyes", scored_by=both, eyes_by=one)
    assert nothing[0] > -1
    assert 10 ** turned[0] == pytest.approx(both.share_under(0.27) / way_share(1.0, "both_eyes", "late"), rel=1e-6)
    assert 10 ** one_eyed[0] == pytest.approx(one.share_under(0.27) / way_share(1.0, "both_eyes", "single_of_two"))


@pytest.mark.parametrize("kind", PARTS)
def test_the_ways_together_let_through_no_more_than_is_allowed(kind: str) -> None:
    parts = PARTS[kind]  # type: ignore[index]
    eyes = 2 if kind == "both_eyes" else 0
    assert parts["usual"] + eyes * parts["single_of_two"] + parts["late"] == pytest.approx(1.0)


def test_pairs_that_cannot_be_scored_count_as_missed(calibration: Calibration) -> None:
    model, nan = calibration.one_eye.impostors, np.full(1, np.nan)
    assert costs(OwnScores(nan, nan), "one_eye", scored_by=model, eyes_by=model)[0] == 0


def test_a_bad_enrolment_counts_against_nobody(rng: np.random.Generator, calibration: Calibration) -> None:
    (good, other), _ = list(simulate_templates(rng, 2, how=Capture(), captures=2))
    doubtful = Template(tuple(EyeCode(c.code, c.mask, confidence=0.1) for c in good.left))
    group = [LabelledCapture("a", t) for t in (Template(good.left), Template(other.left), doubtful)]
    model = calibration.one_eye.impostors
    assert len(own_pairs("one_eye", [group], [group], model, model).costs) == 4


def test_captures_that_share_a_shot_are_no_pair(rng: np.random.Generator, calibration: Calibration) -> None:
    ((*taken,),) = list(simulate_templates(rng, 1, how=Capture(), captures=4))
    shots = [LabelledCapture("a", Template(t.left), "", frozenset((str(k),))) for k, t in enumerate(taken)]
    twos = several_frames(shots, frames=2, join=lambda templates, _: Template.join(*templates))
    model = calibration.one_eye.impostors
    assert len(twos) == 6
    assert len(own_pairs("one_eye", [twos], [twos], model, model).costs) == 6
    assert len(own_pairs("one_eye", [twos], [shots], model, model).costs) == 12


def test_trusted_bits_weigh_bits_with_confidence() -> None:
    ones = np.full(32, 2**64 - 1, np.uint64)
    assert trusted_bits((EyeCode(ones, ones, confidence=0.5), EyeCode(ones, ones, confidence=0.25))) == 1024
    assert trusted_bits(()) == 0


def test_single_eyes_of_one_person_are_joined_for_the_two_eyed_figures() -> None:
    people = list(simulate_templates(np.random.default_rng(4), 60, how=Capture(), captures=3))
    captures = [
        LabelledCapture(str(k), Template(left=t.left) if side == 0 else Template(right=t.right))
        for k, taken in enumerate(people)
        for t in taken
        for side in (0, 1)
    ]
    made, closest = calibrate(captures, version="x", made_on=DAY, source="simulated")
    assert made.both_eyes.genuine[0].pairs == 60 * 6
    assert made.one_eye.impostors.pairs == 2 * (180 * 179 // 2 - 60 * 3)
    assert closest[0].score == pytest.approx(made.one_eye.impostors.least)


@pytest.mark.parametrize("people", [0, 3])
def test_too_little_to_calibrate_with_is_refused(people: int) -> None:
    taken = simulate_templates(np.random.default_rng(4), people, how=Capture(), captures=2)
    captures = [LabelledCapture(str(k), t) for k, pair in enumerate(taken) for t in pair]
    with pytest.raises(CalibrationInvalid):
        calibrate(captures, version="x", made_on=DAY, source="simulated")


def test_scores_that_are_no_number_are_refused(rng: np.random.Generator) -> None:
    scores = drawn_scores(rng, 50, 0.03, 6)
    scores[3] = np.nan
    with pytest.raises(CalibrationInvalid, match="NaN"):
        fit_impostors(pairs_of(scores, 50), rng=rng)


def test_a_file_gives_back_what_was_written(calibration: Calibration, tmp_path: Path) -> None:
    path = tmp_path / "calibration.json"
    path.write_text(calibration.model_dump_json())
    assert load_calibration(path) == calibration
    assert load_calibration(path).digest == calibration.digest


def broken(calibration: Calibration, spoil: str) -> str:
    content = json.loads(calibration.model_dump_json())
    if spoil == "surplus":
        content["surplus"] = 1
    elif spoil == "nan":
        content["one_eye"]["impostors"]["point"]["sigma"] = math.nan
    elif spoil == "falling":
        content["one_eye"]["genuine"][0]["bins"][0]["predicted"].reverse()
    elif spoil == "format":
        content["format"] = 1
    else:
        del content["encoder"]
    return json.dumps(content)


@pytest.mark.parametrize("spoil", ["surplus", "nan", "falling", "format", "missing"])
def test_a_spoilt_file_is_refused_with_the_field(calibration: Calibration, tmp_path: Path, spoil: str) -> None:
    path = tmp_path / "calibration.json"
    path.write_text(broken(calibration, spoil))
    with pytest.raises(CalibrationInvalid, match=r"calibration\.json is no calibration"):
        load_calibration(path)


def test_the_default_calibration_can_be_read() -> None:
    made = default_calibration()
    assert made.one_eye.impostors.pairs > 100_000
    assert made.is_for(Template())
