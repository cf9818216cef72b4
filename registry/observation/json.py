"""Places, observations and groups for programs."""

from datetime import date, datetime

from pydantic import BaseModel, ConfigDict

from registry.observation.groups import Belonging, Group
from registry.observation.tables import Observation, SlotRelation


class _Out(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class PlaceOut(_Out):
    id: int
    name: str
    kind: str
    district: str
    latitude: float | None
    longitude: float | None
    district_starts_on: date
    observe_from: date
    short_notice_because: str
    planned_by: str


class PlacePage(BaseModel):
    places: list[PlaceOut]
    next: str | None


class SeenOut(_Out):
    sex: str
    age_band: str
    seen: int


class ObservationOut(_Out):
    """`corrected`: a later one stands for it."""

    id: int
    place_id: int
    team: str
    started_at: datetime
    ended_at: datetime
    counts: list[SeenOut]
    kinds_of_work: list[str]
    adults_in_control: str
    adults_note: str
    packs_handed_out: int
    first_contacts: int
    note: str
    written_at: datetime
    written_by: str
    corrects_id: int | None
    corrected: bool = False


class ObservationPage(BaseModel):
    observations: list[ObservationOut]
    next: str | None


class RelationOut(BaseModel):
    """`slot` and `other` are the numbers of the children in the encounter."""

    id: int
    slot: int
    other: int | None
    adult: str | None
    relation: str
    source: str
    written_at: datetime
    written_by: str


class GroupChildOut(BaseModel):
    slot: int
    given_name: str | None
    child_id: int | None
    child_code: str | None


class GroupOut(BaseModel):
    """An encounter as one meeting of several."""

    encounter_id: int
    place: str
    number_of_children: int
    adult: str
    children: list[GroupChildOut]
    relations: list[RelationOut]


class BelongingOut(BaseModel):
    """With whom a child belongs, as told at one encounter."""

    relation: str
    source: str
    adult: str | None
    other_child_id: int | None
    other_given_name: str | None
    encounter_id: int
    place: str
    captured_at: datetime


class BelongingList(BaseModel):
    relations: list[BelongingOut]


def observation_out(observation: Observation, *, corrected: bool = False) -> ObservationOut:
    return ObservationOut.model_validate(observation).model_copy(update={"corrected": corrected})


def group_out(group: Group) -> GroupOut:
    numbers = {each.slot.id: each.slot.number for each in group.children}
    return GroupOut(
        encounter_id=group.encounter.id, place=group.encounter.place_name,
        number_of_children=group.encounter.number_of_children, adult=group.encounter.adult,
        children=[
            GroupChildOut(
                slot=each.slot.number, given_name=each.slot.given_name, child_id=each.child.id if each.child else None,
                child_code=each.child.code if each.child else None,
            )
            for each in group.children
        ],
        relations=[_relation_out(one, numbers) for one in group.relations],
    )  # fmt: skip


def _relation_out(one: SlotRelation, numbers: dict[int, int]) -> RelationOut:
    return RelationOut(
        id=one.id, slot=numbers[one.slot_id], other=numbers[one.other_slot_id] if one.other_slot_id else None,
        adult=one.adult, relation=one.relation, source=one.source, written_at=one.written_at, written_by=one.written_by,
    )  # fmt: skip


def belonging_out(one: Belonging) -> BelongingOut:
    return BelongingOut(
        relation=one.relation.relation, source=one.relation.source, adult=one.relation.adult,
        other_child_id=one.other.id if one.other else None,
        other_given_name=one.other.given_name if one.other else None, encounter_id=one.encounter.id,
        place=one.encounter.place_name, captured_at=one.encounter.captured_at,
    )  # fmt: skip
