"""Asking whether two records are one child: by matching, by a person, and again when new evidence comes."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, insert, or_, select, update

from common.time import Clock
from edge.messages.models import EncounterOutcome
from registry.audit.service import AuditTrail
from registry.children.people import Person
from registry.children.tables import Child
from registry.db import UnitOfWork
from registry.encounters.tables import Encounter, Slot
from registry.errors import NotThere, ReasonNeeded
from registry.live.service import Happening, tell
from registry.review.people import demand, demand_both, refuse
from registry.review.rules import RAISES, QuestionState, Refusal, due_at
from registry.review.tables import ReviewItem, ReviewMember, ReviewQuestion

MATCHING = "matching"


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspect:
    """An enrolled child that the probe may be, by the best of its templates."""

    child_id: int
    template_id: int | None
    score: float


def open_item_of(work: UnitOfWork, child_ids: Collection[int]) -> int | None:
    """The oldest question that asks who one of these children is and that is open or possibly the same, or None.

    Only a child that was itself captured unsurely draws others in: a child who merely is somebody's candidate may be
    the candidate of several questions.
    """
    if not child_ids:
        return None
    parked = select(ReviewQuestion.item_id).where(ReviewQuestion.state == QuestionState.POSSIBLY_SAME)
    return work.session.execute(
        select(func.min(ReviewItem.id))
        .join(ReviewMember, ReviewMember.item_id == ReviewItem.id)
        .where(
            or_(ReviewItem.state == "open", ReviewItem.id.in_(parked)),
            ReviewMember.role == "probe",
            ReviewMember.child_id.in_(child_ids),
        )
    ).scalar_one()


def ask(
    work: UnitOfWork, *, slot: Slot, child: Child, suspects: Sequence[Suspect], reason: str, now: datetime
) -> list[Happening]:
    """Put this slot's child before a person: into the open item of the child or of any suspect, or into a new one.

    Each suspect makes a question of its own. What was possibly the same is asked again: this capture is new evidence.
    """
    item_id = open_item_of(work, {child.id, *(suspect.child_id for suspect in suspects)})
    kind = "review_joined"
    if item_id is None:
        kind, item_id = "review_opened", _new_item(work, reason, now)
    others = [suspect for suspect in suspects if suspect.child_id != child.id]
    _draw_in(work, item_id, child, slot, others, now)
    _question(work, item_id, child.id, [one.child_id for one in others], slot=slot, now=now)
    return [Happening(kind=kind, child_id=child.id, slot_id=slot.id, data={"item": item_id, "reason": reason})]


def met_again(work: UnitOfWork, *, slot: Slot, child: Child, now: datetime) -> list[Happening]:
    """This child was recognised: its capture is new evidence for every pair in which it is possibly the same, and
    where it comes along, it waits for the answer to every question about it."""
    about = select(ReviewQuestion).where(
        or_(ReviewQuestion.child_id == child.id, ReviewQuestion.other_id == child.id),
        ReviewQuestion.state.in_((QuestionState.POSSIBLY_SAME, QuestionState.OPEN)),
        ReviewQuestion.item_id.is_not(None),
    )
    due, pressing = _due(work, slot, now), []
    for question in work.session.scalars(about.order_by(ReviewQuestion.id)).all():
        if question.state == QuestionState.POSSIBLY_SAME:
            # The question keeps the capture that raised it: this one tells how alike the child is to itself.
            _again(work, question, MATCHING, "", now, due=due)
            pressing.append(question.id)
        elif _hurry(question, due):
            pressing.append(question.id)
    return [
        Happening(kind="review_opened", child_id=child.id, slot_id=slot.id, data={"question": number})
        for number in pressing
    ]


def raise_by_hand(
    work: UnitOfWork, *, child_id: int, other_id: int, by: Person, reason: str, trail: AuditTrail, clock: Clock
) -> int:
    """A person thinks that two records are one child; the question's number. The same question asked twice is one.

    Errors: NotThere, ReasonNeeded, ReviewRefused (same_record, merged_already).
    """
    demand(by, RAISES, "child")
    if not reason.strip():
        raise ReasonNeeded
    work.lock_gallery()
    demand_both(work, by, (child_id, other_id), "child")
    pair = [work.session.get_one(Child, one) for one in (child_id, other_id)]
    refuse(Refusal.SAME_RECORD if child_id == other_id else None)
    refuse(Refusal.MERGED_ALREADY if any(one.merged_into_id for one in pair) else None)
    now = clock.now()
    question = _of_pair(work, child_id, other_id)
    if question is None or question.state in (QuestionState.DIFFERENT, QuestionState.WITHDRAWN):
        item_id = open_item_of(work, {child_id}) or _new_item(work, "raised_by_hand", now)
        question = _write(work, item_id, child_id, other_id, by.name, reason.strip(), slot_id=None, due=None, now=now)
    elif question.state == QuestionState.POSSIBLY_SAME:
        _again(work, question, by.name, reason.strip(), now)
    else:
        return question.id
    trail.append(work, actor=by.name, action="review.raised", subject=f"review:{question.id}")
    tell(work, [Happening(kind="review_opened", child_id=child_id, data={"question": question.id})], at=now)
    return question.id


def raise_found(
    work: UnitOfWork,
    *,
    child_id: int,
    other_id: int,
    slot_id: int | None,
    reason: str,
    trail: AuditTrail,
    now: datetime,
) -> int | None:
    """Matching finds two records alike in a search that no capture made: the question's number, or None where there
    has been a question about the two, whatever came of it, and where they are one record. Under the gallery's lock.

    `slot_id`: the capture that was searched for. Nobody waits for the answer, and nothing is merged by it.
    """
    pair = [work.session.get(Child, one) for one in (child_id, other_id)]
    if child_id == other_id or any(one is None or one.merged_into_id for one in pair):
        return None
    if _of_pair(work, child_id, other_id) is not None:
        return None
    item_id = open_item_of(work, {child_id}) or _new_item(work, reason, now)
    question = _write(work, item_id, child_id, other_id, MATCHING, "", slot_id=slot_id, due=None, now=now)
    trail.append(work, actor=MATCHING, action="review.raised", subject=f"review:{question.id}", detail={"by": reason})
    tell(work, [Happening(kind="review_opened", child_id=child_id, data={"question": question.id})], at=now)
    return question.id


def raise_again(
    work: UnitOfWork, *, question_id: int, by: Person, reason: str, trail: AuditTrail, clock: Clock
) -> None:
    """New evidence for a pair that is possibly the same. Errors: NotThere, ReasonNeeded, ReviewRefused."""
    demand(by, RAISES, "question")
    if not reason.strip():
        raise ReasonNeeded
    work.lock_gallery()
    question, now = work.session.get(ReviewQuestion, question_id), clock.now()
    if question is None or question.item_id is None:
        raise NotThere("question")
    demand_both(work, by, (question.child_id, question.other_id), "question")
    refuse(None if question.state == QuestionState.POSSIBLY_SAME else Refusal.NOT_PARKED)
    _again(work, question, by.name, reason.strip(), now)
    trail.append(work, actor=by.name, action="review.raised", subject=f"review:{question.id}")
    tell(work, [Happening(kind="review_opened", child_id=question.child_id, data={"question": question.id})], at=now)


def ask_afresh(work: UnitOfWork, question: ReviewQuestion, *, by: str, reason: str, now: datetime) -> None:
    """A new round, whatever the last one came to."""
    _again(work, question, by, reason, now)


def open_item(work: UnitOfWork, item_id: int) -> None:
    work.session.execute(update(ReviewItem).where(ReviewItem.id == item_id).values(state="open", closed_at=None))


def write_urgent(
    work: UnitOfWork, *, child: Child, other_id: int, slot: Slot, by: str, reason: str, now: datetime, due: datetime
) -> int:
    """A question that somebody waits for: "this was not that child"."""
    item_id = _new_item(work, "not_this_child", now)
    _draw_in(work, item_id, child, slot, [Suspect(child_id=other_id, template_id=None, score=1.0)], now)
    return _write(work, item_id, child.id, other_id, by, reason, slot_id=slot.id, due=due, now=now).id


def _new_item(work: UnitOfWork, reason: str, now: datetime) -> int:
    return work.session.execute(
        insert(ReviewItem).values(state="open", reason=reason, opened_at=now).returning(ReviewItem.id)
    ).scalar_one()


def _draw_in(
    work: UnitOfWork, item_id: int, child: Child, slot: Slot, suspects: Sequence[Suspect], now: datetime
) -> None:
    open_item(work, item_id)
    there = set(work.session.execute(select(ReviewMember.child_id).where(ReviewMember.item_id == item_id)).scalars())
    members = [_member(item_id, "probe", child.id, slot, now)]
    members += [
        _member(item_id, "candidate", suspect.child_id, slot, now, suspect)
        for suspect in suspects
        if suspect.child_id not in there
    ]
    work.session.execute(insert(ReviewMember), members)


def _question(
    work: UnitOfWork, item_id: int, child_id: int, others: Sequence[int], *, slot: Slot, now: datetime
) -> None:
    due = _due(work, slot, now)
    for other_id in others:
        standing = _of_pair(work, child_id, other_id)
        if standing is None:
            _write(work, item_id, child_id, other_id, MATCHING, "", slot_id=slot.id, due=due, now=now)
        elif standing.state in (QuestionState.POSSIBLY_SAME, QuestionState.DIFFERENT):
            _again(work, standing, MATCHING, "", now, slot_id=slot.id, due=due)
        elif standing.state == QuestionState.OPEN:
            _hurry(standing, due)
    parked = select(ReviewQuestion).where(
        ReviewQuestion.item_id == item_id,
        ReviewQuestion.child_id == child_id,
        ReviewQuestion.state == QuestionState.POSSIBLY_SAME,
    )
    for question in work.session.scalars(parked).all():
        _again(work, question, MATCHING, "", now, due=due)


def _due(work: UnitOfWork, slot: Slot, now: datetime) -> datetime | None:
    encounter = work.session.get_one(Encounter, slot.encounter_id)
    return due_at(EncounterOutcome(encounter.outcome), now, late=encounter.late)


def _hurry(question: ReviewQuestion, due: datetime | None) -> bool:
    """Now a child waits for a question for which nobody waited before; whether it does."""
    if due is None or question.due_at is not None:
        return False
    question.due_at = due
    return True


def _of_pair(work: UnitOfWork, one: int, other: int) -> ReviewQuestion | None:
    """The newest question about these two, whoever was asked about first."""
    return work.session.scalars(
        select(ReviewQuestion)
        .where(
            ReviewQuestion.child_id.in_((one, other)),
            ReviewQuestion.other_id.in_((one, other)),
            ReviewQuestion.child_id != ReviewQuestion.other_id,
            ReviewQuestion.item_id.is_not(None),
        )
        .order_by(ReviewQuestion.id.desc())
        .limit(1)
    ).first()


def _write(
    work: UnitOfWork,
    item_id: int,
    child_id: int,
    other_id: int,
    by: str,
    because: str,
    *,
    slot_id: int | None,
    due: datetime | None,
    now: datetime,
) -> ReviewQuestion:
    open_item(work, item_id)
    question = ReviewQuestion(
        item_id=item_id, child_id=child_id, other_id=other_id, raised_by=by, raised_because=because[:500],
        slot_id=slot_id, opened_at=now, due_at=due, state=QuestionState.OPEN, round=1, contested=False,
    )  # fmt: skip
    work.session.add(question)
    work.session.flush()
    return question


def _again(
    work: UnitOfWork,
    question: ReviewQuestion,
    by: str,
    because: str,
    now: datetime,
    *,
    slot_id: int | None = None,
    due: datetime | None = None,
) -> None:
    question.state, question.round = QuestionState.OPEN, question.round + 1
    if by != MATCHING or question.raised_by == MATCHING:  # who asked by hand stays barred from judging
        question.raised_by, question.raised_because = by, because[:500]
    question.opened_at, question.due_at, question.decided_at, question.contested = now, due, None, False
    question.slot_id = slot_id or question.slot_id
    assert question.item_id is not None
    open_item(work, question.item_id)
    work.session.flush()


def _member(
    item_id: int, role: str, child_id: int, slot: Slot, now: datetime, suspect: Suspect | None = None
) -> dict[str, object]:
    return {
        "item_id": item_id, "role": role, "child_id": child_id, "slot_id": slot.id, "joined_at": now,
        "template_id": suspect.template_id if suspect else None, "score": suspect.score if suspect else None,
    }  # fmt: skip
