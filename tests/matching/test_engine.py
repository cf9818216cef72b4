"""What every engine does, whichever machine it runs on. A new implementation is added to ENGINES."""

import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import cast

import numpy as np
import pytest

from matching import Engine, Gallery, GalleryChange, LocalEngine, Template, compare
from matching.calibration import Calibration
from matching.errors import EngineIncomplete, GapInLog, TemplateExists, TemplateInvalid, TemplateVersionUnknown
from matching.ready import rehearse
from matching.rotations import WIDE
from matching.simulation import Capture, simulate_templates
from matching.thresholds import Policy

PEOPLE = list(simulate_templates(np.random.default_rng(13), 20, how=Capture(), captures=2))
ENGINES: dict[str, Callable[[pytest.FixtureRequest], Engine]] = {
    "local": lambda _request: LocalEngine(),
    "ray": lambda request: cast("Engine", request.getfixturevalue("ray_engine")()),
}


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> Engine:
    return ENGINES[request.param](request)


def added(seq: int, person: int) -> GalleryChange:
    return GalleryChange(seq=seq, op="add", template_id=100 + person, template=PEOPLE[person][0])


def removed(seq: int, person: int) -> GalleryChange:
    return GalleryChange(seq=seq, op="remove", template_id=100 + person)


def test_an_empty_engine_finds_nobody(engine: Engine) -> None:
    found = engine.search(PEOPLE[0][1])
    assert (engine.seq, engine.size, found.candidates, found.seq, found.gallery_size) == (0, 0, (), 0, 0)


def test_it_follows_the_log(engine: Engine) -> None:
    engine.apply([added(1, 0), added(2, 1), removed(3, 0)])
    assert (engine.seq, engine.size) == (3, 1)
    found = engine.search(PEOPLE[1][1])
    assert (found.seq, found.gallery_size, found.candidates[0].id) == (3, 1, 101)
    assert 100 not in {c.id for c in engine.search(PEOPLE[0][1]).candidates}


def test_rows_seen_before_change_nothing(engine: Engine) -> None:
    log = [added(1, 0), removed(2, 0), added(3, 0)]
    engine.apply(log)
    engine.apply(log)
    engine.apply(log[1:])
    assert (engine.seq, engine.size) == (3, 1)


def test_a_gap_in_the_log_is_refused_and_what_came_before_it_is_kept(engine: Engine) -> None:
    with pytest.raises(GapInLog) as refused:
        engine.apply([added(1, 0), added(3, 1)])
    assert (refused.value.expected, refused.value.found) == (2, 3)
    assert (engine.seq, engine.size) == (1, 1)


def test_rows_of_erased_templates_only_move_the_number(engine: Engine) -> None:
    engine.apply([GalleryChange(seq=1, op="add", template_id=100, template=None), removed(2, 0), added(3, 1)])
    assert (engine.seq, engine.size) == (3, 1)


def test_comparing_by_hand_gives_the_searchs_scores(engine: Engine) -> None:
    engine.apply([added(k + 1, k) for k in range(20)])
    probe = PEOPLE[2][1]
    by_hand = {c.id: c for c in engine.compare(probe, [(100 + k, p[0]) for k, p in enumerate(PEOPLE)])}
    found = engine.search(probe, limit=20).candidates
    assert found
    for candidate in found:
        assert candidate == by_hand[candidate.id]
        assert candidate.score == pytest.approx(compare(probe, PEOPLE[candidate.id - 100][0]), abs=1e-9)


def test_comparing_by_hand_leaves_out_who_has_no_eye_in_common(engine: Engine) -> None:
    a, b = PEOPLE[0][0], PEOPLE[1][0]
    assert engine.compare(Template(left=a.left), [(1, Template(right=b.right))]) == ()


def test_a_wider_search_can_be_asked_for(engine: Engine) -> None:
    engine.apply([added(k + 1, k) for k in range(20)])
    assert engine.search(PEOPLE[4][1], rotations=WIDE).candidates[0].id == 104


def test_many_probes_are_answered_in_their_order(engine: Engine) -> None:
    engine.apply([added(k + 1, k) for k in range(20)])
    probes = [PEOPLE[k][1] for k in (4, 17, 4, 0)]
    found = engine.search_many(probes, limit=3)
    assert [result.candidates[0].id for result in found] == [104, 117, 104, 100]
    assert list(found) == [engine.search(probe, limit=3) for probe in probes]
    assert engine.search_many([]) == ()


def test_one_bad_probe_of_many_leaves_all_unanswered(engine: Engine) -> None:
    engine.apply([added(1, 0)])
    with pytest.raises(TemplateVersionUnknown):
        engine.search_many([PEOPLE[0][1], Template(PEOPLE[0][0].left, encoder="other-2")])


def test_a_search_is_narrowed_only_when_asked_and_says_so(engine: Engine) -> None:
    engine.apply([added(k + 1, k) for k in range(20)])
    whole = engine.search(PEOPLE[4][1])
    assert (whole.is_narrowed, whole.enrolled, whole.gallery_size) == (False, None, 20)
    narrow = engine.search(PEOPLE[4][1], among=[104, 105, 105, 999])
    assert (narrow.is_narrowed, narrow.enrolled, narrow.gallery_size) == (True, 20, 2)
    assert narrow.candidates[0] == whole.candidates[0]


def test_whoever_is_not_among_those_searched_is_not_found(engine: Engine) -> None:
    engine.apply([added(k + 1, k) for k in range(20)])
    elsewhere = engine.search(PEOPLE[4][1], among=[100 + k for k in range(20) if k != 4])
    assert 104 not in {c.id for c in elsewhere.candidates}
    nowhere = engine.search(PEOPLE[4][1], among=[])
    assert (nowhere.candidates, nowhere.gallery_size, nowhere.enrolled) == ((), 0, 20)


def test_ids_that_are_no_whole_numbers_are_refused(engine: Engine) -> None:
    engine.apply([added(1, 0)])
    with pytest.raises(TypeError):
        engine.search(PEOPLE[0][1], among=["104"])  # type: ignore[list-item]


def test_another_encoders_template_is_refused(engine: Engine) -> None:
    engine.apply([added(1, 0)])
    with pytest.raises(TemplateVersionUnknown):
        engine.search(Template(PEOPLE[0][0].left, encoder="other-2"))


def test_a_template_of_another_encoder_or_of_no_eye_ends_an_apply_and_what_came_before_it_is_kept(
    engine: Engine,
) -> None:
    other = Template(PEOPLE[0][0].left, encoder="other-2")
    with pytest.raises(TemplateVersionUnknown):
        engine.apply([added(1, 0), GalleryChange(seq=2, op="add", template_id=7, template=other)])
    with pytest.raises(TemplateInvalid):
        engine.apply([added(2, 1), GalleryChange(seq=3, op="add", template_id=7, template=Template())])
    with pytest.raises(TemplateExists):
        engine.apply([added(3, 2), added(4, 3), added(5, 0), added(6, 4)])
    assert (engine.seq, engine.search(PEOPLE[3][1]).candidates[0].id) == (4, 103)


def test_a_bad_question_is_refused(engine: Engine) -> None:
    with pytest.raises(TypeError, match="the probe"):
        engine.search("x")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="limit"):
        engine.search(PEOPLE[0][0], limit=0)


def test_a_local_engine_resumes_from_its_snapshot(tmp_path: Path) -> None:
    engine = LocalEngine()
    engine.apply([added(k + 1, k) for k in range(10)])
    engine.save(tmp_path / "gallery")
    resumed = LocalEngine.load(tmp_path / "gallery")
    resumed.apply([added(k + 1, k) for k in range(20)])
    assert (resumed.seq, resumed.size) == (20, 20)


def test_searches_from_many_threads_at_once_are_each_answered_rightly() -> None:
    engine = LocalEngine()
    engine.apply([added(k + 1, k) for k in range(20)])
    alone = [engine.search(PEOPLE[k % 20][1]) for k in range(64)]
    with ThreadPoolExecutor(32) as pool:
        together = list(pool.map(lambda k: engine.search(PEOPLE[k % 20][1]), range(64)))
    assert together == alone


def test_one_thread_runs_every_search(monkeypatch: pytest.MonkeyPatch) -> None:
    seen, identify = set[str](), Gallery.identify

    def noted(self: Gallery, *args: object, **how: object) -> object:
        seen.add(threading.current_thread().name)
        return identify(self, *args, **how)  # type: ignore[arg-type]

    monkeypatch.setattr(Gallery, "identify", noted)
    engines = [LocalEngine(), LocalEngine()]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda k: engines[k % 2].search(PEOPLE[0][1]), range(32)))
        list(pool.map(lambda k: engines[k % 2].search_many([PEOPLE[0][1]] * 20), range(4)))
    assert len(seen) == 1


def test_a_child_forked_after_the_first_search_is_told_so_and_does_not_hang() -> None:
    code = """
import os
from matching import EyeCode, GalleryChange, LocalEngine, Template
import numpy as np
words = np.arange(32, dtype=np.uint64)
probe, engine = Template((EyeCode(words, ~words),)), LocalEngine()
engine.apply([GalleryChange(seq=1, op="add", template_id=1, template=probe)])
engine.search(probe)
if os.fork() == 0:
    try:
        engine.search(probe)
    except Exception as error:
        print(type(error).__name__, error, flush=True)
    os._exit(0)
os.wait()
print("parent:", engine.search(probe).gallery_size)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    told, parent = done.stdout.splitlines()
    assert told.startswith("SearchedAfterFork")
    assert "spawn" in told
    assert parent == "parent: 1"


def test_an_incomplete_answer_says_who_is_missing() -> None:
    assert "shard 3 did not answer" in str(EngineIncomplete("shard 3"))


def test_a_rehearsal_finds_nobody_and_changes_nothing(calibration: Calibration) -> None:
    engine = LocalEngine()
    rehearse(engine, calibration=calibration, policy=Policy())
    engine.apply([GalleryChange(seq=1, op="add", template_id=1, template=PEOPLE[0][0])])
    rehearse(engine, calibration=calibration, policy=Policy())
    assert (engine.seq, engine.size) == (1, 1)
