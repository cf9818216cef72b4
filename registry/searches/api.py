"""Narrowed searches for programs."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, Field
from sqlalchemy import select
from starlette.responses import Response

from matching.decision import is_for_review, redecide
from matching.errors import MatchingError
from registry.cases.forms.fields import Day, Form, Line, Words
from registry.children import service as children
from registry.children.acting import Act
from registry.children.sealing import visible_to
from registry.children.tables import Child
from registry.db import UnitOfWork
from registry.replies.service import Reply
from registry.replies.web import MOST_OF_A_ROWS_NUMBER
from registry.searches.rules import Narrowing, Region
from registry.searches.service import ProbeOf, ask_narrowed, read_narrowed
from registry.searches.tables import NarrowedSearch
from registry.web.page import PageOf
from registry.web.parts import Reading

router = APIRouter(prefix="/api", tags=["searches"])

Years = Annotated[int, Field(ge=0, le=30)]
Because = Annotated[Words, Field(max_length=500)]


class RegionSent(Form):
    """A circle, the names of places where a child was met, or both: either will do."""

    latitude: Annotated[float | None, Field(ge=-90, le=90)] = None
    longitude: Annotated[float | None, Field(ge=-180, le=180)] = None
    kilometres: Annotated[float | None, Field(gt=0, le=2000)] = None
    places: Annotated[tuple[Line, ...], Field(max_length=50)] = ()


class NarrowingSent(Form):
    """All that is set has to hold. A child of whom a fact is not known stays in."""

    sex: Literal["girl", "boy"] | None = None
    age_low: Years | None = None
    age_high: Years | None = None
    seen_from: Day | None = None
    seen_until: Day | None = None
    region: RegionSent | None = None

    def read(self) -> Narrowing:
        region = Region(**self.region.model_dump()) if self.region else None
        return Narrowing(**(self.model_dump(exclude={"region"}) | {"region": region}))


class SearchSent(Form):
    """A stored template, or a held capture and a slot in it; never a picture or a template of one's own."""

    template_id: Annotated[int | None, Field(ge=1, le=MOST_OF_A_ROWS_NUMBER)] = None
    capture_id: UUID | None = None
    slot_number: Annotated[int | None, Field(ge=1, le=100)] = None
    narrowing: NarrowingSent
    reason: Because


class NearOut(BaseModel):
    child_id: int
    score: float
    """Lower is more alike; strangers lie near 0.45."""


class SearchOut(BaseModel):
    """`state`: waiting | answered | refused. `outcome`: review (see `near`; a reviewer decides) | cannot_tell.

    `narrowed` and `searched` of `enrolled` say who was looked at. It makes nobody known, and nobody new.
    """

    id: int
    state: str
    asked_at: datetime
    answered_at: datetime | None
    narrowed: dict[str, str | int | float]
    searched: int | None
    enrolled: int | None
    outcome: str | None
    reasons: list[str]
    near: list[NearOut]
    refusal: str | None


@router.post("/narrowed-searches", status_code=202, response_model=SearchOut)
def ask(act: Act, sent: SearchSent) -> Response:
    """Answered within seconds by the process that has the gallery: ask for its number again."""

    def asked(work: UnitOfWork) -> Reply:
        probe = ProbeOf(template_id=sent.template_id, capture_id=sent.capture_id, slot_number=sent.slot_number)
        number = ask_narrowed(
            work, probe=probe, narrowing=sent.narrowing.read(), reason=sent.reason, by=act.person, **act.tools
        )
        search = work.session.get_one(NarrowedSearch, number)
        return Reply(body=_out(work, search, act.person.account_id), status=202)

    return act.once(asked)


@router.get("/narrowed-searches/{search_id}")
def answer(page: PageOf, work: Reading, search_id: int) -> SearchOut:
    """Who came near is shown without the children who are sealed from you."""
    search = read_narrowed(work, search_id, page.signed_in)
    return SearchOut.model_validate(_out(work, search, page.signed_in.account_id))


def _out(work: UnitOfWork, search: NarrowedSearch, account_id: int) -> dict[str, Any]:
    reasons, near = _decided(work, search, account_id)
    body = SearchOut(
        id=search.id, state=search.state, asked_at=search.asked_at, answered_at=search.answered_at,
        narrowed=Narrowing.restored(search.narrowing).said(), searched=search.searched, enrolled=search.enrolled,
        outcome=search.outcome, reasons=reasons, near=near, refusal=search.refusal,
    )  # fmt: skip
    return body.model_dump(mode="json")


def _decided(work: UnitOfWork, search: NarrowedSearch, account_id: int) -> tuple[list[str], list[NearOut]]:
    """Why, and who came close enough for a reviewer, without sealed children."""
    if search.evidence is None or search.outcome is None:
        return [], []
    try:
        decision = redecide(search.evidence)
    except MatchingError:
        return [], []
    if decision.outcome != "review":
        return list(decision.reasons), []
    close = [decision.best, *decision.facts.candidates] if decision.best else list(decision.facts.candidates)
    t = decision.thresholds_of

    best = {c.id: c.score for c in reversed(close) if c is decision.best or is_for_review(c, t(c))}
    return list(decision.reasons), _visible(work, best, account_id)


def _visible(work: UnitOfWork, scores: dict[int, float], account_id: int) -> list[NearOut]:
    owners = children.owners(work, list(scores))
    shown = set(work.session.scalars(select(Child.id).where(Child.id.in_(owners.values()), visible_to(account_id))))
    best: dict[int, float] = {}
    for template_id, child_id in owners.items():
        if child_id in shown:
            best[child_id] = min(scores[template_id], best.get(child_id, 1.0))
    return [NearOut(child_id=child, score=score) for child, score in sorted(best.items(), key=lambda one: one[1])]
