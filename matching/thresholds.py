"""From error rates that an administrator sets to the scores a search is held to."""

from typing import Annotated

from pydantic import Field, FiniteFloat

from matching.calibration.cascade import way_share
from matching.calibration.genuine import ENOUGH_BITS, ENOUGH_CONFIDENCE
from matching.calibration.models import Calibration, Kind, KindModel, Miss, Strict
from matching.template import Template

Rate = Annotated[FiniteFloat, Field(gt=0, lt=1)]
_DECADES_OF_EXTRAPOLATION = 2
_CHANCES: dict[Kind, tuple[float, float]] = {"both_eyes": (0.5, 0.25), "one_eye": (1.0, 1.0)}
"""A two-eyed probe has three ways to be wrongly known: both eyes pooled, and each eye where the other is too weak to
count. They share the rate that the policy sets; a one-eyed probe has one way."""


class Policy(Strict):
    """What the administrator sets: rates, not raw scores."""

    wrong_known: Rate = 1e-4
    """Of searches by people not enrolled, the share that may wrongly end in "known"."""
    miss_rate: Rate = 1 / 200
    """"New" is said only when the whole cascade is predicted to miss an enrolled person less often."""
    miss_rate_proven: Rate = 1 / 10
    """And only when the calibration's people alone, without a model of the tail, exclude more misses than this. With
    n people of whom none was missed they exclude 3/n, so that 1/200 would ask for 600 people."""
    review_rate: Rate = 0.02
    """Of searches by people not enrolled, the share that may go to a reviewer when the probe is good, whichever way of
    the cascade brings them there."""
    review_rate_most: Rate = 0.2
    """The same for a weak probe: the review range is widened up to here before "cannot tell" is said."""
    mixed_rate: Rate = 1e-3
    """Of searches, the share in which a stranger's eye may pass for clearly mated in the test for a mixed capture."""
    unlike_share: Rate = 0.1
    """An eye farther away than this share of strangers is clearly not mated. To support "known" an eye must be nearer
    than all but a twentieth of this share, and at the other eye's turn of the head unless it is nearer still."""
    min_bits: Annotated[int, Field(ge=300, le=2048)] = ENOUGH_BITS
    """A probe's eye with fewer valid bits is not good enough to disagree, or to be called new."""
    min_common_bits: Annotated[int, Field(ge=300, le=2048)] = 400
    """Compared with an enrolled eye over fewer bits, no eye disagrees."""
    min_confidence: Annotated[FiniteFloat, Field(ge=0, le=1)] = ENOUGH_CONFIDENCE
    rotation_tolerance: Annotated[int, Field(ge=0, le=14)] = 3
    """Columns by which the two eyes' rotations may differ and still agree."""


class Thresholds(Strict):
    """Scores for one search. Everything the rules compare with, so that a stored decision needs no calibration."""

    trials: FiniteFloat
    calibrated: bool
    """False when the calibration is for another encoder: nobody is then known or new."""
    known_one_eye: FiniteFloat
    known_both_eyes: FiniteFloat
    extrapolated_one_eye: bool
    extrapolated_both_eyes: bool
    each_of_two_eyes: FiniteFloat
    """What each eye must reach where the bound for both is extrapolated too far."""
    review_one_eye: FiniteFloat
    review_both_eyes: FiniteFloat
    review_single_of_two: FiniteFloat
    """One eye of two-eyed templates alone."""
    late_one_eye: FiniteFloat
    late_both_eyes: FiniteFloat
    mated_eye: FiniteFloat
    unlike_eye: FiniteFloat
    supporting_eye: FiniteFloat
    predicted_miss: FiniteFloat
    """FNIR of the whole cascade for a probe like this at its review thresholds."""
    miss_rate: Rate
    miss_at_most: FiniteFloat = 0.0
    """The upper 95 % bound of the same by the calibration's people alone; evidence of the first format has none."""
    miss_rate_proven: Rate = 1 / 10
    min_bits: int
    min_common_bits: int
    min_confidence: FiniteFloat
    rotation_tolerance: int

    @property
    def loosest(self) -> float:
        """A candidate farther away than this, in either eye and in both, is neither known nor for review nor mixed.

        One of a person who has another template nearer may still clear that one of being a mixed capture; where it is
        not found, the child is scanned again.
        """
        review = max(self.review_one_eye, self.review_both_eyes, self.review_single_of_two)
        return max(
            review, self.late_one_eye, self.late_both_eyes, self.known_one_eye, self.known_both_eyes, self.mated_eye
        )

    def known(self, kind: Kind) -> float:
        return self.known_one_eye if kind == "one_eye" else self.known_both_eyes

    def review(self, kind: Kind) -> float:
        return self.review_one_eye if kind == "one_eye" else self.review_both_eyes

    def late(self, kind: Kind) -> float:
        return self.late_one_eye if kind == "one_eye" else self.late_both_eyes


def trials_of(
    probe: Template, *, gallery_size: int, calibration: Calibration, codes_per_eye: float | None = None
) -> float:
    """Comparisons in which a stranger could come close, in terms of the calibration's.

    Its scores are already the least over all rotations and over its templates' codes: more codes, of the probe or of
    the enrolled eyes (`codes_per_eye`; None: as many as in the calibration), count by proportion, and so do fewer.
    Real templates of one code an eye come close five to ten times more seldom than the proportion says.
    """
    codes = max(len(probe.left), len(probe.right), 1) / calibration.codes_per_eye
    enrolled = 1.0 if codes_per_eye is None else codes_per_eye / calibration.codes_per_eye
    return max(1.0, gallery_size * codes * enrolled)


def thresholds_for(
    probe: Template,
    *,
    kind: Kind,
    trusted_bits: float,
    frames: int,
    trials: float,
    calibration: Calibration,
    policy: Policy,
) -> Thresholds:
    """trials: of `trials_of`; frames: what each eye of the probe was taken from."""
    one, both = calibration.one_eye.impostors, calibration.both_eyes.impostors
    of_both, of_one = _CHANCES[kind]
    share, share_one = of_both * policy.wrong_known / trials, of_one * policy.wrong_known / trials
    review, miss = _review(calibration.of(kind), trusted_bits, frames, trials, policy)
    return Thresholds(
        trials=trials,
        calibrated=calibration.is_for(probe),
        known_one_eye=one.threshold(share_one),
        known_both_eyes=both.threshold(share),
        extrapolated_one_eye=is_extrapolated(share_one, one.pairs),
        extrapolated_both_eyes=is_extrapolated(share, both.pairs),
        each_of_two_eyes=one.threshold(max(share**0.5, _furthest(one.pairs))),
        review_one_eye=one.threshold(way_share(review, "one_eye", "usual")),
        review_both_eyes=both.threshold(way_share(review, "both_eyes", "usual")),
        review_single_of_two=one.threshold(way_share(review, "both_eyes", "single_of_two")),
        late_one_eye=one.threshold(way_share(review, "one_eye", "late")),
        late_both_eyes=both.threshold(way_share(review, "both_eyes", "late")),
        mated_eye=one.threshold(policy.mixed_rate / trials),
        unlike_eye=one.threshold(policy.unlike_share),
        supporting_eye=one.threshold(policy.unlike_share / 20),
        predicted_miss=miss.predicted,
        miss_at_most=miss.at_most,
        miss_rate_proven=policy.miss_rate_proven,
        miss_rate=policy.miss_rate,
        min_bits=policy.min_bits,
        min_common_bits=policy.min_common_bits,
        min_confidence=policy.min_confidence,
        rotation_tolerance=policy.rotation_tolerance,
    )


def _review(model: KindModel, trusted_bits: float, frames: int, trials: float, policy: Policy) -> tuple[float, Miss]:
    """The share of strangers that the cascade lets through to a reviewer, and the misses there.

    It is widened from `review_rate` only as far as this probe needs to be missed seldom enough to be called new, and
    no further than `review_rate_most`. A probe that even this does not help is to be scanned again: no reviewer's time
    is spent on strangers who look like it.
    """
    least, most = policy.review_rate, max(policy.review_rate, policy.review_rate_most)
    tried = [least * (most / least) ** (step / 8) / trials for step in range(9)]
    found = [(share, model.miss(share, trusted_bits, frames)) for share in tried]
    enough = [
        one for one in found if one[1].predicted <= policy.miss_rate and one[1].at_most <= policy.miss_rate_proven
    ]
    return enough[0] if enough else found[0]


def _furthest(pairs: int) -> float:
    """The least share that the calibration's pairs can still carry."""
    return 1 / (pairs * 10.0**_DECADES_OF_EXTRAPOLATION)


def is_extrapolated(share: float, pairs: int) -> bool:
    """Whether a bound at this share lies more than two decades beyond what so many pairs show."""
    return share < _furthest(pairs)
