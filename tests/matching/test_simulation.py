"""Simulated irises have the statistics that real ones have."""

import numpy as np
import pytest

from matching import Template, score_matrix
from matching.simulation import Capture, capture, degrees_of_freedom, simulate_irises, simulate_templates


def test_strangers_codes_spread_like_290_coins(rng: np.random.Generator) -> None:
    bare = Capture(noise=0.02, noise_spread=0, fragile=0, lids=0, turn=0)
    codes = capture(rng, simulate_irises(rng, 4000), bare)
    assert degrees_of_freedom(codes.words) == pytest.approx(290, rel=0.1)


@pytest.mark.parametrize("noise", [0.1, 0.2, 0.3])
def test_the_noise_asked_for_is_the_distance_found(rng: np.random.Generator, noise: float) -> None:
    bare = Capture(noise=noise, noise_spread=0, fragile=0, lids=0, turn=0)
    irises = simulate_irises(rng, 300)
    first, second = capture(rng, irises, bare), capture(rng, irises, bare)
    apart = np.bitwise_count(first.words[:, 0] ^ second.words[:, 0]).sum(axis=1, dtype=int) / 2048
    assert apart.mean() == pytest.approx(noise, abs=0.015)


def test_fragile_bits_and_lids_are_masked(rng: np.random.Generator) -> None:
    irises = simulate_irises(rng, 300)
    valid = [
        capture(rng, irises, Capture(fragile=fragile, lids=lids)).words[:, 1]
        for fragile, lids in ((0.0, 0.0), (0.15, 0.0), (0.15, 0.3))
    ]
    shares = [np.bitwise_count(mask).sum(axis=1, dtype=int).mean() / 2048 for mask in valid]
    assert shares[0] == 1
    assert shares[1] == pytest.approx(0.85, abs=0.01)
    assert 0.5 < shares[2] < 0.7


def test_a_failed_capture_is_a_stranger_and_says_so(rng: np.random.Generator) -> None:
    people = list(simulate_templates(rng, 40, how=Capture(failures=1.0), captures=2))
    matrix = score_matrix([p[0] for p in people], [p[1] for p in people])
    assert np.diag(matrix).min() > 0.3
    assert max(code.confidence for p in people for code in p[0].left) <= 0.5


def test_the_same_seed_gives_the_same_people() -> None:
    def draw() -> list[bytes]:
        drawn = simulate_templates(np.random.default_rng(9), 5, how=Capture(), captures=2, codes=2)
        return [template.to_bytes() for taken in drawn for template in taken]

    assert draw() == draw()


def test_both_eyes_of_a_capture_are_turned_alike(rng: np.random.Generator) -> None:
    from matching.comparison import compare_many

    for first, second in simulate_templates(rng, 20, how=Capture(noise=0.1), captures=2):
        (found,) = compare_many(first, [(1, second)])
        assert found.left is not None
        assert found.right is not None
        assert abs(found.left.rotation - found.right.rotation) <= 1


def test_more_codes_than_a_template_holds_are_refused(rng: np.random.Generator) -> None:
    with pytest.raises(ValueError, match="codes an eye"):
        next(simulate_templates(rng, 1, how=Capture(), codes=9))


def test_templates_hold_what_was_asked(rng: np.random.Generator) -> None:
    ((only,),) = list(simulate_templates(rng, 1, how=Capture(), codes=3))
    assert isinstance(only, Template)
    assert (len(only.left), len(only.right)) == (3, 3)
