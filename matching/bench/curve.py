"""Time of a search against the size of the gallery: one gallery that grows, measured at each decade."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice

import numba
import numpy as np

from matching.bench.peers import memory_read
from matching.bench.subject import demand_room, within_of
from matching.bench.timing import Task, interleave
from matching.engine import LocalEngine
from matching.interfaces import GalleryChange
from matching.machine import instruction_set
from matching.population import Crowd
from matching.ready import warm_up
from matching.template import Template

_PART = 10_000
LINES = ("one eye", "both eyes", "reading one eye's bytes")


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """Medians in milliseconds, by LINES."""

    identities: int
    ms: dict[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    isa: str
    threads: int
    probes: int
    points: tuple[Point, ...]


def decades(largest: int) -> list[int]:
    """1,000, 10,000, … up to `largest`."""
    return [10**power for power in range(3, int(math.log10(largest) + 1e-9) + 1)]


def measure(sizes: Sequence[int], *, probes: int, seed: int, say: Callable[[str], None] = lambda _line: None) -> Curve:
    """Half of the probes were met before. Errors: MemoryShort before anything is drawn."""
    say(demand_room(max(sizes), peers=False))
    warm_up()
    crowd = Crowd(np.random.default_rng(seed))
    pairs, strangers = crowd.pairs(probes), crowd.probes(probes)
    asked = [pairs[k][1] if k % 2 else strangers[k] for k in range(probes)]
    arriving = chain((first for first, _ in pairs), crowd.people(max(sizes)))
    engine, points = LocalEngine(), []
    for size in sorted(sizes):
        _grow(engine, arriving, size)
        times = interleave(_tasks(engine, asked, size), probes)
        points.append(Point(identities=size, ms={name: float(np.median(taken)) for name, taken in times.items()}))
        say(f"{size:>10,d}: " + ", ".join(f"{name} {ms:.2f} ms" for name, ms in points[-1].ms.items()))
    return Curve(isa=instruction_set(), threads=int(numba.get_num_threads()), probes=probes, points=tuple(points))


def _grow(engine: LocalEngine, arriving: Iterator[Template], size: int) -> None:
    while engine.size < size:
        part = islice(arriving, min(_PART, size - engine.size))
        after = engine.seq
        engine.apply(
            GalleryChange(seq=after + k + 1, op="add", template_id=after + k, template=t) for k, t in enumerate(part)
        )


def _tasks(engine: LocalEngine, both: Sequence[Template], size: int) -> dict[str, Task]:
    one = [Template(left=t.left, encoder=t.encoder) for t in both]

    def searching(probes: Sequence[Template]) -> Task:
        withins = [within_of(probe, engine) for probe in probes]
        for probe, within in zip(probes[:1], withins[:1], strict=True):
            engine.search(probe, within=within)
        return lambda k: engine.search(probes[k], within=withins[k])

    return dict(zip(LINES, (searching(one), searching(both), memory_read(size)), strict=True))


def drawn(curve: Curve) -> str:
    """An SVG of its own, both axes by decades."""
    left, top, wide, high = 70, 30, 440, 250
    sizes = [p.identities for p in curve.points]
    least, most = min(min(p.ms.values()) for p in curve.points), max(max(p.ms.values()) for p in curve.points)
    low, top_ms = math.floor(math.log10(least)), math.ceil(math.log10(most))
    first, last = math.log10(min(sizes)), max(math.log10(max(sizes)), math.log10(min(sizes)) + 1)

    def x(size: float) -> float:
        return left + wide * (math.log10(size) - first) / (last - first)

    def y(ms: float) -> float:
        return top + high * (1 - (math.log10(ms) - low) / (top_ms - low))

    parts = [
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 680 340" font-family="sans-serif" font-size="12">',
        "<title>Time of a search against the identities in the gallery</title>",
        '<rect width="680" height="340" fill="#ffffff"/>',
    ]
    parts += [_across(y(10.0**k), left, wide, f"{10.0**k:g} ms") for k in range(low, top_ms + 1)]
    parts += [_below(x(size), top + high, f"{size:,d}") for size in sizes]
    end = curve.points[-1]
    named_at = _apart({name: y(end.ms[name]) + 4 for name in LINES})
    for name, colour in zip(LINES, ("#0b57d0", "#b3261e", "#5f6368"), strict=True):
        path = " ".join(f"{x(p.identities):.1f},{y(p.ms[name]):.1f}" for p in curve.points)
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts.append(f'<text x="{x(end.identities) + 8:.1f}" y="{named_at[name]:.1f}" fill="{colour}">{name}</text>')
    told = f"15 rotations, median of {curve.probes} probes, {curve.threads} threads, {curve.isa}"
    return "\n".join([*parts, f'<text x="{left}" y="328">{told}</text></svg>', ""])


def _apart(wanted: Mapping[str, float], room: float = 14) -> dict[str, float]:
    """Names one under the other in the order of their lines, none upon another."""
    given: dict[str, float] = {}
    free = -math.inf
    for name in sorted(wanted, key=wanted.__getitem__):
        given[name] = max(wanted[name], free)
        free = given[name] + room
    return given


def _across(y: float, left: float, wide: float, what: str) -> str:
    line = f'<line x1="{left}" x2="{left + wide}" y1="{y:.1f}" y2="{y:.1f}" stroke="#e0e0e0"/>'
    return f'{line}<text x="{left - 6}" y="{y + 4:.1f}" text-anchor="end">{what}</text>'


def _below(x: float, bottom: float, what: str) -> str:
    return f'<text x="{x:.1f}" y="{bottom + 18:.1f}" text-anchor="middle">{what}</text>'
