"""A reviewer's answer in two steps, and what two who agree come to.

First the irises alone; only then the tracing evidence is opened. Both views are kept. Everything is read and written
under the gallery's lock, so that of two who answer in the same second one finds the other's answer counted.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import select

from common.time import Clock
from registry.audit.service import AuditTrail
from registry.children.people import Person
from registry.children.tables import Child
from registry.db import UnitOfWork
from registry.errors import NotThere
from registry.live.service import Happening, tell
from registry.review.people import demand, demand_both, refuse
from registry.review.rules import (
    AT_MOST,
    JUDGES,
    QuestionState,
    Refusal,
    Verdict,
    agreement,
    confirms,
    is_settled,
    may_judge,
)
from registry.review.tables import ReviewItem, ReviewJudgement, ReviewMember, ReviewQuestion


def view_irises(
    work: UnitOfWork,
    *,
    question_id: int,
    by: Person,
    view: Verdict,
    note: str = "",
    shown: dict[str, Any],
    trail: AuditTrail,
    clock: Clock,
) -> ReviewJudgement:
    """Record what the irises alone say, which opens the tracing evidence. The same view sent twice is one.

    Errors: NotThere, ReviewRefused (own_request, not_open, answered_already when another view was recorded).
    """
    question = _to_judge(work, question_id, by)
    found = _own(work, question, by)
    if found is not None:
        refuse(None if found.iris_view == view else Refusal.ANSWERED_ALREADY)
        return found
    refuse(_may(work, question, by))
    judgement = ReviewJudgement(
        question_id=question.id, round=question.round, reviewer=by.name, iris_view=view, iris_note=note.strip()[:500],
        iris_at=clock.now(), shown=shown, note="",
    )  # fmt: skip
    work.session.add(judgement)
    work.session.flush()
    trail.append(work, actor=by.name, action="review.irises_judged", subject=f"review:{question.id}")
    return judgement


def give_verdict(
    work: UnitOfWork,
    *,
    question_id: int,
    by: Person,
    verdict: Verdict,
    note: str = "",
    trail: AuditTrail,
    clock: Clock,
) -> ReviewJudgement:
    """The answer with all evidence seen. The same verdict sent twice is one.

    Errors: NotThere, ReviewRefused (irises_first, answered_already, own_request, not_open).
    """
    question = _to_judge(work, question_id, by)
    found, now = _own(work, question, by), clock.now()
    refuse(Refusal.IRISES_FIRST if found is None else None)
    assert found is not None
    if found.verdict is not None:
        refuse(None if found.verdict == verdict else Refusal.ANSWERED_ALREADY)
        return found
    refuse(_may(work, question, by))
    found.verdict, found.note, found.decided_at = verdict, note.strip()[:500], now
    work.session.flush()
    trail.append(work, actor=by.name, action="review.answered", subject=f"review:{question.id}")
    if question.item_id is None:
        _close_test(work, question)
    else:
        _conclude(work, question, trail, now)
    return found


def withdraw(work: UnitOfWork, question: ReviewQuestion, state: QuestionState, now: datetime) -> None:
    """Settle a question otherwise than by reviewers: a merge refused, or a pair that is one record by now."""
    question.state, question.decided_at = state, now
    work.session.flush()
    if question.item_id is not None:
        _settle_item(work, question.item_id, now)


def _to_judge(work: UnitOfWork, question_id: int, by: Person) -> ReviewQuestion:
    demand(by, JUDGES, "question")
    work.lock_gallery()
    question = work.session.get(ReviewQuestion, question_id)
    if question is None:
        raise NotThere("question")
    demand_both(work, by, (question.child_id, question.other_id), "question")
    return question


def _own(work: UnitOfWork, question: ReviewQuestion, by: Person) -> ReviewJudgement | None:
    return work.session.scalars(
        select(ReviewJudgement).where(
            ReviewJudgement.question_id == question.id,
            ReviewJudgement.round == question.round,
            ReviewJudgement.reviewer == by.name,
        )
    ).one_or_none()


def _may(work: UnitOfWork, question: ReviewQuestion, by: Person) -> Refusal | None:
    answered = [one.reviewer for one in _answers(work, question)]
    state = QuestionState(question.state)
    return may_judge(state=state, reviewer=by.name, raised_by=question.raised_by, answered=answered)


def _answers(work: UnitOfWork, question: ReviewQuestion) -> list[ReviewJudgement]:
    """Of this round, with a verdict, in the order in which they were given."""
    rows = work.session.scalars(
        select(ReviewJudgement)
        .where(
            ReviewJudgement.question_id == question.id,
            ReviewJudgement.round == question.round,
            ReviewJudgement.verdict.is_not(None),
        )
        .order_by(ReviewJudgement.decided_at, ReviewJudgement.id)
    )
    return list(rows)


def _close_test(work: UnitOfWork, question: ReviewQuestion) -> None:
    """A hidden test leaves the queue after as many answers as any other question."""
    if len(_answers(work, question)) >= AT_MOST:
        question.state = QuestionState.WITHDRAWN


def _conclude(work: UnitOfWork, question: ReviewQuestion, trail: AuditTrail, now: datetime) -> None:
    found = agreement([Verdict(one.verdict or "") for one in _answers(work, question)])
    if found is None:
        return
    question.state, question.contested, question.decided_at = found.state, found.contested, now
    work.session.flush()
    trail.append(
        work, actor="review", action="review.agreed", subject=f"review:{question.id}", detail={"state": found.state}
    )
    assert question.item_id is not None
    _settle_item(work, question.item_id, now)
    data = {"question": question.id, "state": str(found.state)}
    tell(work, [Happening(kind="review_decided", child_id=question.child_id, data=data)], at=now)


def _settle_item(work: UnitOfWork, item_id: int, now: datetime) -> None:
    """Close the item once none of its pairs waits, and confirm those of its children that are nobody else."""
    questions = work.session.scalars(select(ReviewQuestion).where(ReviewQuestion.item_id == item_id)).all()
    if not is_settled([QuestionState(one.state) for one in questions]):
        return
    item = work.session.get_one(ReviewItem, item_id)
    item.state, item.closed_at = "closed", now
    probes = select(ReviewMember.child_id).where(ReviewMember.item_id == item_id, ReviewMember.role == "probe")
    for child in work.session.scalars(select(Child).where(Child.id.in_(probes), Child.standing == "provisional")):
        if confirms(_states_of(work, child.id)):
            child.standing = "confirmed"


def _states_of(work: UnitOfWork, child_id: int) -> list[QuestionState]:
    """Of every pair in which this child was asked about, in whatever item."""
    states = work.session.scalars(
        select(ReviewQuestion.state).where(ReviewQuestion.child_id == child_id, ReviewQuestion.item_id.is_not(None))
    )
    return [QuestionState(state) for state in states]
