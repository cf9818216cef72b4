"""What one person is shown of their inbox: nothing about a child that they may not see, whatever they were told."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session, aliased, contains_eager

from registry.cases.tables import Case
from registry.children.people import Person
from registry.children.sealing import visible_to
from registry.inbox.rules.causes import Level, shown_to
from registry.inbox.tables import Cause, Notice
from registry.notes.service import readable_by
from registry.notes.tables import Flag, WrittenNote
from registry.referrals.service import sent_to
from registry.referrals.tables import Referral
from registry.review.tables import Merge, ReviewQuestion
from registry.safeguarding.handling import seen_by
from registry.safeguarding.tables import Report
from registry.tracing.service import told_to
from registry.tracing.tables import PossibleMatch
from registry.transfers.custody import WORKS_IN
from registry.transfers.service import concerns
from registry.transfers.tables import CaseTransfer

MOST_COUNTED = 500
"""Of the newest unread ones."""
BLOCK = 100


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
    referral_number: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """Up to MOST_COUNTED."""

    unread: int
    urgent: int


def items(session: Session, by: Person, which: Which, *, after: int | None, limit: int) -> list[Item]:
    """The newest first. Rights are asked of a block of one's newest notices at a time, so that a full inbox costs no
    more than an empty one."""
    found: list[Item] = []
    while len(found) < limit:
        block = list(session.scalars(_own(by, which, after).limit(max(BLOCK, limit))))
        found += _items(session, by, block)
        if len(block) < max(BLOCK, limit):
            break
        after = block[-1]
    return found[:limit]


def one(session: Session, notice_id: int, by: Person) -> Item | None:
    """None also for somebody else's, and for one that may not be shown any more."""
    own = _own(by, Which.ALL, None).where(Notice.id == notice_id)
    return next(iter(_items(session, by, list(session.scalars(own)))), None)


def count(session: Session, by: Person) -> Count:
    block = list(session.scalars(_own(by, Which.UNREAD, None).limit(MOST_COUNTED)))
    levels = list(session.scalars(_shown(session, by, block)[0].with_only_columns(Cause.level)))
    return Count(unread=len(levels), urgent=levels.count(Level.URGENT))


def shown_ids(session: Session, by: Person, *, up_to: int) -> list[int]:
    """Of the unread up to a notice."""
    own = list(session.scalars(_own(by, Which.UNREAD, None).where(Notice.id <= up_to)))
    return list(session.scalars(_shown(session, by, own)[0].with_only_columns(Notice.id)))


def _own(by: Person, which: Which, after: int | None) -> Select[int]:
    """The numbers of one's notices, the newest first; nothing is shown by this alone."""
    rows = (
        select(Notice.id)
        .join(Notice.cause)
        .where(Notice.account_id == by.account_id, Cause.kind.in_(shown_to(by.roles)))
    )
    if after is not None:
        rows = rows.where(Notice.id < after)
    if which is not Which.ALL:
        rows = rows.where(Cause.ended_at.is_(None))
    if which is Which.UNREAD:
        rows = rows.where(Notice.read_at.is_(None))
    return rows.order_by(Notice.id.desc())


def _shown(session: Session, by: Person, block: list[int]) -> tuple[Select[Any], Any]:
    """Of these notices those that may be shown. Each is about one child, or about two."""
    case = aliased(Case)
    office = session.scalar(WORKS_IN.mine(by.account_id))
    child: Any = func.coalesce(
        case.child_id, WrittenNote.child_id, Flag.child_id, PossibleMatch.child_id, ReviewQuestion.child_id,
        Merge.survivor_id,
    )  # fmt: skip
    other: Any = func.coalesce(ReviewQuestion.other_id, Merge.absorbed_id)
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
        .outerjoin(Referral, Referral.id == Cause.referral_id)
        .where(
            Notice.id.in_(block),
            *(or_(whose.is_(None), visible_to(by.account_id, whose)) for whose in (child, other)),
            or_(Cause.note_id.is_(None), readable_by(by.account_id)),
            or_(Cause.match_id.is_(None), told_to(by.account_id, by.roles)),
            or_(Cause.report_id.is_(None), seen_by(by.account_id)),
            or_(Cause.transfer_id.is_(None), concerns(by, office)),
            or_(Cause.referral_id.is_(None), sent_to(by)),
        )
    )
    return rows, case


def _items(session: Session, by: Person, block: list[int]) -> list[Item]:
    rows, case = _shown(session, by, block)
    child = func.coalesce(WrittenNote.child_id, Flag.child_id)
    rows = rows.add_columns(case.number, child, Referral.number).options(contains_eager(Notice.cause))
    found = session.execute(rows.order_by(Notice.id.desc()))
    return [
        Item(notice=notice, case_number=number, child_id=child_id, referral_number=referral)
        for notice, number, child_id, referral in found
    ]
