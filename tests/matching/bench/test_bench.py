"""The bench: its keys, its fairness, and what it refuses."""

import threading
import time

import numpy as np
import pytest

from matching.bench import Size, report, run_bench
from matching.bench.peers import memory_read, peers
from matching.bench.subject import demand_room, make_subject, needed_bytes
from matching.bench.timing import concurrent_share, interleave, percentiles
from matching.errors import MemoryShort
from matching.population import Crowd
from matching.population.fit import PopulationUnlike

KEYS = {
    "ms_per_search", "ms_mated", "ms_non_mated", "ms_both_eyes", "adds_per_s", "bytes_per_identity", "bytes_read",
    "missed", "missed_of", "faiss_ms", "usearch_ms", "numpy_ms", "memory_read_ms", "threads", "isa", "concurrent_share",
    "compile_s", "times_faiss", "times_usearch", "times_numpy", "times_memory_read", "times_both_eyes", "fit",
    "snapshot_save_s", "snapshot_load_s",
}  # fmt: skip
SMALL = Size(identities=1500, probes=5, proven=400, compiling=False)


@pytest.fixture(scope="module")
def said() -> list[str]:
    return []


@pytest.fixture(scope="module")
def figures(said: list[str]) -> dict[str, object]:
    return run_bench(SMALL, seed=1, say=said.append)


def test_every_figure_is_there(figures: dict[str, object]) -> None:
    assert figures.keys() >= KEYS
    for key in ("ms_per_search", "ms_mated", "ms_non_mated", "ms_both_eyes"):
        taken = figures[key]
        assert isinstance(taken, dict)
        assert set(taken) == {"p50", "p95"}
        assert 0 < taken["p50"] <= taken["p95"]
    above_nothing = ("memory_read_ms", "concurrent_share", "adds_per_s", "snapshot_save_s", "snapshot_load_s")
    for key in ("faiss_ms", "usearch_ms", "numpy_ms", *above_nothing):
        assert figures[key] > 0, key  # type: ignore[operator]
    assert figures["bytes_read"] == 1500 * 512
    assert figures["missed_of"] == 400
    assert figures["compile_s"] is None


def test_the_sum_and_the_fit_are_said_before_the_figures(figures: dict[str, object], said: list[str]) -> None:
    assert figures
    assert "1500 two-eyed identities take" in said[0]
    assert said[1].startswith("Population beside 942 real captures")


def test_the_report_names_machine_peers_and_ratios(figures: dict[str, object]) -> None:
    told = report(figures)
    for word in ("1500 two-eyed identities", "faiss", "usearch", "plain numpy", "reading one eye", "both eyes take"):
        assert word in told
    assert str(figures["isa"]) in told


def test_without_peers_they_are_told_as_not_run() -> None:
    alone = run_bench(Size(identities=800, probes=5, proven=100, peers=False, compiling=False), seed=2)
    assert alone["faiss_ms"] is alone["usearch_ms"] is alone["numpy_ms"] is alone["times_faiss"] is None
    assert alone["memory_read_ms"] > 0
    assert report(alone).count("not run") == 3


def test_a_snapshot_that_the_disk_has_no_room_for_is_told_as_not_made(monkeypatch: pytest.MonkeyPatch) -> None:
    from matching.bench import kept

    monkeypatch.setattr(kept, "gallery_bytes", lambda _templates, _codes: 1 << 62)
    full = run_bench(Size(identities=800, probes=5, proven=100, peers=False, compiling=False), seed=2)
    assert full["snapshot_save_s"] is full["snapshot_load_s"] is None
    assert "no room" in report(full)


def test_a_population_that_does_not_fit_ends_the_run_without_a_figure(monkeypatch: pytest.MonkeyPatch) -> None:
    from matching.bench import run
    from matching.population import real_codes

    facts = real_codes()
    other = facts.model_copy(update={"strangers": tuple(v - 0.05 for v in facts.strangers)})
    monkeypatch.setattr(run, "real_codes", lambda: other)
    with pytest.raises(PopulationUnlike, match="so no figure is printed: scores of strangers is off"):
        run_bench(SMALL, seed=1)


def test_short_memory_is_refused_with_the_sum_before_anything_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    from matching.bench import subject

    monkeypatch.setattr(subject, "available_bytes", lambda: 3_000_000_000)
    monkeypatch.setattr(subject, "Crowd", lambda _rng: pytest.fail("people were drawn"))
    started = time.perf_counter()
    with pytest.raises(MemoryShort, match=r"3\.00 GB are free"):
        run_bench(Size(identities=10_000_000, peers=False), seed=1)
    assert time.perf_counter() - started < 5
    assert "GB of 3.0 GB" in demand_room(100_000, peers=True)


def test_ten_million_without_peers_fit_into_24_gb() -> None:
    assert needed_bytes(10_000_000, peers=False) < 20e9
    assert needed_bytes(10_000_000, peers=True) > needed_bytes(10_000_000, peers=False) + 9e9


def test_who_is_searched_for_is_enrolled_and_strangers_are_not(rng: np.random.Generator) -> None:
    subject = make_subject(rng, 300, probes=10, fit=50, peers=True)
    assert (subject.engine.size, subject.words.shape, len(subject.sample)) == (300, (300, 2, 32), 50)
    for k, (_, again) in enumerate(subject.pairs[:10]):
        (best, *_) = subject.engine.search(again).candidates
        assert (best.id, best.score < 0.4) == (k, True)
    assert subject.adds_per_s > 100


def test_reading_takes_exactly_the_rows_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    from matching.bench import peers as module
    from matching.kernels import compiled

    read: list[int] = []
    monkeypatch.setattr(module, "_READ_ROWS", 1000)
    monkeypatch.setattr(compiled, "read_all", lambda rows: read.append(rows.nbytes))
    memory_read(2300)(0)
    assert sum(read) == 2300 * 512


def test_a_sampled_peer_is_scaled_by_its_rows(rng: np.random.Generator) -> None:
    crowd = Crowd(rng)
    found = peers(crowd.words(6000), 60_000, crowd.probes(2))
    assert found.scales["numpy_ms"] == 12
    assert found.scales["faiss_ms"] == found.scales["usearch_ms"] == 10
    assert found.tasks.keys() == {"numpy_ms", "faiss_ms", "usearch_ms"}
    for task in found.tasks.values():
        task(1)


def test_tasks_are_taken_in_turn_probe_by_probe() -> None:
    asked: list[tuple[str, int]] = []
    times = interleave({name: lambda k, name=name: asked.append((name, k)) for name in ("a", "b")}, 3)  # type: ignore[misc]
    assert asked[2:] == [("a", 0), ("b", 0), ("a", 1), ("b", 1), ("a", 2), ("b", 2)]
    assert [len(taken) for taken in times.values()] == [3, 3]
    assert percentiles([1.0, 2.0, 3.0])["p50"] == 2.0


def test_callers_who_wait_for_nobody_have_more_than_their_share_and_a_lock_takes_it() -> None:
    """The measure itself, on callers that sleep: side by side, or one after the other."""
    turn = threading.Lock()

    def in_turn(_k: int) -> None:
        with turn:
            time.sleep(0.02)

    assert concurrent_share(lambda _k: time.sleep(0.02), 32, rounds=1) > 1.5
    assert concurrent_share(in_turn, 32, rounds=1) < 1.3
