"""Each capture names its scanner's model; between models that no calibration speaks of nobody is known or new."""

import datetime as dt
from pathlib import Path

import numpy as np
import pytest

from edge.messages.models import SlotOutcome
from matching.calibration import Calibration
from matching.calibration.captures import LabelledCapture
from matching.calibration.fit import calibrate
from matching.decision import redecide
from matching.errors import CalibrationInvalid
from matching.simulation import simulate_templates
from matching.thresholds import Policy
from registry.bootstrap import Matching, Registry
from registry.config import RegistrySettings
from registry.encounters.tables import Slot
from registry.intake.deciding import Weigher
from tests.registry.house import GOOD, Centre, Eyes, StillClock, Tablet, slot


@pytest.fixture(scope="module")
def by_sensors() -> Calibration:
    people = simulate_templates(np.random.default_rng(7), 60, how=GOOD, captures=5)
    captures = [
        LabelledCapture(f"p{k}", t, sensor="lg" if k % 2 else "panasonic")
        for k, shots in enumerate(people)
        for t in shots
    ]
    made, _ = calibrate(
        captures, version="two", made_on=dt.date(2026, 1, 1), source="simulated irises", stands_for=["simulated"]
    )
    return made


@pytest.fixture
def weigher(by_sensors: Calibration) -> Weigher:
    return Weigher(calibration=by_sensors, policy=Policy())


def test_a_child_is_known_again_by_the_scanner_it_was_met_with_and_by_another_known_one(
    centre: Centre, van_1: Tablet, eyes: Eyes
) -> None:
    centre.take(van_1.meet(slot(eyes.of(0)), sensor="lg"))
    sent = [
        van_1.meet(slot(eyes.of(0, n)), sensor=sensor) for n, sensor in enumerate(("lg", "panasonic", "simulated"), 1)
    ]
    centre.take(*sent)
    assert [van_1.result(one)[0].outcome for one in sent] == [SlotOutcome.KNOWN] * 3
    assert [row["sensor"] for row in centre.rows("select sensor from encounter order by id")] == [
        "lg", "lg", "panasonic", "simulated",
    ]  # fmt: skip


def test_a_scanner_nothing_is_known_of_brings_a_reviewer_and_a_provisional_child(
    centre: Centre, van_1: Tablet, eyes: Eyes
) -> None:
    centre.take(van_1.meet(slot(eyes.of(0)), sensor="lg"))
    again, stranger = (van_1.meet(slot(one), sensor="bought yesterday") for one in (eyes.of(0, 1), eyes.of(5)))
    centre.take(again, stranger)
    assert [van_1.result(one)[0].outcome for one in (again, stranger)] == [SlotOutcome.REVIEW, SlotOutcome.CANNOT_TELL]
    assert [
        row["outcome_reason"] for row in centre.rows("select outcome_reason from slot where id > 1 order by id")
    ] == ["uncalibrated"] * 2
    assert centre.one("select count(*) from child where standing = 'provisional'") == 2
    assert centre.one("select count(*) from review_question") == 1
    assert centre.one("select count(*) from case_file") == 3


def test_what_such_a_scanner_enrolled_is_for_a_reviewer_too(centre: Centre, van_1: Tablet, eyes: Eyes) -> None:
    centre.take(van_1.meet(slot(eyes.of(0)), sensor="lg"), van_1.meet(slot(eyes.of(3)), sensor="lg"))
    with centre.registry.database.writing() as work:
        work.session.connection().exec_driver_sql("update encounter set sensor = 'bought yesterday' where id = 1")
        work.commit()
    sent = [van_1.meet(slot(eyes.of(child, 1)), sensor="lg") for child in (0, 3)]
    centre.take(*sent)
    assert [van_1.result(one)[0].outcome for one in sent] == [SlotOutcome.REVIEW, SlotOutcome.KNOWN]


def test_a_tablet_that_names_no_scanner_is_answered_as_before(centre: Centre, van_1: Tablet, eyes: Eyes) -> None:
    sent = [van_1.meet(slot(eyes.of(0))), van_1.meet(slot(eyes.of(0, 1)))]
    centre.take(*sent)
    assert [van_1.result(one)[0].outcome for one in sent] == [SlotOutcome.NEW, SlotOutcome.KNOWN]


def test_two_slots_of_one_report_are_of_its_scanner(centre: Centre, van_1: Tablet, eyes: Eyes) -> None:
    sent = van_1.meet(slot(eyes.of(0), 1), slot(eyes.of(0, 1), 2), sensor="lg")
    centre.take(sent)
    assert [told.outcome for told in van_1.result(sent)] == [SlotOutcome.NEW, SlotOutcome.REVIEW]
    with centre.registry.database.reading() as work:
        evidence = work.session.get_one(Slot, 2).evidence or {}
    assert evidence["facts"]["candidates"][0]["sensor"] == "lg"
    assert redecide(evidence).outcome == "known"


def test_the_registry_weighs_by_the_calibration_that_its_settings_name(
    settings: RegistrySettings, by_sensors: Calibration, clock: StillClock, tmp_path: Path
) -> None:
    file = tmp_path / "ours.json"
    file.write_text(by_sensors.model_dump_json())
    ours = settings.model_copy(update={"calibration": file})
    registry = Registry.open(ours, clock=clock)
    with Matching.open(registry) as matching:
        assert matching.weigher.calibration == by_sensors
    registry.close()


@pytest.mark.parametrize("content", [None, "{}"], ids=["not there", "no calibration"])
def test_a_calibration_that_cannot_be_read_stops_the_registry_with_its_name(
    settings: RegistrySettings, clock: StillClock, tmp_path: Path, content: str | None
) -> None:
    file = tmp_path / "ours.json"
    if content is not None:
        file.write_text(content)
    registry = Registry.open(settings.model_copy(update={"calibration": file}), clock=clock)
    with pytest.raises(CalibrationInvalid, match=r"ours\.json"), Matching.open(registry):
        pass
    registry.close()
