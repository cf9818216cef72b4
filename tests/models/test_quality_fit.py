"""How the overall quality is fitted and judged."""

import numpy as np
import pytest

from matching import Template
from matching.template import EyeCode
from models.overall import WEIGHTS
from models.quality_fit import Taken, by_person, fitted, reject_curve, targets
from models.spoil import KINDS, spoiled


def eyes(people: int, frames: int = 4) -> list[Taken]:
    """People seen in frames of different quality; what is bad about a frame is noise in its code."""
    rng = np.random.default_rng(0)
    found = []
    for person in range(people):
        bits = rng.random((128, 16)) < 0.5
        for frame in range(frames):
            share = 0.47 if frame == 0 else 0.1
            code = EyeCode.from_bits(bits ^ (rng.random(bits.shape) < share), np.ones_like(bits))
            factors = (-2 * share + rng.normal(0, 0.02), *rng.normal(-0.3, 0.1, len(WEIGHTS) - 1))
            found.append(
                Taken(
                    manifest="set",
                    subject=f"p{person}",
                    eye=f"p{person} left",
                    path=f"{person}/{frame}",
                    spoilt=False,
                    template=Template(left=(code,)),
                    factors=tuple(float(np.minimum(f, 0)) for f in factors),
                    finding=None,
                )
            )
    return found


def test_the_factor_that_matters_gets_the_weight_and_none_is_negative() -> None:
    taken = eyes(15)
    weights = fitted(np.array([one.factors for one in taken]), targets(taken))
    assert weights.min() >= 0
    assert weights.sum() == pytest.approx(1)
    assert weights[0] > 0.8


def test_a_factor_that_would_help_turned_round_gets_nothing() -> None:
    rng = np.random.default_rng(1)
    factors = -rng.random((200, 2))
    target = 0.3 - 0.1 * factors[:, 0] + 0.1 * factors[:, 1]
    assert fitted(factors, target)[1] == 0


def test_refusing_the_worst_takes_misses_away_for_people_never_fitted_on() -> None:
    taken = eyes(30)
    quality = by_person(taken, np.array([one.factors for one in taken]), targets(taken))
    rates = reject_curve(taken, quality)
    assert all(rate is not None for rate in rates)
    assert rates[-1] < 0.6 * rates[0]  # type: ignore[operator]
    deep = reject_curve(taken, quality, predicted=True)
    assert all(rate is not None for rate in deep)
    assert rates[0] <= deep[0]  # type: ignore[operator]
    assert deep[-1] < 0.6 * deep[0]  # type: ignore[operator]


def test_a_person_with_one_picture_has_no_target() -> None:
    assert np.isnan(targets(eyes(3, frames=1))).all()


@pytest.mark.parametrize("seed", range(16))
def test_spoilt_pictures_are_pictures_and_the_same_each_time(seed: int) -> None:
    picture = np.random.default_rng(0).integers(0, 256, (240, 320)).astype(np.uint8)
    one, again = (spoiled(picture, np.random.default_rng(seed)) for _ in range(2))
    assert one.dtype == np.uint8
    assert np.array_equal(one, again)
    assert one.shape != picture.shape or not np.array_equal(one, picture)
    assert len(KINDS) == 8
