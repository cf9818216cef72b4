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
from matching.calibration.fit import LabelledCapture, calibrate, score_pairs
from matching.calibration.genuine import fit_genuine, trusted_bits
from matching.calibration.models import GENUINE_SHARES
from matching.calibration.tail import ScoredPairs, fit_impostors, log_share_under
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
    people = simulate_templates(np.random.default_rng(99), 1500, how=Capture())
    templates = [taken[0] for taken in people]
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


@given(st.floats(0, 1), st.floats(0, 4096), st.floats(0, 4096))
def test_more_trusted_bits_never_miss_more(calibration: Calibration, score: float, a: float, b: float) -> None:
    model = calibration.both_eyes.genuine
    fewer, more = sorted((a, b))
    assert 0 < model.miss(score, more) <= model.miss(score, fewer) <= 1


def test_predicted_misses_are_those_of_the_pairs(rng: np.random.Generator) -> None:
    scores = rng.normal(0.2, 0.05, 4000).clip(0, 1)
    model = fit_genuine(scores, np.full(4000, 1000.0), people=100)
    for share in GENUINE_SHARES[2:7]:
        threshold = float(np.quantile(scores, 1 - share))
        assert model.miss(threshold, 1000.0) == pytest.approx(share, rel=0.25)


def test_pairs_that_cannot_be_scored_count_as_missed(rng: np.random.Generator) -> None:
    scores = np.concatenate((np.full(90, 0.1), np.full(10, np.nan)))
    model = fit_genuine(scores, np.full(100, 1000.0), people=10)
    assert model.miss(0.4, 1000.0) >= 0.1


def test_a_bad_enrolment_counts_against_nobody(rng: np.random.Generator) -> None:
    (good, other), _ = list(simulate_templates(rng, 2, how=Capture(), captures=2))
    doubtful = Template(tuple(EyeCode(c.code, c.mask, confidence=0.1) for c in good.left))
    pairs = score_pairs([[LabelledCapture("a", t) for t in (Template(good.left), Template(other.left), doubtful)]])
    assert len(pairs.genuine) == 4


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
    assert made.both_eyes.genuine.pairs == 60 * 6
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
        content["one_eye"]["genuine"]["bins"][0]["scores"].reverse()
    elif spoil == "format":
        content["format"] = 2
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
