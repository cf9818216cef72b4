"""What the team learns: the outcome, and of a known child no more than what helps to check that it is the one."""

from collections.abc import Sequence
from datetime import date

from edge.messages.keys import DevicePublic, RegistryKeys
from edge.messages.models import Age, Result, Sex, SlotOutcome, SlotResult
from edge.messages.seal import seal_result
from registry.children.rules import age_today
from registry.children.tables import Child
from registry.encounters.tables import Encounter, Slot
from registry.intake.rules import Verdict

_TOLD_ITS_CODE = frozenset({SlotOutcome.KNOWN, SlotOutcome.NEW, SlotOutcome.NO_IRIS})
_OLDEST = 30


def slot_answer(
    child: Child, slot: Slot, verdict: Verdict, *, last_met_on: date | None, today: date, sealed: bool = False
) -> SlotResult:
    """`last_met_on`: the day before this encounter on which the child was met last. A sealed child is never said to be
    known: the van hears "needs review" and no more."""
    if sealed and verdict.outcome is SlotOutcome.KNOWN:
        return SlotResult(number=slot.number, outcome=SlotOutcome.REVIEW)
    outcome = verdict.outcome
    code = child.code if outcome in _TOLD_ITS_CODE else None
    if outcome is not SlotOutcome.KNOWN:
        return SlotResult(number=slot.number, outcome=outcome, child_code=code)
    return SlotResult(
        number=slot.number, outcome=outcome, child_code=code, sex=Sex(child.sex), age=_age(child, today),
        last_met_on=last_met_on,
    )  # fmt: skip


def sealed_answer(
    encounter: Encounter, slots: Sequence[SlotResult], *, device_public: DevicePublic, registry_keys: RegistryKeys
) -> bytes:
    result = Result(
        device=encounter.device_id, capture_id=encounter.capture_id, decided_at=encounter.decided_at,
        late=encounter.late, clock_doubtful=encounter.clock_doubtful, slots=tuple(slots),
    )  # fmt: skip
    return seal_result(result, registry_keys=registry_keys, device_public=device_public)


def _age(child: Child, today: date) -> Age | None:
    interval = age_today(child.age_low, child.age_high, child.age_on, today)
    if interval is None:
        return None
    low, high = (min(years, _OLDEST) for years in interval)
    return Age.model_validate({"low": low, "high": high, "method": child.age_method or "said"})
