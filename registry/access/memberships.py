"""Whose account belongs to which office or organisation, from when until when; to one at a time."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ForeignKey, Index, Select, String, select, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import InstrumentedAttribute, Mapped, declared_attr, mapped_column

from registry.access.tables import Account
from registry.base import BigId
from registry.db import UnitOfWork
from registry.errors import PersonUnknown, RuleForbids


class Membership:
    """What such a table has beside the column of the place."""

    __tablename__: str

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    since: Mapped[datetime]
    given_by: Mapped[str] = mapped_column(String(200))
    ended_at: Mapped[datetime | None]

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Index]:  # noqa: N805 - SQLAlchemy's
        open_ = text("ended_at is null")
        name = f"uq_{cls.__tablename__}_open"
        return (Index(name, "account_id", unique=True, sqlite_where=open_, postgresql_where=open_),)


@dataclass(frozen=True, slots=True)
class Memberships:
    rows: type[Membership]
    place: InstrumentedAttribute[int]

    def of(self, work: UnitOfWork, place_id: int) -> list[int]:
        asked = select(self.rows.account_id).where(self.place == place_id, self.rows.ended_at.is_(None))
        return list(work.session.scalars(asked.order_by(self.rows.account_id)))

    def mine(self, account_id: int) -> Select[int]:
        """The place of this account, where it has one."""
        return select(self.place).where(self.rows.account_id == account_id, self.rows.ended_at.is_(None))

    def set(self, work: UnitOfWork, place_id: int, accounts: Collection[int], *, by: str, now: datetime) -> None:
        """These, and no others; whoever belonged elsewhere belongs here from now on."""
        standing, wanted = set(self.of(work, place_id)), set(accounts)
        changed = update(self.rows).where(self.rows.ended_at.is_(None), self.rows.account_id.in_(standing ^ wanted))
        work.session.execute(changed.values(ended_at=now))
        for account_id in sorted(wanted - standing):
            row = {self.place.key: place_id, "account_id": account_id, "since": now, "given_by": by}
            work.session.add(self.rows(**row))
        work.session.flush()


def demand_accounts(work: UnitOfWork, accounts: Collection[int]) -> list[Account]:
    """Errors: PersonUnknown, for one that is not there or is closed."""
    asked = select(Account).where(Account.id.in_(accounts), Account.disabled_at.is_(None)).order_by(Account.id)
    found = list(work.session.scalars(asked))
    for missing in sorted(set(accounts) - {one.id for one in found}):
        raise PersonUnknown(missing)
    return found


def write_named(work: UnitOfWork, row: object, *, taken: str) -> None:
    """Errors: RuleForbids `taken`, where another one has the name."""
    try:
        with work.session.begin_nested():
            work.session.add(row)
    except IntegrityError as exc:
        raise RuleForbids(taken, field="name") from exc
