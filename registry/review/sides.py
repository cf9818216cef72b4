"""The two records of a question: which slots stand under each, what of them may be shown, and when.

A hidden test is shown by the same code: one slot of a child plays the other record.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from matching import Template
from matching.decision import redecide
from matching.errors import MatchingError
from matching.facts import CandidateFact
from matching.last_chance import Way
from registry.children.tables import Child, ChildSlotLink, IrisTemplate
from registry.encounters.tables import Slot
from registry.review.agreement import Comparison, Found, compare_records
from registry.review.rules import LookAlikes, look_alikes
from registry.review.suspicion import SuspectedEye, suspected_eyes
from registry.review.tables import ReviewQuestion, ReviewTest
from registry.searches.tables import SecondLook


@dataclass(frozen=True, slots=True, kw_only=True)
class Sides:
    """`children` are the records as they stand now; equal when they were merged meanwhile, or for a test."""

    children: tuple[int, int]
    slots: tuple[frozenset[int], frozenset[int]]
    test: bool


def sides_of(session: Session, question: ReviewQuestion) -> Sides:
    one, other = (standing_as(session, child_id) for child_id in (question.child_id, question.other_id))
    slots = (_slots(session, one), _slots(session, other))
    test = session.get(ReviewTest, question.id)
    if test is not None and test.left_out_slot_id is not None:
        alone = frozenset({test.left_out_slot_id})
        slots = (alone, slots[1] - alone)
    return Sides(children=(one, other), slots=slots, test=test is not None)


def standing_as(session: Session, child_id: int) -> int:
    """The record that goes on for this one: itself, unless it was merged."""
    while True:
        into = session.scalar(select(Child.merged_into_id).where(Child.id == child_id))
        if into is None:
            return child_id
        child_id = into


@dataclass(frozen=True, slots=True, kw_only=True)
class Irises:
    """What the first step shows."""

    comparison: Comparison | None
    look_alikes: LookAlikes | None
    suspected: tuple[SuspectedEye, ...]
    """Eyes that the tablet took for something else than living ones."""

    def as_shown(self) -> dict[str, Any]:
        """What is kept with a reviewer's view."""
        shown = self.comparison.as_shown() if self.comparison else {}
        return shown | ({"suspected": [one.as_shown() for one in self.suspected]} if self.suspected else {})


def irises_of(session: Session, question: ReviewQuestion, sides: Sides) -> Irises:
    ours, theirs = (_templates(session, slots) for slots in sides.slots)
    fact, way = _found_by_matching(session, question, {number for number, _ in theirs})
    expected = look_alikes(fact[0].wrong_known, fact[1]) if fact else None
    return Irises(
        comparison=compare_records(ours, theirs, way=way), look_alikes=expected,
        suspected=suspected_eyes(session, sides.slots),
    )  # fmt: skip


def _slots(session: Session, child_id: int) -> frozenset[int]:
    linked = select(ChildSlotLink.slot_id).where(
        ChildSlotLink.child_id == child_id, ChildSlotLink.unlinked_at.is_(None)
    )
    return frozenset(session.scalars(linked))


def _templates(session: Session, slots: Collection[int]) -> list[tuple[int, Template]]:
    rows = session.execute(
        select(IrisTemplate.id, IrisTemplate.data)
        .where(IrisTemplate.slot_id.in_(slots), IrisTemplate.removed_at.is_(None))
        .order_by(IrisTemplate.id)
    )
    return [(number, Template.from_bytes(data)) for number, data in rows]


def _found_by_matching(
    session: Session, question: ReviewQuestion, their_templates: Collection[int]
) -> tuple[tuple[CandidateFact, int] | None, Found]:
    """The candidate of the stored decision that is the other record, with the gallery's size; and on which way it was
    found. Nothing where the evidence is gone (erasure) or a person asked."""
    nothing: tuple[None, Found] = (None, "usual")
    for evidence in _evidence_of(session, question.slot_id):
        found = _found_in(evidence, {question.other_id, question.child_id}, their_templates)
        if found is not None:
            return found
    return nothing


def _evidence_of(session: Session, slot_id: int | None) -> list[dict[str, Any]]:
    """Of the decision at the capture, and of the second look at night."""
    if slot_id is None:
        return []
    slot, look = session.get(Slot, slot_id), session.get(SecondLook, slot_id)
    stored = [slot.evidence if slot else None, look.evidence if look else None]
    return [evidence for evidence in stored if evidence and "facts" in evidence]


def _found_in(
    evidence: dict[str, Any], wanted: Collection[int], their_templates: Collection[int]
) -> tuple[tuple[CandidateFact, int], Found] | None:
    try:
        facts = redecide(evidence).facts
    except MatchingError:
        return None
    usual: list[tuple[Found, CandidateFact]] = [("usual", fact) for fact in facts.candidates]
    late: list[tuple[Way, CandidateFact]] = [(hit.way, hit.candidate) for hit in facts.late or ()]
    for group in (usual, late):
        found = [(way, fact) for way, fact in group if fact.identity in wanted or fact.id in their_templates]
        if found:
            way, best = min(found, key=lambda one: one[1].score)
            return (best, facts.gallery_size), way
    return None
