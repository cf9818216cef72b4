"""Keeping the accused and their line away from a child, at once and without a word to them; and letting people back.

To whoever is kept away, child and case are simply not there: `registry.children.sealing.visible_to` leaves them out.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import selectinload

from common.time import Clock
from registry.access.rules import Role
from registry.access.tables import Account, RoleAssignment
from registry.audit.service import AuditTrail
from registry.cases.tables import Case
from registry.children.people import Person
from registry.db import UnitOfWork
from registry.errors import NotThere, PersonUnknown, RuleForbids
from registry.safeguarding import rules
from registry.safeguarding.tables import AccessWithdrawn, AnswersTo, Report


def withdraw(work: UnitOfWork, report: Report, now: datetime) -> None:
    """From the accused and their line, as soon as child and accused are both known; again, it changes nothing."""
    accused = accused_accounts(report)
    if report.child_id is None or not accused:
        return
    line = rules.line_of(accused, _answers_to(work))
    line -= _independent(work, line)
    _keep(work, report, accused, "accused", now)
    _keep(work, report, line, "line", now)


def keep_away(
    work: UnitOfWork, report: Report, accounts: Collection[int], because: str, by: str, now: datetime
) -> None:
    """These people, and no others. Errors: RuleForbids, PersonUnknown."""
    if report.child_id is None:
        raise _refusal(rules.Refusal.NO_CHILD_YET)
    if why := rules.why_not_let_back(accused_accounts(report), accounts, report.state):
        raise _refusal(why)
    demand_accounts(work, accounts)
    standing = {one.account_id for one in kept_away(work, report) if one.ended_at is None}
    _let_back(work, report, standing - set(accounts), because, by, now)
    _keep(work, report, set(accounts) - standing, "officer", now)


def another_child(work: UnitOfWork, report: Report, child_id: int, by: str, now: datetime) -> None:
    """The report is about this child: who was kept away from another one for it, is so no longer."""
    if report.child_id is not None and report.child_id != child_id:
        _let_back(work, report, None, "another child", by, now)
    report.child_id = child_id
    withdraw(work, report, now)


def kept_away(work: UnitOfWork, report: Report) -> list[AccessWithdrawn]:
    rows = select(AccessWithdrawn).where(AccessWithdrawn.report_id == report.id).order_by(AccessWithdrawn.id)
    return list(work.session.scalars(rows))


def owner_is_kept_away(work: UnitOfWork, report: Report) -> bool:
    """Whether the child's case manager is among them, so that the case needs another one."""
    if report.child_id is None:
        return False
    asked = (
        select(Case.id)
        .join(AccessWithdrawn, AccessWithdrawn.account_id == Case.owner_id)
        .where(
            Case.child_id == report.child_id, Case.state != "closed", AccessWithdrawn.report_id == report.id,
            AccessWithdrawn.ended_at.is_(None),
        )
    )  # fmt: skip
    return work.session.execute(asked.limit(1)).first() is not None


def accused_accounts(report: Report) -> set[int]:
    return {one.account_id for one in report.accused if one.account_id is not None}


def demand_accounts(work: UnitOfWork, accounts: Iterable[int]) -> None:
    """Errors: PersonUnknown."""
    wanted = set(accounts)
    known = set(work.session.scalars(select(Account.id).where(Account.id.in_(wanted))))
    for missing in sorted(wanted - known):
        raise PersonUnknown(missing)


def lines(work: UnitOfWork) -> list[tuple[Account, list[int]]]:
    """Every account that may log in, by name, with those to whom it answers."""
    answers_to = _answers_to(work)
    rows = select(Account).where(Account.disabled_at.is_(None)).options(selectinload(Account.roles))
    return [(one, sorted(answers_to[one.id])) for one in work.session.scalars(rows.order_by(Account.name))]


def set_line(
    work: UnitOfWork, account_id: int, superiors: Collection[int], *, by: Person, trail: AuditTrail, clock: Clock
) -> None:
    """To whom somebody answers from now on. Reports that stand keep away whom they kept away.

    Errors: NotThere, PersonUnknown, RuleForbids.
    """
    if not rules.KEEPS_LINES & by.roles or work.session.get(Account, account_id, with_for_update=True) is None:
        raise NotThere("account")
    if account_id in superiors:
        raise _refusal(rules.Refusal.ANSWERS_TO_ITSELF)
    demand_accounts(work, superiors)
    work.session.execute(delete(AnswersTo).where(AnswersTo.account_id == account_id))
    for superior in sorted(superiors):
        work.session.add(AnswersTo(account_id=account_id, superior_id=superior, given_at=clock.now(), given_by=by.name))
    told = {"superiors": sorted(superiors)}
    trail.append(work, actor=by.name, action="staff_line.set", subject=f"account:{account_id}", detail=told)


def _answers_to(work: UnitOfWork) -> defaultdict[int, set[int]]:
    found: defaultdict[int, set[int]] = defaultdict(set)
    for account_id, superior_id in work.session.execute(select(AnswersTo.account_id, AnswersTo.superior_id)):
        found[account_id].add(superior_id)
    return found


def _independent(work: UnitOfWork, accounts: Collection[int]) -> set[int]:
    rows = select(RoleAssignment.account_id, RoleAssignment.role)
    rows = rows.where(RoleAssignment.account_id.in_(accounts), RoleAssignment.ended_at.is_(None))
    return {account_id for account_id, role in work.session.execute(rows) if not rules.can_be_kept_away([Role(role)])}


def _keep(work: UnitOfWork, report: Report, accounts: Collection[int], because: str, now: datetime) -> None:
    standing = {
        one.account_id for one in kept_away(work, report) if one.ended_at is None and one.child_id == report.child_id
    }
    for account_id in sorted(set(accounts) - standing):
        work.session.add(
            AccessWithdrawn(
                report_id=report.id, child_id=report.child_id, account_id=account_id, because=because, since=now
            )
        )
    work.session.flush()  # whoever asks in this transaction meets it already


def _let_back(
    work: UnitOfWork, report: Report, accounts: Collection[int] | None, because: str, by: str, now: datetime
) -> None:
    """None: everybody."""
    rows = update(AccessWithdrawn).where(AccessWithdrawn.report_id == report.id, AccessWithdrawn.ended_at.is_(None))
    if accounts is not None:
        rows = rows.where(AccessWithdrawn.account_id.in_(accounts))
    work.session.execute(rows.values(ended_at=now, ended_by=by, ended_because=because[:500]))


def _refusal(why: rules.Refusal) -> RuleForbids:
    return RuleForbids(f"safeguarding.{why}")
