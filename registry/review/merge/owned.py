"""Every table whose rows belong to a child, and what a merge does with them. One list; a test fails where it lacks one.

A table that points at `child` is listed here by table and column. What hangs on a case or a slot follows its case or
slot and is not listed.
"""

from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Column, Table
from sqlalchemy.sql.schema import ForeignKey

from registry.base import Base

How = Literal["moves", "relinks", "stays"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Owned:
    """moves: the row's child becomes the survivor. relinks: a dated link is closed and a new one opened.
    stays: the row tells of the past or of the pair itself; it keeps the child it was written for."""

    table: str
    column: str = "child_id"
    how: How = "moves"

    @property
    def key(self) -> tuple[str, str]:
        return self.table, self.column


CHILD_OWNED: tuple[Owned, ...] = (
    Owned(table="case_file"),
    Owned(table="proposal"),
    Owned(table="child_record"),
    Owned(table="child_seal"),
    Owned(table="child_seal_access"),
    Owned(table="family_member"),
    Owned(table="tracing_match"),
    Owned(table="note"),
    Owned(table="flag"),
    Owned(table="attachment"),
    Owned(table="child_slot_link", how="relinks"),
    Owned(table="child_name_mark", how="stays"),  # made anew from slots and records: `gather_marks`
    Owned(table="safeguarding_report", how="stays"),  # nobody who undoes a merge is shown that there is a report
    Owned(table="child_access_withdrawn", how="stays"),  # `sealing.sealed_from` follows merges
    Owned(table="child", column="merged_into_id", how="stays"),
    Owned(table="review_member", how="stays"),
    Owned(table="review_question", how="stays"),
    Owned(table="review_question", column="other_id", how="stays"),
    Owned(table="child_merge", column="survivor_id", how="stays"),
    Owned(table="child_merge", column="absorbed_id", how="stays"),
    Owned(table="slot_detachment", column="from_child_id", how="stays"),
    Owned(table="slot_detachment", column="to_child_id", how="stays"),
)

MOVING: tuple[Owned, ...] = tuple(owned for owned in CHILD_OWNED if owned.how == "moves")
LINKS = "child_slot_link"
RECORDS = "child_record"


def table(name: str) -> Table:
    """Errors: KeyError."""
    return Base.metadata.tables[name]


def pointing_at(target: str) -> list[Column[object]]:
    """All columns of the schema that refer to a table's id."""
    keys: list[ForeignKey] = [key for one in Base.metadata.tables.values() for key in one.foreign_keys]
    return [key.parent for key in keys if key.column.table.name == target]
