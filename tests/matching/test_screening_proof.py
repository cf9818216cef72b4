"""The loss of screening is counted on the gallery's own looks, and a count that says nothing is refused."""

import numpy as np
import pytest

from matching import Template
from matching.calibration.captures import LabelledCapture
from matching.errors import CalibrationInvalid
from matching.kernels.layout import PLANE
from matching.noisy_pairs import NoisyPairs
from matching.rotations import packed, rotate
from matching.screening import WORTH
from matching.screening_proof import NEAR, ProofVoid, count_losses
from matching.simulation import Capture, simulate_templates

THRESHOLD = 0.28


@pytest.fixture(scope="module")
def captures() -> list[LabelledCapture]:
    """Three captures of sixty eyes, half of them left ones."""
    people = simulate_templates(np.random.default_rng(4), 60, how=Capture(noise=0.25, lids=0.2), captures=3)
    return [
        LabelledCapture(f"person {k}", Template(left=t.left) if k % 2 else Template(right=t.right))
        for k, taken in enumerate(people)
        for t in taken
    ]


@pytest.fixture(scope="module")
def own_pairs(captures: list[LabelledCapture]) -> NoisyPairs:
    return NoisyPairs.of(captures)


def distances(words: np.ndarray) -> np.ndarray:  # type: ignore[type-arg]
    shared = words[:, 0, 1] & words[:, 1, 1]
    unlike = (words[:, 0, 0] ^ words[:, 1, 0]) & shared
    return np.bitwise_count(unlike).sum(axis=1, dtype=int) / np.bitwise_count(shared).sum(axis=1, dtype=int)


def test_half_of_the_pairs_lie_close_under_the_threshold_and_none_is_lost(
    rng: np.random.Generator, own_pairs: NoisyPairs
) -> None:
    counted = count_losses(rng, threshold=THRESHOLD, pairs=2000, own_pairs=own_pairs)
    assert counted.of == 2000
    near = sum(of for edge, _, of in counted.by_bin if edge > THRESHOLD - NEAR + 1e-6)
    assert near == 1000
    assert counted.missed <= 2
    if counted.missed == 0:
        assert counted.at_most == pytest.approx(3 / 2000)
    assert counted.by_bin == tuple(sorted(counted.by_bin))


def test_screening_was_at_work_while_it_was_counted(rng: np.random.Generator, own_pairs: NoisyPairs) -> None:
    assert count_losses(rng, threshold=THRESHOLD, pairs=600, own_pairs=own_pairs).strangers_passed < 0.1


def test_at_a_threshold_that_is_not_screened_there_is_nothing_to_prove(
    rng: np.random.Generator, own_pairs: NoisyPairs
) -> None:
    with pytest.raises(ProofVoid, match="nobody out"):
        count_losses(rng, threshold=WORTH + 0.01, pairs=200, own_pairs=own_pairs)


def test_a_screening_that_is_too_tight_is_found_out(
    rng: np.random.Generator, own_pairs: NoisyPairs, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The proof would see a mistake in the limits: these are for a threshold that is 0.06 too low."""
    from matching import screened
    from matching.screening import looks

    monkeypatch.setattr(screened, "looks", lambda threshold, *rest, eyes: looks(threshold - 0.06, *rest, eyes=eyes))
    counted = count_losses(rng, threshold=THRESHOLD, pairs=1000, own_pairs=own_pairs)
    assert counted.missed > 5
    assert counted.at_most > counted.missed / 1000


def test_draws_without_pairs_near_the_threshold_are_refused(rng: np.random.Generator) -> None:
    words = rng.integers(0, 2**63, (50, 2, 2, 32)).astype(np.uint64)
    words[:, :, 1] = np.uint64(2**64 - 1)
    with pytest.raises(ProofVoid, match="no own pair"):
        count_losses(rng, threshold=THRESHOLD, pairs=100, own_pairs=lambda _rng: words)


def test_captures_of_one_eye_are_turned_onto_each_other(captures: list[LabelledCapture]) -> None:
    turned = [
        LabelledCapture(c.person, Template(left=c.template.left or c.template.right)) for c in captures
    ]  # fmt: skip
    assert distances(NoisyPairs.of(turned).words).max() < 0.36
    first = packed(turned[0].template.left)[0]
    assert np.array_equal(rotate(rotate(first, 5), -5), first)


def test_resampled_noise_makes_pairs_farther_apart_up_to_strangers(
    rng: np.random.Generator, own_pairs: NoisyPairs
) -> None:
    plain, noisy = distances(own_pairs.words), distances(own_pairs(rng))
    assert np.median(noisy) > np.median(plain) + 0.05
    assert noisy.min() < np.quantile(plain, 0.5)
    assert (noisy > THRESHOLD).mean() > 0.05


def test_the_first_capture_of_a_pair_stays_as_it_was_captured(rng: np.random.Generator, own_pairs: NoisyPairs) -> None:
    kept = {words.tobytes() for words in own_pairs.words[:, 0]}
    drawn = own_pairs(rng)
    assert all(words.tobytes() in kept for words in drawn[:, 0])
    assert not (drawn[:, 1, 0] & ~drawn[:, 1, 1]).any()


def test_too_few_own_pairs_are_refused(captures: list[LabelledCapture]) -> None:
    with pytest.raises(CalibrationInvalid, match="own pairs"):
        NoisyPairs.of(captures[:6])


def test_the_plane_is_a_part_of_the_code() -> None:
    assert 0 < PLANE < 32
