"""Between matching's decision and what settling needs of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from matching import Template
from matching.calibration import Calibration
from matching.decision import Decision, Within, decide, is_for_review, reaches_known, search_within
from matching.facts import UNTOLD, CandidateFact, Narrowed, Sensors
from matching.interfaces import Candidate, Engine, SearchResult
from matching.last_chance import LateHit
from matching.thresholds import Policy, Thresholds
from registry.review.service import Suspect


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    outcome: Literal["known", "review", "new", "cannot_tell"]
    reason: str
    identity: int | None
    """The child, when known."""
    suspects: tuple[Suspect, ...]
    """The children that it may be, best first, each by its best template."""
    sure_of_each_eye: bool
    """Either eye alone would have done: the child may keep this template too."""
    evidence: dict[str, Any]
    """What `matching.decision.redecide` makes the same decision of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Weigher:
    """Decides by one calibration and one policy. Pure."""

    calibration: Calibration
    policy: Policy

    @property
    def encoder(self) -> str:
        return self.calibration.encoder

    @property
    def asks_for_sensors(self) -> bool:
        """Whether it matters which sensors a probe and a template are of."""
        return bool(self.calibration.sensor_pairs)

    def within(self, probe: Template, engine: Engine, *, frames: int, sensor: str | None = None) -> Within:
        """How near a candidate must be to play any part in the decision."""
        return search_within(
            probe, engine, calibration=self.calibration, policy=self.policy, frames=frames, sensor=sensor
        )

    def seems_new(self, probe: Template, found: SearchResult, within: Within, *, frames: int) -> bool:
        """Whether this looks like "new" so far, so that the last-chance searches are worth their time."""
        decision = decide(
            probe,
            found.candidates,
            gallery_size=found.gallery_size,
            calibration=self.calibration,
            policy=self.policy,
            frames=frames,
            codes_per_eye=found.codes_per_eye,
            thresholds=within.thresholds,
        )
        return decision.outcome == "new"

    def weigh(
        self,
        probe: Template,
        candidates: Sequence[Candidate],
        *,
        late: Sequence[LateHit] | None,
        gallery_size: int,
        frames: int = 1,
        codes_per_eye: float | None = None,
        children: Mapping[int, int],
        context: Mapping[str, str | int],
        thresholds: Thresholds | None = None,
        sensors: Sensors = UNTOLD,
        narrowed: Narrowed | None = None,
    ) -> Decided:
        """`children` maps the id of each candidate and late hit to its child; those that it lacks do not count.

        thresholds, sensors, narrowed: as of `matching.decide`.
        """
        decision = decide(
            probe,
            [c for c in candidates if c.id in children],
            gallery_size=gallery_size,
            calibration=self.calibration,
            policy=self.policy,
            frames=frames,
            codes_per_eye=codes_per_eye,
            identity_of=children.__getitem__,
            late=None if late is None else [hit for hit in late if hit.candidate.id in children],
            context=context,
            thresholds=thresholds,
            sensors=sensors,
            narrowed=narrowed,
        )
        known = decision.outcome == "known"
        return Decided(
            outcome=decision.outcome,
            reason=",".join(decision.reasons),
            identity=int(decision.identity) if known and decision.identity is not None else None,
            suspects=_suspects(decision),
            sure_of_each_eye=known and _sure_of_each_eye(decision),
            evidence=decision.evidence(),
        )


def _suspects(decision: Decision) -> tuple[Suspect, ...]:
    if decision.outcome == "new":
        return ()
    held_to = decision.thresholds_of
    close = [decision.best] if decision.best and decision.outcome != "cannot_tell" else []
    close += [c for c in decision.facts.candidates if is_for_review(c, held_to(c)) or reaches_known(c, held_to(c))]
    best: dict[int, CandidateFact] = {}
    for fact in close:
        best.setdefault(int(fact.identity), fact)
    # A slot of the same report stands in the list under a negative number, which is no template's id.
    return tuple(
        Suspect(child_id=child, template_id=fact.id if fact.id > 0 else None, score=fact.score)
        for child, fact in best.items()
    )


def _sure_of_each_eye(decision: Decision) -> bool:
    best = decision.best
    if best is None or best.left is None or best.right is None:
        return False
    return max(best.left.score, best.right.score) <= decision.thresholds_of(best).known_one_eye
