"""Several frames of one eye become one better code."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching import Template, compare
from matching.errors import TemplateInvalid, TemplateVersionUnknown
from matching.rotations import rotate
from matching.template import MAX_CODES_PER_EYE, EyeCode
from models import IrisPipeline
from models.fusion import Parameters, agreed, distance, fuse, fuse_templates, together
from models.synthetic import SyntheticImage

Take = Callable[..., SyntheticImage]


def drawn(seed: int) -> EyeCode:
    """An eye of coin tosses, a quarter of it hidden."""
    rng = np.random.default_rng(seed)
    return EyeCode.from_bits(rng.random((128, 16)) < 0.5, rng.random((128, 16)) < 0.75, quality=0.8, confidence=0.6)


def seen_again(code: EyeCode, seed: int, *, flipped: float = 0.15, turn: int = 0, quality: float = 0.7) -> EyeCode:
    """The same eye in another frame: some bits flipped, other bits hidden, the head turned."""
    rng = np.random.default_rng([seed, 1])
    noise, hidden = (np.packbits(rng.random(2048) < share).view(np.uint64) for share in (flipped, 0.25))
    words = rotate(np.stack([code.code ^ noise, code.mask & ~hidden]), turn)
    return EyeCode(words[0], words[1], quality, 0.5, 0.42)


def one(code: EyeCode) -> Template:
    return Template(left=(code,))


def test_a_fused_code_is_nearer_to_the_eye_than_any_of_its_frames() -> None:
    eye = drawn(1)
    frames = [seen_again(eye, k) for k in range(3)]
    fused = fuse(frames)
    assert fused is not None
    assert fused.frames == 3
    assert compare(one(fused.code), one(eye)) < min(compare(one(frame), one(eye)) for frame in frames)


@given(turns=st.lists(st.integers(-5, 5), min_size=2, max_size=4), seed=st.integers(0, 50))
def test_frames_are_turned_onto_the_middle_one(turns: list[int], seed: int) -> None:
    eye = drawn(seed)
    fused = fuse([seen_again(eye, seed + k, turn=turn) for k, turn in enumerate(turns)])
    assert fused is not None
    assert list(fused.turns) == [turns[fused.middle] - turn for turn in turns]


def test_two_frames_that_disagree_about_a_bit_leave_it_masked() -> None:
    eye = drawn(2)
    other = seen_again(eye, 3, flipped=0.1)
    fused = fuse([eye, other])
    assert fused is not None
    differing = (eye.code ^ other.code) & eye.mask & other.mask
    assert differing.any()
    assert not (fused.code.mask & differing).any()
    assert np.array_equal(fused.code.mask, (eye.mask | other.mask) & ~differing)


def test_of_three_frames_two_outvote_the_third() -> None:
    eye = drawn(4)
    odd = seen_again(eye, 5, flipped=0.1)
    fused = fuse([eye, eye, odd])
    assert fused is not None
    both = eye.mask & fused.code.mask
    assert np.array_equal(fused.code.code & both, eye.code & both)


def test_a_frame_of_another_eye_is_thrown_out_and_not_voted() -> None:
    eye = drawn(6)
    good = [seen_again(eye, 7), seen_again(eye, 8)]
    fused = fuse([good[0], drawn(9), good[1]])
    assert fused is not None
    assert fused.turns[1] is None
    assert fused.distances[1] > Parameters().far
    alone = fuse(good)
    assert alone is not None
    assert np.array_equal(fused.code.code, alone.code.code)


def test_two_frames_of_different_eyes_are_not_fused_but_kept_side_by_side() -> None:
    strangers = [drawn(10), drawn(11)]
    assert fuse(strangers) is None
    assert together([[code] for code in strangers]) == tuple(strangers)


def test_only_frames_that_agree_are_counted() -> None:
    code = drawn(1)
    again, stranger = seen_again(code, 2), drawn(9)
    shown = ((code, again), (code, again, stranger), (code, stranger))
    assert [agreed([[one] for one in codes])[1] for codes in shown] == [2, 2, 1]


def test_one_frame_or_too_little_in_common_gives_no_fusion() -> None:
    eye = drawn(12)
    nothing = EyeCode(eye.code, np.zeros_like(eye.mask))
    assert fuse([eye]) is None
    assert fuse([eye, nothing]) is None
    assert distance(eye, nothing) == (1.0, 0)


def test_frames_that_agree_are_believed_more_than_each_alone() -> None:
    eye = drawn(13)
    fused = fuse([eye, seen_again(eye, 14, quality=0.9)])
    assert fused is not None
    assert fused.code.confidence == pytest.approx(1 - 0.4 * 0.5)
    assert fused.code.quality == 0.9


def test_the_fused_code_comes_first_then_hypotheses_then_frames() -> None:
    eye, hypothesis = drawn(15), drawn(16)
    frames = [[seen_again(eye, 17), hypothesis], [seen_again(eye, 18)], [drawn(19)]]
    codes = together(frames)
    assert codes[1:] == (hypothesis, frames[0][0], frames[1][0])


def test_templates_are_fused_best_quality_first_and_capped() -> None:
    eye = drawn(20)
    frames = [Template(left=(seen_again(eye, k, quality=k / 10), drawn(30 + k))) for k in range(4)]
    fused = fuse_templates(frames, "left")
    assert len(fused.left) == MAX_CODES_PER_EYE
    assert fused.left[0].quality == 0.3
    assert fused.left[1] is frames[3].left[1]


def test_nothing_to_fuse_and_different_encoders_are_said() -> None:
    with pytest.raises(TemplateInvalid, match="no frame has a code"):
        fuse_templates([Template(right=(drawn(1),))], "left")
    with pytest.raises(TemplateVersionUnknown):
        fuse_templates([one(drawn(1)), Template(left=(drawn(1),), encoder="other-1")], "left")


def test_fused_pictures_match_a_later_one_better_than_they_do_on_average(pipeline: IrisPipeline, take: Take) -> None:
    frames = [pipeline.extract(take(seed=seed, change=0.5).image) for seed in (1, 2, 3)]
    later = pipeline.extract(take(seed=9, change=0.5, roll_deg=5.0).image)
    fused = Template(left=fuse_templates(frames, "left").left[:1], encoder=later.encoder)
    assert compare(fused, later) < np.mean([compare(frame, later) for frame in frames])
