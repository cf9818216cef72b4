"""Whom a narrowed search looks at: everybody to whom what is asked may apply, and never by a name."""

import datetime as dt
from dataclasses import replace

import pytest

from edge.messages.models import Age, Place, Sex
from registry.children.gallery import follow
from registry.encounters.tables import Slot
from registry.intake.probing import probe
from registry.searches.narrowing import template_ids
from registry.searches.rules import Narrowing, Region, may_search
from registry.web.permissions import Role
from tests.registry.house import Centre, Eyes, StillClock, Tablet, slot
from tests.registry.searches.conftest import fresh

SHUSH, TAJRISH = (35.6595, 51.4305), (35.8044, 51.4256)


@pytest.fixture
def town(centre: Centre, van_1: Tablet, eyes: Eyes, clock: StillClock) -> Centre:
    """Template k is child k: a girl of 9–11 at Shush, a boy of 14 at Tajrish, and one of whom nothing is known."""
    shush = Place(name="میدان شوش", latitude=SHUSH[0], longitude=SHUSH[1], accuracy_m=5)
    tajrish = Place(name="تجریش", latitude=TAJRISH[0], longitude=TAJRISH[1], accuracy_m=5)
    centre.take(van_1.meet(slot(eyes.of(0), sex=Sex.GIRL, age=Age(low=9, high=11)), place=shush))
    clock.forward(days=10)
    centre.take(van_1.meet(slot(eyes.of(1), sex=Sex.BOY, age=Age(low=14, high=14)), place=tajrish))
    centre.take(van_1.meet(slot(eyes.of(2), sex=Sex.UNKNOWN, age=None), place=Place(name="جایی در راه")))
    return centre


def among(centre: Centre, narrowing: Narrowing) -> list[int]:
    with centre.registry.database.reading() as work:
        today = centre.registry.clock.now().date()
        return template_ids(work, narrowing, encoder=centre.weigher.encoder, today=today)


@pytest.mark.parametrize(
    ("narrowing", "expected"),
    [
        (Narrowing(), [1, 2, 3]),
        (Narrowing(sex="girl"), [1, 3]),
        (Narrowing(sex="boy"), [2, 3]),
        (Narrowing(age_low=13), [2, 3]),
        (Narrowing(age_high=10), [1, 3]),
        (Narrowing(age_low=12, age_high=13), [3]),
        (Narrowing(seen_from=dt.date(2026, 12, 1)), [2, 3]),
        (Narrowing(seen_until=dt.date(2026, 11, 30)), [1]),
        (Narrowing(region=Region(latitude=35.66, longitude=51.43, kilometres=2)), [1, 3]),
        (Narrowing(region=Region(latitude=35.73, longitude=51.43, kilometres=20)), [1, 2, 3]),
        (Narrowing(region=Region(places=("تجريش",))), [2]),
        (Narrowing(region=Region(latitude=35.66, longitude=51.43, kilometres=2, places=("تجریش",))), [1, 2, 3]),
        (Narrowing(sex="girl", region=Region(places=("تجریش",))), []),
    ],
)
def test_what_is_set_has_to_hold_and_what_nobody_knows_leaves_a_child_in(
    town: Centre, narrowing: Narrowing, expected: list[int]
) -> None:
    assert among(town, narrowing) == expected


def test_an_age_grows_by_itself(town: Centre, clock: StillClock) -> None:
    clock.forward(days=3 * 366)
    assert among(town, Narrowing(age_low=12, age_high=14)) == [1, 3]


def test_a_removed_template_a_detached_slot_and_another_encoder_are_not_looked_at(town: Centre) -> None:
    from sqlalchemy import text

    with town.registry.database.writing() as work:
        work.session.execute(text("update template set removed_at = created_at where id = 1"))
        work.session.execute(text("update child_slot_link set unlinked_at = linked_at where slot_id = 2"))
        work.session.execute(text("update template set encoder = 'other-1' where id = 3"))
        work.commit()
    assert among(town, Narrowing()) == []


@pytest.mark.parametrize(
    ("narrowing", "refusal"),
    [
        (Narrowing(), "narrows_nothing"),
        (Narrowing(age_low=12, age_high=9), "ages_cross"),
        (Narrowing(seen_from=dt.date(2026, 2, 2), seen_until=dt.date(2026, 2, 1)), "days_cross"),
        (Narrowing(region=Region(latitude=35.0)), "half_a_region"),
        (Narrowing(region=Region()), "half_a_region"),
        (Narrowing(sex="girl"), None),
    ],
)
def test_what_narrows_nothing_or_cannot_be_is_refused(narrowing: Narrowing, refusal: str | None) -> None:
    assert narrowing.refusal() == refusal


def test_what_was_asked_is_stored_and_read_back_whole() -> None:
    region = Region(latitude=35.66, longitude=51.43, kilometres=2.5, places=("تجریش", "شوش"))
    asked = Narrowing(sex="boy", age_low=7, seen_from=dt.date(2026, 1, 2), region=region)
    assert Narrowing.restored(asked.stored()) == asked
    assert asked.said() == {
        "sex": "boy", "age_low": 7, "seen_from": "2026-01-02", "region": "2.5 km around 35.6600, 51.4300",
        "places": "تجریش، شوش",
    }  # fmt: skip


def test_who_confirms_identities_may_search_and_nobody_else() -> None:
    assert {role for role in Role if may_search({role})} == {Role.SCREENING, Role.CASE_MANAGER}


def test_a_name_a_sex_an_age_or_a_family_never_moves_an_iris_score(town: Centre, eyes: Eyes) -> None:
    matching = fresh(town)
    follow(matching.engine, town.registry.database)
    probes = [
        probe(slot(eyes.of(0, 1), **said), engine=matching.engine, weigher=matching.weigher)
        for said in (
            {"given_name": "ستاره", "sex": Sex.GIRL, "age": Age(low=9, high=11)},
            {"given_name": "ستارە‌جان", "sex": Sex.UNKNOWN, "age": None},
            {"given_name": "بهرام", "sex": Sex.BOY, "age": Age(low=16, high=17)},
        )
    ]
    results = [one.result for one in probes]
    assert results[0] is not None
    assert results[0] == results[1] == results[2]
    weighed = [
        matching.weigher.weigh(
            eyes.of(0, 1), results[0].candidates, late=None, gallery_size=3, children={1: 1, 2: 2, 3: 3}, context={}
        )
        for _ in range(2)
    ]
    assert weighed[0] == replace(weighed[1])
    stored = str(weighed[0].evidence)
    assert not any(word in stored for word in ("name", "ستاره", "sex", "girl", "family", "sibling"))


def test_a_capture_is_searched_for_among_everybody(town: Centre, van_1: Tablet, eyes: Eyes) -> None:
    """Even where sex, age and place of the two meetings have nothing in common."""
    elsewhere = Place(name="تجریش", latitude=TAJRISH[0], longitude=TAJRISH[1], accuracy_m=5)
    town.take(van_1.meet(slot(eyes.of(0, 1), sex=Sex.BOY, age=Age(low=16, high=17)), place=elsewhere))
    with town.registry.database.reading() as work:
        met = work.session.query(Slot).order_by(Slot.id.desc()).first()
    assert met is not None
    assert met.evidence is not None
    assert (met.outcome, met.evidence["facts"]["gallery_size"], met.evidence["facts"]["narrowed"]) == ("known", 3, None)
