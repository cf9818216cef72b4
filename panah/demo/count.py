"""Hold what the registry says against what was played."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingSlot:
    """One slot as the registry's database has it, in the order in which encounters were committed."""

    capture_id: UUID
    number: int
    outcome: str
    child_id: int | None
    """The child record it stands under now."""
    provisional: bool
    enrolled: bool
    """It left a searchable template."""


@dataclass(slots=True)
class Tally:
    """The figures of DESIGN.md's demo contract that follow from slots and the truth."""

    reencounters: int = 0
    known: int = 0
    known_wrong: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    re_outcomes: Counter[str] = field(default_factory=Counter)
    wrongly_merged: int = 0
    wrongly_split: int = 0


def tally(slots: Sequence[StandingSlot], truth: Mapping[UUID, Sequence[str]]) -> Tally:
    """truth: capture id → the true child of each slot. Slots of captures that were not played here are left out."""
    played = [(slot, truth[slot.capture_id][slot.number - 1]) for slot in slots if slot.capture_id in truth]
    owners = _owners(played)
    result, enrolled, before = Tally(), set[str](), set[str]()
    capture: UUID | None = None
    for slot, child in played:
        if slot.capture_id != capture:  # siblings of one encounter are not met "again" within it
            capture, before = slot.capture_id, set(enrolled)
        _count(
            result, slot, again=child in before and slot.outcome != "no_iris", right=owners.get(slot.child_id) == child
        )
        if slot.enrolled:
            enrolled.add(child)
    result.wrongly_split = _split(played, owners)
    return result


def _count(result: Tally, slot: StandingSlot, *, again: bool, right: bool) -> None:
    result.outcomes[slot.outcome] += 1
    if again:
        result.reencounters += 1
        result.re_outcomes[slot.outcome] += 1
        result.known += slot.outcome == "known" and right
    result.known_wrong += slot.outcome == "known" and not right
    result.wrongly_merged += slot.child_id is not None and not right


def _owners(played: Iterable[tuple[StandingSlot, str]]) -> dict[int | None, str]:
    """A child record belongs to the true child whose slot made it."""
    owners: dict[int | None, str] = {}
    for slot, child in played:
        if slot.child_id is not None:
            owners.setdefault(slot.child_id, child)
    return owners


def _split(played: Iterable[tuple[StandingSlot, str]], owners: Mapping[int | None, str]) -> int:
    provisional = {slot.child_id for slot, _ in played if slot.provisional}
    records = Counter(child for record, child in owners.items() if record not in provisional)
    return sum(count - 1 for count in records.values())
