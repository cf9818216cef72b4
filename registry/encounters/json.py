"""An encounter for programs: the same facts as on its page, and no more."""

from datetime import date, datetime

from pydantic import BaseModel

from registry.encounters.queries import EncounterView, SlotView


class AgeSaidOut(BaseModel):
    low: int
    high: int | None
    method: str | None


class SlotOut(BaseModel):
    number: int
    given_name: str | None
    sex: str
    age: AgeSaidOut | None
    outcome: str
    next_step: str
    child_id: int | None
    child_code: str | None
    standing: str | None
    case_id: int | None
    case_number: str | None
    case_state: str | None
    proposal_id: int | None


class EncounterOut(BaseModel):
    id: int
    capture_id: str
    device: str
    team: str
    shift_date: date
    captured_at: datetime
    received_at: datetime
    late: bool
    clock_doubtful: bool
    place: str
    number_of_children: int
    outcome: str
    danger_signs: list[str]
    slots: list[SlotOut]


class ShiftOut(BaseModel):
    shift: date
    encounters: list[EncounterOut]
    next: str | None


def encounter_out(view: EncounterView) -> EncounterOut:
    encounter = view.encounter
    return EncounterOut(
        id=encounter.id, capture_id=str(encounter.capture_id), device=encounter.device_id, team=encounter.team,
        shift_date=encounter.shift_date, captured_at=encounter.captured_at, received_at=encounter.received_at,
        late=encounter.late, clock_doubtful=encounter.clock_doubtful, place=encounter.place_name,
        number_of_children=encounter.number_of_children, outcome=encounter.outcome,
        danger_signs=encounter.danger_signs, slots=[slot_out(one) for one in view.slots],
    )  # fmt: skip


def slot_out(view: SlotView) -> SlotOut:
    slot = view.slot
    said = slot.age_low is not None
    return SlotOut(
        number=slot.number, given_name=slot.given_name, sex=slot.sex,
        age=AgeSaidOut(low=slot.age_low or 0, high=slot.age_high, method=slot.age_method) if said else None,
        outcome=slot.outcome, next_step=view.next_step.value, child_id=view.child_id, child_code=view.child_code,
        standing=view.standing, case_id=view.case_id, case_number=view.case_number, case_state=view.case_state,
        proposal_id=view.proposal_id,
    )  # fmt: skip
