"""Telling the live pages, in the transaction that is told of."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select, text

from registry.db import UnitOfWork
from registry.live.tables import LiveEvent

CHANNEL = "panah_live"


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """What a page may show: ids and outcome words, no names. `kind` as in `LiveEvent`."""

    kind: str
    encounter_id: int | None = None
    slot_id: int | None = None
    child_id: int | None = None
    case_id: int | None = None
    data: dict[str, Any] = field(default_factory=dict)


def tell(work: UnitOfWork, happenings: Sequence[Happening], *, at: datetime) -> None:
    """Append live events. Their ids rise in the order of commits, because the trail's lock is held from here on."""
    if not happenings:
        return
    work.lock_trail()
    last = work.session.execute(select(func.coalesce(func.max(LiveEvent.id), 0))).scalar_one()
    rows = [
        {
            "id": last + k, "at": at, "kind": happening.kind, "encounter_id": happening.encounter_id,
            "slot_id": happening.slot_id, "child_id": happening.child_id, "case_id": happening.case_id,
            "data": happening.data,
        }
        for k, happening in enumerate(happenings, start=1)
    ]  # fmt: skip
    work.session.execute(insert(LiveEvent), rows)
    if work.database.is_postgresql:
        # One channel serves every schema of the database; a listener looks whether the payload is its own.
        work.session.execute(
            text("select pg_notify(:channel, :schema)"), {"channel": CHANNEL, "schema": work.database.schema or ""}
        )
