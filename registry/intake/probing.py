"""From a reported slot to what is searched for, and the search: the part of settling that needs no lock."""

from dataclasses import dataclass

from edge.messages.models import EyeCapture, Slot
from matching import Template
from matching.errors import MatchingError, TemplateVersionUnknown
from matching.interfaces import Engine, SearchResult
from matching.last_chance import LateHit, last_chance
from matching.template import Eye
from matching.thresholds import Thresholds
from registry.intake.deciding import Weigher


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """One slot, ready to be decided. Exactly one of: a template with its search, a problem, neither (no iris)."""

    slot: Slot
    template: Template | None = None
    result: SearchResult | None = None
    frames: int = 1
    """What each eye was taken from, the least of those captured."""
    sensor: str | None = None
    """None: not told."""
    late: tuple[LateHit, ...] | None = None
    """Hits of the last-chance searches, made when the first one found nobody."""
    thresholds: Thresholds | None = None
    """That the searches were made for."""
    problem: str | None = None
    """Why the slot's template cannot be compared here; the capture's bytes are kept for when it can."""


def probe(slot: Slot, *, engine: Engine, weigher: Weigher, sensor: str | None = None) -> Probe:
    """Search for one slot, taken by a scanner of that model. Errors: EngineIncomplete."""
    try:
        template = template_of(slot, encoder=weigher.encoder)
    except MatchingError as exc:
        return Probe(slot=slot, problem=str(exc))
    if template is None:
        return Probe(slot=slot)
    frames = min(eye.frames for eye in (slot.left, slot.right) if eye.template is not None)
    within = weigher.within(template, engine, frames=frames, sensor=sensor)
    result = engine.search(template, within=within.usual)
    seems_new = weigher.seems_new(template, result, within, frames=frames)
    late = last_chance(template, engine, within=within.late) if seems_new and result.gallery_size else None
    return Probe(
        slot=slot, template=template, result=result, frames=frames, sensor=sensor, late=late,
        thresholds=within.thresholds,
    )  # fmt: skip


def template_of(slot: Slot, *, encoder: str) -> Template | None:
    """Both eyes and their alternates as one template; None for a slot without iris.

    Errors: TemplateInvalid, TemplateVersionUnknown (other version, or another encoder than `encoder`).
    """
    parts = [*_eye_parts("left", slot.left, encoder), *_eye_parts("right", slot.right, encoder)]
    return Template.join(*parts) if parts else None


def _eye_parts(eye: Eye, capture: EyeCapture, encoder: str) -> list[Template]:
    parts = []
    for data in (capture.template, *capture.alternates):
        if data is not None:
            template = Template.from_bytes(data)
            # Only this eye's codes count, whatever else the bytes may hold: eyes must not change sides unseen.
            codes = {eye: template.eye(eye)}
            parts.append(Template(codes.get("left", ()), codes.get("right", ()), template.encoder))
            if template.encoder != encoder:
                raise TemplateVersionUnknown(template.encoder, encoder)
    return parts
