"""Randomness from a stated seed, and a calibration of simulated people."""

import datetime
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from matching import Template
from matching.calibration import Calibration
from matching.calibration.captures import LabelledCapture, several_frames, single_eyes
from matching.calibration.fit import calibrate
from matching.distributed import local_ray
from matching.simulation import Capture, simulate_templates

if TYPE_CHECKING:
    from matching.distributed.engine import RayEngine
    from tests.matching.distributed.shards import Recycled


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(20240229)


@pytest.fixture(scope="session")
def calibration() -> Calibration:
    """Of 150 simulated people, one frame and two frames an eye, made anew in some seconds."""
    people = simulate_templates(np.random.default_rng(3), 150, how=Capture(failures=0.002), captures=3)
    captures = [
        LabelledCapture(f"person {k}", template, shots=frozenset((f"{k}.{shot}",)))
        for k, taken in enumerate(people)
        for shot, template in enumerate(taken)
    ]
    singles = [capture for group in single_eyes(captures) for capture in group]
    several = several_frames(singles, frames=2, join=lambda templates, _: Template.join(*templates))
    made, _ = calibrate(
        captures, several=several, version="test-1", made_on=datetime.date(2024, 2, 29), source="150 simulated people"
    )
    return made


@pytest.fixture(scope="session")
def ray_cluster() -> Iterator[None]:
    """Ray's own processes on this machine, for as long as the tests run."""
    pytest.importorskip("ray")
    with local_ray(cpus=2):
        yield


@pytest.fixture(scope="session")
def recycled(ray_cluster: None) -> "Recycled":
    from tests.matching.distributed.shards import Recycled

    return Recycled()


@pytest.fixture
def ray_engine(recycled: "Recycled") -> Iterator[Callable[..., "RayEngine"]]:
    """Makes engines of two shards that read the log given, and closes them."""
    from tests.matching.distributed.shards import make_engine

    made: list[RayEngine] = []

    def make(**how: Any) -> "RayEngine":
        made.append(make_engine(recycled, **how))
        return made[-1]

    yield make
    for engine in made:
        engine.close()
