"""Known, review, new or cannot tell: the rules, in the order in which they are asked. Pure: facts in, decision out."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal, NamedTuple

from pydantic import Field, ValidationError

from matching.calibration.models import Calibration, Strict
from matching.errors import EvidenceInvalid
from matching.facts import UNTOLD, CandidateFact, EyeFact, Facts, Identity, Narrowed, Outcome, Sensors, gather
from matching.interfaces import Candidate, Engine
from matching.last_chance import LateHit
from matching.scale import Scale
from matching.template import Template
from matching.thresholds import Policy, Thresholds, trials_of

Reason = Literal[
    "mixed_capture", "two_identities", "one_eye_not_enough", "eyes_not_both_sure", "rotations_disagree",
    "other_eye_doubtful", "score_between", "late_wider", "late_crossed", "late_turned", "late_turned_crossed",
    "too_few_bits", "low_confidence", "misses_too_often", "misses_unproven", "uncalibrated", "no_iris", "narrowed",
]  # fmt: skip


_GROWTH = 0.004
"""The gallery may shrink a little between two looks at its size, and the thresholds then loosen."""


class Evidence(Strict):
    """All that a decision was made from, and what it was."""

    format: Literal[1, 2, 3] = 3
    """1: without frames and without the bound of misses; 2: without sensors."""
    calibration: str
    """Version and digest."""
    facts: Facts
    thresholds: Thresholds
    by_sensor: dict[str, Thresholds] = Field(default_factory=dict)
    """For candidates of each sensor, where they are not those of the search as a whole."""
    outcome: Outcome
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    outcome: Outcome
    best: CandidateFact | None
    """The candidate that the outcome speaks of, or the closest one."""
    reasons: tuple[Reason, ...]
    facts: Facts
    thresholds: Thresholds
    calibration: str
    by_sensor: Mapping[str, Thresholds] = field(default_factory=dict)

    def thresholds_of(self, candidate: CandidateFact) -> Thresholds:
        """What this candidate was held to."""
        return self.by_sensor.get(candidate.sensor, self.thresholds)

    @property
    def identity(self) -> Identity | None:
        """Who it is, or (review) may be; None for new and cannot tell, whoever came closest."""
        return self.best.identity if self.best and self.outcome in ("known", "review") else None

    @property
    def trials(self) -> float:
        return self.thresholds.trials

    @property
    def wrong_known(self) -> float | None:
        """Chance, by the upper 95 % bound, that a search of someone else ends as close as the best candidate."""
        return self.best.wrong_known if self.best else None

    def evidence(self) -> dict[str, Any]:
        """For storing, as plain JSON values; `redecide` makes the same decision of it."""
        stored = Evidence(
            calibration=self.calibration,
            facts=self.facts,
            thresholds=self.thresholds,
            by_sensor=dict(self.by_sensor),
            outcome=self.outcome,
            reasons=self.reasons,
        )
        return stored.model_dump(mode="json")


def decide(
    probe: Template,
    candidates: Sequence[Candidate],
    *,
    gallery_size: int,
    calibration: Calibration,
    policy: Policy,
    frames: int = 1,
    codes_per_eye: float | None = None,
    identity_of: Callable[[int], Identity] = lambda template_id: template_id,
    late: Sequence[LateHit] | None = None,
    context: Mapping[str, str | int] | None = None,
    thresholds: Thresholds | None = None,
    sensors: Sensors = UNTOLD,
    narrowed: Narrowed | None = None,
) -> Decision:
    """Decide one search.

    candidates: of `Engine.search` and of `Engine.compare` for rows beyond it; gallery_size: templates compared;
    frames: what each eye of the probe was taken from, the least of both; codes_per_eye: of the enrolled templates on
    average (None: as in the calibration);
    identity_of: whose record a template is, so that several templates of one child are one; late: the hits of
    `last_chance`, asked for when a first decision said "new";
    thresholds: of `search_within` for the same probe and frames, worked out anew where the trials are others by now;
    sensors: each candidate is held to what strangers of its sensor and the probe's do, where the calibration tells;
    narrowed: what the search was narrowed to, when it was.
    """
    compared = gallery_size + (narrowed.compared_before if narrowed else 0)
    trials = trials_of(probe, gallery_size=compared, calibration=calibration, codes_per_eye=codes_per_eye)
    facts = gather(
        probe,
        candidates,
        late=late,
        gallery_size=gallery_size,
        frames=frames,
        context=dict(context or {}),
        calibration=calibration,
        trials=trials,
        identity_of=identity_of,
        sensors=sensors,
        narrowed=narrowed,
    )
    scale = Scale(probe, frames, trials, calibration, policy, sensors.probe)
    if thresholds is None or thresholds.trials != trials:
        thresholds = scale.of(None)
    enrolled_by = {c.sensor for c in (*facts.candidates, *(hit.candidate for hit in facts.late or ()))} - {""}
    by_sensor = {sensor: scale.of(sensor) for sensor in sorted(enrolled_by) if scale.differs_for(sensor)}
    return judge(facts, thresholds, f"{calibration.version} {calibration.digest[:16]}", by_sensor)


class Within(NamedTuple):
    """Of the first search, and of the late ones."""

    usual: float | None
    late: float | None
    thresholds: Thresholds | None = None
    """That they come from, for `decide`."""


def search_within(
    probe: Template,
    engine: Engine,
    *,
    calibration: Calibration,
    policy: Policy,
    frames: int = 1,
    sensor: str | None = None,
) -> Within:
    """The loosest scores that any rule could ask for of this probe's candidates: whoever is not under them plays no
    part. None where the engine does not know its gallery yet.
    """
    if not engine.size or engine.codes_per_eye is None:
        return Within(None, None)
    trials = trials_of(
        probe, gallery_size=engine.size, calibration=calibration, codes_per_eye=engine.codes_per_eye
    )  # fmt: skip
    held_to = Scale(probe, frames, trials, calibration, policy, sensor).all_of_them()
    usual, late = (max(t.loosest for t in held_to), max(max(t.late_one_eye, t.late_both_eyes) for t in held_to))
    return Within(usual + _GROWTH, late + _GROWTH, held_to[0])


def redecide(evidence: Mapping[str, Any]) -> Decision:
    """The decision again, from what was stored with it. Errors: EvidenceInvalid."""
    try:
        stored = Evidence.model_validate_json(json.dumps(dict(evidence)))
    except (ValidationError, TypeError, ValueError) as error:
        raise EvidenceInvalid(f"the stored evidence cannot be read: {error}") from error
    return judge(stored.facts, stored.thresholds, stored.calibration, stored.by_sensor)


def judge(
    facts: Facts, t: Thresholds, calibration: str = "", by_sensor: Mapping[str, Thresholds] | None = None
) -> Decision:
    """The rules, and what of them holds where not everybody was looked at.

    A narrowed search finds candidates for a person; it makes nobody known, since who narrows may go on until somebody
    comes close, and nobody new, since the others were not looked at.
    """
    whole = _of_whole_search(facts, _Held(t, by_sensor or {}), calibration)
    if facts.narrowed is None:
        return whole
    softened: dict[Outcome, Outcome] = {"known": "review", "new": "cannot_tell"}
    outcome = softened.get(whole.outcome, whole.outcome)
    return replace(whole, outcome=outcome, reasons=(*whole.reasons, "narrowed"))


class _Held(NamedTuple):
    """What the search as a whole is held to, and candidates of sensors that are held to something else."""

    whole: Thresholds
    by_sensor: Mapping[str, Thresholds]

    def of(self, c: CandidateFact) -> Thresholds:
        return self.by_sensor.get(c.sensor, self.whole)


def _of_whole_search(facts: Facts, held: _Held, calibration: str) -> Decision:
    def say(outcome: Outcome, best: CandidateFact | None, *reasons: Reason) -> Decision:
        return Decision(
            outcome=outcome,
            best=best,
            reasons=reasons,
            facts=facts,
            thresholds=held.whole,
            calibration=calibration,
            by_sensor=held.by_sensor,
        )

    if not facts.eyes:
        return say("cannot_tell", None, "no_iris")
    closest = facts.candidates[0] if facts.candidates else None
    return _somebody_found(facts, held, say, closest) or _nobody_found(facts, held.whole, say, closest)


def _somebody_found(
    facts: Facts, held: _Held, say: Callable[..., Decision], closest: CandidateFact | None
) -> Decision | None:
    """Every `return` is a rule, in order of precedence."""
    doubts = [(c, doubts_about(c, held.of(c))) for c in facts.candidates]
    under = {c.identity for c in facts.candidates if reaches_known(c, held.of(c))}
    known = [c for c, why in doubts if not why]
    mixed = [c for c in facts.candidates if is_mixed(c.identity, facts, held.of(c)) and not is_outdone(c, known)]
    if mixed and not known:
        return say("cannot_tell", mixed[0], "mixed_capture")
    if mixed or len(under) > 1:
        return say("review", closest, "mixed_capture" if mixed else "two_identities")
    if known and not held.of(known[0]).calibrated:
        return say("review", known[0], "uncalibrated")
    if known:
        return say("known", known[0])
    for candidate, why in doubts:
        if is_for_review(candidate, held.of(candidate)):
            return say("review", candidate, *why)
    for hit in facts.late or ():
        if hit.candidate.score <= held.of(hit.candidate).late(hit.candidate.kind):
            return say("review", hit.candidate, f"late_{hit.way}")
    return None


def _nobody_found(facts: Facts, t: Thresholds, say: Callable[..., Decision], closest: CandidateFact | None) -> Decision:
    """Saying "new" needs evidence too: a probe of which a miss would be no surprise is not new."""
    if max(eye.valid_bits for eye in facts.eyes) < t.min_bits:
        return say("cannot_tell", closest, "too_few_bits")
    if max(eye.confidence for eye in facts.eyes) < t.min_confidence:
        return say("cannot_tell", closest, "low_confidence")
    if not t.calibrated:
        return say("cannot_tell", closest, "uncalibrated")
    if t.predicted_miss > t.miss_rate:
        return say("cannot_tell", closest, "misses_too_often")
    if t.miss_at_most > t.miss_rate_proven:
        return say("cannot_tell", closest, "misses_unproven")
    return say("new", closest)


def reaches_known(c: CandidateFact, t: Thresholds) -> bool:
    """Under a threshold for "known" in any way, whatever else speaks against it."""
    return c.score <= t.known(c.kind) or any(eye.score <= t.known_one_eye for eye in c.eyes)


def is_for_review(c: CandidateFact, t: Thresholds) -> bool:
    return c.score <= t.review(c.kind) or any(eye.score <= t.review_single_of_two for eye in c.eyes)


def doubts_about(c: CandidateFact, t: Thresholds) -> tuple[Reason, ...]:
    """Why this candidate alone is not "known"; nothing: it is.

    An eye that does not agree counts whatever its confidence, and however few bits were compared: of own eyes with a
    doubtful boundary nine in ten still agree, so that a reviewer's look costs less than siblings taken for one child.
    """
    if not (c.left and c.right):
        return _doubts_of_one_eye(c.score, t)
    worse = max((c.left, c.right), key=lambda eye: eye.score)
    if worse.score > t.supporting_eye:
        return ("other_eye_doubtful",)
    turned_apart = abs(c.left.rotation - c.right.rotation) > t.rotation_tolerance
    if turned_apart and worse.score > t.each_of_two_eyes:
        return ("rotations_disagree",)
    if c.score > t.known_both_eyes:
        return ("score_between",)
    if not t.extrapolated_both_eyes:
        return ()
    if worse.score > t.each_of_two_eyes:
        return ("eyes_not_both_sure",)
    return ("rotations_disagree",) if turned_apart else ()


def is_mixed(identity: Identity, facts: Facts, t: Thresholds) -> bool:
    """Two good eyes of which one is clearly this person's and the other clearly is not: siblings at one scanner.

    A person's templates count together, so that one bad enrolment of an eye accuses nobody.
    """
    if not (facts.left and facts.right):
        return False
    for eye in (facts.left, facts.right):
        if eye.valid_bits < t.min_bits or eye.confidence < t.min_confidence:
            return False
    own = [c for c in facts.candidates if c.identity == identity]
    left, right = _nearest([c.left for c in own]), _nearest([c.right for c in own])
    if left is None or right is None:
        return False
    near, far = sorted((left, right), key=lambda eye: eye.score)
    return near.score <= t.mated_eye and far.score >= t.unlike_eye and is_good(near, t) and is_good(far, t)


def is_outdone(c: CandidateFact, known: Sequence[CandidateFact]) -> bool:
    """Somebody known, by both eyes, is nearer in either eye: that one of this person's eyes looks mated is chance."""

    def nearer(ours: EyeFact | None, theirs: EyeFact | None) -> bool:
        return ours is not None and theirs is not None and ours.score < theirs.score

    return any(nearer(one.left, c.left) and nearer(one.right, c.right) for one in known if one.identity != c.identity)


def is_good(eye: EyeFact, t: Thresholds) -> bool:
    """Good enough that its disagreement means something."""
    return eye.common_bits >= t.min_common_bits and eye.confidence >= t.min_confidence


def _doubts_of_one_eye(score: float, t: Thresholds) -> tuple[Reason, ...]:
    if score > t.known_one_eye:
        return ("score_between",)
    return ("one_eye_not_enough",) if t.extrapolated_one_eye else ()


def _nearest(eyes: Sequence[EyeFact | None]) -> EyeFact | None:
    return min((eye for eye in eyes if eye), key=lambda eye: eye.score, default=None)
