"""Logging in, the open log-in behind a cookie, and ending it."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import or_, select, update

from common.time import Clock
from registry.access.passwords import Passwords
from registry.access.patience import Patience
from registry.access.tables import Account, LoginSession
from registry.audit.service import AuditTrail
from registry.db import Database, UnitOfWork
from registry.errors import LoginRefused, NotThere

LIFETIME = timedelta(hours=16)
"""A shift of 09:00–24:00 and its overrun, so that nobody types a password with a child beside them."""
SEEN_EVERY = timedelta(minutes=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenSession:
    """A log-in that holds: who, with which roles, until when."""

    session_id: int
    account_id: int
    name: str
    full_name: str | None
    roles: frozenset[str]
    expires_at: datetime


def token_hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


class Sessions:
    def __init__(self, *, database: Database, trail: AuditTrail, clock: Clock, passwords: Passwords) -> None:
        self._database, self._trail, self._clock, self._passwords = database, trail, clock, passwords
        self._patience = Patience(database=database, trail=trail, clock=clock)

    def log_in(self, name: str, password: str, *, address: str) -> tuple[str, OpenSession]:
        """The new cookie's token and the session. Errors: LoginRefused, LoginPaused; both leave an audit entry.

        The password is checked outside any transaction: it takes long on purpose.
        """
        now, account = self._clock.now(), self._recognised(name, password, address)
        with self._database.writing() as work:
            token, session = self._open(work, account, now)
            detail = {"address": address[:64]}
            self._trail.append(
                work, actor=account.name, action="login.opened", subject=f"account:{account.id}", detail=detail
            )
            work.commit()
        return token, session

    def confirm(self, name: str, password: str, *, address: str) -> None:
        """That it is they who type: their password once more. Errors: LoginRefused, LoginPaused."""
        account = self._recognised(name, password, address)
        self._trail.record(
            self._database, actor=account.name, action="login.confirmed", subject=f"account:{account.id}"
        )

    def _recognised(self, name: str, password: str, address: str) -> Account:
        name, address = name.strip().lower()[:64], address[:64]
        self._patience.demand(address=address, name=name)
        with self._database.reading() as work:
            account = work.session.scalar(select(Account).where(Account.name == name, Account.disabled_at.is_(None)))
        held = self._passwords.holds(password, account.password_hash if account else None)
        with self._database.writing() as work:
            self._patience.note(work, address=address, succeeded=held, name=name)
            if account is None or not held:
                # The typed name stays out of the trail: people type passwords into the wrong box.
                subject = f"account:{account.id}" if account else ""
                self._trail.append(
                    work, actor="stranger", action="login.refused", subject=subject, detail={"address": address}
                )
            work.commit()
        if account is None or not held:
            raise LoginRefused
        return account

    def _open(self, work: UnitOfWork, account: Account, now: datetime) -> tuple[str, OpenSession]:
        token = secrets.token_urlsafe(32)
        row = LoginSession(
            token_hash=token_hash(token),
            account_id=account.id,
            created_at=now,
            last_seen_at=now,
            expires_at=now + LIFETIME,
        )
        work.session.add(row)
        work.session.flush()  # its number goes into what is returned
        return token, _opened(row, account)

    def find(self, token: str) -> OpenSession | None:
        """The open log-in behind a cookie, or None when it has ended, expired or its account is disabled."""
        now = self._clock.now()
        with self._database.reading() as work:
            row = work.session.execute(
                select(LoginSession, Account)
                .join(Account, Account.id == LoginSession.account_id)
                .where(
                    LoginSession.token_hash == token_hash(token),
                    LoginSession.ended_at.is_(None),
                    LoginSession.expires_at > now,
                    or_(Account.disabled_at.is_(None), Account.disabled_at > now),
                )
            ).one_or_none()
            if row is None:
                return None
            found = _opened(row[0], row[1])
        if now - row[0].last_seen_at > SEEN_EVERY:
            self._mark_seen(found.session_id, now)
        return found

    def _mark_seen(self, session_id: int, now: datetime) -> None:
        with self._database.writing() as work:
            work.session.execute(update(LoginSession).where(LoginSession.id == session_id).values(last_seen_at=now))
            work.commit()

    def end(self, session_id: int, *, account_id: int, actor: str) -> None:
        """End one of the account's own log-ins. Errors: NotThere."""
        with self._database.writing() as work:
            ended = work.session.execute(
                update(LoginSession)
                .where(
                    LoginSession.id == session_id,
                    LoginSession.account_id == account_id,
                    LoginSession.ended_at.is_(None),
                )
                .values(ended_at=self._clock.now())
                .returning(LoginSession.id)
            ).one_or_none()
            if ended is None:
                raise NotThere("log-in")
            self._trail.append(work, actor=actor, action="login.ended", subject=f"account:{account_id}")
            work.commit()


def _opened(row: LoginSession, account: Account) -> OpenSession:
    return OpenSession(
        session_id=row.id, account_id=account.id, name=account.name, full_name=account.full_name,
        roles=frozenset(role.role for role in account.roles if role.ended_at is None), expires_at=row.expires_at,
    )  # fmt: skip
