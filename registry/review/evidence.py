"""The tracing evidence of a question, opened after the irises were judged: names, age, relations, places and times.

Only of the two records, and without code, case or address: a reviewer sees no more than the question needs.
"""

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from registry.children.records import ChildSeal
from registry.children.tables import ChildSlotLink
from registry.encounters.tables import Encounter, Slot
from registry.review.sides import Sides

_EARTH_KM = 6371.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """An age as it was said, on that day."""

    low: int
    high: int
    method: str | None
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    at: datetime
    doubtful: bool
    """The tablet's clock was wrong."""
    place: str
    latitude: float | None
    longitude: float | None
    activity: str | None
    language: str | None
    adult: str
    beside: tuple[str, ...]
    """Given names of the children met together with this one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One side. Everything as the teams wrote it down, the latest first."""

    names: tuple[str, ...]
    sexes: tuple[str, ...]
    ages: tuple[Said, ...]
    meetings: tuple[Meeting, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Closest:
    """The two meetings, one of each side, that lie nearest in time."""

    minutes: int
    kilometres: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    records: tuple[Record, Record]
    together: bool
    """Both stand in one and the same encounter."""
    closest: Closest | None


def evidence_of(session: Session, sides: Sides) -> Evidence:
    slots = _slots(session, sides.slots[0] | sides.slots[1])
    ours, theirs = ([slot for slot in slots if slot.id in side] for side in sides.slots)
    met = {slot.encounter_id for slot in ours} & {slot.encounter_id for slot in theirs}
    sealed = _sealed_beside(session, {slot.encounter_id for slot in slots})
    records = (_record(ours, sealed), _record(theirs, sealed))
    return Evidence(records=records, together=bool(met), closest=_closest(*(one.meetings for one in records)))


def _slots(session: Session, ids: Collection[int]) -> list[Slot]:
    """Three statements, however many slots."""
    rows = session.scalars(
        select(Slot)
        .join(Encounter, Encounter.id == Slot.encounter_id)
        .where(Slot.id.in_(ids))
        .order_by(Encounter.captured_at.desc(), Slot.id.desc())
        .options(selectinload(Slot.encounter).selectinload(Encounter.slots))
    )
    return list(rows)


def _sealed_beside(session: Session, encounters: Collection[int]) -> set[int]:
    """The slots of sealed children: whom a child was met with does not open their seal."""
    sealed = select(ChildSeal.child_id).where(ChildSeal.lifted_at.is_(None))
    links = select(ChildSlotLink.slot_id).join(Slot, Slot.id == ChildSlotLink.slot_id)
    links = links.where(Slot.encounter_id.in_(encounters), ChildSlotLink.unlinked_at.is_(None))
    return set(session.scalars(links.where(ChildSlotLink.child_id.in_(sealed))))


def _record(slots: Sequence[Slot], sealed: Collection[int]) -> Record:
    return Record(
        names=tuple(dict.fromkeys(slot.given_name for slot in slots if slot.given_name)),
        sexes=tuple(dict.fromkeys(slot.sex for slot in slots if slot.sex != "unknown")),
        ages=tuple(dict.fromkeys(age for slot in slots if (age := _age(slot)))),
        meetings=tuple(_meeting(slot, sealed) for slot in slots),
    )


def _age(slot: Slot) -> Said | None:
    if slot.age_low is None or slot.age_high is None:
        return None
    return Said(low=slot.age_low, high=slot.age_high, method=slot.age_method, on=slot.encounter.shift_date)


def _meeting(slot: Slot, sealed: Collection[int]) -> Meeting:
    met = slot.encounter
    beside = [other for other in met.slots if other.id != slot.id and other.id not in sealed]
    return Meeting(
        at=met.captured_at, doubtful=met.clock_doubtful, place=met.place_name, latitude=met.latitude,
        longitude=met.longitude, activity=met.activity, language=met.language, adult=met.adult,
        beside=tuple(other.given_name for other in beside if other.given_name),
    )  # fmt: skip


def _closest(ours: Sequence[Meeting], theirs: Sequence[Meeting]) -> Closest | None:
    pairs = [(a, b) for a in ours for b in theirs if not (a.doubtful or b.doubtful)]
    if not pairs:
        return None
    a, b = min(pairs, key=lambda pair: abs(pair[0].at - pair[1].at))
    return Closest(minutes=int(abs(a.at - b.at).total_seconds() // 60), kilometres=_kilometres(a, b))


def _kilometres(a: Meeting, b: Meeting) -> float | None:
    if a.latitude is None or a.longitude is None or b.latitude is None or b.longitude is None:
        return None
    up, down = math.radians(a.latitude), math.radians(b.latitude)
    half = math.sin((down - up) / 2) ** 2
    half += math.cos(up) * math.cos(down) * math.sin(math.radians(b.longitude - a.longitude) / 2) ** 2
    return round(2 * _EARTH_KM * math.asin(min(1.0, math.sqrt(half))), 1)
