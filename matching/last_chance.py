"""Before a child is called new: five more searches for the mistakes a capture can make.

Their hits are for a person to look at, never "known": every further way is a further chance for a stranger to
come close.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from matching.interfaces import Candidate, Engine
from matching.rotations import TURNED, TURNED_WIDE, USUAL, WIDE, Rotations
from matching.template import Template

Way = Literal["wider", "crossed", "turned", "turned_crossed"]

TRIED: tuple[tuple[Way, bool, Rotations], ...] = (
    ("wider", False, Rotations(3, around=11)),
    ("wider", False, Rotations(3, around=-11)),
    ("crossed", True, USUAL),
    ("turned", False, TURNED),
    ("turned_crossed", True, TURNED),
)
"""Eyes crossed or not, and the rotations: a head turned farther than the first search tried (8 to 14 columns either
way), left and right mixed up, a scanner upside down."""


THOROUGH: tuple[tuple[Way, bool, Rotations], ...] = (
    *TRIED[:2],
    ("crossed", True, WIDE),
    ("turned", False, TURNED_WIDE),
    ("turned_crossed", True, TURNED_WIDE),
)
"""When nobody waits: turned as far in every way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LateHit:
    way: Way
    candidate: Candidate


def crossed(template: Template) -> Template:
    """The same template with left and right mixed up."""
    return Template(template.right, template.left, template.encoder, template.version)


def leading(template: Template) -> Template:
    """With the preferred code of each eye alone: what the late searches ask with, at a half or third of the cost."""
    return Template(template.left[:1], template.right[:1], template.encoder, template.version)


def last_chance(
    probe: Template,
    engine: Engine,
    *,
    limit: int = 3,
    within: float | None = None,
    among: Collection[int] | None = None,
    thorough: bool = False,
) -> tuple[LateHit, ...]:
    """The best candidates of every way, best first; `decide` holds them to its thresholds. Errors: EngineIncomplete.

    within, among: as for `Engine.search`; thorough: with every code of the probe and every way as wide, at three to
    six times the cost and as many chances more for a stranger.
    """
    hits, straight = [], probe if thorough else leading(probe)
    for way, cross, rotations in THOROUGH if thorough else TRIED:
        asked = crossed(straight) if cross else straight
        found = engine.search(asked, limit=limit, rotations=rotations, within=within, among=among)
        hits += [LateHit(way=way, candidate=candidate) for candidate in found.candidates]
    return tuple(sorted(hits, key=lambda hit: (hit.candidate.score, hit.candidate.id)))
