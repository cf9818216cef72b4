"""Places, what was seen there, and who belongs together, for programs."""

from typing import Annotated

from fastapi import APIRouter, Query
from sqlalchemy import select
from sqlalchemy.orm import selectinload
from starlette.responses import Response

from registry.children.acting import Act
from registry.children.sealing import demand_visible
from registry.db import UnitOfWork
from registry.encounters.tables import Slot
from registry.errors import NotThere
from registry.observation import groups, service
from registry.observation.forms import ObservationForm, PlaceForm, RelationForm, WithdrawForm
from registry.observation.json import (
    BelongingList,
    GroupOut,
    ObservationOut,
    ObservationPage,
    PlaceOut,
    PlacePage,
    belonging_out,
    group_out,
    observation_out,
)
from registry.observation.tables import Observation, ObservedPlace
from registry.replies.service import Reply
from registry.replies.web import After, Limit, cursor, read_cursor
from registry.web.page import PageOf
from registry.web.parts import Reading

router = APIRouter(prefix="/api", tags=["observation"])


@router.get("/places")
def places(
    work: Reading, district: Annotated[str, Query(max_length=100)] = "", after: After = "", limit: Limit = 50
) -> PlacePage:
    """Planned for observation, the newest first."""
    start, rows = read_cursor(after, int), select(ObservedPlace)
    if district.strip():
        rows = rows.where(ObservedPlace.district == district.strip())
    if start:
        rows = rows.where(ObservedPlace.id < start[0])
    found = work.session.scalars(rows.order_by(ObservedPlace.id.desc()).limit(limit + 1)).all()
    shown = [PlaceOut.model_validate(place) for place in found[:limit]]
    return PlacePage(places=shown, next=cursor(shown[-1].id) if len(found) > limit else None)


@router.post("/places", status_code=201, response_model=PlaceOut)
def plan(act: Act, sent: PlaceForm) -> Response:
    """Plan a place: two months before its district starts, or with the reason why not."""

    def plan_it(work: UnitOfWork) -> Reply:
        place = service.plan_place(work, sent, by=act.person, **act.tools)
        return Reply(body=PlaceOut.model_validate(place).model_dump(mode="json"), status=201)

    return act.once(plan_it)


@router.get("/places/{place_id}/observations")
def observations(work: Reading, place_id: int, after: After = "", limit: Limit = 50) -> ObservationPage:
    """Everything that was written of this place, the newest first; corrected ones stay, and say so."""
    if work.session.get(ObservedPlace, place_id) is None:
        raise NotThere("place")
    start, rows = read_cursor(after, int), select(Observation).where(Observation.place_id == place_id)
    if start:
        rows = rows.where(Observation.id < start[0])
    rows = rows.options(selectinload(Observation.counts)).order_by(Observation.id.desc())
    found = work.session.scalars(rows.limit(limit + 1)).all()
    later = select(Observation.corrects_id).where(Observation.corrects_id.in_([one.id for one in found]))
    corrected = set(work.session.scalars(later))
    shown = [observation_out(one, corrected=one.id in corrected) for one in found[:limit]]
    return ObservationPage(observations=shown, next=cursor(shown[-1].id) if len(found) > limit else None)


@router.post("/places/{place_id}/observations", status_code=201, response_model=ObservationOut)
def observe(act: Act, place_id: int, sent: ObservationForm) -> Response:
    """One visit: hours, kinds of work, counts by apparent sex and age band, adults in control. Never a picture."""

    def write_it(work: UnitOfWork) -> Reply:
        observation = service.observe(work, place_id, sent, by=act.person, **act.tools)
        work.session.refresh(observation)  # instants as they are kept, not as they were typed
        return Reply(body=observation_out(observation).model_dump(mode="json"), status=201)

    return act.once(write_it)


@router.get("/encounters/{encounter_id}/group")
def group(page: PageOf, work: Reading, encounter_id: int) -> GroupOut:
    """The encounter as one meeting of several: who was there and how they belong together."""
    return group_out(_group(work, encounter_id, page.signed_in.account_id))


@router.post("/encounters/{encounter_id}/relations", status_code=201, response_model=GroupOut)
def relate(act: Act, encounter_id: int, sent: RelationForm) -> Response:
    """Two children belong together, or a child came with an adult."""

    def write_it(work: UnitOfWork) -> Reply:
        groups.relate(work, encounter_id, sent, by=act.person, **act.tools)
        body = group_out(_group(work, encounter_id, act.person.account_id))
        return Reply(body=body.model_dump(mode="json"), status=201)

    return act.once(write_it)


@router.post("/relations/{relation_id}/withdraw", response_model=GroupOut)
def withdraw(act: Act, relation_id: int, sent: WithdrawForm) -> Response:
    """It was not so. The row stays, with the reason."""

    def withdraw_it(work: UnitOfWork) -> Reply:
        relation = groups.withdraw(work, relation_id, sent, by=act.person, **act.tools)
        work.session.flush()
        encounter_id = work.session.get_one(Slot, relation.slot_id).encounter_id
        return Reply(body=group_out(_group(work, encounter_id, act.person.account_id)).model_dump(mode="json"))

    return act.once(withdraw_it)


@router.get("/children/{child_id}/relations")
def relations(page: PageOf, work: Reading, child_id: int) -> BelongingList:
    """With whom this child belongs, as told at all its encounters."""
    demand_visible(work, child_id, page.signed_in)
    found = groups.belonging(work.session, child_id, account_id=page.signed_in.account_id)
    return BelongingList(relations=[belonging_out(one) for one in found])


def _group(work: UnitOfWork, encounter_id: int, account_id: int) -> groups.Group:
    found = groups.one(work.session, encounter_id, account_id=account_id)
    if found is None:
        raise NotThere("encounter")
    return found
