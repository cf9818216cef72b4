"""Hidden tests: questions whose answer is known, put among the others, by which reviewers are measured.

"Same" is one child met at least twice, one slot playing the other record; "different" a pair that two reviewers found
different and nobody contested: look-alikes, as hard as the real ones.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from common.time import Clock
from registry.audit.service import AuditTrail
from registry.children.people import Person
from registry.children.tables import Child, ChildSlotLink, IrisTemplate
from registry.db import UnitOfWork
from registry.review.people import demand
from registry.review.rules import MEASURES, Measured, QuestionState, Verdict, measured, tests_due
from registry.review.service import MATCHING
from registry.review.tables import ReviewJudgement, ReviewQuestion, ReviewTest

_DRAWN_FROM = 200
"""The latest so many pairs and children, of which tests are drawn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewerMeasured:
    reviewer: str
    measured: Measured


@dataclass(frozen=True, slots=True)
class _Made:
    child_id: int
    other_id: int
    truth: Verdict
    slot_id: int | None


def hide_tests(work: UnitOfWork, *, by: Person, draw: Callable[[int], int], trail: AuditTrail, clock: Clock) -> int:
    """Add as many as are due for the questions asked so far; how many were added. Asked again it adds none.

    Errors: NotThere.
    """
    demand(by, MEASURES, "page")
    work.lock_gallery()
    asked = _count(work, ReviewQuestion.item_id.is_not(None))
    hidden = _count(work, ReviewQuestion.item_id.is_(None))
    kinds: list[Sequence[_Made]] = [_same(work.session), _different(work.session)]
    added = 0
    for turn in range(hidden, hidden + tests_due(asked, hidden)):
        of_kind = kinds[turn % 2] or kinds[1 - turn % 2]
        if of_kind:
            _hide(work, of_kind[draw(len(of_kind))], by.name, clock.now())
            added += 1
    if added:
        trail.append(work, actor=by.name, action="review.tests_hidden", detail={"added": added})
    return added


def measures(session: Session, by: Person) -> list[ReviewerMeasured]:
    """By name, not by success. Errors: NotThere."""
    demand(by, MEASURES, "page")
    rows = session.execute(
        select(ReviewJudgement.reviewer, ReviewTest.truth, ReviewJudgement.verdict)
        .join(ReviewTest, ReviewTest.question_id == ReviewJudgement.question_id)
        .where(ReviewJudgement.verdict.is_not(None))
        .order_by(ReviewJudgement.reviewer)
    ).all()
    answers: dict[str, list[tuple[Verdict, Verdict]]] = {}
    for reviewer, truth, verdict in rows:
        answers.setdefault(reviewer, []).append((Verdict(truth), Verdict(verdict or "")))
    return [ReviewerMeasured(reviewer=name, measured=measured(given)) for name, given in answers.items()]


def _count(work: UnitOfWork, which: object) -> int:
    return work.session.scalar(select(func.count()).select_from(ReviewQuestion).where(which)) or 0  # type: ignore[arg-type]


def _same(session: Session) -> list[_Made]:
    """Confirmed children with templates of two slots: the later slot plays the other record."""
    rows = session.execute(
        select(ChildSlotLink.child_id, func.max(ChildSlotLink.slot_id))
        .join(IrisTemplate, IrisTemplate.slot_id == ChildSlotLink.slot_id)
        .join(Child, Child.id == ChildSlotLink.child_id)
        .where(ChildSlotLink.unlinked_at.is_(None), IrisTemplate.removed_at.is_(None), Child.standing == "confirmed")
        .group_by(ChildSlotLink.child_id)
        .having(func.count(func.distinct(ChildSlotLink.slot_id)) > 1)
        .order_by(ChildSlotLink.child_id.desc())
        .limit(_DRAWN_FROM)
    ).all()
    return [_Made(child_id, child_id, Verdict.SAME, slot_id) for child_id, slot_id in rows]


def _different(session: Session) -> list[_Made]:
    rows = session.execute(
        select(ReviewQuestion.child_id, ReviewQuestion.other_id, ReviewQuestion.slot_id)
        .where(
            ReviewQuestion.state == QuestionState.DIFFERENT,
            ReviewQuestion.contested.is_(False),
            ReviewQuestion.item_id.is_not(None),
        )
        .order_by(ReviewQuestion.id.desc())
        .limit(_DRAWN_FROM)
    ).all()
    return [_Made(child_id, other_id, Verdict.DIFFERENT, slot_id) for child_id, other_id, slot_id in rows]


def _hide(work: UnitOfWork, made: _Made, by: str, now: datetime) -> None:
    question = ReviewQuestion(
        item_id=None, child_id=made.child_id, other_id=made.other_id, raised_by=MATCHING, raised_because="",
        slot_id=made.slot_id, opened_at=now, due_at=None, state=QuestionState.OPEN, round=1, contested=False,
    )  # fmt: skip
    work.session.add(question)
    work.session.flush()
    left_out = made.slot_id if made.truth is Verdict.SAME else None
    work.session.add(
        ReviewTest(question_id=question.id, truth=made.truth, left_out_slot_id=left_out, made_by=by, made_at=now)
    )
    work.session.flush()
