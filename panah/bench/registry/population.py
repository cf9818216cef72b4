"""Who was met when, and what became of it: the bench's years of work, drawn from a seed and held in memory.

Numbers rise with time, as a database gives them. Few children are met often and many once; three of ten never get a
case; most cases are closed. The tables are written from this by the modules beside it."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from random import Random

from panah.bench.registry.town import Person, Town

NOW = datetime(2026, 11, 24, 18, 30, tzinfo=UTC)
"""An evening shift in Tehran: the busiest hour for whoever looks at lists."""
DAYS = 1_100
_LEAST_A_DAY = 3
"""A small load tells of fewer days, so that its shifts are not empty."""
_SHIFT_STARTS, _SHIFT_MINUTES = timedelta(hours=5, minutes=30), 780
_REGULARS = 500
_LEAST_UNSURE = 12
_FIRST = 8
"""So many meet nobody who was there before."""
STATES = {
    "intake": 10, "in_transfer": 1, "screening": 3, "kept": 4, "with_family": 18, "quasi_family": 3, "referred_out": 4,
    "closed": 57,
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    children: int
    encounters: int
    seed: int = 1405


@dataclass(frozen=True, slots=True, kw_only=True)
class Staff:
    """An account that the load's rows name."""

    account_id: int
    name: str
    role: str


@dataclass(slots=True, kw_only=True)
class Met:
    id: int
    at: datetime
    shift: date
    slots: list["Slotted"]
    outcome: str
    late: bool


@dataclass(slots=True, kw_only=True)
class Slotted:
    id: int
    child: int
    outcome: str


@dataclass(slots=True, kw_only=True)
class FiledCase:
    id: int
    child: int
    slot: int
    state: str
    opened_at: datetime
    owner: Staff
    leads: bool = True


@dataclass(slots=True, kw_only=True)
class Population:
    size: Size
    draw: Random
    town: Town
    staff: list[Staff]
    people: list[Person] = field(default_factory=list)
    """By the child's number less one."""
    encounters: list[Met] = field(default_factory=list)
    slots_of: dict[int, list[tuple[int, datetime]]] = field(default_factory=lambda: defaultdict(list))
    """By child: slot and time, the first first."""
    cases: list[FiledCase] = field(default_factory=list)
    unsure: list[int] = field(default_factory=list)
    """Children met in an encounter that ended in review."""

    def with_role(self, *roles: str) -> list[Staff]:
        return [one for one in self.staff if one.role in roles]

    def every(self, nth: int, *, least: int = 4, open_only: bool = False) -> list[FiledCase]:
        """Every nth case; a small load has some all the same, so that nothing is left unasked."""
        cases = [case for case in self.cases if case.state != "closed"] if open_only else self.cases
        return cases[:: max(1, min(nth, len(cases) // least))]


def populate(size: Size, staff: list[Staff]) -> Population:
    draw = Random(size.seed)
    town = Town(draw)
    world = Population(size=size, draw=draw, town=town, staff=staff)
    world.people = [town.person() for _ in range(size.children)]
    _meet(world)
    _doubt(world)
    _open_cases(world)
    return world


def _meet(world: Population) -> None:
    draw, size = world.draw, world.size
    counts = [draw.choices((1, 2, 3, 4), (76, 16, 6, 2))[0] for _ in range(size.encounters)]
    to_come, introduced, slot = sum(counts), 0, 0
    days = max(1, min(DAYS, size.encounters // _LEAST_A_DAY))
    first_day = (NOW - timedelta(days=days - 1)).date()
    for number, count in enumerate(counts, start=1):
        day = first_day + timedelta(days=(number - 1) * days // size.encounters)
        at = _at(day, (number - 1) * days / size.encounters % 1)
        met = Met(
            id=number, at=at, shift=day, slots=[], late=draw.random() < 0.05,
            outcome=draw.choices(("transfer", "aid_only", "appointment", "refused"), (30, 45, 15, 10))[0],
        )  # fmt: skip
        here: set[int] = set()
        for _ in range(count):
            slot += 1
            is_new = introduced < _FIRST or draw.random() * to_come < size.children - introduced
            child = introduced + 1 if is_new else _again(draw, introduced, here)
            introduced += is_new
            to_come -= 1
            here.add(child)
            outcome = _outcome(draw, is_new)
            if outcome == "review":
                world.unsure.append(child)
            met.slots.append(Slotted(id=slot, child=child, outcome=outcome))
            world.slots_of[child].append((slot, at))
        world.encounters.append(met)


def _doubt(world: Population) -> None:
    """A small load has questions enough all the same."""
    for met in world.encounters:
        for slotted in met.slots:
            if len(set(world.unsure)) < _LEAST_UNSURE and slotted.child not in world.unsure:
                slotted.outcome = "review"
                world.unsure.append(slotted.child)


def _at(day: date, through: float) -> datetime:
    """So far through the day's shift; today's has not ended."""
    start = datetime.combine(day, datetime.min.time(), UTC) + _SHIFT_STARTS
    return start + timedelta(minutes=through * _SHIFT_MINUTES)


def _again(draw: Random, introduced: int, here: set[int]) -> int:
    """Somebody met before: a regular, somebody met lately, or anybody."""
    for _ in range(8):
        kind = draw.random()
        if kind < 0.1:
            child = draw.randint(1, min(_REGULARS, introduced))
        elif kind < 0.5:
            child = draw.randint(max(1, introduced * 9 // 10), introduced)
        else:
            child = draw.randint(1, introduced)
        if child not in here:
            break
    return child


def _outcome(draw: Random, is_new: bool) -> str:
    if is_new:
        return draw.choices(("new", "review", "no_iris"), (93, 3, 4))[0]
    return draw.choices(("known", "review", "cannot_tell"), (97, 2, 1))[0]


def _open_cases(world: Population) -> None:
    """One for each child brought to the centre, and for one of fourteen an earlier one that was closed."""
    draw, managers, filed = world.draw, world.with_role("case_manager"), dict[int, tuple[int, datetime]]()
    for met in world.encounters:
        if met.outcome == "transfer":
            for slotted in met.slots:
                filed.setdefault(slotted.child, (slotted.id, met.at))
    for child, (slot, at) in filed.items():
        states = ["closed"] if draw.random() < 1 / 14 else []
        states.append(draw.choices(list(STATES), list(STATES.values()))[0])
        for turn, state in enumerate(states):
            opened = at + (NOW - at) * draw.random() * 0.5 * turn
            world.cases.append(
                FiledCase(
                    id=0, child=child, slot=slot, state=state, opened_at=opened, owner=draw.choice(managers)
                )
            )  # fmt: skip
    world.cases.sort(key=lambda case: case.opened_at)
    for number, case in enumerate(world.cases, start=1):
        case.id = number
