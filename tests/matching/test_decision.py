"""The rules of a decision, each by its name."""

import json
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching import Calibration, Candidate, Decision, EyeCode, EyeScore, Policy, Template, decide, redecide
from matching.errors import EvidenceInvalid
from matching.facts import Outcome
from matching.last_chance import LateHit
from matching.scoring import DEFAULT_NORMALISATION
from matching.template import WORDS
from matching.words import REASONS, in_words

ONES = np.full(WORDS, 2**64 - 1, np.uint64)
SURE, PLAUSIBLE, STRANGE = 0.12, 0.30, 0.46
SMALL, LARGE = 300, 1_000_000


def code(bits: int = 1700, confidence: float = 0.95) -> EyeCode:
    mask = np.packbits(np.arange(2048) < bits, bitorder="little").view(np.uint64)
    return EyeCode(ONES, mask, confidence=confidence)


def probe(
    *, eyes: str = "both", bits: int = 1700, confidence: float = 0.95, encoder: str = Template().encoder
) -> Template:
    one = (code(bits, confidence),)
    return Template(one if eyes != "right" else (), one if eyes != "left" else (), encoder)


def eye(score: float | None, *, rotation: int = 0, bits: int = 1400, confidence: float = 0.9) -> EyeScore | None:
    if score is None:
        return None
    distance = DEFAULT_NORMALISATION.distance(score, bits)
    return EyeScore(score=score, distance=distance, common_bits=bits, rotation=rotation, confidence=confidence)


def candidate(
    template_id: int, left: float | EyeScore | None = None, right: float | EyeScore | None = None
) -> Candidate:
    """With the pooled score that its eyes give."""
    one, other = (e if isinstance(e, EyeScore) else eye(e) for e in (left, right))
    eyes = [e for e in (one, other) if e]
    bits = sum(e.common_bits for e in eyes)
    pooled = sum(e.distance * e.common_bits for e in eyes) / bits
    score = DEFAULT_NORMALISATION.score(pooled, bits)
    return Candidate(id=template_id, score=score, rotation=0, left=one, right=other, common_bits=bits)


@pytest.fixture(scope="module")
def say(calibration: Calibration):  # type: ignore[no-untyped-def]
    def say(template: Template, *candidates: Candidate, size: int = SMALL, **more: object) -> Decision:
        options = {"calibration": calibration, "policy": Policy(), "gallery_size": size, **more}
        return decide(template, candidates, **options)  # type: ignore[arg-type]

    return say


def test_both_eyes_sure_is_known(say) -> None:  # type: ignore[no-untyped-def]
    decision = say(probe(), candidate(5, SURE, SURE))
    assert (decision.outcome, decision.identity, decision.reasons) == ("known", 5, ())
    assert decision.wrong_known < 1e-4


def test_a_good_probe_that_nobody_comes_close_to_is_new(say) -> None:  # type: ignore[no-untyped-def]
    decision = say(probe(), candidate(5, STRANGE, STRANGE))
    assert (decision.outcome, decision.identity) == ("new", None)
    assert say(probe()).outcome == "new"


@given(near=st.floats(0.05, 0.2), far=st.floats(0.44, 0.55), size=st.integers(1, 10_000_000), left=st.booleans())
def test_two_good_eyes_that_disagree_are_never_known_nor_new(say, near, far, size, left) -> None:  # type: ignore[no-untyped-def]
    eyes = (near, far) if left else (far, near)
    decision = say(probe(), candidate(5, *eyes), size=size)
    assert decision.outcome in ("cannot_tell", "review")
    if size <= 10_000:
        assert (decision.outcome, decision.reasons) == ("cannot_tell", ("mixed_capture",))
        assert decision.identity is None


def test_siblings_scanned_as_one_when_both_are_enrolled_are_a_mixed_capture(say) -> None:  # type: ignore[no-untyped-def]
    decision = say(probe(), candidate(1, SURE, STRANGE), candidate(2, STRANGE, SURE))
    assert (decision.outcome, decision.reasons) == ("cannot_tell", ("mixed_capture",))


def test_one_bad_enrolment_of_an_eye_accuses_nobody(say) -> None:  # type: ignore[no-untyped-def]
    both = candidate(1, SURE, SURE), candidate(2, SURE, STRANGE)
    decision = say(probe(), *both, identity_of=lambda _: "one child")
    assert (decision.outcome, decision.identity) == ("known", "one child")


def test_an_eye_with_a_doubtful_boundary_accuses_nobody_but_makes_a_person_look(say) -> None:  # type: ignore[no-untyped-def]
    decision = say(probe(), candidate(1, SURE, eye(STRANGE, confidence=0.1)))
    assert (decision.outcome, decision.reasons) == ("review", ("other_eye_doubtful",))


def test_an_eye_compared_over_few_bits_that_does_not_agree_makes_a_person_look(say) -> None:  # type: ignore[no-untyped-def]
    decision = say(probe(), candidate(1, 0.05, eye(STRANGE, bits=320)))
    assert (decision.outcome, decision.reasons) == ("review", ("other_eye_doubtful",))


def test_a_weak_eye_supports_the_other_only_at_its_turn_of_the_head(say) -> None:  # type: ignore[no-untyped-def]
    weak = say(probe()).thresholds.supporting_eye - 0.002
    agreeing = candidate(1, eye(0.08, rotation=4), eye(weak, rotation=3))
    apart = candidate(1, eye(0.08, rotation=4), eye(weak, rotation=-3))
    assert say(probe(), agreeing).outcome == "known"
    assert (say(probe(), apart).outcome, say(probe(), apart).reasons) == ("review", ("rotations_disagree",))


def test_who_is_known_by_both_eyes_is_not_accused_by_a_chance_likeness_of_one(say) -> None:  # type: ignore[no-untyped-def]
    near = say(probe()).thresholds.mated_eye - 0.001
    decision = say(probe(), candidate(1, SURE, SURE), candidate(2, near, STRANGE))
    assert (decision.outcome, decision.identity) == ("known", 1)


def test_new_is_not_said_on_one_frame_where_only_two_frames_were_measured(calibration: Calibration) -> None:
    measured = calibration.both_eyes.model_copy(update={"genuine": calibration.both_eyes.genuine[1:]})
    of_two = calibration.model_copy(update={"both_eyes": measured})
    one, two = (decide(probe(), [], calibration=of_two, policy=Policy(), gallery_size=1000, frames=k) for k in (1, 2))
    assert (one.outcome, one.reasons, two.outcome) == ("cannot_tell", ("misses_too_often",), "new")


def test_new_is_not_said_where_too_few_people_stand_behind_the_calibration(say) -> None:  # type: ignore[no-untyped-def]
    decision = say(probe(), policy=Policy(miss_rate_proven=0.001))
    assert (decision.outcome, decision.reasons) == ("cannot_tell", ("misses_unproven",))


def test_a_probe_that_no_review_helps_is_not_reviewed_more(say) -> None:  # type: ignore[no-untyped-def]
    usual, hopeless = say(probe()).thresholds, say(probe(), policy=Policy(miss_rate=1e-9)).thresholds
    assert hopeless.review_both_eyes <= usual.review_both_eyes


def test_a_good_eye_that_does_not_support_the_other_sends_to_review(say) -> None:  # type: ignore[no-untyped-def]
    threshold = say(probe()).thresholds
    between = (threshold.supporting_eye + threshold.unlike_eye) / 2
    decision = say(probe(), candidate(1, SURE, between))
    assert (decision.outcome, decision.reasons) == ("review", ("other_eye_doubtful",))


def test_two_different_people_under_the_threshold_go_to_review(say) -> None:  # type: ignore[no-untyped-def]
    decision = say(probe(), candidate(1, SURE, SURE), candidate(2, SURE, SURE))
    assert (decision.outcome, decision.reasons) == ("review", ("two_identities",))


def test_two_templates_of_one_child_are_one_person(say) -> None:  # type: ignore[no-untyped-def]
    decision = say(probe(), candidate(1, SURE, SURE), candidate(2, SURE, SURE), identity_of=lambda _: 77)
    assert (decision.outcome, decision.identity) == ("known", 77)


def test_a_score_between_the_thresholds_goes_to_review(say) -> None:  # type: ignore[no-untyped-def]
    t = say(probe(eyes="left")).thresholds
    decision = say(probe(eyes="left"), candidate(1, (t.known_one_eye + t.review_one_eye) / 2))
    assert (decision.outcome, decision.reasons) == ("review", ("score_between",))


def test_one_eye_alone_can_be_known_in_a_small_gallery(say) -> None:  # type: ignore[no-untyped-def]
    assert say(probe(eyes="right"), candidate(1, None, 0.08)).outcome == "known"


def test_one_eye_alone_is_never_known_where_the_bound_is_extrapolated(say) -> None:  # type: ignore[no-untyped-def]
    decision = say(probe(eyes="right"), candidate(1, None, 0.02), size=LARGE)
    assert decision.thresholds.extrapolated_one_eye
    assert (decision.outcome, decision.reasons) == ("review", ("one_eye_not_enough",))


def test_where_the_bound_is_extrapolated_each_eye_must_agree_at_agreeing_rotations(say) -> None:  # type: ignore[no-untyped-def]
    agreeing = candidate(1, eye(SURE, rotation=4), eye(SURE, rotation=2))
    turned_apart = candidate(1, eye(SURE, rotation=6), eye(SURE, rotation=-2))
    weak_eye = candidate(1, 0.02, say(probe()).thresholds.supporting_eye - 0.002)
    assert say(probe(), agreeing, size=LARGE).outcome == "known"
    assert say(probe(), turned_apart, size=LARGE).reasons == ("rotations_disagree",)
    assert say(probe(), weak_eye, size=LARGE).outcome == "review"
    assert say(probe(), turned_apart, size=SMALL).outcome == "known"


@pytest.mark.parametrize(
    ("template", "reason"),
    [
        (probe(bits=500), "too_few_bits"),
        (probe(confidence=0.2), "low_confidence"),
        (Template(), "no_iris"),
        (probe(encoder="other-2"), "uncalibrated"),
    ],
)
def test_a_weak_probe_without_a_hit_is_not_new(say, template: Template, reason: str) -> None:  # type: ignore[no-untyped-def]
    decision = say(template)
    assert (decision.outcome, decision.reasons) == ("cannot_tell", (reason,))


def test_a_weak_probe_with_a_sure_hit_is_known(say) -> None:  # type: ignore[no-untyped-def]
    assert say(probe(bits=500, confidence=0.2), candidate(1, SURE, SURE)).outcome == "known"


def test_new_is_not_said_where_misses_are_too_frequent(say) -> None:  # type: ignore[no-untyped-def]
    decision = say(probe(), policy=Policy(miss_rate=1e-6))
    assert (decision.outcome, decision.reasons) == ("cannot_tell", ("misses_too_often",))
    assert decision.thresholds.predicted_miss > 1e-6


def test_an_encoder_without_calibration_is_never_known(say) -> None:  # type: ignore[no-untyped-def]
    decision = say(probe(encoder="other-2"), candidate(1, SURE, SURE))
    assert (decision.outcome, decision.reasons) == ("review", ("uncalibrated",))


def test_a_late_hit_goes_to_review_however_close(say) -> None:  # type: ignore[no-untyped-def]
    decision = say(probe(), late=[LateHit(way="crossed", candidate=candidate(9, 0.01, 0.01))])
    assert (decision.outcome, decision.identity, decision.reasons) == ("review", 9, ("late_crossed",))
    assert say(probe(), late=[LateHit(way="turned", candidate=candidate(9, STRANGE, STRANGE))]).outcome == "new"


def test_thresholds_tighten_as_the_gallery_grows(say) -> None:  # type: ignore[no-untyped-def]
    sizes = [say(probe(), size=n).thresholds for n in (100, 10_000, 1_000_000)]
    for name in ("known_one_eye", "known_both_eyes", "mated_eye"):
        values = [getattr(t, name) for t in sizes]
        assert values == sorted(values, reverse=True)
        assert len(set(values)) == 3


def test_more_codes_in_the_probe_are_more_trials(say) -> None:  # type: ignore[no-untyped-def]
    plain, many = probe(), Template((code(),) * 4, (code(),) * 4)
    assert say(many).trials == 4 * say(plain).trials
    assert say(many).thresholds.known_both_eyes < say(plain).thresholds.known_both_eyes


def test_a_lower_rate_is_a_tighter_threshold(say) -> None:  # type: ignore[no-untyped-def]
    strict = say(probe(), policy=Policy(wrong_known=1e-6)).thresholds
    assert strict.known_both_eyes < say(probe()).thresholds.known_both_eyes


scores = st.one_of(st.none(), st.floats(0.01, 0.6))
pairs = st.tuples(scores, scores).filter(lambda p: p != (None, None))


@given(
    found=st.lists(pairs, max_size=4),
    size=st.sampled_from([1, SMALL, LARGE]),
    bits=st.sampled_from([400, 1000, 2000]),
    confidence=st.sampled_from([0.1, 0.9]),
    late=st.booleans(),
)
def test_a_stored_decision_is_decided_again_the_same(say, found, size, bits, confidence, late) -> None:  # type: ignore[no-untyped-def]
    candidates = [candidate(k, *pair) for k, pair in enumerate(found)]
    hits = [LateHit(way="wider", candidate=c) for c in candidates] if late else None
    decision = say(probe(bits=bits, confidence=confidence), *candidates, size=size, late=hits, context={"seq": 7})
    stored = json.loads(json.dumps(decision.evidence(), allow_nan=False))
    again = redecide(stored)
    assert again == decision
    assert again.facts.context == {"seq": 7}
    assert (decision.outcome == "known") <= (decision.wrong_known is not None and not math.isnan(decision.wrong_known))


def test_spoilt_evidence_is_refused(say) -> None:  # type: ignore[no-untyped-def]
    stored = say(probe(), candidate(1, SURE, SURE)).evidence()
    with pytest.raises(EvidenceInvalid):
        redecide({**stored, "facts": {}})
    with pytest.raises(EvidenceInvalid):
        redecide({**stored, "surplus": 1})


@pytest.mark.parametrize("left", [SURE, PLAUSIBLE, STRANGE])
def test_every_outcome_can_be_said_in_words(say, left: float) -> None:  # type: ignore[no-untyped-def]
    decision = say(probe(), candidate(1, left, SURE))
    words = in_words(decision)
    first: dict[Outcome, str] = {"known": "Known", "review": "For review", "new": "New", "cannot_tell": "Cannot tell"}
    assert words.startswith(first[decision.outcome])
    assert all(REASONS[reason] in words for reason in decision.reasons)
