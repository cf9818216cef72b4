"""What a decision rests on, as plain data that can be stored and decided again."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from pydantic import FiniteFloat

from matching.calibration.genuine import trusted_bits
from matching.calibration.models import Calibration, Kind, Strict
from matching.interfaces import Candidate, EyeScore
from matching.last_chance import LateHit, Way
from matching.template import EyeCode, Template

Identity = int | str


class ProbeEye(Strict):
    """One eye of the probe: its best code."""

    codes: int
    valid_bits: int
    confidence: FiniteFloat
    quality: FiniteFloat
    trusted_bits: FiniteFloat


class EyeFact(Strict):
    score: FiniteFloat
    distance: FiniteFloat
    common_bits: int
    rotation: int
    confidence: FiniteFloat


class CandidateFact(Strict):
    """One enrolled template that came close."""

    id: int
    identity: Identity
    score: FiniteFloat
    common_bits: int
    left: EyeFact | None
    right: EyeFact | None
    wrong_known: FiniteFloat
    """Chance that a search of someone else brings this score, by the upper 95 % bound: trials × share under it."""
    sensor: str = ""
    """That enrolled it; empty where that is not told."""

    @property
    def kind(self) -> Kind:
        return "both_eyes" if self.left and self.right else "one_eye"

    @property
    def eyes(self) -> tuple[EyeFact, ...]:
        return tuple(eye for eye in (self.left, self.right) if eye)


class LateFact(Strict):
    """A hit of the last-chance cascade."""

    way: Way
    candidate: CandidateFact


class Narrowed(Strict):
    """That a search looked at some of the enrolled only, and at whom."""

    enrolled: int
    """Templates in the whole gallery."""
    by: dict[str, str | int | float]
    """What narrowed it, in the caller's words: a region, a sex, an interval of ages."""
    compared_before: int = 0
    """Templates compared in earlier narrowed searches for the same probe: they are trials of this one, too."""


class Facts(Strict):
    left: ProbeEye | None
    right: ProbeEye | None
    candidates: tuple[CandidateFact, ...]
    late: tuple[LateFact, ...] | None
    """None: the cascade was not run."""
    gallery_size: int
    frames: int = 1
    """What each eye of the probe was taken from, the least of both."""
    context: dict[str, str | int]
    """What the caller wants kept: the gallery log's number, versions of models and engine."""
    narrowed: Narrowed | None = None
    """None: everybody enrolled was looked at."""

    @property
    def eyes(self) -> tuple[ProbeEye, ...]:
        return tuple(eye for eye in (self.left, self.right) if eye)

    @property
    def kind(self) -> Kind:
        return "both_eyes" if self.left and self.right else "one_eye"

    @property
    def trusted_bits(self) -> float:
        return sum(eye.trusted_bits for eye in self.eyes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sensors:
    """Which sensors took what: the probe, and each enrolled template by its id. None where that is not told."""

    probe: str | None = None
    of: Callable[[int], str | None] = lambda _template_id: None


UNTOLD = Sensors()


def gather(
    probe: Template,
    candidates: Sequence[Candidate],
    *,
    late: Sequence[LateHit] | None,
    gallery_size: int,
    frames: int,
    context: dict[str, str | int],
    calibration: Calibration,
    trials: float,
    identity_of: Callable[[int], Identity],
    sensors: Sensors = UNTOLD,
    narrowed: Narrowed | None = None,
) -> Facts:
    """Facts of one search. `trials`: comparisons that could have gone wrong (`thresholds.trials`)."""

    def fact(candidate: Candidate) -> CandidateFact:
        kind: Kind = "both_eyes" if candidate.left and candidate.right else "one_eye"
        sensor = sensors.of(candidate.id)
        share = (
            (calibration.between(sensors.probe, sensor) or calibration).of(kind).impostors.share_under(candidate.score)
        )
        return CandidateFact(
            id=candidate.id,
            identity=identity_of(candidate.id),
            score=candidate.score,
            common_bits=candidate.common_bits,
            left=_eye_fact(candidate.left),
            right=_eye_fact(candidate.right),
            wrong_known=min(1.0, share * trials),
            sensor=sensor or "",
        )

    return Facts(
        left=probe_eye(probe.left),
        right=probe_eye(probe.right),
        candidates=tuple(fact(c) for c in sorted(candidates, key=lambda c: (c.score, c.id))),
        late=None if late is None else tuple(LateFact(way=hit.way, candidate=fact(hit.candidate)) for hit in late),
        gallery_size=gallery_size,
        frames=frames,
        context=context,
        narrowed=narrowed,
    )


def probe_eye(codes: tuple[EyeCode, ...]) -> ProbeEye | None:
    if not codes:
        return None
    best = max(codes, key=lambda code: code.valid_bits * code.confidence)
    return ProbeEye(
        codes=len(codes),
        valid_bits=best.valid_bits,
        confidence=float(best.confidence),
        quality=float(best.quality),
        trusted_bits=trusted_bits(codes),
    )


def _eye_fact(eye: EyeScore | None) -> EyeFact | None:
    if eye is None:
        return None
    return EyeFact(
        score=eye.score,
        distance=eye.distance,
        common_bits=eye.common_bits,
        rotation=eye.rotation,
        confidence=eye.confidence,
    )


Outcome = Literal["known", "review", "new", "cannot_tell"]
