"""The working calendar that dues are counted by, and editing its holidays."""

from datetime import date, datetime

from sqlalchemy import delete, select

from registry.audit.service import AuditTrail
from registry.calendar.rules import WorkingCalendar
from registry.calendar.tables import Holiday
from registry.db import UnitOfWork
from registry.errors import NotThere


def working_calendar(work: UnitOfWork) -> WorkingCalendar:
    return WorkingCalendar(holidays=frozenset(work.session.scalars(select(Holiday.day))))


def holidays(work: UnitOfWork, *, since: date, until: date) -> list[Holiday]:
    rows = work.session.scalars(select(Holiday).where(Holiday.day.between(since, until)).order_by(Holiday.day))
    return list(rows)


def set_holiday(work: UnitOfWork, *, day: date, name: str, actor: str, now: datetime, trail: AuditTrail) -> Holiday:
    """Add a holiday or name it anew. What was due before keeps its time: nobody's day is moved behind their back."""
    row = work.session.merge(Holiday(day=day, name=name, set_at=now, set_by=actor))
    trail.append(work, actor=actor, action="holiday.set", subject=f"holiday:{day.isoformat()}")
    return row


def remove_holiday(work: UnitOfWork, *, day: date, actor: str, trail: AuditTrail) -> None:
    """Errors: NotThere."""
    gone = work.session.execute(delete(Holiday).where(Holiday.day == day).returning(Holiday.day)).one_or_none()
    if gone is None:
        raise NotThere("holiday")
    trail.append(work, actor=actor, action="holiday.removed", subject=f"holiday:{day.isoformat()}")
