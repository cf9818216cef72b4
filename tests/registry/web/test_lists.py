"""Lists for programs go on from a cursor without gap or repetition, whatever is written meanwhile."""

from typing import Any

import pytest

from registry.bootstrap import Registry
from registry.review.tables import Merge, ReviewItem, ReviewQuestion
from tests.registry.house import StillClock
from tests.registry.web.conftest import LogIn, Person
from tests.registry.web.scene import Scene, Seen

pytestmark = pytest.mark.parametrize("settings", ["sqlite", "postgresql"], indirect=True)


def walk(person: Person, path: str, field: str, between: Any = lambda: None) -> list[int]:
    """The numbers of all rows, two a page; `between` happens after the first page."""
    seen: list[int] = []
    after = ""
    while True:
        page = person.http.get(path, params={"limit": 2, "after": after}).json()
        seen += [row["id"] for row in page[field]]
        if page["next"] is None:
            return seen
        if not after:
            between()
        after = page["next"]


def test_the_encounters_of_a_shift(scene: Scene, log_in: LogIn, clock: StillClock) -> None:
    met = []
    for minutes in (0, 0, 1, 1, 2):  # some in one and the same moment
        clock.forward(minutes=minutes)
        met.append(scene.meet(Seen(name="زهرا")).encounter_id)
    worker = log_in("case_manager")

    def another() -> None:
        clock.forward(minutes=5)
        scene.meet(Seen(name="ستاره"))

    assert walk(worker, "/api/encounters", "encounters", another) == met[::-1]
    assert worker.http.get("/api/encounters", params={"after": "nonsense"}).status_code == 422
    assert worker.http.get("/api/encounters", params={"shift": "1405-01-01"}).json()["next"] is None


def test_a_control_character_in_a_search_breaks_nothing(log_in: LogIn) -> None:
    worker = log_in("case_manager", "administrator", "outreach")
    for path, name in (("/children", "q"), ("/api/places", "district"), ("/api/cases", "q"), ("/audit", "action")):
        assert worker.http.get(path, params={name: "\x00"}).status_code < 500, path


def test_merges_those_that_wait_first(scene: Scene, registry: Registry, log_in: LogIn, clock: StillClock) -> None:
    children = [scene.meet(Seen(name="زهرا")).child_ids[0] for _ in range(8)]
    with registry.database.writing() as work:
        item = ReviewItem(reason="unsure", opened_at=clock.now())
        work.session.add(item)
        work.session.flush()
        question = ReviewQuestion(
            item_id=item.id, child_id=children[1], other_id=children[0], state="same", raised_by="matching",
            opened_at=clock.now(),
        )  # fmt: skip
        work.session.add(question)
        work.session.flush()
        for state, absorbed in zip(("refused", "asked", "undone", "asked", "refused"), children[1:], strict=False):
            work.session.add(
                Merge(
                    question_id=question.id, survivor_id=children[0], absorbed_id=absorbed, state=state, plan={},
                    asked_by="sara", asked_at=clock.now(),
                )
            )  # fmt: skip
            work.session.flush()
        work.commit()
    assert walk(log_in("centre_manager"), "/api/merges", "merges") == [4, 2, 5, 3, 1]
