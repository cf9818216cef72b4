"""Versions of a child's record."""

import pytest
from sqlalchemy import func, select

from registry.access.rules import Role
from registry.audit.tables import AuditEntry
from registry.children.records import RecordVersion
from registry.children.tables import Child
from registry.errors import NotThere, RecordChanged, RuleForbids
from tests.registry.children.conftest import Colleague, Desk


def versions(desk: Desk, child_id: int) -> list[RecordVersion]:
    with desk.registry.database.reading() as work:
        asked = select(RecordVersion).where(RecordVersion.child_id == child_id).order_by(RecordVersion.id)
        return list(work.session.scalars(asked))


def test_every_version_stays_and_says_what_it_follows(desk: Desk, sara: Colleague, omid: Colleague) -> None:
    (child,) = desk.meet("زهرا")
    first = desk.write(child, sara, given_name="زهرا", fathers_name="کریم")
    second = desk.write(child, omid, seen=first.id, given_name="زهره", fathers_name="کریم")
    written = versions(desk, child)
    assert [(one.id, one.follows_id, one.written_by) for one in written] == [
        (first.id, None, "sara"),
        (second.id, first.id, "omid"),
    ]
    assert [one.record["given_name"] for one in written] == ["زهرا", "زهره"]


def test_the_second_of_two_editors_overwrites_nothing(desk: Desk, sara: Colleague, omid: Colleague) -> None:
    (child,) = desk.meet("زهرا")
    blank = desk.write(child, sara, given_name="زهرا")
    desk.write(child, omid, seen=blank.id, given_name="زهرا", nickname="گلی")
    with pytest.raises(RecordChanged) as told:
        desk.write(child, sara, seen=blank.id, given_name="زهرا", family_name="نوری")
    assert told.value.newest == blank.id + 1
    with pytest.raises(RecordChanged):
        desk.write(child, sara, seen=None, given_name="زهرا", family_name="نوری")
    decided = desk.write(child, sara, seen=told.value.newest, given_name="زهرا", nickname="گلی", family_name="نوری")
    assert len(versions(desk, child)) == 3
    assert decided.follows_id == told.value.newest


def test_the_same_record_sent_twice_is_written_once(desk: Desk, sara: Colleague) -> None:
    (child,) = desk.meet("زهرا")
    first = desk.write(child, sara, given_name="زهرا")
    assert desk.write(child, sara, given_name="زهرا").id == first.id
    assert len(versions(desk, child)) == 1


def test_the_audit_names_the_fields_and_never_what_is_in_them(desk: Desk, sara: Colleague) -> None:
    (child,) = desk.meet(None)
    desk.write(child, sara, given_name="گلالی", sleeping_place={"kind": "street", "where": "زیر پل"})
    with desk.registry.database.reading() as work:
        entry = work.session.scalars(select(AuditEntry).where(AuditEntry.action == "child.recorded")).one()
    assert "sleeping_place" in entry.detail
    assert "گلالی" not in entry.detail
    assert "پل" not in entry.detail


def test_lists_follow_the_record_and_keep_what_it_leaves_open(desk: Desk, sara: Colleague) -> None:
    (child,) = desk.meet("زری")
    said = {"low": 7, "high": 8, "method": "document", "said_on": "2026-11-01"}
    desk.write(child, sara, fathers_name="کریم", age=said)
    with desk.registry.database.reading() as work:
        row = work.session.get_one(Child, child)
    assert (row.given_name, row.sex, row.age_low, row.age_high, row.age_method) == ("زری", "girl", 7, 8, "document")


def test_a_birth_on_paper_goes_before_an_age_that_was_guessed_everywhere(desk: Desk, sara: Colleague) -> None:
    (child,) = desk.meet("زری")
    guess = {"low": 17, "high": 19, "method": "estimated", "said_on": "2024-11-01"}
    first = desk.write(child, sara, age=guess)
    desk.write(child, sara, seen=first.id, age=guess, birth={"when": "۱۳۸۹/۰۲/۰۱", "method": "document"})
    with desk.registry.database.reading() as work:
        row = work.session.get_one(Child, child)
    assert (row.age_low, row.age_high, row.age_method) == (16, 16, "document"), (
        "no grown-up by a guess of two years ago"
    )


def test_a_date_that_has_not_come_and_a_child_as_its_own_sibling_are_refused(desk: Desk, sara: Colleague) -> None:
    (child,) = desk.meet("زهرا")
    with pytest.raises(RuleForbids) as ahead:
        desk.write(child, sara, birth={"when": "۱۴۰۷", "method": "said"})
    with pytest.raises(RuleForbids) as itself:
        desk.write(child, sara, siblings=[{"name": "زهرا", "child_id": child}])
    assert (ahead.value.said, itself.value.said) == ("people.in_the_future", "people.not_the_child_itself")
    assert versions(desk, child) == []


def test_who_may_not_write_finds_no_child(desk: Desk) -> None:
    (child,) = desk.meet("زهرا")
    clinician = desk.colleague("nima", Role.CLINICIAN)
    with pytest.raises(NotThere):
        desk.write(child, clinician, given_name="زهرا")
    with pytest.raises(NotThere):
        desk.write(child + 1, desk.colleague("roya", Role.SOCIAL_WORKER), given_name="زهرا")


def test_a_child_merged_into_another_is_written_on_there(desk: Desk, sara: Colleague) -> None:
    kept, absorbed = desk.meet("زهرا", "زری")
    with desk.work() as work:
        work.session.get_one(Child, absorbed).merged_into_id = kept
    with pytest.raises(NotThere):
        desk.write(absorbed, sara, given_name="زری")
    with desk.registry.database.reading() as work:
        assert work.session.scalar(select(func.count()).select_from(RecordVersion)) == 0
