"""How long a sweep for duplicates takes, on a simulated gallery of stated size in which some are enrolled twice."""

import secrets
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numba

from matching import default_calibration
from matching.machine import instruction_set
from matching.memory import demand_memory
from matching.sweeping import Pair, Plan, Step, SweepFile, run, sweep_thresholds
from matching.sweeping.simulated import SimulatedSource

_PANEL = 100
"""Chunks that lie in memory together: 200,000 people."""
Figures = dict[str, Any]


def sweep_simulated(
    source: SimulatedSource, *, expected_false: float, state: Path | None, progress: Callable[[Step], None]
) -> Figures:
    """Errors: SweepForeign, SweepDamaged, MemoryShort, ValueError."""
    templates = source.identities + source.true_pairs
    demand_memory(min(templates, _PANEL * (source.chunk + source.twice)))
    thresholds = sweep_thresholds(
        templates, codes_per_eye=1.0, expected_false=expected_false, calibration=default_calibration()
    )
    plan = Plan(
        gallery=f"simulated {source.identities} {source.twice} {source.seed} {source.chunk}", thresholds=thresholds,
        chunks=source.chunks, panel=_PANEL, seed=secrets.randbits(128),
    )  # fmt: skip
    kept = SweepFile(state, plan) if state is not None else None
    wall, cpu = time.perf_counter(), time.process_time()
    begun = kept.done if kept else 0
    pairs = list(kept.pairs) if kept else []
    seed = kept.plan.seed if kept else plan.seed
    for step in run(source, thresholds, panel=_PANEL, seed=seed, first=begun):
        pairs += step.pairs
        if kept is not None:
            kept.add(step)
        progress(step)
    spent = {"seconds": time.perf_counter() - wall, "cpu_seconds": time.process_time() - cpu}
    return _figures(source, plan, pairs) | spent | {"resumed_after": begun}


def report(figures: Figures) -> str:
    t = figures["thresholds"]
    bound = ", extrapolated more than two decades" if t["extrapolated"] else ""
    return "\n".join(
        [
            (
                f"{figures['identities']} two-eyed people, {figures['comparisons']:.3g} comparisons, "
                f"{figures['threads']} threads, {figures['isa']}"
            ),
            (
                f"at most {t['expected_false']:g} false pairs expected (upper 95 % bound{bound}): both eyes under "
                f"{t['both_eyes']:.3f}, either eye alone under {t['single_of_two']:.3f}"
            ),
            (
                f"{figures['true_found']} of {figures['true_pairs']} people enrolled twice found, "
                f"{figures['false_found']} false"
            ),
            (
                f"{figures['seconds']:.1f} s, {figures['cpu_seconds']:.1f} s of processor time, the simulation of the "
                "people included"
            ),
        ]
    )


def _figures(source: SimulatedSource, plan: Plan, pairs: list[Pair]) -> Figures:
    true = sum(source.is_true(pair) for pair in pairs)
    return {
        "identities": source.identities,
        "comparisons": plan.thresholds.comparisons,
        "thresholds": plan.thresholds.model_dump(),
        "threads": int(numba.get_num_threads()),
        "isa": instruction_set(),
        "true_pairs": source.true_pairs,
        "true_found": true,
        "false_found": len(pairs) - true,
        "pairs": sorted((pair.one, pair.other) for pair in pairs),
    }
