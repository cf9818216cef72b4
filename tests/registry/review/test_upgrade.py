"""A registry in which questions waited before reviewers could answer them."""

from pathlib import Path

from alembic import command
from sqlalchemy import Connection, text

from registry.db import Database
from registry.migrations.run import configuration

NIGHT = "2026-01-02 20:00:00.000000"


def _fill(connection: Connection) -> None:
    """Item 1 asks whether child 2 is child 1 or 3; item 2 is answered; item 3 waits for another scan."""
    connection.exec_driver_sql("pragma defer_foreign_keys = on")  # the slots themselves are not needed here
    for child in (1, 2, 3):
        connection.exec_driver_sql(
            "insert into child (id, code, standing, sex, created_at) values (?, ?, 'confirmed', 'girl', ?)",
            (child, str(child), NIGHT),
        )
    for item, state in ((1, "open"), (2, "closed"), (3, "open")):
        connection.exec_driver_sql(
            "insert into review_item (id, state, reason, opened_at) values (?, ?, 'unsure', ?)", (item, state, NIGHT)
        )
    members = ((1, "probe", 2), (1, "candidate", 1), (1, "candidate", 3), (2, "probe", 2), (2, "candidate", 1))
    for item, role, child in (*members, (3, "probe", 2)):
        connection.exec_driver_sql(
            "insert into review_member (item_id, role, child_id, slot_id, joined_at) values (?, ?, ?, ?, ?)",
            (item, role, child, item, NIGHT),
        )


def test_each_pair_of_an_open_item_becomes_a_question(tmp_path: Path) -> None:
    database = Database.open(f"sqlite:///{tmp_path / 'registry.db'}")
    with database.writing() as work:
        connection = work.session.connection()
        command.upgrade(configuration(connection), "0003")
        _fill(connection)
        command.upgrade(configuration(connection), "head")
        asked = text("select item_id, child_id, other_id, state, raised_by from review_question order by id")
        rows = [tuple(row) for row in work.session.execute(asked)]
    assert rows == [(1, 2, 1, "open", "matching"), (1, 2, 3, "open", "matching")]
    database.close()
