"""Screening loses almost nobody under its threshold, and lets no score come out otherwise than the full scan's."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching import EyeCode, Gallery, LocalEngine, Template
from matching.interfaces import GalleryChange
from matching.kernels import layout, screen
from matching.kernels.layout import DEEP, PLANE
from matching.rotations import USUAL, packed, rotated
from matching.rows import EyeRows
from matching.scoring import DEFAULT_NORMALISATION as SCORE
from matching.screening import LOSS, WORTH, effective, limits
from matching.simulation import Capture, simulate_templates
from matching.template import BITS, WORDS

DRAWS = 400_000
PEOPLE = list(simulate_templates(np.random.default_rng(17), 400, how=Capture(noise=0.25), captures=2, codes=2))


def lost(rng: np.random.Generator, eyes: list[tuple[int, int]], words: int, threshold: float) -> float:
    """The share of draws of the planes that rule out a pair with these (common, differing) bits, an eye each."""
    limit = limits(threshold, max(common for common, _ in eyes), SCORE, words)
    slope, most = (limit.slopes[0], limit.single) if len(eyes) == 1 else (limit.slopes[1], limit.pooled)
    value = np.zeros(DRAWS, np.int64)
    for common, differing in eyes:
        kinds = (differing, common - differing, BITS - common)
        drawn = rng.multivariate_hypergeometric(kinds, words * 64, DRAWS, method="marginals")
        value += screen.SCALE * drawn[:, 0] - slope * (drawn[:, 0] + drawn[:, 1])
    return float((value > most).mean())


def allowed(loss: float) -> float:
    """The share that a fair draw of that loss stays under but for one time in a million."""
    return loss + 5 * float(np.sqrt(loss / DRAWS))


@pytest.mark.parametrize("words", [PLANE, DEEP])
@pytest.mark.parametrize("threshold", [0.2, 0.246, 0.29, WORTH])
@pytest.mark.parametrize("common", [300, 431, 800, 1250, 1664, 2048])
def test_a_pair_exactly_at_the_threshold_is_seldom_lost(
    rng: np.random.Generator, words: int, threshold: float, common: int
) -> None:
    differing = int(common * SCORE.distance(threshold, common))
    assert lost(rng, [(common, differing)], words, threshold) <= allowed(LOSS / 2)


@pytest.mark.parametrize("words", [PLANE, DEEP])
@pytest.mark.parametrize("shares", [(0.5, 0.5), (0.3, 0.5), (0.75, 0.4), (0.5, 0.2), (0.25, 0.7)])
def test_nor_are_two_eyes_however_unlike_they_are(
    rng: np.random.Generator, words: int, shares: tuple[float, float]
) -> None:
    """shares: of the common and of the differing bits, what the left eye has."""
    common, threshold = 2300, 0.27
    differing = int(common * SCORE.distance(threshold, common))
    left = int(common * shares[0]), min(int(differing * shares[1]), int(common * shares[0]))
    right = common - left[0], differing - left[1]
    assert lost(rng, [left, right], words, threshold) <= allowed(LOSS / 2)


@pytest.mark.parametrize("eyes", ["both", "left"])
@pytest.mark.parametrize("threshold", [0.2, 0.25, 0.3, 0.33])
def test_a_screened_search_finds_what_the_full_scan_finds(threshold: float, eyes: str) -> None:
    gallery, missed = Gallery(seed=3), 0
    for k, (first, _) in enumerate(PEOPLE):
        gallery.add(k, first)
    for _, second in PEOPLE[:100]:
        probe = second if eyes == "both" else Template(left=second.left)
        full = gallery.identify(probe, 1000, None)
        near = [c for c in full if min(e.score for e in (c.left, c.right) if e) <= threshold or c.score <= threshold]
        found = gallery.identify(probe, 1000, threshold)
        assert {c.id: c for c in found}.items() <= {c.id: c for c in near}.items()
        missed += len(near) - len(found)
    assert missed == 0


def test_the_threshold_is_tightened_only_where_it_pays() -> None:
    assert effective(0.42, 0.25) == 0.25
    assert effective(0.42, WORTH + 0.01) == 0.42
    assert effective(0.2, 0.25) == 0.2
    assert effective(None, 0.25) == 0.25
    assert effective(0.42, None) == 0.42


def test_a_search_within_a_threshold_leaves_everybody_else_out() -> None:
    engine = LocalEngine()
    engine.apply(GalleryChange(seq=k + 1, op="add", template_id=k, template=t) for k, (t, _) in enumerate(PEOPLE))
    found = engine.search(PEOPLE[7][0], limit=400, within=0.2)
    assert [c.id for c in found.candidates] == [7]
    assert len(engine.search(PEOPLE[7][0], limit=400).candidates) > 1


def nearest_in_plain_numpy(words: np.ndarray, probes: np.ndarray, slope: int, count: int) -> np.ndarray:
    shared = words[None, None, :, 1, :count] & probes[:, :, None, 1, :count]
    unlike = (words[None, None, :, 0, :count] ^ probes[:, :, None, 0, :count]) & shared
    common = np.bitwise_count(shared).sum(-1, dtype=np.int64)
    return (screen.SCALE * np.bitwise_count(unlike).sum(-1, dtype=np.int64) - slope * common).min((0, 1))


@pytest.mark.parametrize("rows", [1, 7, 8, 9, 2047, 2600])
@pytest.mark.parametrize("codes", [1, 3])
def test_the_screening_scan_counts_as_plain_numpy_does(rng: np.random.Generator, rows: int, codes: int) -> None:
    words = rng.integers(0, 2**64, (rows, 2, WORDS), np.uint64)
    words[0], words[rows // 2, 1] = 2**64 - 1, 0
    held = EyeRows(rng.permutation(BITS).astype(np.uint16), block=512)
    for slot in range(rows):
        held.add(words[slot : slot + 1], slot)
    eye = tuple(EyeCode(*rng.integers(0, 2**64, (2, WORDS), np.uint64)) for _ in range(codes))
    permuted, probes = held.permuted(words), held.permuted(rotated(eye, USUAL))
    found = held.nearest(probes, (90, 101))
    for k, slope in enumerate((90, 101)):
        expected = nearest_in_plain_numpy(permuted, probes, slope, PLANE)
        np.testing.assert_array_equal(found[k, :rows], expected)
    chosen = np.flatnonzero(rng.random(rows) < 0.4)
    deep = held.nearest_of(chosen, probes, (90, 101))[1, : len(chosen)]
    np.testing.assert_array_equal(deep, nearest_in_plain_numpy(permuted[chosen], probes, 101, DEEP))


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 40))
def test_permuted_rows_hold_each_bit_once_and_come_back_as_they_were_put(seed: int, rows: int) -> None:
    rng = np.random.default_rng(seed)
    words = rng.integers(0, 2**64, (rows, 2, WORDS), np.uint64)
    order = rng.permutation(BITS).astype(np.uint16)
    held = EyeRows(order, block=16)
    held.add(words, 0)
    bits = np.unpackbits(words.view(np.uint8), axis=-1, bitorder="little")
    taken = np.unpackbits(held.take(np.array([0])).view(np.uint8), axis=-1, bitorder="little")
    np.testing.assert_array_equal(taken, bits[..., order])


def test_rows_of_a_removed_slot_are_given_to_another_of_as_many_codes(rng: np.random.Generator) -> None:
    held = EyeRows(np.arange(BITS, dtype=np.uint16), block=16)
    for slot, (first, _) in enumerate(PEOPLE[:10]):
        held.add(packed(first.left), slot)
    held.clear(4)
    held.add(packed(PEOPLE[50][0].left), 10)
    assert held.places(11)[0][10] == held.places(11)[0][4]
    assert held.codes == 20
    np.testing.assert_array_equal(held.take(np.array([10, 9])), packed((*PEOPLE[50][0].left, *PEOPLE[9][0].left)))


def test_a_group_of_eight_begins_on_a_cache_line() -> None:
    plane, rest = layout.new_block(64)
    assert plane.ctypes.data % 64 == 0
    assert plane.shape == (8, PLANE, 2, 8)
    assert rest.shape == (64, 2, WORDS - PLANE)
