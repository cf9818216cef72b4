"""Eyes for the tests: synthetic, so that every pixel's truth is known and nobody's picture is needed."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from models import IrisPipeline
from models.boundary.circles import Boundaries, Circle
from models.synthetic import Conditions, SyntheticEye, SyntheticImage

REAL_EYES = Path(os.environ.get("PANAH_IRIS_DATA", Path(__file__).parents[3] / "shared" / "iris"))


def taken(*, person: int = 7, seed: int = 1, **conditions: Any) -> SyntheticImage:
    """A picture of a synthetic person's left eye."""
    return SyntheticEye(person, "left").render(Conditions(**conditions), seed=seed)


def round_truth(picture: SyntheticImage) -> Boundaries:
    """The circles that describe a picture's true ellipses best."""
    edges = picture.boundaries
    pupil, iris = (Circle(e.cx, e.cy, float(np.sqrt(e.major * e.minor))) for e in (edges.pupil, edges.iris))
    return Boundaries(pupil, iris)


@pytest.fixture(scope="session")
def take() -> Callable[..., SyntheticImage]:
    return taken


@pytest.fixture(scope="session")
def picture() -> SyntheticImage:
    return taken()


@pytest.fixture(scope="session")
def true_circles(picture: SyntheticImage) -> Boundaries:
    return round_truth(picture)


@pytest.fixture(scope="session")
def eye(picture: SyntheticImage) -> NDArray[np.uint8]:
    return picture.image


@pytest.fixture(scope="session")
def pipeline() -> IrisPipeline:
    return IrisPipeline.load()


@pytest.fixture(scope="session")
def real_eyes() -> Path:
    """The folder of real eyes; the test is skipped, saying so, where it is not."""
    if not (REAL_EYES / "mmu1.csv").is_file():
        pytest.skip("real eyes are not here; set PANAH_IRIS_DATA to the folder with mmu1.csv")
    return REAL_EYES
