"""Guessing is slowed: failed attempts of the last quarter of an hour are counted, by name and by address."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, insert, select

from common.time import Clock
from registry.access.tables import LoginAttempt
from registry.audit.service import AuditTrail
from registry.db import Database, UnitOfWork
from registry.errors import LoginPaused, NotThere

WINDOW = timedelta(minutes=15)
MOST_FAILURES_OF_A_NAME = 6
MOST_FAILURES_OF_AN_ADDRESS = 30
NAMELESS = ""
"""No log-in has this name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    database: Database
    trail: AuditTrail
    clock: Clock

    def demand(self, *, address: str, name: str = NAMELESS, action: str = "login.paused") -> None:
        """Errors: LoginPaused, which leaves an audit entry `action`."""
        now, limits = self.clock.now(), [(LoginAttempt.address == address[:64], MOST_FAILURES_OF_AN_ADDRESS)]
        if name != NAMELESS:
            limits.insert(0, (LoginAttempt.name == name, MOST_FAILURES_OF_A_NAME))
        until = self._until(limits, now)
        if until is None:
            return
        self.trail.record(self.database, actor="stranger", action=action, detail={"address": address[:64]})
        raise LoginPaused(max(1, int((until - now).total_seconds())))

    def _until(self, limits: list[tuple[ColumnElement[bool], int]], now: datetime) -> datetime | None:
        failed = select(func.count(), func.max(LoginAttempt.at)).where(
            LoginAttempt.succeeded.is_(False), LoginAttempt.at > now - WINDOW
        )
        with self.database.reading() as work:
            for condition, most in limits:
                count, last = work.session.execute(failed.where(condition)).one()
                if count >= most:
                    return (last or now) + WINDOW
        return None

    def note(self, work: UnitOfWork, *, address: str, succeeded: bool, name: str = NAMELESS) -> None:
        values = {"name": name, "address": address[:64], "at": self.clock.now(), "succeeded": succeeded}
        work.session.execute(insert(LoginAttempt).values(**values))

    @contextmanager
    def guessing(self, *, address: str, action: str) -> Iterator[None]:
        """Something that is found only with a secret. Whoever misses it too often waits; nothing is kept but the
        address and the hour: neither what was asked for nor by whom. Errors: LoginPaused."""
        self.demand(address=address, action=action)
        try:
            yield
        except NotThere:
            with self.database.writing() as work:
                self.note(work, address=address, succeeded=False)
                work.commit()
            raise
