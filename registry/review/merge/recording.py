"""Changing rows so that they can be put back: what each was before, and what the merge made of it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from registry.db import UnitOfWork
from registry.review.merge.owned import RECORDS, table
from registry.review.merge.values import row_stored
from registry.review.tables import MergeRow


class Recorder:
    """Writes in the merge's own transaction, past the session's objects: they are expired afterwards by the caller."""

    def __init__(self, work: UnitOfWork, merge_id: int) -> None:
        self._work, self._merge_id = work, merge_id

    def change(self, name: str, row: RowMapping, values: Mapping[str, Any]) -> bool:
        """Set some columns of a row and remember them; False where a rule of the table forbids it, and then nothing
        has changed."""
        changed = {column: value for column, value in values.items() if row[column] != value}
        if changed:
            one = table(name)
            try:
                with self._work.session.begin_nested():
                    self._work.session.execute(update(one).where(one.c.id == row["id"]).values(**changed))
            except IntegrityError:
                self.keep(name, row["id"])
                return False
        before = {column: row[column] for column in changed}
        self._remember(name, row["id"], before, changed)
        return True

    def keep(self, name: str, row_id: int) -> None:
        """The row was there and stays as it is."""
        self._remember(name, row_id, {}, {})

    def keep_whole(self, name: str, row_id: int, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
        self._remember(name, row_id, before, after)

    def write(self, name: str, values: Mapping[str, Any]) -> int:
        one = table(name)
        row_id: int = self._work.session.execute(insert(one).values(**values).returning(one.c.id)).scalar_one()
        self._remember(name, row_id, {}, {}, written=True)
        return row_id

    def _remember(
        self, name: str, row_id: int, before: Mapping[str, Any], after: Mapping[str, Any], *, written: bool = False
    ) -> None:
        self._work.session.execute(
            insert(MergeRow).values(
                merge_id=self._merge_id, table_name=name, row_id=row_id, before=row_stored(before),
                after=row_stored(after), written=written,
            )
        )  # fmt: skip


def write_record(
    work: UnitOfWork,
    recorder: Recorder | None,
    child_id: int,
    record: Mapping[str, Any],
    *,
    by: str,
    why: str,
    now: datetime,
) -> None:
    """The next version of the child's written record: none is ever changed."""
    versions = table(RECORDS)
    last = select(func.max(versions.c.id)).where(versions.c.child_id == child_id)
    values = {
        "child_id": child_id, "follows_id": work.session.execute(last).scalar_one(), "record": dict(record),
        "written_at": now, "written_by": by, "because": why,
    }  # fmt: skip
    if recorder is None:
        work.session.execute(insert(versions).values(**values))
    else:
        recorder.write(RECORDS, values)


def rows_of(work: UnitOfWork, name: str, column: str, child_id: int) -> list[RowMapping]:
    one = table(name)
    return list(work.session.execute(select(one).where(one.c[column] == child_id).order_by(one.c.id)).mappings())
