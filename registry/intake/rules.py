"""What the registry makes of a capture: its time, and what becomes of each slot. Age never refuses a capture."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from edge.messages.models import Forgery, Slot, SlotOutcome

LATE_AFTER = timedelta(minutes=30)
"""A van that was offline: the encounter is shown with both times."""
CLOCK_TOLERANCE = timedelta(minutes=5)
"""A tablet's clock may be this far ahead of ours before its time is doubted."""
SHIFT_MAY_DIFFER = timedelta(days=400)
"""A capture older than this says more of the tablet's clock than of the night it was made in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    late: bool
    clock_doubtful: bool


def timing(*, captured_at: datetime, received_at: datetime) -> Timing:
    age = received_at - captured_at
    return Timing(late=age > LATE_AFTER, clock_doubtful=age < -CLOCK_TOLERANCE or age > SHIFT_MAY_DIFFER)


def worth_an_entry(count: int) -> bool:
    """Whether the n-th refusal of one kind within an hour is written to the audit trail: 1, 10, 100, …

    Whoever floods us must not be able to fill the trail; the count itself is kept exactly.
    """
    while count >= 10 and count % 10 == 0:
        count //= 10
    return count == 1


class Child(StrEnum):
    """Under which record a slot's child is put."""

    MATCHED = "matched"
    CONFIRMED = "confirmed"
    """A new record."""
    PROVISIONAL = "provisional"
    """A new record that waits for a person, with full services meanwhile."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What becomes of one slot."""

    outcome: SlotOutcome
    reason: str
    child: Child
    enrol: bool
    """Whether the slot's template becomes searchable."""
    review: bool
    """Whether a person is asked."""


NO_IRIS = Verdict(outcome=SlotOutcome.NO_IRIS, reason="no_iris", child=Child.CONFIRMED, enrol=False, review=False)
"""A child without iris is a full child all the same."""


def cannot_tell(reason: str) -> Verdict:
    """Scan again; meanwhile the child has a record that nobody can be matched with."""
    return Verdict(outcome=SlotOutcome.CANNOT_TELL, reason=reason, child=Child.PROVISIONAL, enrol=False, review=True)


def unsure(reason: str) -> Verdict:
    return Verdict(outcome=SlotOutcome.REVIEW, reason=reason, child=Child.PROVISIONAL, enrol=True, review=True)


def first_met(reason: str) -> Verdict:
    return Verdict(outcome=SlotOutcome.NEW, reason=reason, child=Child.CONFIRMED, enrol=True, review=False)


def known(*, reason: str, provisional: bool, same_encounter: bool, adds_template: bool) -> Verdict:
    """Matching is sure of a child. That child may be provisional, or stand in another slot of this very encounter."""
    if same_encounter:
        return unsure("two_slots_alike")
    if provisional:
        # We know that it is the same child as before, but who that is waits for a person: so does this.
        return Verdict(
            outcome=SlotOutcome.REVIEW, reason="provisional_met_again", child=Child.MATCHED, enrol=False, review=True
        )
    return Verdict(outcome=SlotOutcome.KNOWN, reason=reason, child=Child.MATCHED, enrol=adds_template, review=False)


def looked_forged(verdict: Verdict, suspected: Collection[Forgery]) -> Verdict:
    """An eye that may be a print, an eye on a screen or one under a patterned lens is looked at by a person.

    It refuses nobody and nothing: the child has a record, a case and all services meanwhile. Only "this is that child"
    and "this is nobody whom we know" are not said, for either would rest on what may not have been the child's eye.
    """
    if not suspected or verdict is NO_IRIS:
        return verdict
    reason = ",".join([*filter(None, [verdict.reason]), *(f"suspected_{one}" for one in sorted(set(suspected)))])
    if verdict.outcome in (SlotOutcome.KNOWN, SlotOutcome.NEW):
        return unsure(reason)
    return replace(verdict, reason=reason)


def suspected_of(slot: Slot) -> tuple[Forgery, ...]:
    told = (eye.liveness.suspected for eye in (slot.left, slot.right) if eye.liveness is not None)
    return tuple(one for one in told if one is not None)


def looked_alive(slot: Slot) -> bool:
    """Every eye that was captured was assessed, and none is suspected."""
    captured = [eye for eye in (slot.left, slot.right) if eye.template is not None]
    return bool(captured) and all(eye.liveness is not None and eye.liveness.suspected is None for eye in captured)
