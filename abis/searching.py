"""targetFPIR and a gallery's size become thresholds; what is under them becomes candidates.

FPIR(N, T) is the share of searches by people not in the gallery that return anybody at threshold T. A comparison's
share is FPIR / N, and the calibration's upper 95 % bound says which score so few strangers reach. A two-eyed probe has
three ways to be wrong, so both eyes together get half the rate and each eye alone a quarter (one eye may be badly
taken); a one-eyed probe has one way and gets all of it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from matching import Calibration, Candidate, EyeScore, Template
from matching.thresholds import trials_of

BIOMETRIC_TYPE = "IIR"
_FOR_BOTH, _FOR_EACH = 0.5, 0.25
_EXTRAPOLATED = 100
"""The bound rests on more than two decades beyond the calibration's own pairs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """Scores at or under which a candidate is returned. `both` counts where both eyes were compared."""

    both: float
    one: float
    trials: float
    extrapolated: bool

    @property
    def loosest(self) -> float:
        return max(self.both, self.one)

    def lets_through(self, candidate: Candidate) -> bool:
        eyes = [eye.score for eye in (candidate.left, candidate.right) if eye is not None]
        return min(eyes, default=1.0) <= self.one or (len(eyes) == 2 and candidate.score <= self.both)


def cut_for(probe: Template, *, target_fpir: int, gallery_size: int, calibration: Calibration) -> Cut:
    """target_fpir: round(-10 · log10 FPIR), so 30 is one in 1,000. gallery_size: references searched among."""
    trials = trials_of(probe, gallery_size=gallery_size, calibration=calibration)
    share = 10.0 ** (-target_fpir / 10) / trials
    two_eyed = bool(probe.left and probe.right)
    one, both = calibration.one_eye.impostors, calibration.both_eyes.impostors
    share_one = share * _FOR_EACH if two_eyed else share
    return Cut(
        both=both.threshold(share * _FOR_BOTH),
        one=one.threshold(share_one),
        trials=trials,
        extrapolated=share_one < 1 / (one.pairs * _EXTRAPOLATED),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    reference_id: str
    candidate: Candidate


def candidate_list(
    found: Sequence[Found], *, cut: Cut, target_fpir: int, gallery_size: int, calibration: Calibration
) -> dict[str, Any]:
    """MOSIP's candidateList, the most alike first; scores stand only inside analytics, everything is text."""
    return {
        "count": str(len(found)),
        "candidates": [_entry(one, cut, calibration) for one in found],
        "analytics": {
            "targetFPIR": str(target_fpir),
            "gallerySize": str(gallery_size),
            "thresholdBothEyes": f"{cut.both:.4f}",
            "thresholdOneEye": f"{cut.one:.4f}",
            "extrapolated": "true" if cut.extrapolated else "false",
            "calibration": calibration.version,
        },
    }


def _entry(found: Found, cut: Cut, calibration: Calibration) -> dict[str, Any]:
    scores = _scores(found.candidate, cut, calibration)
    eyes = {**_eye("left", found.candidate.left), **_eye("right", found.candidate.right)}
    return {
        "referenceId": found.reference_id,
        "analytics": scores,
        "modalities": [{"biometricType": BIOMETRIC_TYPE, "analytics": {**scores, **eyes}}],
    }


def _scores(candidate: Candidate, cut: Cut, calibration: Calibration) -> dict[str, str]:
    """internalScore: 0 the same, about 0.45 strangers. confidence: whole percent of searches of this size by strangers
    in which nobody comes so close, 99 at most, for nothing measured says certain."""
    two_eyed = candidate.left is not None and candidate.right is not None
    impostors = calibration.of("both_eyes" if two_eyed else "one_eye").impostors
    by_chance = min(1.0, impostors.share_under(candidate.score) * cut.trials)
    return {"confidence": str(min(99, int(100 * (1 - by_chance)))), "internalScore": f"{candidate.score:.4f}"}


def _eye(side: str, eye: EyeScore | None) -> dict[str, str]:
    if eye is None:
        return {}
    return {f"{side}Score": f"{eye.score:.4f}", f"{side}CommonBits": str(eye.common_bits)}
