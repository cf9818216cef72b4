"""Merges and what waits to be asked for, as lists and pages read them."""

from dataclasses import dataclass

from sqlalchemy import case, select, tuple_
from sqlalchemy.orm import Session

from registry.children.people import Person
from registry.children.sealing import visible_to
from registry.db import UnitOfWork
from registry.errors import NotThere
from registry.review.people import demand, demand_both
from registry.review.rules import ASKS_MERGE, DECIDES_MERGE, QuestionState
from registry.review.tables import Merge, ReviewQuestion

SEES_MERGES = ASKS_MERGE | DECIDES_MERGE
PAGE_SIZE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenMerge:
    merge: Merge
    contested: bool


def to_ask(session: Session, by: Person) -> list[ReviewQuestion]:
    """Agreed to be the same, and nobody has asked for the merge; the longest waiting first."""
    if not by.roles & ASKS_MERGE:
        return []
    asked = select(Merge.question_id).where(Merge.state.in_(("asked", "done")))
    rows = session.scalars(
        select(ReviewQuestion)
        .where(
            ReviewQuestion.state == QuestionState.SAME,
            ReviewQuestion.item_id.is_not(None),
            ReviewQuestion.id.not_in(asked),
            visible_to(by.account_id, ReviewQuestion.child_id),
            visible_to(by.account_id, ReviewQuestion.other_id),
        )
        .order_by(ReviewQuestion.decided_at, ReviewQuestion.id)
        .limit(PAGE_SIZE)
    )
    return list(rows)


def merges(
    session: Session, by: Person, *, after: tuple[int, int] | None = None, limit: int = PAGE_SIZE
) -> list[SeenMerge]:
    """Those that wait first, then the latest; from behind a place: whether it waited (1 or 0), number.

    Errors: NotThere.
    """
    demand(by, SEES_MERGES, "page")
    waits = case((Merge.state == "asked", 1), else_=0)
    rows = (
        select(Merge, ReviewQuestion.contested)
        .join(ReviewQuestion, ReviewQuestion.id == Merge.question_id)
        .where(visible_to(by.account_id, Merge.survivor_id), visible_to(by.account_id, Merge.absorbed_id))
        .order_by(waits.desc(), Merge.id.desc())
        .limit(limit)
    )
    if after is not None:
        rows = rows.where(tuple_(waits, Merge.id) < after)
    return [SeenMerge(merge=merge, contested=contested) for merge, contested in session.execute(rows)]


def one(work: UnitOfWork, merge_id: int, by: Person) -> SeenMerge:
    """Errors: NotThere."""
    demand(by, SEES_MERGES, "merge")
    merge = work.session.get(Merge, merge_id)
    if merge is None:
        raise NotThere("merge")
    demand_both(work, by, (merge.survivor_id, merge.absorbed_id), "merge")
    return SeenMerge(merge=merge, contested=work.session.get_one(ReviewQuestion, merge.question_id).contested)


def agreed_question(work: UnitOfWork, question_id: int, by: Person) -> ReviewQuestion:
    """For whoever asks for a merge. Errors: NotThere."""
    demand(by, ASKS_MERGE, "question")
    question = work.session.get(ReviewQuestion, question_id)
    if question is None or question.item_id is None:
        raise NotThere("question")
    demand_both(work, by, (question.child_id, question.other_id), "question")
    return question
