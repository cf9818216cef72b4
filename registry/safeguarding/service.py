"""Filing a report, by name or without one, and getting its answer.

An anonymous report is filed through somebody's log-in, most often the centre's tablet, but of that account nothing is
kept: not in the report, not in the audit trail, not with the Idempotency-Key. Its answer is fetched by a code and a
secret that the complainant alone has.
"""

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import selectinload

from common.text import to_ascii_digits
from common.time import Clock, in_tehran
from registry.audit.service import AuditTrail
from registry.calendar.service import working_calendar
from registry.children.people import Person
from registry.children.rules import draw_code, read_code
from registry.children.sealing import demand_visible
from registry.db import UnitOfWork
from registry.errors import KeyOfAnotherRequest, NotThere, RuleForbids
from registry.safeguarding import rules
from registry.safeguarding.forms import AnswerAsked, DecisionForm, How, ReportForm
from registry.safeguarding.keeping_away import demand_accounts, withdraw
from registry.safeguarding.rules import Refusal, State
from registry.safeguarding.tables import Accused, Report, ReportEntry

ANONYMOUS = "anonymous"
_SECRET_DIGITS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Filed:
    """`secret`: for an anonymous one, and shown this once."""

    report: Report
    secret: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    report: Report
    answer: str | None
    """What the complainant is told; None while nothing is decided."""


def file(
    work: UnitOfWork, form: ReportForm, *, by: Person, draw: Callable[[int], int], trail: AuditTrail, clock: Clock
) -> Report:
    """By name. The accused are kept away when this is committed.

    Errors: NotThere (the child), PersonUnknown, RuleForbids.
    """
    report = _filed(work, form, by, draw, clock.now())
    report.filed_by_id, report.filed_by = by.account_id, by.name
    _begin(work, report, clock.now(), trail, actor=by.name)
    return report


def file_anonymously(
    work: UnitOfWork, form: ReportForm, *, by: Person, key: str, draw: Callable[[int], int], trail: AuditTrail,
    clock: Clock,
) -> Filed:  # fmt: skip
    """`key`: the client's Idempotency-Key, or a random one. Sent twice, it is filed once and answered alike.

    Errors: NotThere (the child), PersonUnknown, RuleForbids, KeyOfAnotherRequest.
    """
    kept = _of_key(work, key)
    if kept is None:
        report = _filed(work, form, by, draw, clock.now())
        report.key_hash, report.secret_hash = _hash(key), _hash(_secret(key, report.reference))
        try:
            with work.session.begin_nested():
                _begin(work, report, clock.now(), trail, actor=ANONYMOUS)
        except IntegrityError:  # its twin was quicker
            kept = _of_key(work, key)
            if kept is None:
                raise
        else:
            return Filed(report=report, secret=_secret(key, report.reference))
    if ReportForm.model_validate(kept.said) != form:
        raise KeyOfAnotherRequest
    return Filed(report=kept, secret=_secret(key, kept.reference))


def own(work: UnitOfWork, by: Person, *, before: int | None, limit: int) -> list[Answer]:
    """What this person filed by name, the newest first."""
    rows = select(Report).where(Report.filed_by_id == by.account_id)
    if before is not None:
        rows = rows.where(Report.id < before)
    rows = rows.options(selectinload(Report.entries)).order_by(Report.id.desc()).limit(limit)
    return [Answer(report=one, answer=answer_in(one)) for one in work.session.scalars(rows)]


def fetch_answer(work: UnitOfWork, asked: AnswerAsked, *, trail: AuditTrail, clock: Clock) -> Answer:
    """For whoever has the code and the secret of an anonymous report; fetched, the answer counts as told.

    Errors: NotThere.
    """
    code = read_code(to_ascii_digits(asked.reference))
    found = select(Report).where(Report.reference == f"S-{code}", Report.secret_hash.is_not(None))
    report = work.session.execute(found.with_for_update()).scalar_one_or_none()
    given = _hash("".join(character for character in to_ascii_digits(asked.secret) if character.isdigit()))
    if report is None or not hmac.compare_digest(report.secret_hash or "", given):
        raise NotThere("report")
    if report.state == State.DECIDED:
        now = clock.now()
        report.state, report.told_at, report.version = State.TOLD, now, report.version + 1
        form = {"how": str(How.BY_CODE), "note": ""}
        work.session.add(ReportEntry(report_id=report.id, kind="told", form=form, at=now, by=ANONYMOUS))
        trail.append(work, actor=ANONYMOUS, action="safeguarding.told", subject=f"report:{report.id}")
    return Answer(report=report, answer=answer_in(report))


def answer_in(report: Report) -> str | None:
    decided = [one for one in report.entries if one.kind == "decided"]
    return DecisionForm.model_validate(decided[-1].form).answer if decided else None


def _filed(work: UnitOfWork, form: ReportForm, by: Person, draw: Callable[[int], int], now: datetime) -> Report:
    if form.happened_on is not None and form.happened_on > in_tehran(now).date():
        raise RuleForbids(f"safeguarding.{Refusal.IN_THE_FUTURE}", field="happened_on")
    if form.child_id is not None:
        if not rules.NAMES_A_CHILD & by.roles:
            raise NotThere("child")
        demand_visible(work, form.child_id, by)
    demand_accounts(work, (one.account_id for one in form.against if one.account_id is not None))
    calendar = working_calendar(work)
    return Report(
        reference=_reference(work, draw), state=State.FILED, urgency=rules.urgency(danger_now=form.danger_now),
        said=form.model_dump(mode="json"), child_id=form.child_id, filed_at=now, version=1,
        look_by=rules.look_by(now, calendar, danger_now=form.danger_now).astimezone(UTC),
        due_at=rules.due(now, calendar).astimezone(UTC),
        accused=[Accused(kind=one.kind, account_id=one.account_id, words=one.words, named_at=now)
                 for one in form.against],
    )  # fmt: skip


def _begin(work: UnitOfWork, report: Report, now: datetime, trail: AuditTrail, *, actor: str) -> None:
    work.session.add(report)
    work.session.flush()  # its number goes into the audit entry and to those who are kept away
    withdraw(work, report, now)
    trail.append(work, actor=actor, action="safeguarding.filed", subject=f"report:{report.id}")


def _reference(work: UnitOfWork, draw: Callable[[int], int]) -> str:
    def taken(code: str) -> bool:
        return work.session.execute(select(Report.id).where(Report.reference == f"S-{code}")).first() is not None

    return f"S-{draw_code(draw, taken=taken)}"


def _of_key(work: UnitOfWork, key: str) -> Report | None:
    return work.session.execute(select(Report).where(Report.key_hash == _hash(key))).scalar_one_or_none()


def _secret(key: str, reference: str) -> str:
    """Made from the client's own key, so that a repetition can be told it again though it is stored nowhere."""
    digest = hmac.digest(key.encode(), f"panah safeguarding {reference}".encode(), "sha256")
    return f"{int.from_bytes(digest[:16], 'big') % 10**_SECRET_DIGITS:0{_SECRET_DIGITS}d}"


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
