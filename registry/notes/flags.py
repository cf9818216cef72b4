"""Raising a flag, and resolving it with a reason. Every function leaves the commit to its caller."""

from sqlalchemy import ColumnElement, and_, false, or_, select

from common.time import Clock, in_tehran
from registry.access.rules import Role
from registry.audit.service import AuditTrail
from registry.cases.about import About, about_row
from registry.cases.tables import Case
from registry.children.people import Person
from registry.children.sealing import visible_to
from registry.db import UnitOfWork
from registry.errors import NotThere
from registry.inbox.service import tell_flag_raised, tell_flag_resolved
from registry.notes import rules
from registry.notes.forms import FlagForm
from registry.notes.rules import Refusal
from registry.notes.service import demand_may_write, refuse
from registry.notes.tables import Flag


def raise_flag(work: UnitOfWork, about: About, form: FlagForm, *, by: Person, trail: AuditTrail, clock: Clock) -> Flag:
    """Errors: RuleForbids."""
    demand_may_write(work, about, by)
    now = clock.now()
    if form.look_by is not None and form.look_by < in_tehran(now).date():
        refuse(Refusal.DATE_PASSED, field="look_by")
    flag = Flag(
        **about.columns, what=form.what, look_by=form.look_by, raised_at=now, raised_by_id=by.account_id,
        raised_by=by.name,
    )  # fmt: skip
    work.session.add(flag)
    work.session.flush()  # its number goes into the notices and the audit entry
    trail.append(work, actor=by.name, action="flag.raised", subject=f"flag:{flag.id}", detail={"about": about.subject})
    tell_flag_raised(work, flag, about, now=now)
    return flag


def resolve(work: UnitOfWork, flag_id: int, because: str, *, by: Person, trail: AuditTrail, clock: Clock) -> Flag:
    """Errors: NotThere, RuleForbids (resolved before, or on another's case)."""
    flag = work.session.get(Flag, flag_id, with_for_update=True)
    if flag is None:
        raise NotThere("flag")
    try:
        about = about_row(work, flag, by, on_cases=rules.ON_CASES, on_children=rules.ON_CHILDREN)
    except NotThere as unseen:
        raise NotThere("flag") from unseen
    if flag.raised_by_id != by.account_id:
        demand_may_write(work, about, by)
    if flag.resolved_at is not None:
        refuse(Refusal.RESOLVED_ALREADY)
    now = clock.now()
    flag.resolved_at, flag.resolved_by, flag.resolved_because = now, by.name, because
    work.session.flush()  # before its notices end
    trail.append(work, actor=by.name, action="flag.resolved", subject=f"flag:{flag.id}")
    tell_flag_resolved(work, flag, about, by=by, now=now)
    return flag


def shown_to(account_id: int, roles: frozenset[Role]) -> ColumnElement[bool]:
    """The condition that a list of flags of several children carries; `Case` is joined to it from outside."""
    on_cases = visible_to(account_id, Case.child_id) if roles & rules.ON_CASES else false()
    on_children = visible_to(account_id, Flag.child_id) if roles & rules.ON_CHILDREN else false()
    return or_(and_(Flag.case_id.is_not(None), on_cases), and_(Flag.child_id.is_not(None), on_children))


def every(work: UnitOfWork, by: Person, *, only_open: bool, after: int | None, limit: int) -> list[Flag]:
    """Of all children whom this person may see, the newest first."""
    rows = select(Flag).outerjoin(Case, Case.id == Flag.case_id).where(shown_to(by.account_id, by.roles))
    if only_open:
        rows = rows.where(Flag.resolved_at.is_(None))
    if after is not None:
        rows = rows.where(Flag.id < after)
    return list(work.session.scalars(rows.order_by(Flag.id.desc()).limit(limit)))


def of_one(work: UnitOfWork, about: About, *, only_open: bool, after: int | None, limit: int) -> list[Flag]:
    of_it = Flag.case_id == about.case_id if about.case_id else Flag.child_id == about.child_id
    rows = select(Flag).where(of_it)
    if only_open:
        rows = rows.where(Flag.resolved_at.is_(None))
    if after is not None:
        rows = rows.where(Flag.id < after)
    return list(work.session.scalars(rows.order_by(Flag.id.desc()).limit(limit)))
