"""The report of one encounter, from what was said and what was captured."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from devices.models import Fix
from edge.capture.models import EncounterFacts, SlotDraft
from edge.messages.models import CaptureReport, Place, Slot


def build_report(
    facts: EncounterFacts,
    slots: Sequence[SlotDraft],
    *,
    capture_id: UUID,
    device: str,
    team: str,
    shift: date,
    now: datetime,
    fix: Fix | None,
    models: Mapping[str, str],
    sensor: str | None = None,
) -> CaptureReport:
    """Errors: pydantic.ValidationError."""
    return CaptureReport(
        capture_id=capture_id,
        device=device,
        team=team,
        shift_date=shift,
        captured_at=now,
        place=_place(facts.place, fix),
        number_of_children=facts.number_of_children or max(1, len(slots)),
        activity=facts.activity,
        language=facts.language,
        adult=facts.adult,
        aid=facts.aid,
        danger_signs=facts.danger_signs,
        outcome=facts.outcome,
        slots=tuple(_slot(slot) for slot in slots),
        models=dict(models) if any(slot.captured() for slot in slots) else {},
        sensor=sensor if any(slot.captured() for slot in slots) else None,
    )


def _place(name: str, fix: Fix | None) -> Place:
    if fix is None:
        return Place(name=name)
    return Place(name=name, latitude=fix.latitude, longitude=fix.longitude, accuracy_m=fix.accuracy_m, fix_at=fix.utc)


def _slot(slot: SlotDraft) -> Slot:
    return Slot(
        number=slot.number,
        given_name=slot.given_name,
        sex=slot.sex,
        age=slot.age,
        assent=slot.assent,
        left=slot.eyes["left"],
        right=slot.eyes["right"],
        no_iris_reason=slot.no_iris_reason,
    )
