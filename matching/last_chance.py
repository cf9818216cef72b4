"""Before a child is called new: four more searches for the mistakes a capture can make.

Their hits are for a person to look at, never "known": every further way is a further chance for a stranger to
come close.
"""

from dataclasses import dataclass
from typing import Literal

from matching.interfaces import Candidate, Engine
from matching.rotations import TURNED, WIDE, Rotations
from matching.template import Template

Way = Literal["wider", "crossed", "turned", "turned_crossed"]

TRIED: dict[Way, tuple[bool, Rotations]] = {
    "wider": (False, WIDE),
    "crossed": (True, WIDE),
    "turned": (False, TURNED),
    "turned_crossed": (True, TURNED),
}
"""Eyes crossed or not, and the rotations: a head turned far, left and right mixed up, a scanner upside down."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LateHit:
    way: Way
    candidate: Candidate


def crossed(template: Template) -> Template:
    """The same template with left and right mixed up."""
    return Template(template.right, template.left, template.encoder, template.version)


def last_chance(probe: Template, engine: Engine, *, limit: int = 3) -> tuple[LateHit, ...]:
    """The best candidates of every way, best first; `decide` holds them to its thresholds. Errors: EngineIncomplete."""
    hits = []
    for way, (cross, rotations) in TRIED.items():
        found = engine.search(crossed(probe) if cross else probe, limit=limit, rotations=rotations)
        hits += [LateHit(way=way, candidate=candidate) for candidate in found.candidates]
    return tuple(sorted(hits, key=lambda hit: (hit.candidate.score, hit.candidate.id)))
