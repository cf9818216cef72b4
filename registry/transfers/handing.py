"""What an office is told before it accepts a case, and the receipt of what was handed over then."""

import hashlib
import json
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update

from registry.cases.reading import Opened
from registry.cases.records import CaseEntry, Promise
from registry.cases.rules.orders import answered_order
from registry.children.recording import newest
from registry.children.tables import Child
from registry.db import UnitOfWork
from registry.transfers.forms import TransferForm
from registry.transfers.rules import READS_FOR, SEALED, State
from registry.transfers.tables import CaseTransfer


def summary(work: UnitOfWork, opened: Opened, form: TransferForm) -> dict[str, Any]:
    """Nothing in it names the child, its people or a place; it is enough to say whether one can care for it."""
    case, facts = opened.case, opened.facts
    record = newest(work.session, case.child_id)
    order = answered_order(facts)
    return {
        "needs": form.needs,
        "sex": case.child.sex,
        "age": list(facts.age) if facts.age else None,
        "languages": list(record.record.get("languages", ())) if record else [],
        "disability": bool(record and record.record.get("disability")),
        "state": str(facts.state),
        "risk": str(facts.risk),
        "order_expires_on": order.granted.expires_on.isoformat() if order and order.granted else None,
        "tasks": [
            {"name": row.name, "due_at": row.due_at.isoformat() if row.due_at else None}
            for row in sorted(opened.tasks.values(), key=lambda row: row.id)
        ],
        "open_promises": facts.open_promises,
    }


def hand_over(work: UnitOfWork, transfer: CaseTransfer, opened: Opened, owner_id: int, by: str, now: datetime) -> None:
    """Sealed forms stay; everything else is the new office's. The receipt tells what it was, by number and digest."""
    case = opened.case
    rows = list(work.session.scalars(select(CaseEntry).where(CaseEntry.case_id == case.id).order_by(CaseEntry.id)))
    stays = [row for row in rows if row.task in SEALED]
    work.session.execute(
        update(CaseEntry)
        .where(CaseEntry.id.in_([row.id for row in stays]), CaseEntry.stays_with_id.is_(None))
        .values(stays_with_id=transfer.from_office_id)
    )
    transfer.state, transfer.answered_at, transfer.answered_by = State.ACCEPTED, now, by
    transfer.reads_until = now + READS_FOR
    transfer.receipt = {
        "number": transfer.number,
        "case_number": case.number,
        "child_code": work.session.get_one(Child, case.child_id).code,
        "accepted_at": now.isoformat(),
        "accepted_by": by,
        "reads_until": transfer.reads_until.isoformat(),
        "handed_over": [{"entry": row.id, "task": row.task} for row in rows if row.task not in SEALED],
        "stay_here": [{"entry": row.id, "task": row.task} for row in stays],
        "last_entry": max((row.id for row in rows), default=0),
        "promises": _promises(work, case.id),
        "digest": _digest(rows),
    }
    case.owner_id = owner_id


def _promises(work: UnitOfWork, case_id: int) -> int:
    counted = select(func.count()).select_from(Promise).where(Promise.case_id == case_id, Promise.ended.is_(None))
    return work.session.scalar(counted) or 0


def _digest(rows: list[CaseEntry]) -> str:
    """SHA-256 over what was handed over, so that nobody can say later that something else stood there."""
    handed = [[row.id, row.task, row.standing, row.form] for row in rows if row.task not in SEALED]
    return hashlib.sha256(json.dumps(handed, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
