"""Accounts: adding, disabling, a new password. Each with its audit entry, in one commit."""

import re
from collections.abc import Collection

from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError

from common.time import Clock
from registry.access.passwords import Passwords
from registry.access.rules import Role, clash
from registry.access.tables import Account, LoginSession, RoleAssignment
from registry.audit.service import AuditTrail
from registry.db import Database, UnitOfWork
from registry.errors import (
    AccountExists,
    AccountNameInvalid,
    LastAdministrator,
    LoginRefused,
    NotThere,
    RoleNeeded,
    RolesClash,
)

ROLES = tuple(Role)
_NAME = re.compile(r"[a-z][a-z0-9._-]{1,63}")


class Accounts:
    def __init__(self, *, database: Database, trail: AuditTrail, clock: Clock, passwords: Passwords) -> None:
        self._database, self._trail, self._clock, self._passwords = database, trail, clock, passwords

    def add(self, *, name: str, password: str, roles: Collection[str], actor: str, full_name: str | None = None) -> int:
        """The new account's id. Errors: AccountNameInvalid, AccountExists, PasswordTooShort, RoleNeeded, RolesClash."""
        name = name.strip().lower()
        if not _NAME.fullmatch(name):
            raise AccountNameInvalid(name)
        if not roles or not set(roles) <= set(ROLES):
            raise RoleNeeded(ROLES)
        if clash(roles):
            raise RolesClash
        hashed, now = self._passwords.hash(password), self._clock.now()
        with self._database.writing() as work:
            account = Account(name=name, full_name=full_name or None, password_hash=hashed, created_at=now)
            account.roles = [RoleAssignment(role=role, given_at=now, given_by=actor) for role in sorted(set(roles))]
            work.session.add(account)
            try:
                work.session.flush()  # its number goes into the audit entry
            except IntegrityError as exc:
                raise AccountExists(name) from exc
            detail = {"roles": sorted(set(roles))}
            self._trail.append(
                work, actor=actor, action="account.added", subject=f"account:{account.id}", detail=detail
            )
            work.commit()
            return account.id

    def disable(self, account_id: int, *, actor: str) -> None:
        """No log-in from now on, and the open ones end. Errors: NotThere, LastAdministrator."""
        now = self._clock.now()
        with self._database.writing() as work:
            account = work.session.get(Account, account_id, with_for_update=True)
            if account is None or account.disabled_at is not None:
                raise NotThere("account")
            if _is_administrator(account) and _administrators(work) == 1:
                raise LastAdministrator
            account.disabled_at = now
            _end_sessions(work, account_id, now)
            self._trail.append(work, actor=actor, action="account.disabled", subject=f"account:{account_id}")
            work.commit()

    def give_password(self, account_id: int, *, new: str, actor: str) -> None:
        """A new password by an administrator's hand; every open log-in ends. Errors: PasswordTooShort, NotThere."""
        hashed, now = self._passwords.hash(new), self._clock.now()
        with self._database.writing() as work:
            account = work.session.get(Account, account_id, with_for_update=True)
            if account is None or account.disabled_at is not None:
                raise NotThere("account")
            account.password_hash = hashed
            _end_sessions(work, account_id, now)
            self._trail.append(work, actor=actor, action="account.password_given", subject=f"account:{account_id}")
            work.commit()

    def change_password(self, account_id: int, *, old: str, new: str, keep_session: int, actor: str) -> None:
        """The other open log-ins end. Errors: LoginRefused when `old` is wrong, PasswordTooShort, NotThere."""
        with self._database.reading() as work:
            account = work.session.get(Account, account_id)
        if account is None:
            raise NotThere("account")
        if not self._passwords.holds(old, account.password_hash):
            raise LoginRefused
        hashed, now = self._passwords.hash(new), self._clock.now()
        with self._database.writing() as work:
            work.session.execute(update(Account).where(Account.id == account_id).values(password_hash=hashed))
            _end_sessions(work, account_id, now, but=keep_session)
            self._trail.append(work, actor=actor, action="account.password_changed", subject=f"account:{account_id}")
            work.commit()


def _is_administrator(account: Account) -> bool:
    return any(role.role == "administrator" and role.ended_at is None for role in account.roles)


def _administrators(work: UnitOfWork) -> int:
    return work.session.execute(
        select(func.count(func.distinct(Account.id)))
        .join(RoleAssignment, RoleAssignment.account_id == Account.id)
        .where(RoleAssignment.role == "administrator", RoleAssignment.ended_at.is_(None), Account.disabled_at.is_(None))
    ).scalar_one()


def _end_sessions(work: UnitOfWork, account_id: int, now: object, *, but: int | None = None) -> None:
    work.session.execute(
        update(LoginSession)
        .where(LoginSession.account_id == account_id, LoginSession.ended_at.is_(None), LoginSession.id != (but or -1))
        .values(ended_at=now)
    )
