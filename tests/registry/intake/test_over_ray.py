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


@pytest.mark.usefixtures("ray_runs")
def test_intake_runs_over_shards_and_begins_with_their_snapshots(centre: Centre, van_1: Tablet, eyes: Eyes) -> None:
    with over_ray(centre) as matching:
        for child in range(4):
            centre.take(van_1.meet(slot(eyes.of(child))))
        again = van_1.meet(slot(eyes.of(2, 1)))
        centre.take(again)
        assert [one.outcome for one in van_1.result(again)] == ["known"]
        assert matching.held is not None
        assert (matching.held.began.seq, matching.held.began.problem) == (0, None)
        follow(matching.engine, centre.registry.database)
        matching.held.save()
        saved = matching.engine.seq
    assert len(shard_files(centre.registry)) == 2
    with over_ray(centre) as matching:
        assert matching.held is not None
        assert (matching.held.began.seq, matching.held.began.problem) == (saved, None)
        third = van_1.meet(slot(eyes.of(3, 2)))
        centre.take(third)
        assert [one.outcome for one in van_1.result(third)] == ["known"]
    assert centre.one("select count(*) from child") == 4
    spoil_one_shard_and_grow(centre, van_1, eyes)


def spoil_one_shard_and_grow(centre: Centre, van_1: Tablet, eyes: Eyes) -> None:
    """A flipped bit in one shard's snapshot: that shard is filled from the log, the answer stays complete; and a third
    shard that the settings ask for takes what comes from then on."""
    data = bytearray(shard_files(centre.registry)[0].read_bytes())
    data[-40] ^= 1
    shard_files(centre.registry)[0].write_bytes(data)
    registry = centre.registry
    more = registry.settings.model_copy(update={"ray_shards": 3})
    object.__setattr__(registry, "settings", more)
    with over_ray(centre) as matching:
        assert matching.held is not None
        assert "damaged in block" in str(matching.held.began.problem)
        assert matching.engine.size == 4 + len(second_templates(centre))
        assert json.loads((registry.settings.gallery_folder / "layout.json").read_text())["layout"]["eras"][-1][
            "takers"
        ]
        new = van_1.meet(slot(eyes.of(9)))
        centre.take(new)
        again = van_1.meet(slot(eyes.of(9, 1)))
        centre.take(again)
        assert [one.outcome for one in van_1.result(again)] == ["known"]
        for child in range(4):
            (best, *_) = matching.engine.search(eyes.of(child, 1)).candidates
            assert best.score < 0.3


def second_templates(centre: Centre) -> list[object]:
    """Of children who were met again so surely that the template was kept too."""
    return list(centre.rows("select id from template where id > (select count(*) from child)"))


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
