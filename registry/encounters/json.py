"""An encounter for programs: the same facts as on its page, and no more."""

from typing import Any

from registry.encounters.queries import EncounterView, SlotView


def encounter_json(view: EncounterView) -> dict[str, Any]:
    encounter = view.encounter
    return {
        "id": encounter.id,
        "capture_id": str(encounter.capture_id),
        "device": encounter.device_id,
        "team": encounter.team,
        "shift_date": encounter.shift_date.isoformat(),
        "captured_at": encounter.captured_at.isoformat(),
        "received_at": encounter.received_at.isoformat(),
        "late": encounter.late,
        "clock_doubtful": encounter.clock_doubtful,
        "place": encounter.place_name,
        "number_of_children": encounter.number_of_children,
        "outcome": encounter.outcome,
        "danger_signs": encounter.danger_signs,
        "slots": [slot_json(one) for one in view.slots],
    }


def slot_json(view: SlotView) -> dict[str, Any]:
    slot = view.slot
    return {
        "number": slot.number,
        "given_name": slot.given_name,
        "sex": slot.sex,
        "age": None
        if slot.age_low is None
        else {"low": slot.age_low, "high": slot.age_high, "method": slot.age_method},
        "outcome": slot.outcome,
        "next_step": view.next_step.value,
        "child_id": view.child_id,
        "child_code": view.child_code,
        "standing": view.standing,
        "case_id": view.case_id,
        "case_number": view.case_number,
        "case_state": view.case_state,
        "proposal_id": view.proposal_id,
    }
