"""What sharding costs and gives on this machine: `python -m matching.distributed.bench`. All in one run, as ratios.

The population is that of `panah match bench`, and searches ask for the thresholds that decisions do. It reaches both
engines through sealed snapshots, whose loading is measured too.
"""

import argparse
import json
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matching.bench.subject import within_of
from matching.distributed.layout import Layout
from matching.distributed.local import local_ray
from matching.distributed.options import Options
from matching.engine import LocalEngine
from matching.interfaces import Engine, GalleryChange
from matching.machine import instruction_set
from matching.population import Crowd
from matching.snapshot import BLOCK, Head, SavedRows, SavedSlots, write_snapshot
from matching.template import BITS, Template

_SEEDS = 200
_CALLERS = 4
_FILLED = 5000
_KEY = bytes(32)
Figures = dict[str, Any]


def run_bench(*, identities: int, shards: int, probes: int, cpus: int) -> Figures:
    """Milliseconds are medians over `probes` two-eyed strangers, each put to both engines in turn."""
    crowd = Crowd(np.random.default_rng(11))
    seeds, strangers = crowd.probes(_SEEDS), crowd.probes(max(probes, 20))
    layout = Layout.of(shards)
    with tempfile.TemporaryDirectory() as folder, local_ray(cpus=cpus):
        from matching.distributed.engine import RayEngine

        whole = _snapshots(Path(folder), crowd, identities, layout)
        local, loading = _loaded(whole)
        options = Options(cpus=0, snapshots=Path(folder), key=_KEY, patience_s=120, answer_s=60)
        started = time.perf_counter()
        engine = RayEngine(rebuild=lambda _shard, _after: (), layout=layout, options=options)
        try:
            start_s = time.perf_counter() - started
            return {
                "identities": engine.size,
                "shards": shards,
                "cpus": cpus,
                "isa": instruction_set(),
                **loading,
                "start_s": start_s,
                **_memory(engine, identities),
                **_times(local, engine, strangers, probes),
                **_applying(local, engine, strangers[:20], identities),
                "rows_per_s": _filling(engine, seeds, identities + 20),
                "restart_s": _restart(engine, strangers[0]),
            }
        finally:
            engine.close()


def report(f: Figures) -> str:
    """The figures for a person."""
    here, over = f["local_apply_ms"], f["ray_apply_ms"]
    lines = [f"{f['identities']} two-eyed identities, {f['shards']} shards on {f['cpus']} processors, {f['isa']}"]
    lines.append(f"round trip to a shard     {f['round_trip_ms']:8.2f} ms")
    lines.append(f"search in this process    {f['local_ms']:8.2f} ms")
    lines.append(f"search over the shards    {f['ray_ms']:8.2f} ms, {f['ray_to_local']:.2f} × in this process")
    lines.append(
        f"{_CALLERS} callers: {f['local_per_s']:.1f} searches a second in this process, {f['ray_per_s']:.1f} over the "
        f"shards ({f['ray_to_local_per_s']:.2f} ×)"
    )
    lines.append(f"enrolling one row         {here:8.2f} ms in this process, {over:.2f} ms over the shards")
    lines.append(
        f"a search of both eyes costs {f['cpu_s_per_million']:.2f} processor seconds a million; "
        f"{f['rows_per_s']:.0f} rows of a log a second fill the shards"
    )
    lines.append(
        f"memory                    {f['bytes_per_identity']:8.0f} bytes an identity, {f['actor_mb']:.0f} MB an actor"
    )
    lines.append(
        f"snapshot                  {f['snapshot_bytes_per_identity']:8.0f} bytes an identity; sealed, it loads in "
        f"{f['load_s_per_million']:.2f} s a million (reading the file alone: {f['read_s_per_million']:.2f} s)"
    )
    lines.append(
        f"start of all shards       {f['start_s']:8.1f} s; a killed one answers again after {f['restart_s']:.1f} s"
    )
    return "\n".join(lines)


def _snapshots(folder: Path, crowd: Crowd, identities: int, layout: Layout) -> Path:
    """Of every shard, and of all in one, which is named first."""
    ids = np.arange(identities, dtype=np.int64)
    left, right, encoder = crowd.words(identities), crowd.words(identities), crowd.probes(1)[0].encoder
    shard_of = np.array([layout.shard_of(int(k), int(k) + 1) for k in ids])
    for shard in range(-1, layout.shards):
        mine = np.flatnonzero(shard_of == shard) if shard >= 0 else ids
        name = layout.name(shard, identities) if shard >= 0 else ""
        order = np.arange(BITS, dtype=np.uint16)
        head = Head(encoder, identities, len(mine), order, order, name)
        blocks = (_block(part, left, right) for part in np.split(mine, range(BLOCK, len(mine), BLOCK)))
        write_snapshot(folder / f"shard-{shard}.gallery", head, blocks, key=_KEY)
    return folder / "shard--1.gallery"


def _block(ids: NDArray[np.int64], left: NDArray[np.uint64], right: NDArray[np.uint64]) -> SavedSlots:
    rows = (SavedRows(np.ones(len(ids), np.int8), words[ids]) for words in (left, right))
    return SavedSlots(ids, np.ones((len(ids), 2)), *rows)


def _loaded(path: Path) -> tuple[LocalEngine, Figures]:
    read_s, _ = _timed(path.read_bytes)
    seconds = [_timed(lambda: LocalEngine.load(path, key=_KEY))[0] for _ in range(2)]
    engine = LocalEngine.load(path, key=_KEY)
    return engine, {
        "snapshot_bytes_per_identity": path.stat().st_size / engine.size,
        "load_s_per_million": min(seconds) / engine.size * 1e6,
        "read_s_per_million": read_s / engine.size * 1e6,
    }


def _memory(engine: Any, identities: int) -> Figures:
    """Resident bytes of the actors, beside one that holds nobody."""
    import ray

    from matching.distributed.actors import Actors

    actors = [replica.actor for replica in engine.replicas()]
    held = ray.get([actor.__ray_call__.remote(_resident) for actor in actors])
    spare = Actors(Options(cpus=0)).start(0)
    empty = ray.get(spare.__ray_call__.remote(_resident))
    Actors.stop(spare, restart=False)
    return {"bytes_per_identity": (sum(held) - len(held) * empty) / identities, "actor_mb": empty / 1e6}


def _resident(_shard: object) -> int:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096


def _times(local: Engine, engine: Any, strangers: Sequence[Template], probes: int) -> Figures:
    import ray

    actor = engine.replicas()[0].actor
    trips = [_timed(lambda: ray.get(actor.standing.remote()))[0] for _ in range(50)]
    both: dict[str, list[float]] = {"local": [], "ray": []}
    within = {id(probe): within_of(probe, local) for probe in strangers}
    for probe in strangers[:probes]:
        for name, one in (("local", local), ("ray", engine)):
            asked = partial(one.search, probe, within=within[id(probe)])
            both[name].append(_timed(asked)[0])
    local_ms, ray_ms = (float(np.median(both[name])) * 1000 for name in ("local", "ray"))
    cpu_s = float(np.median([_cpu(partial(local.search, p, within=within[id(p)])) for p in strangers[:probes]]))
    rates = {name: _rate(one, strangers, within) for name, one in (("local", local), ("ray", engine))}
    return {
        "round_trip_ms": float(np.median(trips)) * 1000,
        "local_ms": local_ms,
        "ray_ms": ray_ms,
        "ray_to_local": ray_ms / local_ms,
        "cpu_s_per_million": cpu_s / local.size * 1e6,
        "local_per_s": rates["local"],
        "ray_per_s": rates["ray"],
        "ray_to_local_per_s": rates["ray"] / rates["local"],
    }


def _rate(engine: Engine, strangers: Sequence[Template], within: Mapping[int, float]) -> float:
    """Searches a second of several callers together."""

    def search() -> None:
        for one in strangers[:10]:
            engine.search(one, within=within[id(one)])

    threads = [threading.Thread(target=search) for _ in range(_CALLERS)]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return 10 * _CALLERS / (time.perf_counter() - started)


def _applying(local: Engine, engine: Engine, people: Sequence[Template], after: int) -> Figures:
    """One row at a time, as a registry enrols."""
    engines: list[tuple[str, Engine]] = [("local", local), ("ray", engine)]
    rows = [
        GalleryChange(seq=after + k + 1, op="add", template_id=after + k, template=template)
        for k, template in enumerate(people)
    ]
    return {f"{name}_apply_ms": float(np.median([_applied(one, row) for row in rows])) * 1000 for name, one in engines}


def _filling(engine: Engine, people: Sequence[Template], after: int) -> float:
    """Rows a second of a log that is read from its beginning."""
    rows = [
        GalleryChange(seq=after + k + 1, op="add", template_id=after + k, template=people[k % len(people)])
        for k in range(_FILLED)
    ]
    return _FILLED / _timed(lambda: engine.apply(rows))[0]


def _cpu(work: Callable[[], object]) -> float:
    """Processor seconds of this process, all threads: a busy machine makes a search slow, but hardly dearer."""
    started = time.process_time()
    work()
    return time.process_time() - started


def _applied(engine: Engine, row: GalleryChange) -> float:
    return _timed(lambda: engine.apply([row]))[0]


def _restart(engine: Any, probe: Template) -> float:
    """Seconds from a kill to the first answer, of a shard without another replica."""
    import ray

    engine.save()
    lives = engine.replicas()[0].lives
    started = time.perf_counter()
    ray.kill(engine.replicas()[0].actor, no_restart=False)
    while engine.replicas()[0].lives == lives:
        engine.search(probe)
    return time.perf_counter() - started


def _timed(work: Callable[[], Any]) -> tuple[float, Any]:
    started = time.perf_counter()
    result = work()
    return time.perf_counter() - started, result


def main() -> None:
    parser = argparse.ArgumentParser(description="Searches over Ray shards beside one process, in one run.")
    parser.add_argument("--identities", type=int, default=100_000)
    parser.add_argument("--shards", type=int, default=2)
    parser.add_argument("--probes", type=int, default=30)
    parser.add_argument("--cpus", type=int, default=2)
    parser.add_argument("--json", action="store_true", help="one JSON object on the last line")
    asked = parser.parse_args()
    figures = run_bench(identities=asked.identities, shards=asked.shards, probes=asked.probes, cpus=asked.cpus)
    sys.stdout.write((json.dumps(figures) if asked.json else report(figures)) + "\n")


if __name__ == "__main__":
    main()
