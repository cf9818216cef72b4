"""The van: a real tablet with a simulated scanner and synthetic eyes, whose captures go the whole way by MQTT."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import numpy as np

from devices.gps.simulated import Spot as FixSpot
from devices.serial.simulated import Shot
from edge.bootstrap import Tablet
from edge.capture.models import EncounterFacts, Finished
from edge.config import read_config
from edge.messages.models import Age, Assent, EncounterOutcome, Sex
from models.synthetic import SyntheticEye, random_conditions
from panah.demo.eyes import SIDES
from panah.demo.plan import Outcome, PlannedEncounter, PlannedEye, PlannedSlot
from panah.demo.van import SYNTHETIC, Cables, outside
from panah.story.cast import Player
from panah.story.client import Client
from panah.story.errors import StoryWentWrong

_PATIENCE_S = 60.0
PATIENT = replace(SYNTHETIC, scan_s=60.0, silent_s=20.0)
"""A story is about the law: on a machine that is busy with other things the lamp waits for both eyes."""
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
        done = _meet(
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


def _meet(tablet: Tablet, cables: Cables, planned: PlannedEncounter) -> Finished:
    """As the demo's van does, with children who hold still: what an unsure eye leads to is told by hand elsewhere."""
    cables.receiver.spot = FixSpot(latitude=planned.latitude, longitude=planned.longitude)
    encounter = tablet.encounter()
    for slot in planned.slots:
        number = encounter.add_child(
            assent=Assent(slot.assent), given_name=slot.given_name, sex=Sex(slot.sex),
            age=Age(low=slot.age_low, high=slot.age_high),
        )  # fmt: skip
        if slot.left is not None and slot.left.seed is not None:
            cables.looking_at[0] = _held_still(slot.left.seed, planned.number)
            encounter.scan(number)
    return encounter.finish(
        EncounterFacts(
            place=planned.place, outcome=EncounterOutcome(planned.outcome), activity=planned.activity,
            language=planned.language,
        )
    )  # fmt: skip


def _held_still(seed: int, encounter: int) -> Iterator[Shot]:
    """Good frames of both eyes in turn, other ones at each meeting, without end."""
    eyes = [SyntheticEye(seed, side) for side in SIDES]
    for number in count():
        for eye, side in zip(eyes, SIDES, strict=True):
            rng = np.random.default_rng([seed, encounter, number, side == "left"])
            yield eye.render(random_conditions(rng, "good"), seed=encounter * 1000 + number).image, side


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
        tablet = Tablet(read_config(config), outside(cables, PATIENT))
        tablet.start()
        stack.callback(tablet.stop)
        yield Street(tablet, cables, watcher, count(1))
