"""A name leads to the child under whom it was said, before a merge, after it, and when it is taken back."""

import random

from registry.children.finding import Sought, find
from registry.review.merge.detaching import detach
from tests.registry.house import Centre, Eyes, StillClock, Tablet, slot
from tests.registry.review.conftest import SARA, Registrar


def found(centre: Centre, name: str) -> list[int]:
    with centre.registry.database.reading() as work:
        rows = find(work.session, Sought(own=name), centre.registry.names, account_id=None, limit=9).rows
        return [row.child.id for row in rows]


def test_names_go_with_a_merge_and_come_back_when_it_is_undone(
    registrar: Registrar, centre: Centre, van_1: Tablet, eyes: Eyes
) -> None:
    centre.take(van_1.meet(slot(eyes.of(0), given_name="زهرا")))
    centre.take(van_1.meet(slot(eyes.of(1), given_name="پلوشه")))
    assert (found(centre, "زهرا"), found(centre, "پلوشه")) == ([1], [2])
    merge = registrar.merge(1, 2, survivor=1)
    assert (found(centre, "زهرا"), found(centre, "پلوشه")) == ([1], [1])
    registrar.undo(merge)
    assert (found(centre, "زهرا"), found(centre, "پلوشه")) == ([1], [2])


def test_a_name_said_of_another_child_goes_with_the_slot(
    registrar: Registrar, centre: Centre, van_1: Tablet, eyes: Eyes, clock: StillClock
) -> None:
    centre.take(van_1.meet(slot(eyes.of(0), given_name="زهرا")))
    clock.forward(days=1)
    centre.take(van_1.meet(slot(eyes.of(0, 1), given_name="پلوشه")))
    assert found(centre, "پلوشه") == [1]
    with registrar.office.work() as work:
        other = detach(
            work, slot_id=2, child_id=1, by=SARA, reason="خواهرش است", assigned={}, draw=random.Random(3).randrange,
            **registrar.office.tools,
        ).to_child_id  # type: ignore[arg-type]  # fmt: skip
    assert (found(centre, "زهرا"), found(centre, "پلوشه")) == ([1], [other])
