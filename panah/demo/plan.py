"""What a demo shift will play: who is met where by which van, and in what condition their eyes are.

The plan is the truth that the outcome is held against; it never reaches the registry.
"""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from panah.demo.names import ACTIVITIES, BOYS, GIRLS, LANGUAGES, PLACES, Spot

Sex = Literal["girl", "boy"]
Outcome = Literal["aid_only", "refused", "appointment", "transfer"]
Trouble = Literal["none", "blurred_first", "injured"]


class Planned(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class PlannedEye(Planned):
    """What the scanner will see: a synthetic eye by seed, or a file."""

    seed: int | None = None
    path: Path | None = None
    pixel_shape: float = 1.0
    """Of the file's sensor; the scanner shows it with square pixels."""
    trouble: Trouble = "none"


class PlannedSlot(Planned):
    child: str
    """The true child."""
    given_name: str
    sex: Sex | Literal["unknown"]
    age_low: int
    age_high: int
    assent: Literal["given", "refused"] = "given"
    left: PlannedEye | None = None
    right: PlannedEye | None = None


class PlannedEncounter(Planned):
    number: int
    van: int
    place: str
    latitude: float
    longitude: float
    activity: str
    language: str
    outcome: Outcome
    slots: tuple[PlannedSlot, ...]
    together: int | None = None
    """Encounters of the same number start in the same second, in different vans."""


class Plan(Planned):
    encounters: tuple[PlannedEncounter, ...]
    vans: int

    def of_van(self, van: int) -> tuple[PlannedEncounter, ...]:
        return tuple(e for e in self.encounters if e.van == van)

    @property
    def children(self) -> int:
        return len({slot.child for e in self.encounters for slot in e.slots})


@dataclass(frozen=True, slots=True)
class _Person:
    """One synthetic child."""

    key: str
    name: str
    sex: Sex
    age: int
    seed: int
    one_eyed: bool
    refuses: bool
    blurred: bool
    siblings: tuple[str, ...] = ()


def synthetic_shift(*, vans: int, children: int, encounters: int, seed: int) -> Plan:
    """A shift of synthetic children: siblings, one-eyed, refusing, blurred until re-taken, met by two vans at once."""
    rng = random.Random(seed)  # noqa: S311 - a repeatable story, not a secret
    people = _people(children, seed, rng)
    families = _families(people, rng)
    pairs = min(2, len(families)) if vans > 1 else 0
    meetings: list[tuple[list[_Person], int | None]] = [(families[k // 2], k // 2) for k in range(2 * pairs)]
    meetings += [(family, None) for family in families[pairs:]]
    while len(meetings) < encounters:
        again = rng.choice(families)
        meetings.append((again if rng.random() < 0.5 else [rng.choice(again)], None))
    return Plan(
        vans=vans, encounters=tuple(_meeting(n, who, together, vans, rng) for n, (who, together) in enumerate(meetings))
    )


def _people(children: int, seed: int, rng: random.Random) -> list[_Person]:
    """The child met by both vans at once (the first two) has no trouble; each trouble then has its own child."""
    people = []
    for k in range(children):
        sex: Sex = "girl" if rng.random() < 0.35 else "boy"
        people.append(
            _Person(
                key=f"child-{k:04}",
                name=rng.choice(GIRLS if sex == "girl" else BOYS),
                sex=sex,
                age=rng.randint(6, 16),
                seed=seed * 100_003 + k,
                one_eyed=k % 12 == 4,
                refuses=k % 25 == 6,
                blurred=k % 10 == 3,
            )
        )
    return people


def _families(people: Sequence[_Person], rng: random.Random) -> list[list[_Person]]:
    """Every sixth child or so came with a brother or sister; they are scanned in one encounter."""
    families, rest = [[p] for p in people[:2]], list(people[2:])
    while rest:
        size = rng.choice((1, 1, 1, 1, 2, 3))
        families.append(rest[:size])
        rest = rest[size:]
    return families


def _meeting(
    number: int, who: Sequence[_Person], together: int | None, vans: int, rng: random.Random
) -> PlannedEncounter:
    spot: Spot = rng.choice(PLACES)
    van = number % vans
    refused = all(p.refuses for p in who)
    outcomes: tuple[Outcome, ...] = ("transfer", "transfer", "aid_only", "appointment")
    return PlannedEncounter(
        number=number,
        van=van,
        place=spot.name,
        latitude=spot.latitude + rng.uniform(-2e-3, 2e-3),
        longitude=spot.longitude + rng.uniform(-2e-3, 2e-3),
        activity=rng.choice(ACTIVITIES),
        language=rng.choice(LANGUAGES),
        outcome="refused" if refused else rng.choice(outcomes),
        slots=tuple(_slot(p, number) for p in who),
        together=together,
    )


def _slot(person: _Person, number: int) -> PlannedSlot:
    first = PlannedEye(seed=person.seed, trouble="blurred_first" if person.blurred else "none")
    second = PlannedEye(seed=person.seed, trouble="injured" if person.one_eyed else "none")
    wobble = number % 2
    return PlannedSlot(
        child=person.key,
        given_name=person.name,
        sex=person.sex,
        age_low=person.age - wobble,
        age_high=person.age + 1,
        assent="refused" if person.refuses else "given",
        left=None if person.refuses else first,
        right=None if person.refuses else second,
    )


def manifest_shift(
    eyes: Mapping[str, Mapping[str, Sequence[PlannedEye]]], *, vans: int, encounters: int | None, seed: int
) -> Plan:
    """Real eyes: each person is enrolled from the first image of each eye and met again with the others.

    eyes: subject -> "left" | "right" -> files in the manifest's order.
    """
    rng = random.Random(seed)  # noqa: S311 - a repeatable story, not a secret
    rounds = max((len(files) for sides in eyes.values() for files in sides.values()), default=0)
    meetings: list[PlannedEncounter] = []
    for turn in range(rounds):
        for subject, sides in eyes.items():
            left, right = (_file(sides.get(side, ()), turn) for side in ("left", "right"))
            if (left or right) and (encounters is None or len(meetings) < encounters):
                meetings.append(_real_meeting(len(meetings), subject, left, right, turn, vans, rng))
    return Plan(vans=vans, encounters=tuple(meetings))


def _file(files: Sequence[PlannedEye], turn: int) -> PlannedEye | None:
    return files[turn] if turn < len(files) else None


def _real_meeting(
    number: int,
    subject: str,
    left: PlannedEye | None,
    right: PlannedEye | None,
    turn: int,
    vans: int,
    rng: random.Random,
) -> PlannedEncounter:
    spot: Spot = rng.choice(PLACES)
    slot = PlannedSlot(
        child=subject,
        given_name=rng.choice(BOYS + GIRLS),
        sex="unknown",
        age_low=8,
        age_high=14,
        left=left,
        right=right,
    )
    return PlannedEncounter(
        number=number,
        van=number % vans,
        place=spot.name,
        latitude=spot.latitude,
        longitude=spot.longitude,
        activity=rng.choice(ACTIVITIES),
        language=rng.choice(LANGUAGES),
        outcome="transfer" if turn % 2 == 0 else "aid_only",
        slots=(slot,),
    )
