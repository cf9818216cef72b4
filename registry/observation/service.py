"""Planning and writing down what teams see at places."""

from datetime import datetime

from sqlalchemy import select

from common.time import Clock, in_tehran
from registry.audit.service import AuditTrail
from registry.children.people import Person
from registry.db import UnitOfWork
from registry.errors import NotThere, RuleForbids
from registry.observation.forms import ObservationForm, PlaceForm
from registry.observation.rules import OBSERVES, PLANS, starts_too_late
from registry.observation.tables import Observation, ObservedCount, ObservedPlace


def plan_place(work: UnitOfWork, form: PlaceForm, *, by: Person, trail: AuditTrail, clock: Clock) -> ObservedPlace:
    """Errors: NotThere, RuleForbids."""
    if not PLANS & by.roles:
        raise NotThere("place")
    if starts_too_late(form.observe_from, form.district_starts_on) and not form.short_notice_because:
        raise RuleForbids("people.too_late_to_start", field="observe_from")
    place = ObservedPlace(**form.model_dump(), planned_at=clock.now(), planned_by=by.name)
    work.session.add(place)
    work.session.flush()  # its number goes into the audit entry
    trail.append(work, actor=by.name, action="place.planned", subject=f"place:{place.id}")
    return place


def observe(
    work: UnitOfWork, place_id: int, form: ObservationForm, *, by: Person, trail: AuditTrail, clock: Clock
) -> Observation:
    """Errors: NotThere, RuleForbids."""
    if not OBSERVES & by.roles:
        raise NotThere("place")
    place = work.session.get(ObservedPlace, place_id, with_for_update=True)
    if place is None:
        raise NotThere("place")
    now = clock.now()
    _demand_sense(form, place, now)
    if form.corrects is not None:
        _demand_correctable(work, place_id, form.corrects)
    said = form.model_dump(exclude={"counts", "corrects"}) | {"kinds_of_work": list(form.kinds_of_work)}
    observation = Observation(
        **said, place_id=place_id, written_at=now, written_by=by.name, corrects_id=form.corrects,
        counts=[ObservedCount(**one.model_dump()) for one in form.counts],
    )  # fmt: skip
    work.session.add(observation)
    work.session.flush()
    trail.append(
        work, actor=by.name, action="place.observed", subject=f"place:{place_id}",
        detail={"observation": observation.id},
    )  # fmt: skip
    return observation


def _demand_sense(form: ObservationForm, place: ObservedPlace, now: datetime) -> None:
    if form.ended_at <= form.started_at:
        raise RuleForbids("people.ends_before_it_starts", field="ended_at")
    if form.ended_at > now:
        raise RuleForbids("people.in_the_future", field="ended_at")
    if in_tehran(form.started_at).date() < place.observe_from:
        raise RuleForbids("people.before_the_plan", field="started_at")


def _demand_correctable(work: UnitOfWork, place_id: int, observation_id: int) -> None:
    found = work.session.get(Observation, observation_id)
    if found is None or found.place_id != place_id:
        raise NotThere("observation")
    corrected = select(Observation.id).where(Observation.corrects_id == observation_id)
    if work.session.execute(corrected).first() is not None:
        raise RuleForbids("people.corrected_already")
