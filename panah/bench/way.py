"""From the last accepted frame to the result on the tablet, and how many captures a second the registry sustains."""

import queue
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep
from typing import Any
from uuid import UUID

import numpy as np
from sqlalchemy import func, select

from matching import Template
from panah.bench.population import enrol, people
from panah.demo.house import Child, House, house, serving
from panah.demo.people import provision
from panah.demo.plan import synthetic_shift
from registry.intake.tables import Journal

PATIENCE_S = 120.0
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    enrolled: int
    encounters: int
    """Met one after the other, for the latency."""
    per_second: float
    seconds: float
    """Of the steady stream."""

    @property
    def stream(self) -> int:
        return int(self.per_second * self.seconds)


def measure(home: Path, size: Size, *, database_url: str | None, broker_url: str | None, say: Say) -> dict[str, Any]:
    """Milliseconds by stage, and the stream's backlog second by second."""
    with house(home / "home", database_url=database_url, broker_url=broker_url) as standing:
        latency, stream = (provision(standing, home / f"tablet-{k}", number=k) for k in (1, 2))
        began = monotonic()
        known = size.stream // 2 + 1
        enrolled = enrol(
            standing.registry.database,
            _population(known, size.enrolled),
            device="van-1",
            now=standing.registry.clock.now(),
        )
        say(f"Enrolled {enrolled} simulated children in {monotonic() - began:.0f} s")
        with serving(standing, port=None, log=home / "registry.log"):
            way = _latency(standing, home, latency, size, say)
            steady = _stream(standing, home, stream, size, known, say)
    return {"enrolled": enrolled, "way_ms": way, "stream": steady}


def _population(known: int, total: int) -> Iterator[Template]:
    """The people that the stream will bring again, then others."""
    for count, seed in ((known, 1), (max(0, total - known), 2)):
        for template, _ in people(count, seed=seed):
            yield template


@contextmanager
def _child(standing: House, home: Path, name: str, *words: str) -> Iterator[tuple[Child, Callable[[], dict[str, Any]]]]:
    child = Child(standing.command(*words), standing.environment, log=home / f"{name}.log", name=name)
    events: queue.Queue[tuple[Child, dict[str, Any]]] = queue.Queue()
    child.listen(events)

    def heard() -> dict[str, Any]:
        event = events.get(timeout=PATIENCE_S)[1]
        if event["event"] == "ended":
            raise child.failed()
        return event

    try:
        yield child, heard
    finally:
        child.end()


def _latency(standing: House, home: Path, config: Path, size: Size, say: Say) -> dict[str, Any]:
    plan = synthetic_shift(vans=1, children=max(2, size.encounters // 3), encounters=size.encounters, seed=5)
    plan_file = home / "plan.json"
    plan_file.write_text(plan.model_dump_json())
    told: list[dict[str, Any]] = []
    with _child(standing, home, "tablet", "panah.bench.tablet", str(config), str(plan_file)) as (_, heard):
        while (event := heard())["event"] != "over":
            told.append(event)
    say(f"{len(told)} encounters with iris met one after the other")
    return stages(told, _journal(standing))


def _journal(standing: House) -> dict[UUID, tuple[float, float]]:
    with standing.registry.database.reading() as work:
        rows = work.session.execute(
            select(Journal.capture_id, Journal.received_at, Journal.outcome_at).where(Journal.outcome_at.is_not(None))
        ).all()
    return {capture: (received.timestamp(), outcome.timestamp()) for capture, received, outcome in rows if outcome}


def stages(told: list[dict[str, Any]], journal: dict[UUID, tuple[float, float]]) -> dict[str, Any]:
    """p50 and p95 of each stage, in milliseconds. A slot's siblings share the way of their encounter."""
    spans: dict[str, list[float]] = {}
    for one in told:
        received, outcome = journal[UUID(one["capture_id"])]
        for name, span in (
            ("last accepted frame → template", one["templates"] - one["accepted"]),
            ("template → sealed and on disk", one["saved"] - one["templates"]),
            ("on disk → in the journal", received - one["saved"]),
            ("journal → outcome", outcome - received),
            ("outcome → result on the tablet", one["answered"] - outcome),
            ("last accepted frame → result", one["answered"] - one["accepted"]),
        ):
            spans.setdefault(name, []).append(span * 1e3)
    return {name: percentiles(values) for name, values in spans.items()}


def percentiles(values: list[float]) -> dict[str, float]:
    p50, p95 = np.percentile(values, (50, 95))
    return {"p50": round(float(p50), 1), "p95": round(float(p95), 1), "n": len(values)}


def _stream(standing: House, home: Path, config: Path, size: Size, known: int, say: Say) -> dict[str, Any]:
    before = set(_journal(standing))
    words = ("panah.bench.source", str(config), str(size.stream), str(size.per_second), str(known))
    backlog: list[int] = []
    with _child(standing, home, "source", *words) as (child, heard):
        heard()
        child.tell("go")
        began = monotonic()
        while (settled := _settled(standing) - len(before)) < size.stream and monotonic() - began < PATIENCE_S:
            due = min(size.stream, int((monotonic() - began) * size.per_second))
            backlog.append(max(0, due - settled))
            sleep(1.0)
        took = monotonic() - began
    say(f"{settled} of {size.stream} captures settled in {took:.1f} s at {size.per_second:g} a second")
    spans = [(o - r) * 1e3 for capture, (r, o) in _journal(standing).items() if capture not in before]
    return {
        "per_second": size.per_second,
        "captures": size.stream,
        "settled": settled,
        "seconds": round(took, 1),
        "backlog": backlog,
        "journal_to_outcome_ms": percentiles(spans),
        "outcomes": _outcomes(standing, before),
    }


def _outcomes(standing: House, before: set[UUID]) -> dict[str, int]:
    """Half of the stream's children are enrolled: as many should be known, and as many new."""
    with standing.registry.database.reading() as work:
        rows = work.session.execute(select(Journal.capture_id, Journal.outcome)).all()
    new = [outcome for capture, outcome in rows if outcome is not None and capture not in before]
    return dict(Counter(slot for outcome in new for slot in outcome["slots"]))


def _settled(standing: House) -> int:
    with standing.registry.database.reading() as work:
        return work.session.scalar(select(func.count()).where(Journal.outcome_at.is_not(None))) or 0
