"""What the vans brought: devices, encounters, slots, the children they stand under, and the journal of arrivals."""

import hashlib
from collections.abc import Iterator, Sequence
from datetime import timedelta
from random import Random
from uuid import UUID

import numpy as np

from matching import Gallery
from matching.calibration import default_calibration
from matching.decision import decide
from matching.facts import Narrowed
from matching.simulation import Capture, simulate_templates
from matching.thresholds import Policy
from panah.bench.registry.loading import Rows, Shared
from panah.bench.registry.population import NOW, Met, Population, Slotted
from registry.children.rules import child_code

_VANS = 12
_IRISES = 40
HOW = Capture(noise=0.2, noise_spread=0.04)
_GIVEN = {
    "assent": "given", "left_status": "captured", "right_status": "captured", "outcome_reason": "",
}  # fmt: skip


def street(world: Population) -> Iterator[Rows]:
    vans = [f"bench-van-{number}" for number in range(1, _VANS + 1)]
    draw = Random(world.size.seed + 1)
    evidence, templates = irises(world.size.seed)
    yield Rows(
        table="device", columns=("id", "team", "created_at", "last_seen_at"),
        values=((van, f"گشت {number}", world.encounters[0].at, NOW) for number, van in enumerate(vans, 1)),
    )  # fmt: skip
    yield _encounters(world, vans, draw)
    yield _slots(world, evidence, draw)
    yield _children(world, draw)
    yield _links(world)
    yield from _journal(world, vans)
    yield from _templates(world, templates)


def capture_id(number: int) -> UUID:
    return UUID(bytes=hashlib.sha256(b"bench capture %d" % number).digest()[:16], version=4)


def irises(seed: int, *, narrowed: Narrowed | None = None) -> tuple[list[Shared], list[bytes]]:
    """What real decisions leave behind, and templates to compare: of simulated irises, shared among the rows."""
    people = list(simulate_templates(np.random.default_rng(seed), _IRISES, how=HOW, captures=2, codes=2))
    gallery, calibration, policy = Gallery(), default_calibration(), Policy()
    for number, (first, _) in enumerate(people, start=1):
        gallery.add(number, first)
    decisions = [
        decide(
            again, gallery.identify(again, limit=10, threshold=0.42), gallery_size=_IRISES, calibration=calibration,
            policy=policy, frames=2, narrowed=narrowed,
        )
        for _, again in people
    ]  # fmt: skip
    return [Shared(one.evidence()) for one in decisions], [one.to_bytes() for pair in people for one in pair]


def _encounters(world: Population, vans: Sequence[str], draw: Random) -> Rows:
    models, signs = Shared({"segmenter": "5f" * 32, "encoder": "9c" * 32, "quality": "1a" * 32}), [["زخم"], [], [], []]

    def row(met: Met) -> tuple[object, ...]:
        late = met.at + timedelta(hours=6) if met.late else met.at + timedelta(seconds=3)
        van = draw.randrange(_VANS)
        return (
            met.id, capture_id(met.id), vans[van], f"گشت {van + 1}", met.shift, met.at, late, late, met.late, False,
            draw.choice(world.town.places), 35.6 + draw.random() / 5, 51.3 + draw.random() / 5, 8.0, met.at,
            len(met.slots), draw.choice(world.town.activities), draw.choice(("fa", "fa-AF", "ps", "ur")),
            draw.choice(("none", "none", "present", "feared")), ["بستهٔ گرم"], draw.choice(signs), met.outcome, models,
        )  # fmt: skip

    return Rows(
        table="encounter",
        columns=(
            "id", "capture_id", "device_id", "team", "shift_date", "captured_at", "received_at", "decided_at", "late",
            "clock_doubtful", "place_name", "latitude", "longitude", "accuracy_m", "fix_at", "number_of_children",
            "activity", "language", "adult", "aid", "danger_signs", "outcome", "models",
        ),
        values=map(row, world.encounters),
    )  # fmt: skip


def _slots(world: Population, evidence: Sequence[Shared], draw: Random) -> Rows:
    def rows() -> Iterator[tuple[object, ...]]:
        for met in world.encounters:
            for number, slot in enumerate(met.slots, start=1):
                person = world.people[slot.child - 1]
                compared = slot.outcome != "no_iris"
                yield (
                    slot.id, met.id, number, _as_said(person.given, draw), person.sex, person.age, person.age + 2,
                    "said", 0.9, 0.85, slot.outcome, None if compared else "نخواست",
                    draw.choice(evidence) if compared and _keeps(slot) else None, *_GIVEN.values(),
                )  # fmt: skip

    return Rows(
        table="slot",
        columns=(
            "id", "encounter_id", "number", "given_name", "sex", "age_low", "age_high", "age_method", "left_quality",
            "right_quality", "outcome", "no_iris_reason", "evidence", *_GIVEN,
        ),
        values=rows(),
    )  # fmt: skip


def _keeps(slot: Slotted) -> bool:
    """Every slot in review has its evidence, and one in eight of the others: all of it would take minutes to load, and
    nobody reads it but reviewers."""
    return slot.outcome == "review" or slot.id % 8 == 0


def _as_said(name: str, draw: Random) -> str:
    """Now and then with Arabic letters or without the half-space, as keyboards and ears have it."""
    kind = draw.random()
    if kind < 0.1:
        return name.replace("ی", "ي").replace("ک", "ك")
    return name.replace("\u200c", "") if kind < 0.2 else name


def _children(world: Population, draw: Random) -> Rows:
    numbers = draw.sample(range(10**8), len(world.people))
    unsure = {child for child in world.unsure if draw.random() < 0.1}

    def row(place: int) -> tuple[object, ...]:
        person, child = world.people[place], place + 1
        met = world.slots_of[child]
        standing = "provisional" if child in unsure else "confirmed"
        return (
            child, child_code(numbers[place]), standing, person.given, person.sex, person.age, person.age + 2, "said",
            met[0][1].date(), met[0][1], met[-1][1].date(),
        )  # fmt: skip

    return Rows(
        table="child",
        columns=(
            "id", "code", "standing", "given_name", "sex", "age_low", "age_high", "age_method", "age_on", "created_at",
            "last_met_on",
        ),
        values=map(row, range(len(world.people))),
    )  # fmt: skip


def _links(world: Population) -> Rows:
    return Rows(
        table="child_slot_link", columns=("id", "slot_id", "child_id", "linked_at", "linked_by"),
        values=(
            (slot.id, slot.id, slot.child, met.at, "matching") for met in world.encounters for slot in met.slots
        ),
    )  # fmt: skip


def _journal(world: Population, vans: Sequence[str]) -> Iterator[Rows]:
    digest, receipt = hashlib.sha256(b"bench").digest(), bytes(range(96))

    def arrived(met: Met) -> tuple[object, ...]:
        van, outcome = vans[met.id % _VANS], {"slots": [slot.outcome for slot in met.slots]}
        return (
            met.id, capture_id(met.id), van, digest, receipt, met.at, _state(met.id), 1, outcome, met.at,
            "encoder" if _state(met.id) == "attention" else None,
        )  # fmt: skip

    yield Rows(
        table="journal",
        columns=(
            "id", "capture_id", "device_id", "digest", "receipt", "received_at", "state", "attempts", "outcome",
            "outcome_at", "reason",
        ),
        values=map(arrived, world.encounters),
    )  # fmt: skip
    yield Rows(
        table="outgoing",
        columns=("id", "device_id", "capture_id", "topic", "payload", "created_at", "sent_at", "attempts"),
        values=(
            (met.id, vans[met.id % _VANS], capture_id(met.id), "panah/v1/van/result", receipt, met.at, met.at, 1)
            for met in world.encounters
        ),
    )  # fmt: skip
    yield Rows(
        table="live_event", columns=("id", "at", "kind", "encounter_id", "data"),
        values=((met.id, met.at, "encounter_settled", met.id, {}) for met in world.encounters),
    )  # fmt: skip


def _state(number: int) -> str:
    return "attention" if number % 5_000 == 0 else "settled"


def _templates(world: Population, templates: Sequence[bytes]) -> Iterator[Rows]:
    """Of the children that stand in a question; the others' are in no list, search or case."""
    slots = [(child, slot, at) for child in sorted(set(world.unsure)) for slot, at in world.slots_of[child][:2]]
    yield Rows(
        table="template", columns=("id", "slot_id", "encoder", "data", "created_at"),
        values=(
            (number, slot, "panah-1", templates[child % len(templates)], at)
            for number, (child, slot, at) in enumerate(slots, start=1)
        ),
    )  # fmt: skip
    yield Rows(
        table="gallery_log", columns=("seq", "op", "template_id", "at"),
        values=((number, "add", number, at) for number, (_, _, at) in enumerate(slots, start=1)),
    )  # fmt: skip
