"""An eye that was scanned against the child's will. Law: DOMAIN, "I was forced", said later, purges the template.

What was kept of such a capture goes, and what was computed from it; the meeting itself stays, with all that was said
and done there. Copies that are older than this (a backup) are the administrator's.
"""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import exists, null, or_, select, update
from sqlalchemy.orm import joinedload

from registry.children import service as children
from registry.children.gallery import last_seq
from registry.children.tables import ChildSlotLink, IrisTemplate
from registry.db import UnitOfWork
from registry.encounters.tables import Slot
from registry.errors import RuleForbids
from registry.review.sides import standing_as
from registry.review.tables import ReviewMember
from registry.safeguarding.rules import Refusal
from registry.searches.tables import NarrowedSearch, SecondLook, SweepPair


def captures(work: UnitOfWork, child_id: int | None) -> list[Slot]:
    """Of this child, those of which something of an eye is kept; the newest first."""
    if child_id is None:
        return []
    kept = exists().where(IrisTemplate.slot_id == Slot.id, IrisTemplate.removed_at.is_(None))
    asked = (
        select(Slot, kept)
        .join(ChildSlotLink, ChildSlotLink.slot_id == Slot.id)
        .where(
            ChildSlotLink.child_id == standing_as(work.session, child_id), ChildSlotLink.unlinked_at.is_(None),
        )
        .options(joinedload(Slot.encounter))
        .order_by(Slot.id.desc())
    )  # fmt: skip
    return [slot for slot, is_kept in work.session.execute(asked) if is_kept or slot.evidence]


def remove(work: UnitOfWork, child_id: int | None, slots: Collection[int], now: datetime) -> int:
    """How many templates went. Errors: RuleForbids (no child is named; a capture that is not this child's, or of which
    nothing is kept)."""
    if child_id is None:
        raise RuleForbids(f"safeguarding.{Refusal.NO_CHILD_YET}")
    work.lock_gallery()
    if not set(slots) <= {one.id for one in captures(work, child_id)}:
        raise RuleForbids(f"safeguarding.{Refusal.NO_IRIS_THERE}", field="slots")
    gone = children.remove_templates(work, slots, seq=last_seq(work) + 1, now=now)
    _forget_comparisons(work, slots, gone)
    return len(gone)


def _forget_comparisons(work: UnitOfWork, slots: Collection[int], templates: Collection[int]) -> None:
    """What these eyes were like: a decision made from them can no longer be recomputed, and says so."""
    session = work.session
    session.execute(update(Slot).where(Slot.id.in_(slots)).values(evidence=null()))
    session.execute(update(SecondLook).where(SecondLook.slot_id.in_(slots)).values(evidence={}))
    session.execute(
        update(ReviewMember)
        .where(or_(ReviewMember.template_id.in_(templates), ReviewMember.slot_id.in_(slots)))
        .values(template_id=None, score=None)
    )
    session.execute(update(NarrowedSearch).where(NarrowedSearch.template_id.in_(templates)).values(evidence=null()))
    found = or_(SweepPair.one_id.in_(templates), SweepPair.other_id.in_(templates))
    session.execute(update(SweepPair).where(found).values(evidence={}))
