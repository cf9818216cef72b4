"""How fast a search is, beside reading the memory once, plain numpy and faiss: all in one run, as ratios."""

import time
from collections.abc import Callable, Sequence
from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray

from matching.calibration import default_calibration
from matching.decision import search_within
from matching.engine import LocalEngine
from matching.gallery import DEFAULT_THRESHOLD
from matching.interfaces import GalleryChange
from matching.kernels import compiled, reference
from matching.machine import instruction_set
from matching.rotations import USUAL, packed, rotated
from matching.scoring import DEFAULT_NORMALISATION, score_table
from matching.screening import WORTH
from matching.screening_proof import count_losses
from matching.simulation import Capture, simulate_templates
from matching.template import Template
from matching.thresholds import Policy

_NUMPY_ROWS = 5_000
Figures = dict[str, Any]


def run_bench(identities: int, *, probes: int, seed: int, proven: int = 100_000) -> Figures:
    """Medians of interleaved runs. Keys are those of `panah match bench --json`; a peer that is missing is None.

    proven: own pairs on which the loss of screening is counted, at the threshold of these searches.
    """
    rng = np.random.default_rng(seed)
    enrolled = [taken[0] for taken in simulate_templates(rng, identities, how=Capture(), captures=1)]
    seconds, engine = _timed(lambda: _engine(enrolled))
    rows = np.concatenate([packed(template.left) for template in enrolled])
    strangers = [taken[0] for taken in simulate_templates(rng, probes, how=Capture())]
    within = max(_within(engine, stranger) for stranger in strangers)
    loss = count_losses(rng, threshold=min(within, WORTH), pairs=proven)
    tasks = _tasks(engine, rows, strangers, enrolled[:probes], within)
    times = _interleave(tasks, probes)
    medians = {name: float(np.median(taken)) for name, taken in times.items()}
    scale = len(rows) / min(len(rows), _NUMPY_ROWS)
    medians["numpy_ms"] *= scale
    return {
        "identities": identities,
        "isa": instruction_set(),
        "threads": int(numba.get_num_threads()),
        "threading_layer": compiled.THREADING_LAYER,
        "rotations": len(USUAL.columns),
        "within": within,
        "ms_per_search": _percentiles(times["one_eye"]),
        "ms_non_mated": _percentiles(times["one_eye"]),
        "ms_mated": _percentiles(times["mated"]),
        "ms_both_eyes": _percentiles(times["both_eyes"]),
        "memory_read_ms": medians["memory_read_ms"],
        "numpy_ms": medians["numpy_ms"],
        "numpy_scaled_by": scale,
        "faiss_ms": medians.get("faiss_ms"),
        "missed": loss.missed,
        "missed_of": loss.of,
        "missed_at_most": loss.at_most,
        "missed_by_score": loss.by_bin,
        "adds_per_s": identities / seconds,
        "bytes_read": int(rows.nbytes),
        "times_memory_read": medians["one_eye"] / medians["memory_read_ms"],
        "times_faiss": medians["one_eye"] / medians["faiss_ms"] if "faiss_ms" in medians else None,
        "times_numpy": medians["one_eye"] / medians["numpy_ms"],
    }


def report(figures: Figures) -> str:
    """The figures for a person."""
    one, both = figures["ms_per_search"], figures["ms_both_eyes"]
    lines = [
        (
            f"{figures['identities']} two-eyed identities, {figures['rotations']} rotations, "
            f"{figures['threads']} threads ({figures['threading_layer']}), {figures['isa']}"
        ),
        f"one-eye search   {one['p50']:8.2f} ms   (95 %: {one['p95']:.2f})",
        f"both-eye search  {both['p50']:8.2f} ms   (95 %: {both['p95']:.2f})",
        (
            f"threshold {figures['within']:.3f}; screening lost {figures['missed']} of {figures['missed_of']} own pairs"
            f" under it, half of them within 0.04 (at most {figures['missed_at_most']:.1e})"
        ),
        (
            f"one eye is {figures['times_memory_read']:.2f} × reading its {figures['bytes_read'] / 1e6:.1f} MB once "
            f"({figures['memory_read_ms']:.2f} ms)"
        ),
        (
            f"one eye is {figures['times_numpy']:.3f} × plain numpy ({figures['numpy_ms']:.1f} ms, "
            f"scaled by {figures['numpy_scaled_by']:.0f})"
        ),
    ]
    if figures["faiss_ms"] is None:
        lines.append("faiss is not installed (extra 'bench'): no comparison with IndexBinaryFlat")
    else:
        lines.append(
            f"one eye is {figures['times_faiss']:.2f} × faiss IndexBinaryFlat without masks, "
            f"15 probes ({figures['faiss_ms']:.2f} ms)"
        )
    lines.append(f"{figures['adds_per_s']:.0f} templates added a second")
    return "\n".join(lines)


def _engine(enrolled: Sequence[Template]) -> LocalEngine:
    engine = LocalEngine()
    engine.apply(
        GalleryChange(seq=k + 1, op="add", template_id=k, template=template) for k, template in enumerate(enrolled)
    )
    return engine


def _tasks(
    engine: LocalEngine,
    rows: NDArray[np.uint64],
    strangers: Sequence[Template],
    own: Sequence[Template],
    within: float,
) -> dict[str, Callable[[int], object]]:
    table, few = score_table(DEFAULT_NORMALISATION), np.ascontiguousarray(rows[:_NUMPY_ROWS])
    turned = [rotated(s.left, USUAL) for s in strangers]
    tasks: dict[str, Callable[[int], object]] = {
        "one_eye": lambda k: engine.search(Template(left=strangers[k].left), within=within),
        "mated": lambda k: engine.search(Template(left=own[k].left), within=within),
        "both_eyes": lambda k: engine.search(strangers[k], within=within),
        "memory_read_ms": lambda _: compiled.read_all(rows),
        "numpy_ms": lambda k: reference.scan(few, turned[k], table, DEFAULT_NORMALISATION.floor),
    }
    faiss_search = _faiss(rows, turned)
    if faiss_search is not None:
        tasks["faiss_ms"] = faiss_search
    return tasks


def _within(engine: LocalEngine, probe: Template) -> float:
    found = search_within(probe, engine, calibration=default_calibration(), policy=Policy(), frames=2)
    return DEFAULT_THRESHOLD if found.usual is None else found.usual


def _faiss(rows: NDArray[np.uint64], turned: Sequence[NDArray[np.uint64]]) -> Callable[[int], object] | None:
    try:
        import faiss
    except ImportError:
        return None
    faiss.omp_set_num_threads(numba.get_num_threads())
    index = faiss.IndexBinaryFlat(2048)
    index.add(np.ascontiguousarray(rows[:, 0]).view(np.uint8))
    probes = [np.ascontiguousarray(t[0, :, 0]).view(np.uint8) for t in turned]
    return lambda k: index.search(probes[k], 10)


def _interleave(tasks: dict[str, Callable[[int], object]], probes: int) -> dict[str, list[float]]:
    """Milliseconds. Each probe goes through every task in turn, so that a busy machine slows all alike."""
    for task in tasks.values():
        task(0)
    times: dict[str, list[float]] = {name: [] for name in tasks}
    for k in range(probes):
        for name, task in tasks.items():
            seconds, _ = _timed(lambda task=task, k=k: task(k))  # type: ignore[misc]
            times[name].append(seconds * 1000)
    return times


def _timed(work: Callable[[], Any]) -> tuple[float, Any]:
    started = time.perf_counter()
    result = work()
    return time.perf_counter() - started, result


def _percentiles(times: Sequence[float]) -> dict[str, float]:
    return {"p50": float(np.percentile(times, 50)), "p95": float(np.percentile(times, 95))}
