"""Which office has a case, and whose children somebody therefore sees.

A case gets its office with its first manager, or when somebody of an office opens it. A case without one is every
office's, and whoever works in no office sees the cases of all.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, SQLColumnExpression, and_, false, func, not_, or_, select, update
from sqlalchemy import case as sql_case
from sqlalchemy.orm import aliased

from registry.access.memberships import Memberships
from registry.cases.rules.facts import Move
from registry.cases.tables import Case
from registry.db import UnitOfWork
from registry.transfers.tables import CaseCustody, CaseTransfer, Office, OfficeMember

WORKS_IN = Memberships(OfficeMember, OfficeMember.office_id)


def elsewhere(account_id: int, column: SQLColumnExpression[Any]) -> ColumnElement[bool]:
    """The condition that a child's open case is another office's, and none of its cases is of this person's office.

    One look-up a row of the statement at hand: written with EXISTS, PostgreSQL reads every case for one child.
    """
    office, held, case = WORKS_IN.mine(account_id).scalar_subquery(), aliased(CaseCustody), aliased(Case)
    away = (
        select(func.min(sql_case((held.office_id == office, 0), else_=1)))
        .join(case, case.id == held.case_id)
        .where(case.child_id == column, case.state != "closed", held.ended_at.is_(None))
    )
    return and_(office.is_not(None), func.coalesce(away.scalar_subquery(), 0) == 1)


def perhaps_here(account_id: int) -> ColumnElement[bool]:
    """Of cases: what `elsewhere` does not already rule out by one look-up. For whoever walks through many of them: an
    open case that another office has, of a child with no case joined to another, is not theirs."""
    mine = select(OfficeMember.office_id).where(OfficeMember.account_id == account_id, OfficeMember.ended_at.is_(None))
    held = select(CaseCustody.office_id).where(CaseCustody.case_id == Case.id, CaseCustody.ended_at.is_(None))
    another = aliased(Case)
    joined = select(another.child_id).where(another.joined_to_id.is_not(None))
    others = func.coalesce(held.scalar_subquery() != mine.scalar_subquery(), false())
    return or_(Case.state == "closed", not_(others), Case.child_id.in_(joined))


def office_of(work: UnitOfWork, account_id: int) -> int | None:
    return work.session.scalar(WORKS_IN.mine(account_id))


def holder(work: UnitOfWork, case_id: int) -> int | None:
    """The office that has the case."""
    asked = select(CaseCustody.office_id).where(CaseCustody.case_id == case_id, CaseCustody.ended_at.is_(None))
    return work.session.scalar(asked)


def moves(work: UnitOfWork, case_id: int) -> tuple[Move, ...]:
    """From where to where the case has gone by accepted transfers, the oldest first."""
    here, there = aliased(Office), aliased(Office)
    asked = (
        select(CaseTransfer.number, here.province, there.province, CaseTransfer.answered_at)
        .join(here, here.id == CaseTransfer.from_office_id)
        .join(there, there.id == CaseTransfer.to_office_id)
        .where(CaseTransfer.case_id == case_id, CaseTransfer.state == "accepted")
    )
    rows = work.session.execute(asked.order_by(CaseTransfer.id)).all()
    return tuple(Move(number=n, from_province=a, to_province=b, at=at) for n, a, b, at in rows if at is not None)


def provinces(work: UnitOfWork) -> frozenset[str]:
    """Where there is an open office."""
    return frozenset(work.session.scalars(select(Office.province).where(Office.closed_at.is_(None)).distinct()))


def begin_with(work: UnitOfWork, case_id: int, account_id: int, now: datetime) -> None:
    """The case becomes this person's office's, where nobody has it yet and they work in one."""
    office_id = office_of(work, account_id)
    if office_id is not None and holder(work, case_id) is None:
        pass_on(work, case_id, office_id, now)


def take_over(work: UnitOfWork, case_id: int, account_id: int, now: datetime) -> None:
    """A closed case is reopened where the child is met: it is that office's from now on."""
    office_id = office_of(work, account_id)
    if office_id is not None and holder(work, case_id) != office_id:
        pass_on(work, case_id, office_id, now)


def pass_on(work: UnitOfWork, case_id: int, office_id: int, now: datetime) -> None:
    work.session.execute(
        update(CaseCustody).where(CaseCustody.case_id == case_id, CaseCustody.ended_at.is_(None)).values(ended_at=now)
    )
    work.session.add(CaseCustody(case_id=case_id, office_id=office_id, since=now))
    work.session.flush()  # whoever asks in this transaction meets it already
