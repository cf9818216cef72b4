"""Asking for a narrowed search. The process that has the gallery answers (`answering`)."""

from dataclasses import asdict, dataclass
from uuid import UUID

from sqlalchemy import select

from common.time import Clock
from registry.audit.service import AuditTrail
from registry.children.people import Person
from registry.children.sealing import demand_visible
from registry.children.service import owners
from registry.db import UnitOfWork
from registry.errors import NotThere, ReasonNeeded, RuleForbids
from registry.intake.tables import Journal
from registry.searches.rules import Narrowing, may_search
from registry.searches.tables import NarrowedSearch


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbeOf:
    """What is searched for: a stored template, or a slot of a capture that is held since it could not be settled."""

    template_id: int | None = None
    capture_id: UUID | None = None
    slot_number: int | None = None

    @property
    def is_one(self) -> bool:
        held = self.capture_id is not None and self.slot_number is not None
        none_held = self.capture_id is None and self.slot_number is None
        return (self.template_id is not None and none_held) or (self.template_id is None and held)


def ask_narrowed(
    work: UnitOfWork, *, probe: ProbeOf, narrowing: Narrowing, reason: str, by: Person, trail: AuditTrail, clock: Clock
) -> int:
    """The search's number. Errors: NotThere, ReasonNeeded, RuleForbids."""
    if not may_search(by.roles):
        raise NotThere("search")
    if not reason.strip():
        raise ReasonNeeded
    if refusal := narrowing.refusal():
        raise RuleForbids(f"searches.{refusal}")
    if not probe.is_one:
        raise RuleForbids("searches.one_probe")
    _demand_probe(work, probe, by)
    search = NarrowedSearch(
        state="waiting", asked_by=by.name, account_id=by.account_id, asked_at=clock.now(), reason=reason.strip(),
        narrowing=narrowing.stored(), attempts=0, **asdict(probe),
    )  # fmt: skip
    work.session.add(search)
    work.session.flush()
    trail.append(
        work, actor=by.name, action="search.narrowed", subject=f"search:{search.id}",
        detail={"by": sorted(narrowing.said()), "template": probe.template_id, "capture": str(probe.capture_id or "")},
    )  # fmt: skip
    return search.id


def read_narrowed(work: UnitOfWork, search_id: int, by: Person) -> NarrowedSearch:
    """A colleague may read on where somebody asked, but for a child who is sealed from them. Errors: NotThere."""
    search = work.session.get(NarrowedSearch, search_id) if may_search(by.roles) else None
    if search is None:
        raise NotThere("search")
    owner = _owner(work, search.template_id)
    if owner is not None:
        demand_visible(work, owner, by)
    return search


def _demand_probe(work: UnitOfWork, probe: ProbeOf, by: Person) -> None:
    if probe.template_id is not None:
        owner = _owner(work, probe.template_id)
        if owner is None:
            raise NotThere("template")
        demand_visible(work, owner, by)
        return
    held = select(Journal.id).where(
        Journal.capture_id == probe.capture_id, Journal.state == "attention", Journal.payload.is_not(None)
    )
    if work.session.execute(held).first() is None:
        raise NotThere("capture")


def _owner(work: UnitOfWork, template_id: int | None) -> int | None:
    return owners(work, [template_id]).get(template_id) if template_id is not None else None
