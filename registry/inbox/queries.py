"""What one person is shown of their inbox: nothing about a child that they may not see, whatever they were told."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased, contains_eager

from registry.cases.tables import Case
from registry.children.people import Person
from registry.children.sealing import visible_to
from registry.inbox.rules.causes import Level, shown_to
from registry.inbox.tables import Cause, Notice
from registry.notes.service import readable_by
from registry.notes.tables import Flag, WrittenNote
from registry.review.tables import Merge, ReviewQuestion
from registry.safeguarding.handling import seen_by
from registry.safeguarding.tables import Report
from registry.tracing.service import told_to
from registry.tracing.tables import PossibleMatch
from registry.transfers.service import concerns
from registry.transfers.tables import CaseTransfer, OfficeMember

MOST_COUNTED = 1000


class Which(StrEnum):
    UNREAD = "unread"
    STANDING = "standing"
    """What is not over, read or not."""
    ALL = "all"


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    notice: Notice
    case_number: str | None
    child_id: int | None
    """Of a note or a flag on a child; what hangs on a case says the case."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """Up to MOST_COUNTED."""

    unread: int
    urgent: int


def items(session: Session, by: Person, which: Which, *, after: int | None, limit: int) -> list[Item]:
    """The newest first."""
    rows, case = _shown(session, by, which)
    if after is not None:
        rows = rows.where(Notice.id < after)
    return _items(session, rows, case, limit)


def one(session: Session, notice_id: int, by: Person) -> Item | None:
    """None also for somebody else's, and for one that may not be shown any more."""
    rows, case = _shown(session, by, Which.ALL)
    return next(iter(_items(session, rows.where(Notice.id == notice_id), case, 1)), None)


def count(session: Session, by: Person) -> Count:
    rows, _ = _shown(session, by, Which.UNREAD)
    levels = rows.with_only_columns(Cause.level).limit(MOST_COUNTED).subquery()
    rows_by_level = session.execute(select(levels.c.level, func.count()).group_by(levels.c.level))
    counted: dict[str, int] = {row[0]: row[1] for row in rows_by_level}
    return Count(unread=sum(counted.values()), urgent=counted.get(Level.URGENT, 0))


def shown_ids(session: Session, by: Person, *, up_to: int) -> Select[Any]:
    """Of the unread up to a notice."""
    rows, _ = _shown(session, by, Which.UNREAD)
    return rows.with_only_columns(Notice.id).where(Notice.id <= up_to)


def _shown(session: Session, by: Person, which: Which) -> tuple[Select[Any], Any]:
    case = aliased(Case)
    office = session.scalar(
        select(OfficeMember.office_id).where(OfficeMember.account_id == by.account_id, OfficeMember.ended_at.is_(None))
    )
    children: Sequence[InstrumentedAttribute[Any]] = (
        case.child_id, WrittenNote.child_id, Flag.child_id, ReviewQuestion.child_id, ReviewQuestion.other_id,
        Merge.survivor_id, Merge.absorbed_id, PossibleMatch.child_id,
    )  # fmt: skip
    rows = (
        select(Notice)
        .join(Notice.cause)
        .outerjoin(case, case.id == Cause.case_id)
        .outerjoin(WrittenNote, WrittenNote.id == Cause.note_id)
        .outerjoin(Flag, Flag.id == Cause.flag_id)
        .outerjoin(ReviewQuestion, ReviewQuestion.id == Cause.question_id)
        .outerjoin(Merge, Merge.id == Cause.merge_id)
        .outerjoin(PossibleMatch, PossibleMatch.id == Cause.match_id)
        .outerjoin(CaseTransfer, CaseTransfer.id == Cause.transfer_id)
        .outerjoin(Report, Report.id == Cause.report_id)
        .where(
            Notice.account_id == by.account_id,
            Cause.kind.in_(shown_to(by.roles)),
            *(or_(child.is_(None), visible_to(by.account_id, child)) for child in children),
            or_(Cause.note_id.is_(None), readable_by(by.account_id)),
            or_(Cause.match_id.is_(None), told_to(by.account_id, by.roles)),
            or_(Cause.report_id.is_(None), seen_by(by.account_id)),
            or_(Cause.transfer_id.is_(None), concerns(by, office)),
        )
    )
    if which is not Which.ALL:
        rows = rows.where(Cause.ended_at.is_(None))
    if which is Which.UNREAD:
        rows = rows.where(Notice.read_at.is_(None))
    return rows, case


def _items(session: Session, rows: Select[Any], case: Any, limit: int) -> list[Item]:
    child = func.coalesce(WrittenNote.child_id, Flag.child_id)
    found = session.execute(
        rows.add_columns(case.number, child)
        .options(contains_eager(Notice.cause))
        .order_by(Notice.id.desc())
        .limit(limit)
    )
    return [Item(notice=notice, case_number=number, child_id=child_id) for notice, number, child_id in found]
