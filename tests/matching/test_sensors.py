"""Strangers of two sensors, each pair by itself; and no sensor is trusted that nothing is known of."""

import datetime
import json
from itertools import product

import numpy as np
import pytest

from matching import Calibration, Candidate, Decision, LocalEngine, Policy, Template, decide, redecide
from matching.calibration.captures import LabelledCapture, several_frames, single_eyes, two_eyes
from matching.calibration.fit import calibrate
from matching.decision import search_within
from matching.facts import Sensors
from matching.interfaces import GalleryChange
from matching.scale import Scale
from matching.simulation import Capture, simulate_templates
from tests.matching.test_decision import PLAUSIBLE, STRANGE, SURE, candidate, probe

DAY = datetime.date(2024, 2, 29)
PEOPLE = 40


def captures(*, third: bool = False) -> list[LabelledCapture]:
    """The first half of the people before the sensor `a`, the others before `b`; nobody before both."""
    people = simulate_templates(np.random.default_rng(17), PEOPLE, how=Capture(), captures=3)
    found = [
        LabelledCapture(f"p{k}", t, f"{k}.{n}", frozenset((f"{k}.{n}",)), sensor="a" if k < PEOPLE // 2 else "b")
        for k, shots in enumerate(people)
        for n, t in enumerate(shots)
    ]
    few = simulate_templates(np.random.default_rng(18), 2, how=Capture(), captures=3)
    more = [LabelledCapture(f"q{k}", t, sensor="c") for k, shots in enumerate(few) for t in shots]
    return found + (more if third else [])


@pytest.fixture(scope="module")
def by_sensors() -> Calibration:
    made, _ = calibrate(captures(), version="two", made_on=DAY, source="two sensors", stands_for=["simulated"])
    return made


@pytest.fixture
def say(by_sensors: Calibration):  # type: ignore[no-untyped-def]
    lenient = Policy(miss_rate=0.5, miss_rate_proven=0.5)

    def say(*candidates: Candidate, by: str | None, enrolled: dict[int, str | None]) -> Decision:
        sensors = Sensors(probe=by, of=enrolled.get)
        return decide(probe(), candidates, gallery_size=100, calibration=by_sensors, policy=lenient, sensors=sensors)

    return say


def test_each_two_sensors_have_a_tail_of_their_own_with_the_pairs_behind_it(by_sensors: Calibration) -> None:
    pairs = {pair.sensors: pair for pair in by_sensors.sensor_pairs}
    assert list(pairs) == [("a", "a"), ("a", "b"), ("b", "b")]
    half, shots = PEOPLE // 2, 3
    alone, across = half * (half - 1) // 2 * shots**2, (half * shots) ** 2
    assert [pair.both_eyes.pairs for pair in pairs.values()] == [alone, across, alone]
    assert [pair.one_eye.pairs for pair in pairs.values()] == [2 * alone, 2 * across, 2 * alone]
    assert [pair.both_eyes.people for pair in pairs.values()] == [half, PEOPLE, half]


def test_misses_between_sensors_that_nobody_stood_before_are_said_to_be_unknown(by_sensors: Calibration) -> None:
    own = {pair.sensors: pair.own_pairs for pair in by_sensors.sensor_pairs}
    assert own == {("a", "a"): 2 * 3 * PEOPLE // 2, ("a", "b"): 0, ("b", "b"): 2 * 3 * PEOPLE // 2}


def test_the_bound_of_fewer_pairs_is_the_wider_one(by_sensors: Calibration) -> None:
    alone, across = (by_sensors.between("a", other) for other in ("a", "b"))
    assert alone is not None
    assert across is not None
    for kind in ("one_eye", "both_eyes"):
        assert alone.of(kind).impostors.threshold(1e-5) < across.of(kind).impostors.threshold(1e-5) + 0.02  # type: ignore[arg-type]


def test_of_a_sensor_with_too_few_people_nothing_is_known() -> None:
    made, _ = calibrate(captures(third=True), version="three", made_on=DAY, source="two sensors and a bit")
    assert made.sensors == {"a", "b"}
    assert made.between("a", "c") is None
    assert made.between("c", "c") is None


def test_a_calibration_speaks_of_the_sensors_it_was_made_from_and_of_those_it_stands_for(
    by_sensors: Calibration,
) -> None:
    assert by_sensors.between("b", "a") is by_sensors.between("a", "b")
    assert by_sensors.between("a", "b") not in (None, by_sensors)
    for one, other in ((None, None), ("a", None), ("", "b"), ("simulated", "a"), ("simulated", "simulated")):
        assert by_sensors.between(one, other) is by_sensors
    for one, other in (("x", None), (None, "x"), ("a", "x"), ("x", "x"), ("x", "simulated")):
        assert by_sensors.between(one, other) is None


def test_one_made_without_sensors_speaks_of_every_sensor(calibration: Calibration) -> None:
    assert calibration.sensor_pairs == ()
    assert calibration.between("a", "x") is calibration


def test_the_file_reads_back_with_its_sensors_and_an_older_one_without(by_sensors: Calibration) -> None:
    text = by_sensors.model_dump_json()
    assert Calibration.model_validate_json(text) == by_sensors
    old = {key: value for key, value in json.loads(text).items() if key not in ("sensor_pairs", "stands_for")}
    assert Calibration.model_validate_json(json.dumps(old)).sensor_pairs == ()


def test_a_capture_joined_of_two_sensors_is_of_neither() -> None:
    one, other = (
        LabelledCapture("p", Template(t.left), sensor=s, shots=frozenset((s,)))
        for s, t in zip("ab", *simulate_templates(np.random.default_rng(1), 1, how=Capture(), captures=2), strict=True)
    )
    (joined,) = several_frames([one, other], frames=2, join=lambda templates, _: Template.join(*templates))
    assert joined.sensor == ""
    assert [c.sensor for c in single_eyes([one])[0]] == ["a"]
    assert [c.sensor for c in two_eyes([one, LabelledCapture("p", Template((), one.template.left), sensor="a")])] == [
        "a"
    ]


def test_sure_eyes_of_known_sensors_are_known(say) -> None:  # type: ignore[no-untyped-def]
    for by, enrolled in product(("a", "b", None, "simulated"), ("a", "b", None, "simulated")):
        assert say(candidate(5, SURE, SURE), by=by, enrolled={5: enrolled}).outcome == "known", (by, enrolled)


def test_a_sensor_without_calibration_never_says_known_or_new(say) -> None:  # type: ignore[no-untyped-def]
    for by, enrolled in (("x", "a"), ("x", "x"), ("x", None), ("a", "x"), (None, "x")):
        found = say(candidate(5, SURE, SURE), by=by, enrolled={5: enrolled})
        assert (found.outcome, found.identity, found.reasons) == ("review", 5, ("uncalibrated",)), (by, enrolled)
    stranger = say(candidate(5, STRANGE, STRANGE), by="x", enrolled={5: "a"})
    assert (stranger.outcome, stranger.reasons) == ("cannot_tell", ("uncalibrated",))


def test_a_template_of_an_unknown_sensor_stands_in_nobody_elses_way(say) -> None:  # type: ignore[no-untyped-def]
    near, far = candidate(5, SURE, SURE), candidate(6, STRANGE, STRANGE)
    assert say(near, far, by="a", enrolled={5: "a", 6: "x"}).outcome == "known"


def test_each_candidate_is_held_to_its_own_pair_of_sensors(say, by_sensors: Calibration) -> None:  # type: ignore[no-untyped-def]
    found = say(candidate(5, PLAUSIBLE, PLAUSIBLE), candidate(6, STRANGE, STRANGE), by="a", enrolled={5: "a", 6: "b"})
    assert set(found.by_sensor) == {"a", "b"}
    alone = by_sensors.between("a", "a")
    assert alone is not None
    trials = found.thresholds.trials
    assert found.thresholds_of(found.facts.candidates[0]).mated_eye == alone.one_eye.impostors.threshold(1e-3 / trials)
    expected = alone.both_eyes.impostors.share_under(found.facts.candidates[0].score) * trials
    assert found.facts.candidates[0].wrong_known == pytest.approx(min(1.0, expected))


def test_the_decision_is_made_again_from_its_evidence_sensors_included(say) -> None:  # type: ignore[no-untyped-def]
    found = say(candidate(5, SURE, SURE), by="a", enrolled={5: "x"})
    again = redecide(json.loads(json.dumps(found.evidence())))
    assert (again.outcome, again.reasons, again.by_sensor) == (found.outcome, found.reasons, found.by_sensor)


def test_evidence_from_before_there_were_sensors_is_decided_as_then(say) -> None:  # type: ignore[no-untyped-def]
    evidence = say(candidate(5, SURE, SURE), by=None, enrolled={}).evidence()
    old = json.loads(json.dumps(evidence)) | {"format": 2}
    del old["by_sensor"]
    for one in old["facts"]["candidates"]:
        del one["sensor"]
    assert redecide(old).outcome == "known"


def test_a_search_is_as_wide_as_any_pair_of_its_sensor_asks(by_sensors: Calibration) -> None:
    engine = LocalEngine()
    people = simulate_templates(np.random.default_rng(5), 30, how=Capture(), captures=1)
    engine.apply([GalleryChange(seq=k + 1, op="add", template_id=k + 1, template=t[0]) for k, t in enumerate(people)])
    within = search_within(probe(), engine, calibration=by_sensors, policy=Policy(), sensor="a")
    assert within.thresholds is not None
    scale = Scale(probe(), 1, within.thresholds.trials, by_sensors, Policy(), "a")
    held_to = [scale.of(other).loosest for other in (None, "a", "b", "simulated")]
    assert within.usual == pytest.approx(max(held_to), abs=0.01)
    assert all(loosest <= (within.usual or 0) for loosest in held_to)
