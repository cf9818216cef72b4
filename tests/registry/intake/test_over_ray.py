"""A centre whose gallery lies in Ray's shards (PANAH_ENGINE=ray): it decides as one process does, and starts again."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

pytest.importorskip("ray")
import ray

from matching.distributed import local_ray
from matching.distributed.engine import RayEngine
from registry.bootstrap import Matching, Registry
from registry.children.gallery import follow
from registry.config import RegistrySettings
from registry.errors import RayUnreachable
from registry.intake.over_ray import Log
from tests.registry.house import Centre, Eyes, Tablet, slot


@pytest.fixture(scope="session")
def ray_runs() -> Iterator[None]:
    if ray.is_initialized():
        yield
        return
    with local_ray(cpus=2):
        yield


@pytest.fixture
def settings(settings: RegistrySettings) -> RegistrySettings:
    return settings.model_copy(update={"engine": "ray"})


@contextmanager
def over_ray(centre: Centre) -> Iterator[Matching]:
    """One life of a process of this centre."""
    with Matching.open(centre.registry, calibration=centre.weigher.calibration) as matching:
        assert isinstance(matching.engine, RayEngine)
        centre.engine = matching.engine  # type: ignore[assignment]
        follow(matching.engine, centre.registry.database)
        yield matching


def shard_files(registry: Registry) -> list[Path]:
    return sorted(registry.settings.gallery_folder.glob("shard-*.gallery"))


@pytest.mark.timeout(900)
@pytest.mark.usefixtures("ray_runs")
def test_intake_runs_over_shards_and_begins_with_their_snapshots(centre: Centre, van_1: Tablet, eyes: Eyes) -> None:
    with over_ray(centre) as matching:
        four_met(centre, van_1, eyes)
        assert matching.held is not None
        assert (matching.held.began.seq, matching.held.began.problem) == (0, None)
        matching.held.save()
        saved = matching.engine.seq
    assert len(shard_files(centre.registry)) == 2
    with over_ray(centre) as matching:
        assert matching.held is not None
        assert (matching.held.began.seq, matching.held.began.problem) == (saved, None)
        assert outcome_of(centre, van_1, eyes, 3, shot=2) == ["known"]
    assert centre.one("select count(*) from child") == 4


@pytest.mark.timeout(900)
@pytest.mark.usefixtures("ray_runs")
def test_a_spoilt_shard_is_filled_from_the_log_and_a_third_one_is_added(
    centre: Centre, van_1: Tablet, eyes: Eyes
) -> None:
    """The answer stays complete, and what comes from then on goes to the shard that the settings ask for."""
    with over_ray(centre) as matching:
        four_met(centre, van_1, eyes)
        assert matching.held is not None
        matching.held.save()
    flip_a_bit(shard_files(centre.registry)[0])
    registry = centre.registry
    object.__setattr__(registry, "settings", registry.settings.model_copy(update={"ray_shards": 3}))
    with over_ray(centre) as matching:
        assert matching.held is not None
        assert "damaged in block" in str(matching.held.began.problem)
        assert matching.engine.size == centre.one("select count(*) from template")
        kept = json.loads((registry.settings.gallery_folder / "layout.json").read_text())["layout"]
        assert [era["takers"] for era in kept["eras"]] == [[0, 1], [2]]
        assert outcome_of(centre, van_1, eyes, 9) == ["new"]
        assert outcome_of(centre, van_1, eyes, 9, shot=1) == ["known"]
        assert outcome_of(centre, van_1, eyes, 1, shot=2) == ["known"]


def four_met(centre: Centre, van: Tablet, eyes: Eyes) -> None:
    """Four children, one of them twice; the engine stands at the log's end."""
    assert [outcome_of(centre, van, eyes, child) for child in range(4)] == [["new"]] * 4
    assert outcome_of(centre, van, eyes, 2, shot=1) == ["known"]
    follow(centre.engine, centre.registry.database)


def outcome_of(centre: Centre, van: Tablet, eyes: Eyes, child: int, *, shot: int = 0) -> list[str]:
    sent = van.meet(slot(eyes.of(child, shot)))
    centre.take(sent)
    return [str(one.outcome) for one in van.result(sent)]


def flip_a_bit(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[-40] ^= 1
    path.write_bytes(data)


def test_a_cluster_that_is_not_there_is_named(centre: Centre) -> None:
    if ray.is_initialized():
        pytest.skip("Ray runs in this process already")
    registry = centre.registry
    away = registry.settings.model_copy(update={"ray_address": "127.0.0.1:1"})
    object.__setattr__(registry, "settings", away)
    with pytest.raises(RayUnreachable, match="PANAH_RAY_ADDRESS"), Matching.open(registry):
        pass


def test_the_log_is_read_in_parts_without_a_gap(
    centre: Centre, van_1: Tablet, eyes: Eyes, monkeypatch: pytest.MonkeyPatch
) -> None:
    from registry.intake import over_ray as module

    monkeypatch.setattr(module, "CHUNK", 2)
    for child in range(5):
        centre.take(van_1.meet(slot(eyes.of(child))))
    log = Log(centre.registry.database)
    assert [row.seq for row in log(0, 0)] == [1, 2, 3, 4, 5]
    assert [row.seq for row in log(1, 3)] == [4, 5]
