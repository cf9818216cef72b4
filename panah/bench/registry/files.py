"""What is known of the children: their records, the marks by which names are found, seals, families, relations,
observed places, searches of those who miss a child."""

from collections.abc import Iterator
from datetime import timedelta
from functools import cache
from random import Random
from typing import Any

from panah.bench.registry.loading import Rows
from panah.bench.registry.population import NOW, Population
from panah.bench.registry.town import COUNTRIES, Person
from registry.children.marked import KIND_FIELDS
from registry.children.record import ChildRecord
from registry.names.tokens import NameMarks
from registry.tracing.forms import InquiryForm

_RECORDED = 0.6
"""Of the children have a written record; the others are known by what was said in the street."""


def files(world: Population, marks: NameMarks) -> Iterator[Rows]:
    draw = Random(world.size.seed + 2)
    yield from _names(world, marks, draw)
    yield from _seals(world, draw)
    yield from _families(world, draw)
    yield from _relations(world, draw)
    yield from _places(world, draw)
    yield from _searches(world, draw)


def _names(world: Population, marks: NameMarks, draw: Random) -> Iterator[Rows]:
    """Marks come in the order of their tables' keys: put in at random, an index is built page by torn page."""
    stored = cache(marks.stored)
    recorded = [child for child in range(1, len(world.people) + 1) if draw.random() < _RECORDED]
    versions = [(number, child) for number, child in enumerate((c for c in recorded for _ in range(2)), start=1)]
    clerk = world.with_role("screening")[0].name
    yield Rows(
        table="child_record",
        columns=("id", "child_id", "follows_id", "record", "written_at", "written_by", "because"),
        values=(
            (number, child, number - 1 if number % 2 == 0 else None, record(world.people[child - 1], number % 2 == 0),
             world.slots_of[child][0][1] + timedelta(hours=number % 2), clerk, "")
            for number, child in versions
        ),
    )  # fmt: skip

    def of_record(child: int) -> Iterator[tuple[str, int]]:
        for kind, names in _kinds(world.people[child - 1]).items():
            for mark in {mark for name in [*names, " ".join(names)] for mark in stored(name)}:
                yield kind, mark

    yield Rows(
        table="record_name_mark", columns=("record_id", "kind", "mark"),
        values=sorted(
            ((number, kind, mark) for number, child in versions for kind, mark in of_record(child)),
            key=lambda row: row[:0:-1],
        ),
    )  # fmt: skip
    yield Rows(
        table="slot_name_mark", columns=("slot_id", "mark"),
        values=sorted(
            (
                (slot.id, mark)
                for met in world.encounters
                for slot in met.slots
                for mark in stored(world.people[slot.child - 1].given)
            ),
            key=lambda row: row[::-1],
        ),
    )  # fmt: skip
    written = set(recorded)

    def of_child(child: int) -> set[tuple[str, int]]:
        said = {("own", mark) for mark in stored(world.people[child - 1].given)}
        return said | set(of_record(child)) if child in written else said

    children = range(1, len(world.people) + 1)
    yield Rows(
        table="child_name_mark", columns=("child_id", "kind", "mark"),
        values=sorted(
            ((child, kind, mark) for child in children for kind, mark in of_child(child)), key=lambda row: row[:0:-1]
        ),
    )  # fmt: skip


def _kinds(person: Person) -> dict[str, list[str]]:
    fields = {
        "given_name": person.given, "family_name": person.family, "fathers_name": person.father,
        "grandfathers_name": person.grandfather,
    }  # fmt: skip
    return {kind: [name for one in of if (name := fields.get(one))] for kind, of in KIND_FIELDS.items()}


def record(person: Person, whole: bool) -> dict[str, Any]:
    """A record as a clerk leaves it: the names first, the rest at the second writing."""
    known: dict[str, Any] = {
        "given_name": person.given, "fathers_name": person.father, "grandfathers_name": person.grandfather,
        "family_name": person.family, "mononym": person.family is None, "sex": person.sex,
    }  # fmt: skip
    if whole:
        nationality = {"standing": "claimed", "country": COUNTRIES[person.language], "source": "child_said"}
        known |= {
            "age": {"low": person.age, "high": person.age + 2, "method": "said", "said_on": "2026-03-01"},
            "languages": [person.language], "nationality": [nationality | {"on": "2026-03-01"}],
            "school": {"goes": False, "grade": "سوم", "barrier": "شناسنامه ندارد"},
            "work": [{"kind": "دست‌فروشی", "hours_a_day": 8, "for_whom": "پدر"}],
            "sleeping_place": {"kind": "home", "where": "شوش"}, "lives_with": "پدر و مادر و خواهر کوچک",
            "siblings": [{"name": "زهرا", "age": 6}],
            "safe_contacts": [{"name": "خاله مریم", "relation": "خاله", "reached_by": "09120000000"}],
        }  # fmt: skip
    return ChildRecord.model_validate(known).model_dump(mode="json")


def _seals(world: Population, draw: Random) -> Iterator[Rows]:
    sealed = draw.sample(range(1, len(world.people) + 1), max(2, len(world.people) // 500))
    officer, named = world.with_role("safeguarding_officer")[0].name, world.with_role("case_manager")[0]
    at = NOW - timedelta(days=90)
    yield Rows(
        table="child_seal", columns=("id", "child_id", "ground", "reason", "sealed_at", "sealed_by"),
        values=(
            (number, child, "trafficking_witness", "شاهد است", at, officer)
            for number, child in enumerate(sealed, start=1)
        ),
    )  # fmt: skip
    yield Rows(
        table="child_seal_access", columns=("id", "child_id", "account_id", "given_at", "given_by"),
        values=((number, child, named.account_id, at, officer) for number, child in enumerate(sealed[::4], start=1)),
    )  # fmt: skip


def _families(world: Population, draw: Random) -> Iterator[Rows]:
    """Two of three children with a case have one: a father, a mother, now and then a sibling of ours and an uncle who
    is kept away."""
    worker = world.with_role("social_worker")[0].name
    homes = [case for case in world.cases if draw.random() < 0.66]
    yield Rows(
        table="family", columns=("id", "area", "opened_at", "opened_by"),
        values=((n, f"منطقهٔ {n % 22 + 1}", case.opened_at, worker) for n, case in enumerate(homes, start=1)),
    )  # fmt: skip
    members: list[tuple[Any, ...]] = []
    for number, case in enumerate(homes, start=1):
        person = world.people[case.child - 1]
        members.append((number, case.child, None, "sibling", case.opened_at, worker))
        members.append(
            (number, None, f"{person.father} {person.family or ''}".strip(), "father", case.opened_at, worker)
        )
        members.append((number, None, "مریم", "mother", case.opened_at, worker))
        if case.child > 1 and draw.random() < 0.3:
            members.append((number, case.child - 1, None, "sibling", case.opened_at, worker))
        if draw.random() < 0.1:
            members.append((number, None, "دایی", "uncle_or_aunt", case.opened_at, worker))
    yield Rows(
        table="family_member",
        columns=("id", "family_id", "child_id", "name", "relation", "joined_at", "joined_by"),
        values=((number, *member) for number, member in enumerate(members, start=1)),
    )  # fmt: skip
    away = [number for number, member in enumerate(members, start=1) if member[3] == "uncle_or_aunt"]
    yield Rows(
        table="family_restraint", columns=("id", "member_id", "because", "set_at", "set_by"),
        values=((number, member, "ترس کودک", NOW, worker) for number, member in enumerate(away, start=1)),
    )  # fmt: skip
    yield Rows(
        table="household_aid",
        columns=("id", "family_id", "kind", "what", "rials", "given_on", "written_at", "written_by"),
        values=(
            (number, number % len(homes) + 1, "food", "بستهٔ معیشت", 12_000_000, NOW.date(), NOW, worker)
            for number in range(1, 2 * len(homes) + 1)
        ),
    )  # fmt: skip


def _relations(world: Population, draw: Random) -> Iterator[Rows]:
    def rows() -> Iterator[tuple[Any, ...]]:
        number = 0
        for met in world.encounters:
            if len(met.slots) > 1 and draw.random() < 0.5:
                number += 1
                one, other = met.slots[0].id, met.slots[1].id
                yield number, one, other, None, "sibling", "child_said", met.at, "team"

    yield Rows(
        table="slot_relation",
        columns=("id", "slot_id", "other_slot_id", "adult", "relation", "source", "written_at", "written_by"),
        values=rows(),
    )  # fmt: skip


def _places(world: Population, draw: Random) -> Iterator[Rows]:
    places, visits = 300, 300 * 40 if world.size.children > 10_000 else 300
    day = (NOW - timedelta(days=300)).date()
    yield Rows(
        table="observed_place",
        columns=(
            "id", "name", "kind", "district", "district_starts_on", "observe_from", "planned_at", "planned_by",
        ),
        values=(
            (number, draw.choice(world.town.places), "junction", str(number % 22 + 1), day, day, NOW, "bench")
            for number in range(1, places + 1)
        ),
    )  # fmt: skip
    yield Rows(
        table="place_observation",
        columns=(
            "id", "place_id", "team", "started_at", "ended_at", "kinds_of_work", "adults_in_control",
            "packs_handed_out", "first_contacts", "written_at", "written_by",
        ),
        values=(
            (number, number % places + 1, "گشت ۱", NOW, NOW, ["فروش گل"], "unknown", 5, 2, NOW, "bench")
            for number in range(1, visits + 1)
        ),
    )  # fmt: skip
    bands = ("0-5", "6-11", "12-14")
    yield Rows(
        table="observed_count", columns=("id", "observation_id", "sex", "age_band", "seen"),
        values=(
            (3 * number + place + 1, number + 1, "boy", band, 4)
            for number in range(visits)
            for place, band in enumerate(bands)
        ),
    )  # fmt: skip


def _searches(world: Population, draw: Random) -> Iterator[Rows]:
    """A parent in fifty children; each search may mean two of them."""
    count = max(20, len(world.people) // 50)
    asked = [draw.randint(1, len(world.people)) for _ in range(count)]

    def form(child: int) -> dict[str, Any]:
        person = world.people[child - 1]
        said = {"given_name": person.given, "fathers_name": person.father, "sex": person.sex}
        form = {"inquirer": {"name": person.father, "relation": "پدر"}, "child": said}
        return InquiryForm.model_validate(form).model_dump(mode="json")

    yield Rows(
        table="tracing_inquiry", columns=("id", "reference", "state", "inquiry", "taken_at", "taken_by"),
        values=(
            (n, f"T-{n:09d}", "open" if n % 3 else "closed", form(child), NOW - timedelta(hours=count - n), "bench")
            for n, child in enumerate(asked, start=1)
        ),
    )  # fmt: skip
    yield Rows(
        table="tracing_match", columns=("id", "inquiry_id", "child_id", "agrees", "found_at", "verdict"),
        values=(
            (2 * n - turn, n, max(1, child - turn), ["given_name", "fathers_name"], NOW, "open" if turn else "likely")
            for n, child in enumerate(asked, start=1)
            for turn in (1, 0)
        ),
    )  # fmt: skip
