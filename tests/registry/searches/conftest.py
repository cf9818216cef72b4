"""Records that are one child, as the first search may have missed them."""

from collections.abc import Callable

import pytest

from matching import EyeCode, LocalEngine, Template
from matching.last_chance import crossed
from matching.rotations import rotate
from registry.bootstrap import Matching
from registry.searches.second_looks import SecondLooks
from registry.searches.sweeping import Sweeper
from tests.registry.house import Centre, Eyes, Tablet, slot

Enrol = Callable[..., None]


def turned(template: Template, columns: int) -> Template:
    def turn(code: EyeCode) -> EyeCode:
        return EyeCode(rotate(code.code, columns), rotate(code.mask, columns), confidence=code.confidence)

    return Template(tuple(map(turn, template.left)), tuple(map(turn, template.right)), template.encoder)


def overlooked(template: Template) -> Template:
    """As the same eyes would look upside down, with left and right exchanged and the head turned far."""
    return turned(crossed(template), 64 + 11)


def store(centre: Centre, template_id: int, template: Template) -> None:
    """As if this had been enrolled there: what a first search missed."""
    from sqlalchemy import update

    from registry.children.tables import IrisTemplate

    with centre.registry.database.writing() as work:
        work.session.execute(
            update(IrisTemplate).where(IrisTemplate.id == template_id).values(data=template.to_bytes())
        )
        work.commit()


@pytest.fixture
def split(centre: Centre, van_1: Tablet, eyes: Eyes) -> Centre:
    """Children 1, 2 and 3 are confirmed records; 3 is child 1 once more, which nobody noticed."""
    for child in (0, 1, 2):
        centre.take(van_1.meet(slot(eyes.of(child))))
    store(centre, 3, eyes.of(0, 1))
    return centre


def fresh(centre: Centre) -> Matching:
    """An engine that has read nothing yet."""
    return Matching(engine=LocalEngine(), weigher=centre.weigher)


def second_looks(centre: Centre) -> SecondLooks:
    shared = centre.registry
    return SecondLooks(
        engine=LocalEngine(), weigher=centre.weigher, database=shared.database, trail=shared.trail, clock=shared.clock
    )


def sweeper(centre: Centre, **how: int) -> Sweeper:
    shared = centre.registry
    return Sweeper(
        database=shared.database, calibration=centre.weigher.calibration, trail=shared.trail, clock=shared.clock,
        **how,
    )  # fmt: skip
