"""The parent's side of a shift: start the vans, hold meetings together, wait until everything has an outcome."""

import queue
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from time import monotonic
from typing import Any
from uuid import UUID

from panah.demo.errors import NotDelivered
from panah.demo.house import Child
from panah.demo.plan import Plan

PATIENCE_S = 120.0
"""How long nothing may happen at all before the demo says that something is stuck."""

Event = dict[str, Any]


@dataclass(slots=True)
class Played:
    """What the vans said that they did."""

    truth: dict[UUID, tuple[str, ...]] = field(default_factory=dict)
    """Capture id, once committed to an outbox → the true child of each slot."""
    stages: list[Mapping[str, float]] = field(default_factory=list)
    resent: int = 0
    outage_seconds: float = 0.0


def play(plan: Plan, vans: Sequence[Child], *, on_event: Callable[[Event], None]) -> Played:
    """Run all vans to the end of their shifts. Errors: ChildEnded, NotDelivered."""
    events: queue.Queue[tuple[Child, Event]] = queue.Queue()
    for van in vans:
        van.listen(events)
    slots = {e.number: tuple(slot.child for slot in e.slots) for e in plan.encounters}
    expected = Counter(e.together for e in plan.encounters if e.together is not None)
    played, ready, over = Played(), dict[int, list[Child]](), set[Child]()
    while len(over) < len(vans):
        van, event = _next(events, plan, played)
        on_event(event)
        match event["event"]:
            case "ready":
                _gather(ready.setdefault(event["together"], []), van, expected[event["together"]], event["together"])
            case "saved":
                played.truth[UUID(event["capture_id"])] = slots[event["number"]]
                played.stages.append(event["stages"])
            case "over":
                played.resent += event["resent"]
                played.outage_seconds += event["outage_seconds"]
                over.add(van)
            case "ended" if van not in over:
                raise van.failed()
    return played


def _next(events: "queue.Queue[tuple[Child, Event]]", plan: Plan, played: Played) -> tuple[Child, Event]:
    try:
        return events.get(timeout=PATIENCE_S)
    except queue.Empty as silence:
        raise NotDelivered(len(plan.encounters) - len(played.truth), PATIENCE_S) from silence


def _gather(waiting: list[Child], van: Child, expected: int, together: int) -> None:
    waiting.append(van)
    if len(waiting) == expected:
        for each in waiting:
            each.tell(f"go {together}")


def wait_until_settled(settled: Callable[[], int], expected: int, *, pause: Callable[[float], None]) -> None:
    """Until `settled()` reaches `expected`. Errors: NotDelivered when nothing moves any more."""
    last, moved_at = -1, monotonic()
    while (now := settled()) < expected:
        if now != last:
            last, moved_at = now, monotonic()
        elif monotonic() - moved_at > PATIENCE_S:
            raise NotDelivered(expected - now, PATIENCE_S)
        pause(0.1)
