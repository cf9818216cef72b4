"""The map of two irises agrees with what matching scored."""

import re

import numpy as np
import pytest

from matching import EyeCode, Template, compare_many
from matching.last_chance import crossed
from matching.rotations import rotate
from registry.review.agreement import AGREES, DIFFERS, UNSEEN, compare_records
from registry.review.drawing import SIZE, paths
from tests.registry.house import Eyes


def test_the_map_is_taken_where_matching_found_the_pair_most_alike(eyes: Eyes) -> None:
    for other in (eyes.of(0, 1), eyes.of(1, 0)):
        (scored,) = compare_many(eyes.of(0), [(5, other)])
        found = compare_records([(4, eyes.of(0))], [(5, other)])
        assert found is not None
        assert found.template_ids == (4, 5)
        for eye in found.eyes:
            fact = scored.left if eye.eye == "left" else scored.right
            assert fact is not None
            assert (eye.rotation, eye.seen) == (fact.rotation, fact.common_bits)
            assert eye.score == pytest.approx(fact.score)
            assert (eye.cells == DIFFERS).sum() / eye.seen == pytest.approx(fact.distance)


def test_two_captures_of_one_child_agree_in_most_places_and_two_children_in_about_half(eyes: Eyes) -> None:
    same = compare_records([(1, eyes.of(0))], [(2, eyes.of(0, 1))])
    strangers = compare_records([(1, eyes.of(0))], [(2, eyes.of(1))])
    assert same is not None
    assert strangers is not None
    assert all(eye.agreeing_of_hundred > 75 for eye in same.eyes)
    assert all(45 < eye.agreeing_of_hundred < 65 for eye in strangers.eyes)
    assert same.as_shown()["eyes"][0].keys() == {"eye", "rotation", "seen", "agreeing", "score"}


def test_of_several_templates_the_pair_most_alike_is_shown(eyes: Eyes) -> None:
    found = compare_records([(1, eyes.of(3)), (2, eyes.of(0))], [(3, eyes.of(4)), (4, eyes.of(0, 2))])
    assert found is not None
    assert found.template_ids == (2, 4)


def test_what_was_not_seen_in_both_is_shown_as_unseen() -> None:
    code, seen = np.ones((128, 16), bool), np.zeros((128, 16), bool)
    seen[:64] = True
    one = EyeCode.from_bits(code, np.ones_like(code))
    other = EyeCode.from_bits(~code, seen)
    found = compare_records([(1, Template(left=(one,)))], [(2, Template(left=(other,)))])
    assert found is not None
    (eye,) = found.eyes
    assert (eye.cells[:64] == DIFFERS).all()
    assert (eye.cells[64:] == UNSEEN).all()
    assert (eye.agreeing_of_hundred, eye.seen_of_hundred) == (0, 50)


def test_nothing_is_shown_where_no_eye_can_be_compared(eyes: Eyes) -> None:
    left, right = Template(left=eyes.of(0).left), Template(right=eyes.of(0).right)
    assert compare_records([(1, left)], [(2, right)]) is None
    assert compare_records([], [(2, right)]) is None
    other = Template(left=eyes.of(0).left, encoder="gabor-9")
    assert compare_records([(1, other)], [(2, left)]) is None


def test_a_pair_found_with_the_eyes_crossed_or_the_head_turned_far_is_shown_so(eyes: Eyes) -> None:
    again = eyes.of(0, 1)
    found = compare_records([(1, crossed(again))], [(2, eyes.of(0))], way="crossed")
    assert found is not None
    assert all(eye.agreeing_of_hundred > 75 for eye in found.eyes)
    turned = Template(*(_turn(again.eye(eye), 11) for eye in ("left", "right")), again.encoder)  # type: ignore[arg-type]
    wide = compare_records([(1, turned)], [(2, eyes.of(0))], way="wider")
    assert wide is not None
    assert all(eye.agreeing_of_hundred > 75 and abs(eye.rotation) > 7 for eye in wide.eyes)


def _turn(codes: tuple[EyeCode, ...], columns: int) -> tuple[EyeCode, ...]:
    return tuple(EyeCode(rotate(c.code, columns), rotate(c.mask, columns), c.quality, c.confidence) for c in codes)


def test_the_picture_has_every_cell_once_and_stays_in_its_frame(eyes: Eyes) -> None:
    found = compare_records([(1, eyes.of(0))], [(2, eyes.of(0, 1))])
    assert found is not None
    drawn = paths(found.eyes[0])
    assert set(drawn) == {"agrees", "differs"}
    assert sum(len(d) for d in drawn.values()) < 120_000
    numbers = [float(n) for n in re.findall(r"-?\d+\.\d", drawn["agrees"])]
    assert min(numbers) >= 0
    assert max(numbers) <= SIZE
    whole = EyeCode.from_bits(np.ones((128, 16), bool), np.ones((128, 16), bool))
    ring = compare_records([(1, Template(left=(whole,)))], [(2, Template(left=(whole,)))])
    assert ring is not None
    assert paths(ring.eyes[0])["agrees"].count("M") == 2 * 16
    assert (ring.eyes[0].cells == AGREES).all()
