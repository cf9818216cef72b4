"""The story from beginning to end: a house, people who log in, a van, the chapters in the order that was drawn."""

import tempfile
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import Any

from panah.demo.house import house, serving
from panah.demo.people import provision
from panah.story.cast import Cast, draw
from panah.story.centre import Centre
from panah.story.chapters import doubtful, home_again, moves_away, refuses_iris, runaway, siblings, without_family
from panah.story.errors import StoryWentWrong
from panah.story.staff import hire, log_in_all
from panah.story.street import on_the_street
from panah.story.telling import Told
from registry.config import RegistrySettings

STEPS = frozenset(
    {
        "encounter", "transfer", "screening", "health_assessment", "interview", "identity", "judicial_order",
        "home_visit", "plan", "best_interests", "notice", "commitment", "promise", "discharge", "referral",
        "quasi_family", "follow_up", "exit", "complaint", "reopen",
        "case_transfer",
    }
)  # fmt: skip
"""What a whole story has at the least."""
REFUSALS = 10


@dataclass(slots=True)
class Played:
    tolds: list[Told] = field(default_factory=list)
    merge: dict[str, Any] = field(default_factory=dict)
    unmerge: dict[str, Any] = field(default_factory=dict)


def run(seed: int) -> dict[str, Any]:
    """Play, and tell what happened. Errors: StoryWentWrong, DemoError, RegistryError."""
    began, cast, given = monotonic(), draw(seed), RegistrySettings()
    url = given.database_url.get_secret_value() if given.database_url else None
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="panah-story-")))
        standing = stack.enter_context(house(home / "home", database_url=url, broker_url=given.broker_url))
        hired = hire(standing.registry, cast.staff)
        config = provision(standing, home / "van-1", number=1)
        address = stack.enter_context(serving(standing, port=None, log=home / "registry.log"))
        staff = log_in_all(address, hired)
        street = stack.enter_context(on_the_street(config, staff["screening"]))
        played = _play(Centre(staff, street), cast)
    return told_of(played, cast, seconds=monotonic() - began)


def _play(centre: Centre, cast: Cast) -> Played:
    players, played = iter(cast.players), Played()
    for chapter in cast.order:
        player = next(players)
        match chapter:
            case "home_again":
                played.tolds += home_again.play(centre, player)
            case "siblings":
                played.tolds += siblings.play(centre, player, next(players))
            case "without_family":
                played.tolds += without_family.play(centre, player)
            case "refuses_iris":
                played.tolds += refuses_iris.play(centre, player)
            case "runaway":
                played.tolds += runaway.play(centre, player)
            case "moves_away":
                played.tolds += moves_away.play(centre, player)
            case "doubtful":
                tolds, played.merge, played.unmerge = doubtful.play(centre, player)
                played.tolds += tolds
    return played


def told_of(played: Played, cast: Cast, *, seconds: float) -> dict[str, Any]:
    """Errors: StoryWentWrong, when something that belongs to the story is missing."""
    steps = [step for told in played.tolds for step in told.steps]
    refused = [step for step in steps if step.why]
    missing = STEPS - {step.step for step in steps if not step.why}
    if missing or len({step.why for step in refused}) < REFUSALS:
        raise StoryWentWrong("the whole", f"missing: {sorted(missing)}; refusals: {len(refused)}")
    return {
        "seed": cast.seed, "order": list(cast.order), "children": [told.as_json() for told in played.tolds],
        "merge": played.merge, "unmerge": played.unmerge, "refusals": len(refused),
        "laws_tried": sorted({step.why for step in refused if step.why}), "seconds": round(seconds, 1),
    }  # fmt: skip
