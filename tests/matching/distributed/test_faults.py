"""Actors die, hang and come back empty: every answer is complete or says that it is not."""

import dataclasses
import os
import random
import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("ray")
import ray

from matching import Candidate, GalleryChange, LocalEngine, SearchResult
from matching.distributed import Layout
from matching.distributed.engine import RayEngine
from matching.distributed.keeper import Replica
from matching.errors import EngineIncomplete
from tests.matching.distributed.shards import PEOPLE, QUICK, Log, added, everybody, probe_of, removed

Make = Callable[..., RayEngine]
KEY = bytes(range(32))


@pytest.fixture
def local() -> LocalEngine:
    """What a complete answer is."""
    engine = LocalEngine()
    engine.apply(everybody())
    return engine


def kill(engine: RayEngine, replica: int, *, restart: bool = True) -> None:
    """Returns when the process is gone."""
    actor = engine.replicas()[replica].actor
    pid = ray.get(actor.__ray_call__.remote(lambda _shard: os.getpid()))
    ray.kill(actor, no_restart=not restart)
    until(lambda: not Path(f"/proc/{pid}").exists())


@pytest.fixture
def halted() -> Iterator[Callable[[RayEngine, int], None]]:
    """Stop an actor's process where it is, as a machine does that swaps or a cable that hangs."""
    pids: list[int] = []

    def halt(engine: RayEngine, replica: int) -> None:
        pids.append(ray.get(engine.replicas()[replica].actor.__ray_call__.remote(lambda _shard: os.getpid())))
        os.kill(pids[-1], signal.SIGSTOP)

    yield halt
    for pid in pids:
        os.kill(pid, signal.SIGCONT)


@dataclasses.dataclass
class Callers:
    """Three that search and one that enrols, until they are stopped."""

    engine: RayEngine
    log: Log
    expected: list[Candidate]
    stop: threading.Event = dataclasses.field(default_factory=threading.Event)
    complete: list[SearchResult] = dataclasses.field(default_factory=list)
    incomplete: list[str] = dataclasses.field(default_factory=list)
    wrong: list[object] = dataclasses.field(default_factory=list)

    def threads(self) -> list[threading.Thread]:
        return [
            *(threading.Thread(target=self.search, args=(k,)) for k in range(3)),
            threading.Thread(target=self.enrol),
        ]

    def search(self, seed: int) -> None:
        rng = random.Random(seed)
        while not self.stop.is_set():
            before, person = self.engine.seq, rng.randrange(40)
            try:
                found = self.engine.search(probe_of(person))
            except EngineIncomplete as error:
                self.incomplete.append(str(error))
                continue
            self.complete.append(found)
            own = [c for c in found.candidates if c.id == 100 + person]
            missed = person < found.seq and own != [self.expected[person]]
            if missed or not before <= found.seq <= found.gallery_size:
                self.wrong.append((person, before, found))

    def enrol(self) -> None:
        while self.engine.seq < 40 and not self.stop.is_set():
            if len(self.log.rows) == self.engine.seq:
                self.log.rows.append(added(self.engine.seq + 1, self.engine.seq))
            applied(self.engine, self.log.rows)
            self.stop.wait(0.3)


def test_actors_killed_during_searches_never_make_an_answer_incomplete_in_silence(
    ray_engine: Make, local: LocalEngine
) -> None:
    """Actors are killed again and again, in both ways that Ray knows, now and then all of a shard's."""
    log = Log([added(k + 1, k) for k in range(20)])
    engine = ray_engine(rebuild=log, options=dataclasses.replace(QUICK, replicas=2, patience_s=1.0, answer_s=0.5))
    engine.apply(log.rows)
    callers = Callers(engine, log, [local.search(probe_of(k)).candidates[0] for k in range(40)])
    threads = callers.threads()
    for thread in threads:
        thread.start()
    rng = random.Random(7)
    for k in range(10):
        time.sleep(rng.uniform(0.1, 0.6))
        until(lambda: any(replica.ready for replica in engine.replicas()))
        victim = rng.choice([replica for replica in engine.replicas() if replica.ready] or engine.replicas())
        ray.kill(victim.actor, no_restart=k % 3 == 0)
    callers.stop.set()
    for thread in threads:
        thread.join()
    assert callers.wrong == []
    assert len(callers.complete) > 5
    assert all("shard" in sentence for sentence in callers.incomplete)
    until(lambda: applied(engine, log.rows) and incomplete(engine) is None)
    assert engine.search(probe_of(3)).gallery_size == len(log.rows)


def test_a_shard_that_came_back_empty_does_not_answer_before_it_has_read_the_whole_log(
    ray_engine: Make, local: LocalEngine
) -> None:
    """The log first cannot be read, then is short, then is whole: only then is there an answer."""
    state = {"log": "down", "reads": 0}

    def rebuild(_shard: int, after: int) -> Sequence[GalleryChange]:
        state["reads"] = int(state["reads"]) + 1
        if state["log"] == "down":
            raise ConnectionError("the database is away")
        return everybody()[after:] if state["log"] == "whole" else everybody()[after:30]

    engine = ray_engine(rebuild=rebuild, options=dataclasses.replace(QUICK, patience_s=0.4, answer_s=0.2))
    engine.apply(everybody())
    kill(engine, 1)
    for log, sentence in (("down", "the database is away"), ("short", "row 30 of 40")):
        state["log"] = log
        until(lambda sentence=sentence: sentence in str(incomplete(engine)))
    assert engine.seq == 40
    state["log"] = "whole"
    until(lambda: incomplete(engine) is None)
    for person in range(0, 40, 7):
        assert engine.search(probe_of(person)) == local.search(probe_of(person))


def test_a_shard_restarted_between_two_searches_is_not_taken_for_the_one_before(
    ray_engine: Make, local: LocalEngine
) -> None:
    """Ray sends the next question to the new, empty process without a word: only the row it stands at tells."""
    engine = ray_engine(rebuild=Log())
    engine.apply(everybody())
    kill(engine, 0)
    until(lambda: stands_at(engine.replicas()[0]) == 0)
    assert engine.replicas()[0].ready
    assert engine.search(probe_of(0)) == local.search(probe_of(0))
    assert engine.replicas()[0].lives == 2


def test_a_silent_replica_is_passed_over_and_a_silent_shard_is_named(
    ray_engine: Make, local: LocalEngine, halted: Callable[[RayEngine, int], None]
) -> None:
    options = dataclasses.replace(QUICK, replicas=2, patience_s=1.0, answer_s=0.2)
    engine = ray_engine(rebuild=Log(), options=options)
    engine.apply(everybody())
    halted(engine, 0)
    for person in range(4):
        assert engine.search(probe_of(person)) == local.search(probe_of(person))
    halted(engine, 1)
    with pytest.raises(EngineIncomplete, match=r"shard 0 \(did not answer in time\)") as refused:
        engine.search(probe_of(0))
    assert "shard 1" not in str(refused.value)


def test_rows_that_a_dead_shard_could_not_take_can_be_given_again(ray_engine: Make) -> None:
    log = Log([])
    engine = ray_engine(rebuild=log, options=dataclasses.replace(QUICK, patience_s=0.3, answer_s=0.2))
    kill(engine, 0)
    kill(engine, 1, restart=False)
    log.rows = [added(1, 0), added(2, 1), removed(3, 0)]
    with pytest.raises(EngineIncomplete, match="shard"):
        engine.apply(log.rows)
    assert engine.seq == 0
    until(lambda: applied(engine, log.rows))
    assert (engine.seq, engine.size, engine.search(probe_of(1)).candidates[0].id) == (3, 1, 101)


def test_a_shard_is_added_while_searches_go_on(ray_engine: Make) -> None:
    log = Log(everybody()[:30])
    engine = ray_engine(rebuild=log)
    engine.apply(log.rows)
    stop, incomplete_ones = threading.Event(), list[object]()

    def search() -> None:
        while not stop.is_set():
            if engine.search(probe_of(3)).candidates[0].id != 103:
                incomplete_ones.append(engine.seq)

    searching = threading.Thread(target=search)
    searching.start()
    assert engine.add_shard() == 2
    log.rows = everybody()
    engine.apply(log.rows)
    stop.set()
    searching.join()
    assert incomplete_ones == []
    assert engine.layout == Layout.of(2).grown(after=30)
    assert [r.standing.size for r in engine.replicas() if r.shard == 2 and r.standing is not None] == [10]
    kill(engine, 2)
    until(lambda: engine.search(probe_of(35)).candidates[0].id == 135 and (2, 30) in log.asked)
    assert engine.search(probe_of(3)).gallery_size == 40


def test_a_restarted_shard_reads_its_snapshot_and_only_the_rest_of_the_log(ray_engine: Make, tmp_path: Path) -> None:
    log = Log(everybody()[:30])
    how: dict[str, Any] = {"options": dataclasses.replace(QUICK, snapshots=tmp_path, key=KEY)}
    engine = ray_engine(rebuild=log, **how)
    engine.apply(log.rows)
    assert engine.save() == {0: 30, 1: 30}
    log.rows = everybody()
    engine.apply(log.rows)
    kill(engine, 0)
    until(lambda: engine.search(probe_of(35)).gallery_size == 40 and log.asked != [])
    assert log.asked == [(0, 30)]
    engine.close()
    again = ray_engine(rebuild=log, **how)
    assert (again.seq, again.size, again.search(probe_of(3)).candidates[0].id) == (30, 30, 103)
    assert ray_engine(rebuild=log, **how, newest=29).seq == 0


def test_replicas_are_renewed_one_by_one_and_searches_go_on(ray_engine: Make) -> None:
    engine = ray_engine(rebuild=Log(), shards=1, options=dataclasses.replace(QUICK, replicas=2))
    engine.apply(everybody())
    lives = [replica.lives for replica in engine.replicas()]
    stop, waits = threading.Event(), list[float]()

    def search() -> None:
        while not stop.is_set():
            started = time.monotonic()
            assert engine.search(probe_of(3)).gallery_size == 40
            waits.append(time.monotonic() - started)

    searching = threading.Thread(target=search)
    searching.start()
    engine.renew()
    stop.set()
    searching.join()
    assert all(replica.lives > before for replica, before in zip(engine.replicas(), lives, strict=True))
    assert max(waits) < 2


def incomplete(engine: RayEngine) -> EngineIncomplete | None:
    try:
        engine.search(probe_of(0))
    except EngineIncomplete as error:
        return error
    return None


def applied(engine: RayEngine, rows: Sequence[GalleryChange]) -> bool:
    try:
        engine.apply(rows)
    except EngineIncomplete:
        return False
    return True


def stands_at(replica: Replica) -> int | None:
    """Asked past the engine, which so learns nothing."""
    try:
        return int(ray.get(replica.actor.standing.remote()).seq)
    except ray.exceptions.RayActorError:
        return None


def until(happens: Callable[[], bool], seconds: float = 40) -> None:
    deadline = time.monotonic() + seconds
    while not happens():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_the_people_of_these_tests_are_told_apart(local: LocalEngine) -> None:
    assert all(local.search(probe_of(k)).candidates[0].id == 100 + k for k in range(len(PEOPLE)))
