"""What the safeguarding officer does with a report. Each act is an entry; nothing of it stands on a case.

An officer who is accused, or stands in the line of who is, does not see the report: another one takes it.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, false, or_, select
from sqlalchemy.orm import selectinload

from common.time import Clock
from registry.access.rules import Role
from registry.access.tables import Account, RoleAssignment
from registry.audit.service import AuditTrail
from registry.children.people import Person
from registry.children.tables import Child
from registry.db import UnitOfWork
from registry.errors import NotThere, ReportChanged, RuleForbids
from registry.safeguarding import forced_scans, keeping_away, rules
from registry.safeguarding.forms import (
    AccusedForm,
    ChildForm,
    DecisionForm,
    ForcedForm,
    KeptAwayForm,
    NoteForm,
    TakeForm,
    ToldForm,
)
from registry.safeguarding.rules import Refusal, State
from registry.safeguarding.tables import AccessWithdrawn, Accused, Report, ReportEntry


def seen_by(account_id: int) -> ColumnElement[bool]:
    """The condition that an officer sees a report: neither accused in it nor kept away because of it."""
    accused = exists().where(Accused.report_id == Report.id, Accused.account_id == account_id)
    away = exists().where(
        AccessWithdrawn.report_id == Report.id, AccessWithdrawn.account_id == account_id,
        AccessWithdrawn.ended_at.is_(None),
    )  # fmt: skip
    return and_(~accused, ~away)


def without_an_officer() -> ColumnElement[bool]:
    """The condition that no officer is left who may see the report."""
    accused = exists().where(Accused.report_id == Report.id, Accused.account_id == Account.id)
    officer = exists().where(
        RoleAssignment.account_id == Account.id, RoleAssignment.role == Role.SAFEGUARDING_OFFICER,
        RoleAssignment.ended_at.is_(None), Account.disabled_at.is_(None), ~accused.correlate(Report, Account),
    )  # fmt: skip
    return and_(Report.state.in_((State.FILED, State.TAKEN)), ~officer)


def one(work: UnitOfWork, report_id: int, by: Person, *, lock: bool = False) -> Report:
    """Errors: NotThere, for a report that is not and for one that this person must not see."""
    if not rules.HANDLES & by.roles:
        raise NotThere("report")
    asked = select(Report).where(Report.id == report_id, seen_by(by.account_id))
    asked = asked.options(selectinload(Report.accused), selectinload(Report.entries))
    found = work.session.scalars(asked.with_for_update(of=Report) if lock else asked).one_or_none()
    if found is None:
        raise NotThere("report")
    return found


class Handling:
    """One act on one report by one officer. `seen`: the version that the officer had before them, where they say so."""

    def __init__(
        self, work: UnitOfWork, report_id: int, *, by: Person, seen: int | None, trail: AuditTrail, clock: Clock
    ) -> None:
        """Errors: NotThere, ReportChanged."""
        self.work, self.by, self.trail, self.now = work, by, trail, clock.now()
        self.report, self.seen = one(work, report_id, by, lock=True), seen
        if seen is not None and seen != self.report.version:
            raise ReportChanged(report_id, self.report.version)

    def take(self, form: TakeForm) -> Report:
        """Errors: RuleForbids."""
        report = self.report
        _refuse(
            rules.why_not_take(
                report.taken_by_id, self.by.account_id, filed_by=report.filed_by_id, because=form.because
            )
        )
        report.taken_by_id, report.taken_by = self.by.account_id, self.by.name
        if report.state == State.FILED:
            report.state = State.TAKEN
        return self._entry("taken", form.model_dump(mode="json"))

    def name_child(self, form: ChildForm) -> Report:
        """Whom the report is about: from now on the accused do not see that child. Errors: NotThere, RuleForbids."""
        self._mine()
        if self.work.session.get(Child, form.child_id) is None:
            raise NotThere("child")
        keeping_away.another_child(self.work, self.report, form.child_id, self.by.name, self.now)
        return self._entry("child_named", form.model_dump(mode="json"))

    def accuse(self, form: AccusedForm) -> Report:
        """Somebody more, or the account of who was known by sight. Errors: RuleForbids, PersonUnknown."""
        self._mine()
        if form.account_id is not None:
            if form.account_id in keeping_away.accused_accounts(self.report):
                _refuse(Refusal.NAMED_ALREADY)
            keeping_away.demand_accounts(self.work, [form.account_id])
        self.report.accused.append(Accused(named_at=self.now, **form.model_dump()))
        if form.account_id == self.report.taken_by_id:  # an officer who is accused: another one takes it
            self.report.taken_by_id = self.report.taken_by = None
        self.work.session.flush()
        keeping_away.withdraw(self.work, self.report, self.now)
        return self._entry("accused_named", form.model_dump(mode="json"))

    def keep_away(self, form: KeptAwayForm) -> Report:
        """Errors: RuleForbids, PersonUnknown."""
        self._mine()
        keeping_away.keep_away(self.work, self.report, form.accounts, form.because, self.by.name, self.now)
        return self._entry("kept_away", {"accounts": sorted(form.accounts), "because": form.because})

    def remove_iris(self, form: ForcedForm) -> Report:
        """The officer has found that an eye was scanned against the child's will. Errors: RuleForbids."""
        self._mine()
        removed = forced_scans.remove(self.work, self.report.child_id, form.slots, self.now)
        kept = {"slots": sorted(form.slots), "because": form.because, "templates": removed}
        return self._entry("iris_removed", kept, templates=removed)

    def note(self, form: NoteForm) -> Report:
        """Errors: RuleForbids."""
        self._mine()
        return self._entry("noted", form.model_dump(mode="json"))

    def decide(self, form: DecisionForm) -> Report:
        """A decision is put right by another one, with the reason, by who has seen the first: then it is told anew.

        Errors: RuleForbids, ReportChanged.
        """
        self._mine()
        if any(entry.kind == "decided" for entry in self.report.entries):
            if self.seen is None:
                raise ReportChanged(self.report.id, self.report.version)
            _refuse(None if form.because.strip() else Refusal.REASON_TO_PUT_RIGHT)
        self.report.state, self.report.told_at = State.DECIDED, None
        return self._entry("decided", form.model_dump(mode="json"), outcome=str(form.outcome))

    def tell(self, form: ToldForm) -> Report:
        """The complainant has been told the answer. Errors: RuleForbids."""
        self._mine()
        _refuse(rules.why_not_tell(self.report.state))
        self.report.state, self.report.told_at = State.TOLD, self.now
        return self._entry("told", form.model_dump(mode="json"))

    def _mine(self) -> None:
        _refuse(rules.why_not_act(self.report.taken_by_id, self.by.account_id))

    def _entry(self, kind: str, form: Mapping[str, Any], **told: object) -> Report:
        """The audit trail is read by people of the line, so it names neither child nor accused."""
        report = self.report
        report.entries.append(ReportEntry(kind=kind, form=dict(form), at=self.now, by=self.by.name))
        report.version += 1
        self.work.session.flush()
        self.trail.append(
            self.work, actor=self.by.name, action=f"safeguarding.{kind}", subject=f"report:{report.id}", detail=told
        )
        return report


def waiting(
    work: UnitOfWork, by: Person, *, everything: bool, after: tuple[int, datetime, int] | None, limit: int
) -> list[Report]:
    """Danger first, then what must be answered soonest; told ones only with `everything`."""
    rows = select(Report).where(seen_by(by.account_id) if rules.HANDLES & by.roles else false())
    if not everything:
        rows = rows.where(Report.state != State.TOLD)
    if after is not None:
        urgency, due_at, report_id = after
        later = or_(Report.due_at > due_at, and_(Report.due_at == due_at, Report.id > report_id))
        rows = rows.where(or_(Report.urgency > urgency, and_(Report.urgency == urgency, later)))
    return list(work.session.scalars(rows.order_by(Report.urgency, Report.due_at, Report.id).limit(limit)))


def unattended(work: UnitOfWork) -> list[Report]:
    """Reports that no officer may see, the oldest first."""
    return list(work.session.scalars(select(Report).where(without_an_officer()).order_by(Report.id).limit(100)))


def _refuse(why: Refusal | None) -> None:
    if why is not None:
        raise RuleForbids(f"safeguarding.{why}")
