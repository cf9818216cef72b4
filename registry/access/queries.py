"""What pages read about accounts and log-ins. Password hashes and tokens stay in the table."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from registry.access.tables import Account, LoginSession


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountRow:
    account: Account
    last_login_at: datetime | None

    @property
    def roles(self) -> tuple[str, ...]:
        return tuple(sorted(role.role for role in self.account.roles if role.ended_at is None))


def accounts(session: Session) -> list[AccountRow]:
    """Those who may log in first, by name."""
    last = dict(
        session.execute(
            select(LoginSession.account_id, func.max(LoginSession.created_at)).group_by(LoginSession.account_id)
        ).all()
    )
    found = session.scalars(select(Account).order_by(Account.disabled_at.is_not(None), Account.name))
    return [AccountRow(account=account, last_login_at=last.get(account.id)) for account in found]


def open_sessions(session: Session, account_id: int, now: datetime) -> Sequence[LoginSession]:
    return session.scalars(
        select(LoginSession)
        .where(LoginSession.account_id == account_id, LoginSession.ended_at.is_(None), LoginSession.expires_at > now)
        .order_by(LoginSession.last_seen_at.desc())
    ).all()
