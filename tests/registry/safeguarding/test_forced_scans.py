"""“I was forced”: what was kept of the eye goes, the meeting stays; on both databases."""

import re
from typing import Any

import pytest

from matching import LocalEngine
from registry.bootstrap import Registry
from registry.children.gallery import follow
from tests.registry.house import Centre, Eyes, Tablet, slot
from tests.registry.safeguarding.conftest import DECISION, Watch
from tests.registry.web.conftest import LogIn

FORCED: dict[str, Any] = {"told_by": "child", "concerns": ["forced_scan"], "words": "سرم را گرفتند"}
BECAUSE = "دو همکار دیدند که سر او را گرفتند"


@pytest.fixture
def forced(registry: Registry, log_in: LogIn, centre: Centre, van_1: Tablet, eyes: Eyes) -> Watch:
    """A child whose irises were captured on the street, and people to whom it can say so."""
    centre.take(van_1.meet(slot(eyes.of(0))))
    return Watch(registry, log_in, 1)


def told(watch: Watch) -> dict[str, Any]:
    filed = watch.file(child_id=watch.child_id, **FORCED)
    assert filed.status_code == 201, filed.text
    return watch.taken(filed.json()["reference"])


def remove(watch: Watch, report: dict[str, Any], *slots: int) -> Any:
    return watch.act(report["id"], "forced-scan", slots=list(slots), because=BECAUSE)


def test_nothing_of_the_eye_is_left_and_the_meeting_stays(
    forced: Watch, centre: Centre, van_1: Tablet, eyes: Eyes
) -> None:
    report = told(forced)
    (capture,) = report["captures"]
    assert capture["place"] == "میدان شوش"
    done = remove(forced, report, capture["slot_id"])
    assert done.status_code == 200, done.text
    assert done.json()["captures"] == []
    assert done.json()["entries"][-1]["form"] == {"slots": [1], "because": BECAUSE, "templates": 1}
    assert [bytes(row["data"]) for row in centre.rows("select data from template")] == [b""]  # type: ignore[arg-type]
    assert centre.rows("select evidence from slot") == [{"evidence": None}]
    assert centre.rows("select op from gallery_log order by seq") == [{"op": "add"}, {"op": "remove"}]
    assert centre.one("select count(*) from encounter") == 1
    assert centre.rows("select state, child_id from case_file") == [{"state": "intake", "child_id": 1}]
    (entry,) = centre.rows("select subject, detail from audit_entry where action = 'safeguarding.iris_removed'")
    assert entry["subject"] == f"report:{report['id']}"
    centre.take(van_1.meet(slot(eyes.of(0, 1))))
    assert [row["outcome"] for row in centre.rows("select outcome from slot order by id")] == ["new", "new"]


def test_whoever_reads_the_gallery_from_its_beginning_never_has_it(
    forced: Watch, registry: Registry, centre: Centre, van_1: Tablet, eyes: Eyes
) -> None:
    centre.take(van_1.meet(slot(eyes.of(1))))
    report = told(forced)
    assert remove(forced, report, 1).status_code == 200
    engine = LocalEngine()
    assert follow(engine, registry.database) == 3
    assert engine.size == 1
    assert {one.id for child in (0, 1) for one in engine.search(eyes.of(child, 2)).candidates} == {2}


@pytest.mark.parametrize(("slots", "why"), [([2], "no_iris_there"), ([1, 99], "no_iris_there")])
def test_only_this_childs_own_captures_are_removed(
    forced: Watch, centre: Centre, van_1: Tablet, eyes: Eyes, slots: list[int], why: str
) -> None:
    centre.take(van_1.meet(slot(eyes.of(1))))
    refused = remove(forced, told(forced), *slots)
    assert_refused(refused, why)
    assert centre.one("select count(*) from gallery_log") == 2


def test_an_officer_takes_the_report_first_and_names_the_child(forced: Watch, centre: Centre) -> None:
    filed = forced.file(child_id=forced.child_id, **FORCED).json()
    row = next(one for one in forced.officer.get("/safeguarding/reports").json()["reports"])
    assert_refused(remove(forced, row, 1), "take_it_first")
    report = forced.taken(filed["reference"])
    forced.act(report["id"], "decision", **DECISION)
    assert remove(forced, report, 1).status_code == 200
    assert_refused(remove(forced, report, 1), "no_iris_there")
    nobody = forced.taken(forced.file(**FORCED).json()["reference"])
    assert nobody["captures"] == []
    assert_refused(remove(forced, nobody, 1), "no_child_yet")
    assert centre.one("select count(*) from gallery_log") == 2


def assert_refused(answer: Any, why: str) -> None:
    assert answer.status_code == 409, answer.text
    refusal = answer.json()["refusal"]
    assert refusal["why"] == why
    assert re.search("[آ-ی]", refusal["reason"]["fa"])
    assert re.search("[a-z]", refusal["reason"]["en"])
