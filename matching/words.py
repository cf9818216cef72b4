"""A decision in words, for an administrator who asks why."""

from matching.decision import Decision, Reason
from matching.facts import CandidateFact, EyeFact

REASONS: dict[Reason, str] = {
    "mixed_capture": "one eye is this person's and the other, as good, is not: perhaps two children's eyes",
    "two_identities": "two different people came under the threshold for known",
    "one_eye_not_enough": "only one eye agrees, and in a gallery of this size one eye cannot carry 'known'",
    "eyes_not_both_sure": "the error bound is extrapolated far, so each eye must agree by itself; one does not",
    "rotations_disagree": "the error bound is extrapolated far, and the eyes agree only at different turns of the head",
    "other_eye_doubtful": "one eye agrees, the other was compared over enough bits and does not clearly",
    "score_between": "the score lies between the thresholds for known and for review",
    "late_wider": "found only when the head was taken to be turned far",
    "late_crossed": "found only with left and right exchanged",
    "late_turned": "found only upside down",
    "late_turned_crossed": "found only upside down with left and right exchanged",
    "too_few_bits": "too little of the iris was seen",
    "low_confidence": "the boundaries of the iris were not found surely",
    "misses_too_often": "a search like this misses an enrolled child too often to say 'new'",
    "misses_unproven": "the calibration has too few people to show how seldom a search like this misses a child",
    "uncalibrated": "no calibration exists for the encoder that made this template",
    "no_iris": "the probe holds no iris",
    "narrowed": "only some of the enrolled were looked at, which makes nobody known and nobody new",
}
_OUTCOMES = {
    "known": "Known: record {identity}.",
    "review": "For review: may be record {identity}.",
    "new": "New: nobody enrolled came close.",
    "cannot_tell": "Cannot tell: scan again.",
}


def in_words(decision: Decision) -> str:
    """A few plain lines: outcome, reasons, probe, the closest candidates, thresholds."""
    t, facts = decision.thresholds, decision.facts
    lines = [_OUTCOMES[decision.outcome].format(identity=decision.identity)]
    lines += [f"  because {REASONS[reason]}" for reason in decision.reasons]
    if facts.narrowed:
        by = ", ".join(f"{name} {value}" for name, value in facts.narrowed.by.items())
        lines.append(f"Narrowed to {facts.gallery_size} of {facts.narrowed.enrolled} templates by {by}.")
    lines.append(
        f"Searched {facts.gallery_size} templates with {facts.frames} frame(s) an eye; "
        f"{t.trials:.0f} chances for a stranger to come close."
    )
    for name, eye in (("left", facts.left), ("right", facts.right)):
        lines.append(
            f"Probe's {name} eye: {eye.valid_bits} valid bits, confidence {eye.confidence:.2f}, {eye.codes} code(s)"
            if eye
            else f"Probe's {name} eye: none"
        )
    lines += [_candidate(c) for c in facts.candidates[:5]]
    if facts.late is not None:
        lines.append(f"Last-chance cascade: {len(facts.late)} candidate(s).")
    kind = facts.kind
    lines.append(
        f"Thresholds for {kind.replace('_', ' ')}: known {t.known(kind):.3f}, review {t.review(kind):.3f}; "
        f"predicted misses {t.predicted_miss:.2%} (allowed {t.miss_rate:.2%}), by the calibration's people alone "
        f"at most {t.miss_at_most:.1%} (allowed {t.miss_rate_proven:.0%})."
    )
    if t.extrapolated_both_eyes or t.extrapolated_one_eye:
        lines.append("The error bound is extrapolated more than two decades beyond the calibration's pairs.")
    lines.append(f"Calibration: {decision.calibration}")
    return "\n".join(lines)


def _candidate(c: CandidateFact) -> str:
    return (
        f"Template {c.id} of record {c.identity}: score {c.score:.3f} (left {_eye(c.left)}, right {_eye(c.right)}); "
        f"chance of a stranger so close in this search at most {c.wrong_known:.2g}"
    )


def _eye(eye: EyeFact | None) -> str:
    return f"{eye.score:.3f} over {eye.common_bits} bits, turned {eye.rotation:+d}" if eye else "not compared"
