"""The reviewer's queue: the most pressing first, and nothing in it that tells who, or what somebody else answered."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, case, func, or_, select, tuple_
from sqlalchemy.orm import Session

from registry.children.people import Person
from registry.children.sealing import visible_to
from registry.replies.web import cursor, read_cursor
from registry.review.rules import JUDGES, QuestionState, Stage, stage
from registry.review.tables import ReviewJudgement, ReviewQuestion

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    id: int
    stage: Stage
    opened_at: datetime
    due_at: datetime | None
    begun: bool
    """The reviewer has judged the irises and not yet answered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    rows: tuple[Waiting, ...]
    total: int
    next: str | None


def queue_of(session: Session, person: Person, now: datetime, *, after: str = "", limit: int = PAGE_SIZE) -> Queue:
    """Open questions that this reviewer may judge, found and counted in one look at all that are open.

    `now` orders them; a cursor keeps the order of its first page.

    Errors: CursorUnreadable.
    """
    if not person.roles & JUDGES:
        return Queue(rows=(), total=0, next=None)
    start = read_cursor(after, datetime, int, datetime, int)
    ordered_at = start[0] if start else now
    mine = and_(
        ReviewJudgement.question_id == ReviewQuestion.id,
        ReviewJudgement.round == ReviewQuestion.round,
        ReviewJudgement.reviewer == person.name,
    )
    since = func.coalesce(ReviewQuestion.due_at, ReviewQuestion.opened_at)
    seen = (
        select(ReviewQuestion.id, ReviewJudgement.id.label("begun"), _rank(ordered_at).label("rank"), since.label("at"))
        .outerjoin(ReviewJudgement, mine)
        .where(
            ReviewQuestion.state == QuestionState.OPEN,
            ReviewQuestion.raised_by != person.name,
            visible_to(person.account_id, ReviewQuestion.child_id),
            visible_to(person.account_id, ReviewQuestion.other_id),
            or_(ReviewJudgement.id.is_(None), ReviewJudgement.verdict.is_(None)),
        )
        .cte("seen")
    )
    counted = select(func.count()).select_from(seen)
    rows = select(ReviewQuestion, seen.c.begun, seen.c.rank, counted.scalar_subquery()).join(
        seen, seen.c.id == ReviewQuestion.id
    )
    place = (seen.c.rank, seen.c["at"], seen.c.id)
    if start:
        rows = rows.where(tuple_(*place) > tuple_(*start[1:]))
    found = session.execute(rows.order_by(*place).limit(limit + 1)).all()
    total = found[0][3] if found else session.scalar(counted) or 0
    shown = [_waiting(question, begun is not None, now) for question, begun, _, _ in found[:limit]]
    following = _next([(question, rank) for question, _, rank, _ in found], limit, ordered_at)
    return Queue(rows=tuple(shown), total=total, next=following)


def _rank(now: datetime) -> ColumnElement[int]:
    """As `rules.place_in_queue`, for the database to sort by."""
    return case((ReviewQuestion.due_at <= now, 0), (ReviewQuestion.due_at.is_not(None), 1), else_=2)


def _waiting(question: ReviewQuestion, begun: bool, now: datetime) -> Waiting:
    return Waiting(
        id=question.id, stage=stage(question.due_at, now), opened_at=question.opened_at, due_at=question.due_at,
        begun=begun,
    )  # fmt: skip


def _next(found: Sequence[tuple[ReviewQuestion, int]], limit: int, ordered_at: datetime) -> str | None:
    if len(found) <= limit:
        return None
    question, rank = found[limit - 1]
    at = question.due_at or question.opened_at
    return cursor(ordered_at.isoformat(), rank, at.isoformat(), question.id)
