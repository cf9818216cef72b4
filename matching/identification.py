"""One search from probe to decision, where nobody else writes to the gallery meanwhile: for benches and figures."""

from collections.abc import Callable

from matching.calibration.models import Calibration
from matching.decision import Decision, decide, search_within
from matching.facts import Identity
from matching.interfaces import Engine
from matching.last_chance import LateHit, last_chance
from matching.template import Template
from matching.thresholds import Policy


def identify(
    probe: Template,
    engine: Engine,
    *,
    calibration: Calibration,
    policy: Policy,
    frames: int = 1,
    identity_of: Callable[[int], Identity] = lambda template_id: template_id,
) -> Decision:
    """Search, and search late where the first look says "new". Errors: EngineIncomplete."""
    within = search_within(probe, engine, calibration=calibration, policy=policy, frames=frames)
    found = engine.search(probe, within=within.usual)

    def decided(late: tuple[LateHit, ...] | None) -> Decision:
        return decide(
            probe,
            found.candidates,
            gallery_size=found.gallery_size,
            codes_per_eye=found.codes_per_eye,
            calibration=calibration,
            policy=policy,
            frames=frames,
            identity_of=identity_of,
            late=late,
            thresholds=within.thresholds,
        )

    first = decided(None)
    if first.outcome != "new" or not found.gallery_size:
        return first
    return decided(last_chance(probe, engine, within=within.late))
