"""One van of the demo, as a process: the real tablet, with a simulated scanner and receiver at its cables.

    python -m panah.demo.van CONFIG PLAN VAN OUTAGE_SECONDS

It tells its parent what happens as JSON lines on stdout, and takes orders as lines on stdin.
"""

import json
import random
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from time import monotonic, sleep
from typing import Any
from uuid import uuid4

from common.broker import BrokerAddress
from common.time import SystemClock
from devices.gps.receiver import SerialPosition
from devices.gps.simulated import SimulatedReceiver
from devices.gps.simulated import Spot as FixSpot
from devices.serial.scanner import SerialScanner
from devices.serial.simulated import Shot, SimulatedScanner
from edge.bootstrap import Outside, Tablet, load_iris_extractor
from edge.capture.encounter import Encounter
from edge.capture.models import CaptureSettings, EncounterFacts, Finished
from edge.config import read_config
from edge.messages.models import Age, Assent, EncounterOutcome, Sex
from panah.demo.eyes import SIDES, shots
from panah.demo.network import Relay
from panah.demo.plan import Plan, PlannedEncounter, PlannedSlot

_FRAMES_PER_SECOND = 15.0
SYNTHETIC = CaptureSettings(choose_from=3, keep=2, scan_s=8.0)
REAL = CaptureSettings(choose_from=1, keep=1, scans=1, silent_s=0.3)
"""A file shows one frame of each eye, then the scanner has nothing more."""


def tell(event: str, **facts: Any) -> None:
    print(json.dumps({"event": event, **facts}), flush=True)


@dataclass(slots=True)
class Cables:
    """The simulated devices, and what the scanner is looking at."""

    scanner: SimulatedScanner
    receiver: SimulatedReceiver
    looking_at: list[Iterator[Shot]]

    @classmethod
    def plug_in(cls, stack: ExitStack, *, serial: str, fps: float | None) -> "Cables":
        looking_at: list[Iterator[Shot]] = [iter(())]
        scanner = SimulatedScanner(lambda: looking_at[0], serial=serial, frames_per_second=fps)
        stack.callback(scanner.close)
        receiver = SimulatedReceiver(None)
        stack.callback(receiver.close)
        return cls(scanner, receiver, looking_at)


def drive(config: Path, plan: Plan, van: int, *, outage_s: float) -> None:
    """The van's whole shift; returns when every capture has its receipt."""
    real = any(eye.path for e in plan.encounters for slot in e.slots for eye in (slot.left, slot.right) if eye)
    mine = plan.of_van(van)
    with ExitStack() as stack:
        cables = Cables.plug_in(stack, serial=f"SIM-{van + 1:04}", fps=None if real else _FRAMES_PER_SECOND)
        settings, line = read_config(config), None
        if outage_s > 0:
            line = Line.to(settings.broker, outage_s)
            stack.callback(line.relay.close)
            settings = settings.model_copy(update={"broker": f"mqtt://127.0.0.1:{line.relay.port}"})
        tablet = Tablet(settings, outside(cables, REAL if real else SYNTHETIC))
        tablet.start()
        stack.callback(tablet.stop)
        for number, planned in enumerate(mine):
            if line is not None:
                line.before_meeting(number, of=len(mine))
            _wait_for_the_other_van(planned)
            began = monotonic()
            done = meet(tablet, cables, planned)
            tell("saved", number=planned.number, capture_id=str(done.saved.capture_id), stages=_stages(done, began))
        if line is not None:
            line.mend()
        while (counts := tablet.outbox.counts()).queued:
            sleep(0.05)
        tell("over", resent=counts.resent_ever, outage_seconds=line.was_cut_s if line else 0.0)


def outside(cables: Cables, capture: CaptureSettings) -> Outside:
    return Outside(
        clock=SystemClock(),
        monotonic=monotonic,
        uniform=random.SystemRandom().uniform,
        new_id=uuid4,
        open_scanner=partial(SerialScanner, cables.scanner.port),
        load_extractor=load_iris_extractor,
        positions=SerialPosition(cables.receiver.port),
        capture=capture,
    )


@dataclass(slots=True)
class Line:
    """The van's network, cut once for a while."""

    relay: Relay
    outage_s: float
    cut_at: float | None = None
    was_cut_s: float = 0.0

    @classmethod
    def to(cls, broker: str, outage_s: float) -> "Line":
        there = BrokerAddress.parse(broker)
        return cls(Relay(there.host, there.port), outage_s)

    def before_meeting(self, number: int, *, of: int) -> None:
        """The network goes after a third of the shift, and comes back when its time has come."""
        if number == of // 3:
            self.relay.cut()
            self.cut_at = monotonic()
        elif self.cut_at is not None and monotonic() - self.cut_at >= self.outage_s:
            self.mend()

    def mend(self) -> None:
        if self.cut_at is not None:
            sleep(max(0.0, self.outage_s - (monotonic() - self.cut_at)))
            self.was_cut_s, self.cut_at = monotonic() - self.cut_at, None
            self.relay.mend()


def _wait_for_the_other_van(planned: PlannedEncounter) -> None:
    if planned.together is not None:
        tell("ready", together=planned.together)
        if sys.stdin.readline().split() != ["go", str(planned.together)]:
            raise SystemExit("the demo has ended")


def meet(tablet: Tablet, cables: Cables, planned: PlannedEncounter) -> Finished:
    """Play one encounter with the real capture session; returns when it is on disk."""
    cables.receiver.spot = FixSpot(latitude=planned.latitude, longitude=planned.longitude)
    encounter = tablet.encounter()
    for slot in planned.slots:
        _slot(encounter, cables, slot, planned.number)
    return encounter.finish(
        EncounterFacts(
            place=planned.place,
            outcome=EncounterOutcome(planned.outcome),
            activity=planned.activity,
            language=planned.language,
        )
    )


def _slot(encounter: Encounter, cables: Cables, slot: PlannedSlot, meeting: int) -> None:
    number = encounter.add_child(
        assent=Assent(slot.assent),
        given_name=slot.given_name,
        sex=Sex(slot.sex),
        age=Age(low=slot.age_low, high=slot.age_high),
    )
    if slot.assent == "refused":
        return
    for side in SIDES:
        planned = slot.left if side == "left" else slot.right
        if planned is None or planned.trouble == "injured":
            encounter.eye_not_possible(number, side, "injured" if planned else "no_picture")
    cables.looking_at[0] = shots(slot, encounter=meeting)
    result = encounter.scan(number)
    if result.missing and slot.left and slot.left.trouble == "blurred_first":
        encounter.scan(number)


def _stages(done: Finished, began: float) -> dict[str, float]:
    stages = {"encounter": done.saved_at - began}
    if done.accepted_at is not None and done.templates_at is not None:
        stages |= {
            "frame_to_template": done.templates_at - done.accepted_at,
            "template_to_saved": done.saved_at - done.templates_at,
        }
    return {name: round(seconds * 1e3, 2) for name, seconds in stages.items()}


def main() -> None:
    config, plan, van, outage = sys.argv[1:]
    drive(Path(config), Plan.model_validate_json(Path(plan).read_text()), int(van), outage_s=float(outage))


if __name__ == "__main__":
    main()
