"""The gallery log: what an engine follows."""

from collections.abc import Iterable

from sqlalchemy import Select, case, func, select

from matching import Template
from matching.interfaces import Engine, GalleryChange
from registry.children.tables import GalleryLog, IrisTemplate
from registry.db import Database, UnitOfWork

CHUNK = 2_000
"""Log rows read at a time."""


def changes_since(work: UnitOfWork, seq: int, *, limit: int | None = None) -> list[GalleryChange]:
    """The log beyond `seq`, in order."""
    rows = work.session.execute(_log(seq).limit(limit))
    return [_change(row.seq, row.op, row.template_id, row.data) for row in rows]


def last_seq(work: UnitOfWork) -> int:
    """The log's last number; 0 for an empty log."""
    return work.session.execute(select(func.coalesce(func.max(GalleryLog.seq), 0))).scalar_one()


def templates_in_gallery(work: UnitOfWork) -> int:
    """How many an engine at the log's end holds."""
    signed = case((GalleryLog.op == "add", 1), else_=-1)
    return work.session.execute(select(func.coalesce(func.sum(signed), 0))).scalar_one()


def follow(engine: Engine, database: Database) -> int:
    """Bring the engine up to the log; the number of rows that were applied. Errors: DatabaseUnavailable."""
    applied = 0
    while True:
        with database.reading() as work:
            changes = changes_since(work, engine.seq, limit=CHUNK)
        if not changes:
            return applied
        engine.apply(changes)
        applied += len(changes)


def added_and_removed(changes: Iterable[GalleryChange]) -> tuple[dict[int, Template], set[int]]:
    """The net effect of some log rows: templates now there, ids now gone."""
    added: dict[int, Template] = {}
    removed: set[int] = set()
    for change in changes:
        if change.op == "add" and change.template is not None:
            added[change.template_id] = change.template
            removed.discard(change.template_id)
        else:
            added.pop(change.template_id, None)
            removed.add(change.template_id)
    return added, removed


def _log(seq: int) -> Select[int, str, int, bytes]:
    return (
        select(GalleryLog.seq, GalleryLog.op, GalleryLog.template_id, IrisTemplate.data)
        .join(IrisTemplate, IrisTemplate.id == GalleryLog.template_id)
        .where(GalleryLog.seq > seq)
        .order_by(GalleryLog.seq)
    )


def _change(seq: int, op: str, template_id: int, data: bytes) -> GalleryChange:
    if op == "add" and data:
        return GalleryChange(seq=seq, op="add", template_id=template_id, template=Template.from_bytes(data))
    # A template that was added and emptied since: whoever reads the log from its beginning never had it.
    return GalleryChange(seq=seq, op="remove", template_id=template_id)
