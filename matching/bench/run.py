"""One run: the population is drawn and held against the real facts, then searches and peers are timed in turn."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numba
import numpy as np

from matching.bench.kept import loading_s, saving_s
from matching.bench.peers import ROW_BYTES, Peers, memory_read, peers
from matching.bench.subject import Subject, demand_room, make_subject
from matching.bench.timing import Task, concurrent_share, interleave, percentiles
from matching.calibration.captures import LabelledCapture
from matching.engine import LocalEngine
from matching.interfaces import GalleryChange
from matching.kernels import compiled
from matching.machine import instruction_set
from matching.noisy_pairs import NoisyPairs
from matching.population import goodness, real_codes
from matching.population.fit import Fit
from matching.population.fit import report as told_fit
from matching.ready import warm_up
from matching.rotations import USUAL
from matching.screening import WORTH
from matching.screening_proof import count_losses
from matching.template import Template

Figures = dict[str, Any]
Say = Callable[[str], None]
_FITTED = 600
_PEER_KEYS = ("faiss_ms", "usearch_ms", "numpy_ms")


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """proven: own pairs on which the loss of screening is counted; peers: False leaves the libraries out."""

    identities: int
    probes: int = 30
    proven: int = 100_000
    peers: bool = True
    compiling: bool = True
    """Also compile the kernels anew, elsewhere, to tell how long that takes."""


def run_bench(size: Size, *, seed: int, say: Say = lambda _line: None) -> Figures:
    """Medians of interleaved runs. Keys are those of `panah match bench --json`; a peer that is missing is None.

    Errors: MemoryShort before anything is drawn, PopulationUnlike when the drawn codes are not like real ones.
    """
    say(demand_room(size.identities, peers=size.peers))
    warm_up()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "gallery"
        figures = _measured(size, seed, say, path)
        # nothing is left of the first gallery by now: there may be no room for two
        return figures | {"snapshot_load_s": loading_s(path) if path.exists() else None}


def _measured(size: Size, seed: int, say: Say, path: Path) -> Figures:
    """All but loading what is left at `path`."""
    rng = np.random.default_rng(seed)
    subject = make_subject(rng, size.identities, probes=size.probes, fit=_FITTED, peers=size.peers)
    fit = goodness(subject.sample, subject.pairs, real=real_codes())
    say(told_fit(fit))
    fit.demand()
    beside = peers(subject.words, size.identities, subject.strangers) if size.peers else Peers({}, {})
    tasks = _searches(subject) | {"memory_read_ms": memory_read(size.identities)} | beside.tasks
    times = interleave(tasks, size.probes)
    share = concurrent_share(tasks["strangers"], max(size.probes, 32))
    within = max(subject.within(_one_eye(stranger)) for stranger in subject.strangers)
    threshold = min(within, WORTH)
    loss = count_losses(rng, threshold=threshold, pairs=size.proven, own_pairs=_own_pairs(subject))
    medians = {name: float(np.median(taken)) * beside.scales.get(name, 1.0) for name, taken in times.items()}
    one = medians["one_eye"]
    return {
        "identities": size.identities,
        "isa": instruction_set(),
        "threads": int(numba.get_num_threads()),
        "threading_layer": compiled.THREADING_LAYER,
        "rotations": len(USUAL.columns),
        "probes": size.probes,
        "within": within,
        "ms_per_search": percentiles(times["one_eye"]),
        "ms_mated": percentiles(times["mated"]),
        "ms_non_mated": percentiles(times["strangers"]),
        "ms_both_eyes": percentiles(times["both_eyes"]),
        "concurrent_share": share,
        "adds_per_s": subject.adds_per_s,
        "bytes_per_identity": subject.bytes_per_identity,
        "bytes_read": size.identities * ROW_BYTES,
        "missed": loss.missed,
        "missed_of": loss.of,
        "missed_at_most": loss.at_most,
        "missed_by_score": loss.by_bin,
        "memory_read_ms": medians["memory_read_ms"],
        **{key: medians.get(key) for key in _PEER_KEYS},
        "scaled_by": beside.scales,
        "times_memory_read": one / medians["memory_read_ms"],
        **{f"times_{key.removesuffix('_ms')}": one / medians[key] if key in medians else None for key in _PEER_KEYS},
        "times_both_eyes": medians["both_eyes"] / one,
        "compile_s": _compiling_s() if size.compiling else None,
        "snapshot_save_s": saving_s(subject.engine, path),
        "enrolling_s": subject.enrolling_s,
        "fit": _fit(fit),
    }


def _searches(subject: Subject) -> dict[str, Task]:
    """`one_eye` takes strangers and enrolled people by turns: half of a day's children were met before."""
    engine, few = subject.engine, LocalEngine()  # a limit of screening is computed once a process, on the few
    few.apply([GalleryChange(seq=1, op="add", template_id=1, template=subject.sample[0])])
    strangers = [_one_eye(probe) for probe in subject.strangers]
    mated = [_one_eye(again) for _, again in subject.pairs[: len(strangers)]]
    mixed = [(mated if k % 2 else strangers)[k] for k in range(len(strangers))]
    both = [(subject.pairs[k][1] if k % 2 else subject.strangers[k]) for k in range(len(strangers))]

    def searching(probes: list[Template]) -> Task:
        asked = [(probe, subject.within(probe)) for probe in probes]
        for probe, within in asked:
            few.search(probe, within=within)
        return lambda k: engine.search(asked[k % len(asked)][0], within=asked[k % len(asked)][1])

    named = (("one_eye", mixed), ("mated", mated), ("strangers", strangers), ("both_eyes", both))
    return {name: searching(probes) for name, probes in named}


def _own_pairs(subject: Subject) -> NoisyPairs:
    met = enumerate(subject.pairs)
    return NoisyPairs.of([LabelledCapture(f"pair {k}", _one_eye(template)) for k, pair in met for template in pair])


def _one_eye(probe: Template) -> Template:
    return Template(left=probe.left, encoder=probe.encoder)


def _fit(fit: Fit) -> dict[str, dict[str, float]]:
    return {check.what: {"off": round(check.off, 4), "allowed": check.allowed} for check in fit.checks}


def _compiling_s() -> float:
    """In a process of its own that finds no compiled kernel."""
    started = time.perf_counter()
    with tempfile.TemporaryDirectory() as nothing:
        command = [sys.executable, "-m", "matching.warm_up"]
        subprocess.run(command, env=os.environ | {"NUMBA_CACHE_DIR": nothing}, check=True, capture_output=True)
    return time.perf_counter() - started
