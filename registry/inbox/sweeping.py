"""The look round that tells people of what time alone has brought about, and of acts that tell nobody themselves.

Looking costs no lock: only what is new is written. Run it as often as it is to be prompt; run in several processes it
tells nobody twice.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import func, select

from common.time import Clock, in_tehran
from registry.cases.records import CaseTask
from registry.cases.rules.writing import Table
from registry.db import Database, UnitOfWork
from registry.inbox import finding
from registry.inbox.house import the_house
from registry.inbox.rules.causes import Found, Kind
from registry.inbox.rules.people import House
from registry.inbox.service import end, tell
from registry.inbox.tables import Cause

OVERLAP = timedelta(minutes=2)
"""Looked at once more: a transaction of another process may have been committed a little late."""
ALL_AGAIN = timedelta(hours=1)
"""So often every open task and every case that may ring is looked at, page by page, whatever was noticed in between."""

OVER_EVERY = timedelta(minutes=1)


@dataclass(slots=True)
class _Walk:
    """A page a time through everything, by number; begun again every hour and on every day of Tehran."""

    after: int | None = 0
    began: datetime | None = None

    def place(self, now: datetime) -> int | None:
        """From which number on to look now; None when it is through for this hour."""
        if self.began is None or now - self.began >= ALL_AGAIN or in_tehran(now).date() != in_tehran(self.began).date():
            self.after, self.began = 0, now
        return self.after


@dataclass(slots=True)
class Sweeper:
    """`table` reads the tasks with the times that people have set."""

    database: Database
    clock: Clock
    table: Callable[[UnitOfWork], Table]
    _since: datetime | None = None
    _last_task: int = 0
    _tasks: _Walk = field(default_factory=_Walk)
    _cases: _Walk = field(default_factory=_Walk)
    _over_at: datetime | None = None

    def run(self) -> int:
        """One look round; how many notices are new. Errors: DatabaseUnavailable."""
        now = self.clock.now()
        with self.database.reading() as work:
            last = work.session.scalar(select(func.coalesce(func.max(CaseTask.id), 0))) or 0
            house, table = the_house(work.session), self.table(work)
            found = [one for look in finding.LOOKS for one in look(work.session, house, table, now)]
            found += self._new_tasks(work, house, table, now)
            alarms, looked = self._alarms(work, house, now)
            found += _unknown(work, alarms)
            ended = [*self._over(work, now), *_silent(work, looked, {one.key for one in alarms})]
        self._since, self._last_task = now - OVERLAP, last
        return self._write(found, ended, now) if found or ended else 0

    def _write(self, found: list[Found], ended: list[int], now: datetime) -> int:
        with self.database.writing() as work:
            work.lock_trail()  # before any row, as whoever acts takes it
            end(work, Cause.id.in_(ended), now=now)
            new = tell(work, found, now=now)
            work.commit()
        return new

    def _new_tasks(self, work: UnitOfWork, house: House, table: Table, now: datetime) -> list[Found]:
        found: list[Found] = []
        if self._since is not None:
            lately = finding.due_since(self._since, now, self._last_task)
            found += finding.tasks(work.session, house, table, now, lately)[0]
        place = self._tasks.place(now)
        if place is not None:
            page, self._tasks.after = finding.tasks(work.session, house, table, now, CaseTask.id > place)
            found += page
        return found

    def _alarms(self, work: UnitOfWork, house: House, now: datetime) -> tuple[list[Found], list[int]]:
        """What rings, and the cases looked at."""
        found: list[Found] = []
        looked: list[int] = []
        if self._since is not None:
            found, looked = finding.alarms(work, house, now, finding.first_day_over(self._since, now))
        place = self._cases.place(now)
        if place is not None:
            page, cases = finding.alarms(work, house, now, finding.may_ring(place))
            self._cases.after = cases[-1] if len(cases) == finding.PAGE else None
            found, looked = found + page, looked + cases
        return found, looked

    def _over(self, work: UnitOfWork, now: datetime) -> list[int]:
        if self._over_at is not None and now - self._over_at < OVER_EVERY:
            return []
        self._over_at = now
        return list(work.session.scalars(select(Cause.id).where(Cause.ended_at.is_(None), finding.over(now))))


def _unknown(work: UnitOfWork, alarms: list[Found]) -> list[Found]:
    standing = select(Cause.key).where(Cause.key.in_([one.key for one in alarms]), Cause.ended_at.is_(None))
    known = set(work.session.scalars(standing))
    return [one for one in alarms if one.key not in known]


def _silent(work: UnitOfWork, cases: list[int], ringing: set[str]) -> list[int]:
    """Alarms of these cases that rang before and do not any more."""
    asked = select(Cause.id, Cause.key).where(
        Cause.ended_at.is_(None), Cause.kind == Kind.ALARM, Cause.case_id.in_(cases)
    )
    return [row.id for row in work.session.execute(asked) if row.key not in ringing]
