"""The van: a real tablet with a simulated scanner and synthetic eyes, whose captures go the whole way by MQTT."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from edge.bootstrap import Tablet
from edge.config import read_config
from panah.demo.plan import Outcome, PlannedEncounter, PlannedEye, PlannedSlot
from panah.demo.van import SYNTHETIC, Cables, meet, outside
from panah.story.cast import Player
from panah.story.client import Client
from panah.story.errors import StoryWentWrong

_PATIENCE_S = 60.0
_FRAMES_PER_SECOND = 15.0


@dataclass(slots=True)
class Street:
    tablet: Tablet
    cables: Cables
    watcher: Client
    """Who sees at the centre what the van has sent."""
    numbers: Iterator[int]

    def meet(self, *players: Player, outcome: Outcome = "transfer", with_iris: bool = True) -> list[dict[str, Any]]:
        """The slots as the centre shows them once the registry has decided, in the players' order."""
        number, first = next(self.numbers), players[0]
        done = meet(
            self.tablet, self.cables,
            PlannedEncounter(
                number=number, van=0, place=first.spot.name, latitude=first.spot.latitude,
                longitude=first.spot.longitude, activity=first.activity, language=first.language, outcome=outcome,
                slots=tuple(_slot(player, with_iris=with_iris) for player in players),
            ),
        )  # fmt: skip
        return self._seen_at_the_centre(str(done.saved.capture_id))

    def _seen_at_the_centre(self, capture_id: str) -> list[dict[str, Any]]:
        """Errors: StoryWentWrong, when it does not arrive."""
        began = monotonic()
        while monotonic() - began < _PATIENCE_S:
            for encounter in self.watcher.get("/api/encounters").json["encounters"]:
                if encounter["capture_id"] == capture_id:
                    slots: list[dict[str, Any]] = encounter["slots"]
                    return sorted(slots, key=lambda slot: slot["number"])
            sleep(0.1)
        raise StoryWentWrong("the way of a capture", f"{capture_id} is not at the centre after {_PATIENCE_S:.0f} s")


def _slot(player: Player, *, with_iris: bool) -> PlannedSlot:
    eye = PlannedEye(seed=player.eye_seed) if with_iris else None
    return PlannedSlot(
        child=player.name, given_name=player.name, sex=player.sex, age_low=player.age, age_high=player.age + 1,
        assent="given" if with_iris else "refused", left=eye, right=eye,
    )  # fmt: skip


@contextmanager
def on_the_street(config: Path, watcher: Client) -> Iterator[Street]:
    with ExitStack() as stack:
        cables = Cables.plug_in(stack, serial="SIM-0001", fps=_FRAMES_PER_SECOND)
        tablet = Tablet(read_config(config), outside(cables, SYNTHETIC))
        tablet.start()
        stack.callback(tablet.stop)
        yield Street(tablet, cables, watcher, count(1))
