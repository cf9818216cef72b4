"""A question as one reviewer sees it: the irises, their own answer, and the evidence once they have judged those."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import select

from registry.children.people import Person
from registry.db import UnitOfWork
from registry.errors import NotThere
from registry.review.evidence import Evidence, evidence_of
from registry.review.people import demand, demand_both
from registry.review.rules import JUDGES, QuestionState, Stage, stage
from registry.review.sides import Irises, irises_of, sides_of
from registry.review.tables import ReviewJudgement, ReviewQuestion

Step = Literal["irises", "evidence", "answered"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    question: ReviewQuestion
    stage: Stage
    step: Step
    irises: Irises
    own: ReviewJudgement | None
    evidence: Evidence | None


def see(work: UnitOfWork, question_id: int, by: Person, now: datetime) -> Seen:
    """Errors: NotThere, also for a question that this person raised, or that was decided without them."""
    demand(by, JUDGES, "question")
    question = work.session.get(ReviewQuestion, question_id)
    if question is None or question.raised_by == by.name:
        raise NotThere("question")
    demand_both(work, by, (question.child_id, question.other_id), "question")
    own = work.session.scalars(
        select(ReviewJudgement).where(
            ReviewJudgement.question_id == question.id,
            ReviewJudgement.round == question.round,
            ReviewJudgement.reviewer == by.name,
        )
    ).one_or_none()
    if question.state != QuestionState.OPEN and own is None:
        raise NotThere("question")
    sides = sides_of(work.session, question)
    return Seen(
        question=question, stage=stage(question.due_at, now), own=own, step=_step(own),
        irises=irises_of(work.session, question, sides),
        evidence=evidence_of(work.session, sides) if own is not None else None,
    )  # fmt: skip


def _step(own: ReviewJudgement | None) -> Step:
    if own is None:
        return "irises"
    return "evidence" if own.verdict is None else "answered"
