"""What screening loses on real codes, at the threshold that a gallery's size asks for."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

import numpy as np

from matching import Policy, default_calibration
from matching.calibration.captures import LabelledCapture
from matching.decision import search_within
from matching.interfaces import Engine
from matching.noisy_pairs import NoisyPairs
from matching.screening import WORTH
from matching.screening_proof import Loss, count_losses


@dataclass(frozen=True, slots=True)
class Proved:
    identities: int
    within: float
    """The loosest threshold that a search of one of these eyes asks for."""
    loss: Loss
    eyes: int
    own_pairs: int


@dataclass(frozen=True, slots=True)
class _Sized:
    """What a threshold depends on of a gallery."""

    size: int
    codes_per_eye: float = 1.0


def prove(captures: Sequence[LabelledCapture], identities: int, *, pairs: int, seed: int) -> Proved:
    """At the loosest of the captures' thresholds in a gallery of this size, or where screening ends being worth it.

    Errors: CalibrationInvalid for too few own pairs, ProofVoid.
    """
    gallery = cast(Engine, _Sized(identities))
    asked = (
        search_within(c.template, gallery, calibration=default_calibration(), policy=Policy(), frames=2).usual
        for c in captures
    )
    within = max(one for one in asked if one is not None)
    own = NoisyPairs.of(captures)
    loss = count_losses(np.random.default_rng(seed), threshold=min(within, WORTH), pairs=pairs, own_pairs=own)
    return Proved(identities, within, loss, own.eyes, len(own.words))


def figures(proved: Proved) -> dict[str, Any]:
    loss = proved.loss
    return {
        "identities": proved.identities,
        "within": proved.within,
        "threshold": loss.threshold,
        "missed": loss.missed,
        "missed_of": loss.of,
        "missed_at_most": loss.at_most,
        "missed_by_score": loss.by_bin,
        "strangers_passed": loss.strangers_passed,
        "eyes": proved.eyes,
        "own_pairs": proved.own_pairs,
    }


def report(proved: Proved) -> str:
    """The counts for a person."""
    loss = proved.loss
    lines = [f"{proved.identities} identities, threshold {loss.threshold:.3f}"]
    if proved.within > loss.threshold:
        lines.append(f"Some searches ask for up to {proved.within:.3f} and are not screened.")
    lines.append(f"{proved.own_pairs} own pairs of {proved.eyes} real eyes, with resampled noise")
    lines.append(f"missed {loss.missed} of {loss.of}, at most {loss.at_most:.1e} with 95 % certainty")
    lines.append(f"{loss.strangers_passed:.2%} of strangers got by")
    lines.append("score up to   missed   pairs")
    lines += [f"{edge:11.3f}{missed:9d}{of:8d}" for edge, missed, of in loss.by_bin]
    return "\n".join(lines)
