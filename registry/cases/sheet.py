"""One case on one sheet: our promises first, then alarms, tasks and what waits for a decision."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.access.rules import Role
from registry.cases.reading import Opened, form_of, take_up
from registry.cases.records import CaseEntry, CaseTask, Commitment, Promise
from registry.cases.rules.clocks import Ringing, ringing
from registry.cases.rules.facts import today
from registry.cases.rules.following import is_overdue
from registry.cases.rules.notices import NoticeStanding, notice_standing
from registry.cases.rules.orders import OrderStanding, answered_order, order_standing
from registry.cases.rules.table import TASKS
from registry.cases.rules.writing import deciders
from registry.db import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    opened: Opened
    now: datetime
    promises: tuple[Promise, ...]
    """The unkept first, then those still to come, then the ended ones."""
    commitments: tuple[Commitment, ...]
    requests: tuple[CaseEntry, ...]
    alarms: tuple[Ringing, ...]
    order: OrderStanding
    order_expires_on: date | None
    notice: NoticeStanding

    @property
    def tasks(self) -> list[CaseTask]:
        """Open ones, the most pressing first; without a time last."""
        return sorted(self.opened.tasks.values(), key=lambda t: (t.due_at is None, t.due_at or t.opened_at, t.id))

    def may_decide(self, asked: CaseEntry, roles: frozenset[Role], account_id: int) -> bool:
        """Whether to show somebody the two answers; the law is asked again when one of them is given."""
        by = deciders(TASKS[asked.task], form_of(asked))
        return asked.written_by_id != account_id and bool(by & roles)

    def may_read(self, asked: CaseEntry, roles: frozenset[Role]) -> bool:
        return may_read(asked.task, roles)

    def day_in(self, value: str) -> date | None:
        """The day that a form's field holds, to be shown in the reader's calendar."""
        try:
            return date.fromisoformat(value) if len(value) == len("2026-11-24") else None
        except ValueError:
            return None

    def is_unkept(self, promise: Promise) -> bool:
        return promise.ended == "broken" or is_overdue(promise.due_on, promise.ended is not None, today(self.now))


def sheet(work: UnitOfWork, case_id: int, now: datetime, *, by: int) -> Sheet:
    """The same number of statements for every case. Errors: NotThere."""
    opened, session = take_up(work, case_id, now, by=by, lock=False), work.session
    order = answered_order(opened.facts)
    return Sheet(
        opened=opened, now=now, promises=_promises(session, case_id, now),
        commitments=tuple(
            session.scalars(select(Commitment).where(Commitment.case_id == case_id).order_by(Commitment.id))
        ),
        requests=tuple(
            session.scalars(
                select(CaseEntry)
                .where(CaseEntry.case_id == case_id, CaseEntry.standing == "asked")
                .order_by(CaseEntry.id)
            )
        ),
        alarms=ringing(opened.facts, now), order=order_standing(opened.facts, now),
        order_expires_on=order.granted.expires_on if order and order.granted else None,
        notice=notice_standing(opened.facts, now),
    )  # fmt: skip


def _promises(session: Session, case_id: int, now: datetime) -> tuple[Promise, ...]:
    found = session.scalars(select(Promise).where(Promise.case_id == case_id).order_by(Promise.due_on, Promise.id))
    day = today(now)

    def place(row: Promise) -> int:
        if row.ended == "broken" or is_overdue(row.due_on, row.ended is not None, day):
            return 0
        return 1 if row.ended is None else 2

    return tuple(sorted(found, key=place))


def may_read(task: str, roles: frozenset[Role]) -> bool:
    """Sealed forms are read by those named in the task's line."""
    readers = TASKS[task].read_by
    return readers is None or bool(readers & roles)
