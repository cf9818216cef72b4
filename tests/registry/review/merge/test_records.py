"""The written record at a merge: joined, with every alert, and the survivor's own again afterwards."""

import json

import pytest

from registry.children.record import ChildRecord, SafetyAlert, Strictness
from registry.children.records import RecordVersion
from registry.review.merge.proposing import record_of
from registry.review.merge.rules import Take
from tests.registry.house import Centre, StillClock, Tablet, slot
from tests.registry.review.conftest import Registrar


def alert(clock: StillClock, words: str, strictness: Strictness) -> SafetyAlert:
    return SafetyAlert(words=words, strictness=strictness, since=clock.now().date())


def write(registrar: Registrar, child: int, record: ChildRecord) -> None:
    with registrar.office.work() as work:
        work.session.add(
            RecordVersion(
                child_id=child, record=record.model_dump(mode="json"), written_by="sara",
                written_at=registrar.centre.registry.clock.now(),
            )
        )  # fmt: skip


def in_force(registrar: Registrar, child: int) -> ChildRecord:
    with registrar.centre.registry.database.reading() as work:
        return ChildRecord.model_validate_json(json.dumps(record_of(work.session, child)))


@pytest.fixture
def two(registrar: Registrar, centre: Centre, van_1: Tablet, clock: StillClock) -> Registrar:
    centre.take(van_1.meet(slot(None), slot(None, 2)))
    caution, danger = Strictness.CAUTION, Strictness.DANGER
    write(registrar, 1, ChildRecord(given_name="زهرا", safety_alerts=(alert(clock, "برادر بزرگ", caution),)))
    write(
        registrar,
        2,
        ChildRecord(
            given_name="زری",
            fathers_name="غلام",
            safety_alerts=(alert(clock, "برادر بزرگ", danger), alert(clock, "کارفرما", caution)),
        ),
    )
    return registrar


def test_the_survivors_record_has_every_alert_in_its_stricter_form(two: Registrar) -> None:
    two.merge(2, 1, fields={"record.given_name": Take.ABSORBED})
    record = in_force(two, 1)
    assert (record.given_name, record.fathers_name) == ("زری", "غلام")
    assert {one.words: one.strictness for one in record.safety_alerts} == {
        "برادر بزرگ": Strictness.DANGER, "کارفرما": Strictness.CAUTION,
    }  # fmt: skip


def test_undone_each_record_is_its_own_again_and_no_version_is_lost(two: Registrar) -> None:
    before, own = two.rows(), [in_force(two, child) for child in (1, 2)]
    merge = two.merge(2, 1)
    two.undo(merge)
    after = two.rows()
    assert {key: after[key] for key in before} == before
    assert [in_force(two, child) for child in (1, 2)] == own
    versions = two.centre.rows("select because from child_record where child_id = 1 order by id")
    assert [row["because"] for row in versions] == ["", "merge:1", "unmerge:1"]


def test_a_version_written_since_goes_to_whom_a_person_says(two: Registrar) -> None:
    merge = two.merge(2, 1)
    write(two, 1, ChildRecord(given_name="زری", nickname="پری"))
    (since,) = two.since(merge)
    two.undo(merge, {since: "absorbed"})
    assert in_force(two, 2).nickname == "پری"
    assert in_force(two, 1).given_name == "زهرا"
