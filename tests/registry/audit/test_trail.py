"""A trail that shows every change, and does not hinder those who write it."""

import threading
from collections.abc import Callable

import pytest
from sqlalchemy import text

from registry.bootstrap import Registry
from registry.errors import AuditBroken


def write(registry: Registry, count: int = 5) -> None:
    for n in range(count):
        registry.trail.record(registry.database, actor="account:reza", action="page.seen", subject=f"child:{n}")


def tamper(registry: Registry, *statements: str) -> None:
    """As a thief with the database would: the triggers go first."""
    drop = (
        ("drop trigger audit_entry_append_only on audit_entry",)
        if registry.database.is_postgresql
        else ("drop trigger audit_entry_no_update", "drop trigger audit_entry_no_delete")
    )
    with registry.database.writing() as work:
        for statement in (*drop, *statements):
            work.session.execute(text(statement))
        work.commit()


def test_an_untouched_trail_holds(registry: Registry) -> None:
    write(registry)
    assert registry.trail.verify(registry.database) == 5


def test_an_empty_trail_holds(registry: Registry) -> None:
    assert registry.trail.verify(registry.database) == 0


def test_one_changed_letter_anywhere_is_found(registry: Registry) -> None:
    write(registry)
    tamper(registry)
    for column in ("at", "actor", "action", "subject", "detail", "previous", "seal"):
        for seq in (1, 3, 5):
            with registry.database.writing() as work:
                before = work.session.execute(text(f"select {column} from audit_entry where seq = {seq}")).scalar_one()
                set_to = text(f"update audit_entry set {column} = :value where seq = {seq}")
                work.session.execute(set_to, {"value": "~" + before[1:]})
                work.commit()
            with pytest.raises(AuditBroken, match="entry"):
                registry.trail.verify(registry.database)
            with registry.database.writing() as work:
                work.session.execute(set_to, {"value": before})
                work.commit()
    assert registry.trail.verify(registry.database) == 5


@pytest.mark.parametrize(
    "statement",
    [
        "delete from audit_entry where seq = 1",
        "delete from audit_entry where seq = 3",
        "delete from audit_entry where seq = 5",
        "delete from audit_entry",
        "delete from audit_head",
        "update audit_head set seq = 4",
        "update audit_entry set seq = 9 where seq = 5",
        "insert into audit_entry select 6, at, actor, action, subject, detail, seal, seal from audit_entry where seq=5",
    ],
)
def test_removed_added_and_moved_entries_are_found(registry: Registry, statement: str) -> None:
    write(registry)
    tamper(registry, statement)
    with pytest.raises(AuditBroken):
        registry.trail.verify(registry.database)


@pytest.mark.parametrize("statement", ["update audit_entry set actor = 'x'", "delete from audit_entry"])
def test_the_database_itself_refuses_changes(registry: Registry, statement: str) -> None:
    from sqlalchemy.exc import DBAPIError

    write(registry)
    with pytest.raises(DBAPIError, match="append-only"), registry.database.writing() as work:
        work.session.execute(text(statement))
    assert registry.trail.verify(registry.database) == 5


def test_an_entry_is_kept_only_with_the_act_that_it_tells_of(registry: Registry) -> None:
    with registry.database.writing() as work:
        registry.trail.append(work, actor="account:reza", action="case.closed")
    assert registry.trail.verify(registry.database) == 0


def test_many_writers_at_once_leave_no_gap_and_verifying_beside_them_finds_nothing(registry: Registry) -> None:
    verified: list[int] = []

    def verify() -> None:
        for _ in range(10):
            verified.append(registry.trail.verify(registry.database))

    acts: list[Callable[[], None]] = [lambda: write(registry, 15)] * 4 + [verify]
    threads = [threading.Thread(target=act) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(verified) == 10
    assert registry.trail.verify(registry.database) == 60
