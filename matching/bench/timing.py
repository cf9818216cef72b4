"""Time taken fairly: every probe goes through every task in turn, so that a busy machine slows all alike."""

import threading
import time
from collections.abc import Callable, Mapping, Sequence

import numpy as np

Task = Callable[[int], object]
"""Given the number of a probe."""
CALLERS = 32


def interleave(tasks: Mapping[str, Task], probes: int) -> dict[str, list[float]]:
    """Milliseconds by task and probe; each task runs once before, unmeasured."""
    for task in tasks.values():
        task(0)
    times: dict[str, list[float]] = {name: [] for name in tasks}
    for k in range(probes):
        for name, task in tasks.items():
            started = time.perf_counter()
            task(k)
            times[name].append((time.perf_counter() - started) * 1000)
    return times


def percentiles(times: Sequence[float]) -> dict[str, float]:
    return {"p50": float(np.percentile(times, 50)), "p95": float(np.percentile(times, 95))}


def concurrent_share(task: Task, probes: int, *, callers: int = CALLERS, rounds: int = 3) -> float:
    """Searches a second of `callers` threads at once, over those of one; the median of rounds taken in turn."""
    task(0)
    shares = []
    for _ in range(rounds):
        alone = probes / _seconds(lambda: [task(k) for k in range(probes)])
        together = probes / _seconds(lambda: _at_once(task, probes, callers))
        shares.append(together / alone)
    return float(np.median(shares))


def _at_once(task: Task, probes: int, callers: int) -> None:
    def mine(first: int) -> None:
        for k in range(first, probes, callers):
            task(k)

    threads = [threading.Thread(target=mine, args=(first,)) for first in range(callers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started
