"""One shard, without Ray: what it may answer, and when."""

import subprocess
import sys
from pathlib import Path

import pytest

from matching import Template
from matching.distributed import Layout
from matching.distributed.merging import merged
from matching.distributed.shard import Shard
from matching.distributed.wire import Answer, Ask, NotReady, Standing
from matching.interfaces import Candidate
from matching.rotations import USUAL

pytest.importorskip("ray")
from tests.matching.distributed.shards import added, probe_of, removed

KEY = bytes(range(32))
LAYOUT = Layout.of(2)


def shard() -> Shard:
    return Shard(threads=1, threshold=0.42)


def ask(probe: Template, at_least: int) -> Ask:
    return Ask(probe=probe, limit=10, rotations=USUAL, within=None, at_least=at_least)


def test_a_shard_that_began_again_does_not_answer_for_what_it_has_forgotten() -> None:
    old, new = shard(), shard()
    old.advance(0, 5, [added(2, 1)])
    answer = old.search(ask(probe_of(1), 5))
    assert isinstance(answer, Answer)
    assert answer.candidates[0].id == 101
    refused = new.search(ask(probe_of(1), 5))
    assert isinstance(refused, NotReady)
    assert (refused.standing.seq, refused.standing.life == answer.standing.life) == (0, False)


def test_an_advance_that_builds_on_rows_it_has_not_seen_changes_nothing() -> None:
    one = shard()
    assert one.advance(5, 9, [added(7, 1)]).standing.seq == 0
    assert one.standing().size == 0


def test_the_same_advance_twice_is_one() -> None:
    one = shard()
    rows = [added(1, 1), removed(2, 1), added(3, 1)]
    for _ in range(2):
        standing = one.advance(0, 4, rows).standing
    assert (standing.seq, standing.size) == (4, 1)


def test_a_template_that_is_there_stops_it_before_its_row() -> None:
    one = shard()
    outcome = one.advance(0, 9, [added(1, 1), added(6, 1), added(7, 2)])
    assert (outcome.exists, outcome.standing.seq, outcome.standing.size) == (101, 5, 1)


def test_it_resumes_from_its_own_snapshot_only(tmp_path: Path) -> None:
    one, path = shard(), tmp_path / "node" / "shard-0.gallery"
    one.advance(0, 8, [added(1, 1), added(6, 2)])
    assert one.save(path, KEY, 0, LAYOUT) == 8
    resumed = shard().resume(path, KEY, 0, LAYOUT, None)
    assert (resumed.seq, resumed.size) == (8, 2)
    assert shard().resume(path, KEY, 0, LAYOUT.grown(after=8), 8).seq == 8
    unusable = [(0, None, LAYOUT, None), (1, KEY, LAYOUT, None), (0, KEY, Layout.of(3), None), (0, KEY, LAYOUT, 7)]
    for number, key, layout, most in unusable:
        assert shard().resume(path, key, number, layout, most).seq == 0
    assert shard().resume(tmp_path / "none", KEY, 0, LAYOUT, None).seq == 0


def answer(seq: int, size: int, *candidates: tuple[int, float], added: dict[int, int] | None = None) -> Answer:
    return Answer(
        standing=Standing(life="x", seq=seq, size=size),
        candidates=tuple(Candidate(id=k, score=score, rotation=0) for k, score in candidates),
        added=added or {},
        codes_per_eye=1.0 if size else None,
    )


def test_answers_are_merged_best_first_at_the_least_shards_row() -> None:
    result = merged([answer(7, 10, (4, 0.3), (9, 0.1)), answer(5, 20, (2, 0.2), (1, 0.3)), answer(8, 0)], limit=3)
    assert [c.id for c in result.candidates] == [9, 2, 1]
    assert (result.seq, result.gallery_size, result.codes_per_eye) == (5, 30, 1.0)


def test_a_candidate_from_beyond_the_least_row_is_left_to_the_caller_who_compares_those_rows_himself() -> None:
    result = merged([answer(7, 1, (4, 0.3), (9, 0.1), added={9: 6, 4: 5}), answer(5, 1)], limit=3)
    assert [c.id for c in result.candidates] == [4]


def test_matching_and_a_layout_load_without_ray() -> None:
    code = "import sys, matching, matching.distributed; print('ray' in sys.modules)"
    root = Path(__file__).parents[3]
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=root)
    assert loaded.stdout.strip() == "False"
