"""Screening loses almost nobody under its threshold, and lets no score come out otherwise than the full scan's."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching import EyeCode, Gallery, LocalEngine, Template
from matching.interfaces import GalleryChange
from matching.kernels import layout, screen
from matching.kernels.layout import PLANE
from matching.kernels.screen import DEEP
from matching.rotations import USUAL, packed, rotated
from matching.rows import EyeRows
from matching.scoring import DEFAULT_NORMALISATION as SCORE
from matching.screening import LOSS, WORTH, effective, looks
from matching.simulation import Capture, simulate_templates
from matching.template import BITS, WORDS

DRAWS = 200_000
PEOPLE = list(simulate_templates(np.random.default_rng(17), 400, how=Capture(noise=0.25), captures=2, codes=2))


def over_lines(one: screen.Looks, common: np.ndarray, differing: np.ndarray) -> np.ndarray:
    return np.all([screen.SCALE * differing - line.slope * common > line.limit for line in one.lines], axis=0)


def lost(rng: np.random.Generator, one: screen.Looks, common: int, differing: int, draws: int = DRAWS) -> float:
    """The share of draws of the planes that rule out an eye with so many bits."""
    kinds = np.array((differing, common - differing, BITS - common))
    plane = rng.multivariate_hypergeometric(kinds, PLANE * 64, draws, method="marginals")
    unlike, alike = plane[:, 0], plane[:, 1]
    out = over_lines(one, unlike + alike, unlike)
    out |= unlike > one.plane[unlike + alike]
    left, more = kinds - plane, np.full(draws, (DEEP - PLANE) * 64)
    further = rng.hypergeometric(left[:, 0], left[:, 1] + left[:, 2], more)
    agreeing = rng.hypergeometric(left[:, 1], left[:, 2], more - further)
    out |= unlike + further > one.deep[unlike + further + alike + agreeing]
    return float(out.mean())


def allowed(loss: float) -> float:
    """The share that a fair draw of that loss stays under but for one time in a million."""
    return loss + 5 * float(np.sqrt(loss / DRAWS))


@pytest.mark.parametrize("eyes", [1, 2])
@pytest.mark.parametrize("threshold", [0.2, 0.246, 0.29, WORTH])
@pytest.mark.parametrize("common", [300, 431, 800, 1250, 1664, 2048])
def test_a_pair_exactly_at_the_threshold_is_seldom_lost(
    rng: np.random.Generator, eyes: int, threshold: float, common: int
) -> None:
    differing = int(common * SCORE.distance(threshold, common))
    assert lost(rng, looks(threshold, common, SCORE, eyes), common, differing) <= allowed(LOSS)


@pytest.mark.parametrize("threshold", [0.264, WORTH])
@pytest.mark.parametrize("bits", [(1280, 1280), (300, 300), (1280, 300), (500, 900), (1000, 1280), (2048, 2048)])
def test_nor_are_two_eyes_however_unlike_they_are(
    rng: np.random.Generator, threshold: float, bits: tuple[int, int]
) -> None:
    one, together = looks(threshold, max(bits), SCORE, 2), sum(bits)
    differing = int(together * SCORE.distance(threshold, together))
    worst = 0.0
    for share in (0.3, 0.4, 0.45, 0.5, 0.55, 0.6, 0.7):
        left = min(int(differing * share), bits[0] // 2)
        right = min(differing - left, bits[1] // 2)
        if left + right == differing:
            worst = max(worst, lost(rng, one, bits[0], left, 50_000) * lost(rng, one, bits[1], right, 50_000))
    assert worst <= LOSS * 1.3


@pytest.mark.parametrize("eyes", [1, 2])
@pytest.mark.parametrize("threshold", [0.2, 0.264, WORTH])
@pytest.mark.parametrize("most", [300, 301, 640, 1280, 2048])
def test_whoever_is_under_the_curve_is_under_a_line(eyes: int, threshold: float, most: int) -> None:
    """For all numbers of bits of the plane that are common once in a million times or more often."""
    one, drawn = looks(threshold, most, SCORE, eyes), PLANE * 64
    shares = np.array((SCORE.floor, most)) / BITS
    fewest, highest = drawn * shares + [-4.8, 4.8] * np.sqrt(drawn * (1 - drawn / BITS) * shares * (1 - shares))
    common = np.arange(max(0, int(np.ceil(fewest))), min(drawn, int(highest)) + 1)
    assert not over_lines(one, common, one.plane[common]).any()


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


def near_in_plain_numpy(words: np.ndarray, probes: np.ndarray, one: screen.Looks) -> np.ndarray:
    shared = words[None, None, :, 1] & probes[:, :, None, 1]
    unlike = (words[None, None, :, 0] ^ probes[:, :, None, 0]) & shared
    common = np.bitwise_count(shared).cumsum(-1, dtype=np.int64)
    differing = np.bitwise_count(unlike).cumsum(-1, dtype=np.int64)
    near = ~over_lines(one, common[..., PLANE - 1], differing[..., PLANE - 1])
    for curve, seen in ((one.plane, PLANE), (one.deep, DEEP), (one.full, WORDS)):
        near &= differing[..., seen - 1] <= curve[common[..., seen - 1]]
    return np.flatnonzero(near.any((0, 1)))


def noisy(rng: np.random.Generator, words: np.ndarray) -> np.ndarray:
    """With up to 45 % of the bits of each code turned over."""
    share = rng.uniform(0, 0.45, (len(words), 1))
    turned = np.packbits(rng.random((len(words), BITS)) < share, axis=1, bitorder="little").view(np.uint64)
    return np.stack((words[:, 0] ^ turned, words[:, 1]), axis=1)


@pytest.mark.parametrize("rows", [1, 7, 8, 9, 2047, 9000])
@pytest.mark.parametrize("codes", [1, 3])
def test_the_screening_scan_finds_whom_plain_numpy_finds(rng: np.random.Generator, rows: int, codes: int) -> None:
    eye = tuple(EyeCode(*rng.integers(0, 2**64, (2, WORDS), np.uint64)) for _ in range(codes))
    words = rng.integers(0, 2**64, (rows, 2, WORDS), np.uint64)
    own = np.flatnonzero(rng.random(rows) < 0.3)
    words[own] = noisy(rng, rotated(eye, USUAL)[rng.integers(codes, size=len(own)), rng.integers(15, size=len(own))])
    words[0], words[rows // 2, 1] = 2**64 - 1, 0
    held = EyeRows(rng.permutation(BITS).astype(np.uint16), block=512)
    for slot in range(rows):
        held.add(words[slot : slot + 1], slot)
    permuted, probes = held.permuted(words), held.permuted(rotated(eye, USUAL))
    for one in (looks(0.3, BITS, SCORE, 1), looks(0.33, BITS, SCORE, 2)):
        expected = near_in_plain_numpy(permuted, probes, one)
        np.testing.assert_array_equal(held.near(probes, one), expected)
        assert rows < 100 or 0.1 * len(own) < len(expected) < len(own)


def test_no_row_is_near_to_an_eye_that_is_not_there(rng: np.random.Generator) -> None:
    held = EyeRows(np.arange(BITS, dtype=np.uint16), block=16)
    held.add(packed(PEOPLE[0][0].left), 0)
    assert held.near(np.zeros((0, 15, 2, WORDS), np.uint64), looks(0.3, BITS, SCORE)).tolist() == []


def test_a_slot_with_several_codes_is_found_once_by_any_of_them() -> None:
    held = EyeRows(np.arange(BITS, dtype=np.uint16), block=16)
    for slot, (first, _) in enumerate(PEOPLE[:40]):
        held.add(packed(first.left), slot)
    probes = held.permuted(rotated(PEOPLE[23][0].left, USUAL))
    assert held.near(probes, looks(0.3, BITS, SCORE)).tolist() == [23]


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
    assert held.codes == 20
    assert held.near(held.permuted(rotated(PEOPLE[50][0].left, USUAL)), looks(0.3, BITS, SCORE)).tolist() == [10]
    np.testing.assert_array_equal(held.take(np.array([10, 9])), packed((*PEOPLE[50][0].left, *PEOPLE[9][0].left)))


def test_a_group_of_eight_begins_on_a_cache_line() -> None:
    plane, rest = layout.new_block(64)
    assert plane.ctypes.data % 64 == 0
    assert plane.shape == (8, PLANE, 2, 8)
    assert rest.shape == ((WORDS - PLANE) // 8, 64, 2, 8)
    assert rest.ctypes.data % 64 == 0
