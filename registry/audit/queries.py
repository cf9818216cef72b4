"""What the administrator's page reads of the audit trail."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.audit.tables import AuditEntry

PAGE_SIZE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditRow:
    seq: int
    at: datetime
    actor: str
    action: str
    subject: str
    detail: str


def entries(session: Session, *, before: int | None = None, action: str = "") -> list[AuditRow]:
    """The latest entries, or those before a number; `action` filters by how the action's word begins."""
    rows = select(AuditEntry).order_by(AuditEntry.seq.desc()).limit(PAGE_SIZE)
    if before is not None:
        rows = rows.where(AuditEntry.seq < before)
    if action:
        rows = rows.where(AuditEntry.action.startswith(action, autoescape=True))
    return [
        AuditRow(
            seq=entry.seq, at=datetime.fromisoformat(entry.at), actor=entry.actor, action=entry.action,
            subject=entry.subject, detail=entry.detail,
        )
        for entry in session.scalars(rows)
    ]  # fmt: skip
