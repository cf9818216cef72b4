"""Everybody's inbox: what is due on the cases, flags, mentions, letters to sign, transfers, reports."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from panah.bench.registry.loading import Rows
from panah.bench.registry.population import NOW, Population
from registry.cases.records import CaseTask
from registry.cases.tables import Case
from registry.db import UnitOfWork
from registry.inbox.rules.causes import Kind, Level
from registry.letters.tables import Letter
from registry.notes.tables import Flag, NoteMention, WrittenNote
from registry.safeguarding.tables import Report
from registry.transfers.tables import CaseTransfer

_READ = 3
"""All but every third of those that stand were read, and all that are over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    key: str
    kind: Kind
    at: datetime
    told: frozenset[int]
    refs: dict[str, int]
    level: Level = Level.SOON
    what: str = ""
    due_at: datetime | None = None
    over: bool = False


def notices(world: Population, work: UnitOfWork) -> Iterator[Rows]:
    """What they tell of stands in its own tables already."""
    causes = sorted((*_of_cases(world, work), *_of_others(world, work)), key=lambda one: one.at)
    refs = sorted({name for one in causes for name in one.refs})
    yield Rows(
        table="inbox_cause",
        columns=("id", "key", "kind", "what", "level", "at", "due_at", "ended_at", *refs),
        values=[
            (number, one.key, str(one.kind), one.what, str(one.level), one.at, one.due_at, NOW if one.over else None,
             *(one.refs.get(name) for name in refs))
            for number, one in enumerate(causes, start=1)
        ],
    )  # fmt: skip
    told = [(cause, account, one) for cause, one in enumerate(causes, start=1) for account in sorted(one.told)]
    yield Rows(
        table="inbox_notice", columns=("id", "cause_id", "account_id", "read_at"),
        values=[
            (number, cause, account, NOW if one.over or number % _READ else None)
            for number, (cause, account, one) in enumerate(told, start=1)
        ],
    )  # fmt: skip


def _accounts(world: Population, *roles: str) -> frozenset[int]:
    return frozenset(one.account_id for one in world.with_role(*roles))


def _of_cases(world: Population, work: UnitOfWork) -> Iterator[_Told]:
    """What is late to the case's manager and to the centre's; flags, mentions, letters that wait to be signed."""
    owners = {case.id: frozenset({case.owner.account_id}) for case in world.cases}
    managers = _accounts(world, "centre_manager")
    for number, case, name, due in _rows(
        work, select(CaseTask.id, CaseTask.case_id, CaseTask.name, CaseTask.due_at).where(CaseTask.closed_at.is_(None))
    ):
        late = due is not None and due <= NOW
        yield _Told(
            key=f"task:{number}:{'late' if late else 'due'}", kind=Kind.TASK_LATE if late else Kind.TASK_DUE,
            what=name, at=min(due or NOW, NOW), due_at=due, told=owners[case] | (managers if late else frozenset()),
            refs={"task_id": number, "case_id": case},
        )  # fmt: skip
    flags = select(Flag.id, Flag.case_id, Flag.raised_at, Flag.resolved_at).where(Flag.case_id.is_not(None))
    for number, case, at, resolved in _rows(work, flags):
        refs = {"flag_id": number, "case_id": case}
        yield _Told(key=f"flag:{number}", kind=Kind.FLAG, at=at, told=owners[case], refs=refs, over=bool(resolved))
    notes = select(WrittenNote.id, WrittenNote.case_id, WrittenNote.written_at, NoteMention.account_id)
    for number, case, at, called in _rows(work, notes.join(NoteMention, NoteMention.note_id == WrittenNote.id)):
        refs = {"note_id": number} | ({"case_id": case} if case else {})
        yield _Told(key=f"note:{number}:{called}", kind=Kind.MENTION, at=at, told=frozenset({called}), refs=refs)
    drafts = select(Letter.id, Letter.case_id, Letter.drafted_at).join(Case, Case.id == Letter.case_id)
    for number, case, at in _rows(work, drafts.where(Letter.state == "draft")):
        refs = {"letter_id": number, "case_id": case}
        yield _Told(key=f"letter:{number}:draft", kind=Kind.LETTER_TO_SIGN, at=at, told=managers, refs=refs)


def _of_others(world: Population, work: UnitOfWork) -> Iterator[_Told]:
    deciders = _accounts(world, "centre_manager", "county_officer")
    asked = select(CaseTransfer.id, CaseTransfer.asked_at, CaseTransfer.state)
    for number, at, state in _rows(work, asked.where(CaseTransfer.state.in_(("asked", "offered")))):
        kind = Kind.TRANSFER_ASKED if state == "asked" else Kind.TRANSFER_OFFERED
        yield _Told(key=f"transfer:{number}:{state}", kind=kind, at=at, told=deciders, refs={"transfer_id": number})
    for number, at, due, state in _rows(work, select(Report.id, Report.filed_at, Report.due_at, Report.state)):
        yield _Told(
            key=f"report:{number}:waits", kind=Kind.REPORT_WAITS, at=at + timedelta(minutes=1), due_at=due,
            told=_accounts(world, "safeguarding_officer"), refs={"report_id": number}, level=Level.URGENT,
            over=state in ("decided", "told"),
        )  # fmt: skip


def _rows(work: UnitOfWork, statement: Any) -> Sequence[Any]:
    return work.session.execute(statement).all()
