"""The case's own history: one line for everything that happens, beside the audit trail that is everybody's."""

from datetime import datetime

from sqlalchemy import insert, update
from sqlalchemy.orm.attributes import set_committed_value

from registry.audit.service import AuditTrail
from registry.cases.rules.facts import Actor
from registry.cases.tables import Case, CaseEvent
from registry.db import UnitOfWork


def note(
    work: UnitOfWork,
    case: Case,
    kind: str,
    *,
    actor: str,
    now: datetime,
    slot_id: int | None = None,
    detail: dict[str, object] | None = None,
) -> None:
    """What happened, by whom; `detail` holds ids, words of the law and reasons, never what a form says."""
    work.session.execute(
        insert(CaseEvent).values(case_id=case.id, at=now, kind=kind, actor=actor, slot_id=slot_id, detail=detail or {})
    )
    raised = update(Case).where(Case.id == case.id).values(version=Case.version + 1).returning(Case.version)
    set_committed_value(case, "version", work.session.execute(raised).scalar_one())


def record(
    work: UnitOfWork,
    case: Case,
    kind: str,
    *,
    actor: Actor,
    now: datetime,
    trail: AuditTrail,
    detail: dict[str, object] | None = None,
) -> None:
    """A person's act: in the case's history and in the audit trail."""
    note(work, case, kind, actor=actor.name, now=now, detail=detail)
    seen = {name: value for name, value in (detail or {}).items() if name not in ("reason", "because")}
    trail.append(work, actor=actor.name, action=f"case.{kind}", subject=f"case:{case.id}", detail=seen)
