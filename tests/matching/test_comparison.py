"""compare, score_matrix: the laws that every score keeps."""

import math

import numpy as np
import pytest

from matching import EyeCode, Template, compare, score_matrix
from matching.comparison import compare_many
from matching.errors import TemplateVersionUnknown
from matching.rotations import USUAL, WIDE, rotate
from matching.simulation import Capture, simulate_templates
from matching.template import WORDS

ONES = np.full(WORDS, 2**64 - 1, np.uint64)


@pytest.fixture(scope="module")
def people() -> list[tuple[Template, ...]]:
    return list(simulate_templates(np.random.default_rng(5), 30, how=Capture(), captures=2, codes=2))


def turned(template: Template, columns: int) -> Template:
    def turn(code: EyeCode) -> EyeCode:
        return EyeCode(rotate(code.code, columns), rotate(code.mask, columns))

    return Template(tuple(map(turn, template.left)), tuple(map(turn, template.right)))


def test_a_template_is_at_zero_from_itself(people: list[tuple[Template, ...]]) -> None:
    assert max(compare(first, first) for first, _ in people) == 0


def test_compare_is_symmetric(people: list[tuple[Template, ...]]) -> None:
    matrix = score_matrix([template for pair in people for template in pair])
    np.testing.assert_allclose(matrix, matrix.T, atol=1e-6)


def test_the_matrix_holds_what_compare_says(people: list[tuple[Template, ...]]) -> None:
    some = [pair[0] for pair in people[:5]]
    matrix = score_matrix(some, some[:3])
    assert matrix.shape == (5, 3)
    for i, a in enumerate(some):
        for j, b in enumerate(some[:3]):
            assert matrix[i, j] == pytest.approx(compare(a, b), abs=1e-6)


def test_own_captures_are_nearer_than_strangers(people: list[tuple[Template, ...]]) -> None:
    matrix = score_matrix([p[0] for p in people], [p[1] for p in people])
    own, others = np.diag(matrix), matrix[~np.eye(len(people), dtype=bool)]
    assert own.max() < others.min()


@pytest.mark.parametrize("columns", [-7, -1, 1, 7])
def test_a_turn_of_the_head_changes_nothing_but_the_rotation(people, columns: int) -> None:  # type: ignore[no-untyped-def]
    template = people[0][0]
    (found,) = compare_many(template, [(9, turned(template, columns))])
    assert (found.score, found.rotation) == (0, columns)
    assert found.left is not None
    assert found.left.rotation == columns


def test_a_wide_turn_is_found_only_by_the_wide_search(people) -> None:  # type: ignore[no-untyped-def]
    template = people[0][0]
    other = [(1, turned(template, 12))]
    assert compare_many(template, other, rotations=USUAL)[0].score > 0.2
    assert compare_many(template, other, rotations=WIDE)[0].score == 0


def test_masked_bits_take_no_part(rng: np.random.Generator) -> None:
    bits = rng.integers(0, 2**64, WORDS, dtype=np.uint64)
    mask = ONES.copy()
    mask[:8] = 0
    spoilt = bits.copy()
    spoilt[:8] = ~spoilt[:8]
    assert compare(Template((EyeCode(bits, mask),)), Template((EyeCode(spoilt, mask),))) == 0


def test_no_eye_in_common_is_no_score(people) -> None:  # type: ignore[no-untyped-def]
    a = people[0][0]
    assert math.isnan(compare(Template(left=a.left), Template(right=a.right)))
    assert math.isnan(compare(a, Template()))
    assert compare_many(Template(left=a.left), [(1, Template(right=a.right))]) == ()


def test_too_few_common_bits_are_no_score() -> None:
    few = np.zeros(WORDS, np.uint64)
    few[:4] = 2**64 - 1
    template = Template((EyeCode(ONES, few),))
    assert math.isnan(compare(template, template))


def test_a_missing_eye_leaves_the_other_eyes_score(people) -> None:  # type: ignore[no-untyped-def]
    a, b = people[0]
    assert compare(Template(left=a.left), b) == compare(Template(left=a.left), Template(left=b.left))


def test_the_nearest_pair_of_codes_counts(people) -> None:  # type: ignore[no-untyped-def]
    a, b, stranger = people[0][0], people[0][1], people[1][0]
    alone = compare(Template(a.left[:1]), Template(b.left[:1]))
    assert compare(Template((stranger.left[0], a.left[0])), Template(b.left[:1])) == alone


def test_templates_of_two_encoders_are_not_compared(people) -> None:  # type: ignore[no-untyped-def]
    a = people[0][0]
    with pytest.raises(TemplateVersionUnknown):
        compare(a, Template(a.left, encoder="other-2"))


@pytest.mark.parametrize("thing", [None, "template", np.zeros(4096, np.uint8)])
def test_what_is_no_template_is_refused(people, thing: object) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(TypeError, match=r"must be a matching\.Template"):
        compare(people[0][0], thing)  # type: ignore[arg-type]
