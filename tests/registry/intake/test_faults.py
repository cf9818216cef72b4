"""The process ends at every point of the way; what was promised holds afterwards."""

from collections import Counter
from dataclasses import dataclass, field

import pytest

from matching import LocalEngine
from registry.faults import FAULT_POINTS
from registry.intake.listener import Listener
from registry.intake.sender import Sender
from registry.mqtt import Arrival
from tests.registry.house import Centre, Eyes, Sent, StillClock, Tablet, slot, unsure_of


class Killed(BaseException):
    """The process is gone: nothing catches this."""


@dataclass
class KillAt:
    """Ends the process at the n-th passing of one point."""

    point: str
    passing: int
    passed: Counter[str] = field(default_factory=Counter)

    def __call__(self, name: str) -> None:
        self.passed[name] += 1
        if name == self.point and self.passed[name] == self.passing:
            raise Killed(name)


class Taken:
    def is_published(self) -> bool:
        return True

    def wait_for_publish(self, timeout: float | None = None) -> None:
        return None


@dataclass
class Broker:
    """Remembers what was published and acknowledged, as a broker would over the registry's end."""

    published: list[tuple[str, bytes]] = field(default_factory=list)
    acknowledged: set[int] = field(default_factory=set)

    def publish(self, topic: str, payload: bytes) -> Taken:
        self.published.append((topic, payload))
        return Taken()

    def acknowledge(self, arrival: Arrival) -> None:
        self.acknowledged.add(arrival.packet_id)


def run_process(centre: Centre, broker: Broker, sent: list[Sent], clock: StillClock, fault: object = None) -> None:
    """One life of an intake process: take what the tablets publish, settle, send. Its engine starts empty."""
    from registry.bootstrap import build_admitter

    kill = fault or (lambda _name: None)
    listener = Listener(admitter=build_admitter(centre.registry, fault=kill), fault=kill)  # type: ignore[arg-type]
    worker = centre.worker(kill, engine=LocalEngine())  # type: ignore[arg-type]
    worker._batch = 2
    sender = Sender(database=centre.registry.database, clock=clock, fault=kill)  # type: ignore[arg-type]
    arrivals = [Arrival(f"panah/v1/{s.device}/capture", s.sealed, n, 1, 1) for n, s in enumerate(sent)]
    for k in range(0, len(arrivals), 2):
        listener.take(arrivals[k : k + 2], broker)
        while worker.run_once():
            pass
        sender.run_once(broker)


@pytest.mark.parametrize("point", FAULT_POINTS)
@pytest.mark.parametrize("passing", [1, 2])
def test_ending_the_process_anywhere_and_starting_again_loses_and_doubles_nothing(
    centre: Centre, van_1: Tablet, van_2: Tablet, eyes: Eyes, clock: StillClock, point: str, passing: int
) -> None:
    unsure = unsure_of(centre.weigher, eyes.of(0), eyes.of(0, 2), eyes.of(1))
    sent = [
        van_1.meet(slot(eyes.of(0, 0))),
        van_2.meet(slot(eyes.of(0, 1)), slot(eyes.of(2), 2)),
        van_1.meet(slot(unsure)),
        van_2.meet(slot(unsure), slot(None, 2)),
    ]
    broker, kill = Broker(), KillAt(point, passing)
    with pytest.raises(Killed):
        run_process(centre, broker, sent, clock, kill)
    clock.forward(seconds=60)
    run_process(centre, broker, sent, clock)

    assert centre.one("select count(*) from journal where outcome is not null") == len(sent)
    assert centre.one("select count(*) from encounter") == len(sent)
    assert centre.one("select count(distinct capture_id) from encounter") == len(sent)
    outcomes = Counter(str(row["outcome"]) for row in centre.rows("select outcome from slot"))
    assert outcomes == {"new": 2, "known": 1, "review": 2, "no_iris": 1}
    assert centre.one("select count(*) from child_slot_link where unlinked_at is null") == 6
    assert centre.one("select count(*) from review_item") == 1
    log = [row["seq"] for row in centre.rows("select seq from gallery_log order by seq")]
    assert log == list(range(1, len(log) + 1))
    assert centre.one("select count(*) from outgoing where sent_at is null") == 0
    told = Counter(topic for topic, _ in broker.published if topic.endswith("/result"))
    assert set(told) == {"panah/v1/van-1/result", "panah/v1/van-2/result"}
    centre.registry.trail.verify(centre.registry.database)


@pytest.mark.parametrize("point", ["journal.before_commit", "journal.committed"])
def test_nothing_is_acknowledged_before_it_is_in_the_journal(
    centre: Centre, van_1: Tablet, eyes: Eyes, clock: StillClock, point: str
) -> None:
    broker = Broker()
    with pytest.raises(Killed):
        run_process(centre, broker, [van_1.meet(slot(eyes.of(0)))], clock, KillAt(point, 1))
    assert broker.acknowledged == set()
    assert broker.published == []
