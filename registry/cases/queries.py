"""What pages read about cases and proposals."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, Select, and_, func, or_, select, tuple_, union
from sqlalchemy.orm import Session, defer, selectinload

from common.text import canonical_code
from registry.cases.rules.encounters import is_case_number
from registry.cases.tables import Case, CaseEvent, Proposal
from registry.children.finding import After, Sought, find, sounding
from registry.children.rules import read_code
from registry.children.sealing import visible_to
from registry.children.tables import Child
from registry.encounters.tables import Encounter, Slot
from registry.names.tokens import NameMarks
from registry.review.tables import ReviewItem
from registry.transfers.custody import perhaps_here

PAGE_SIZE = 50
MOST_COUNTED = 1000
MOST_NAMED, ENOUGH_NAMED = 500, 20
_NEWEST = (Case.opened_at.desc(), Case.id.desc())


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFilter:
    """state: a state's word, "open" for every open one, "all"."""

    by: int
    """Whose list it is: sealed children are in it for named people only."""
    state: str = "open"
    typed: str = ""
    named: tuple[int, ...] = ()
    """The children whose name sounds like what was typed."""
    page: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRow:
    case: Case
    last_event: CaseEvent | None
    proposal: Proposal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseList:
    rows: tuple[CaseRow, ...]
    total: int
    """Up to `MOST_COUNTED`; beyond it the list only says that there are more."""
    more: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseView:
    case: Case
    encounters: dict[int, Encounter]
    """By slot id: where the events of the history happened."""
    proposals: tuple[Proposal, ...]
    joined: tuple[Case, ...]
    """Since a merge: the cases that go on beside this one, or the one that leads."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalRow:
    proposal: Proposal
    encounter: Encounter
    slot: Slot


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalPage:
    rows: tuple[ProposalRow, ...]
    more: bool
    total: int
    """Up to `MOST_COUNTED`; beyond it the list only says that there are more."""

    @property
    def next(self) -> tuple[int, str, str, int] | None:
        """Where the next page begins, as a cursor holds it."""
        if not self.more:
            return None
        last = self.rows[-1].proposal
        due, opened = (last.due_at or last.opened_at).isoformat(), last.opened_at.isoformat()
        return int(last.due_at is None), due, opened, last.id


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """What waits for a person's decision."""

    reopenings: int
    county_list: int
    reviews: int
    first_due: datetime | None
    first_review: datetime | None


def case_filter(
    session: Session, *, by: int, marks: NameMarks, state: str = "open", typed: str = "", page: int = 1
) -> CaseFilter:
    """What was asked for, with the children whose name sounds like what was typed, however it was written."""
    typed = typed.strip()
    named = _named(session, typed, by, marks) if any(character.isalpha() for character in typed) else ()
    return CaseFilter(by=by, state=state, typed=typed, named=named, page=page)


def _named(session: Session, typed: str, by: int, marks: NameMarks) -> tuple[int, ...]:
    """Those who sound so; where they are few, those a slip away as well."""
    sought = Sought(own=typed)
    alike = sounding(session, sought, marks, account_id=by, limit=MOST_NAMED)
    if len(alike) >= ENOUGH_NAMED:
        return tuple(alike)
    near = find(session, sought, marks, account_id=by, after=After(1), limit=ENOUGH_NAMED)
    return (*alike, *(row.child.id for row in near.rows))


def listed(session: Session, wanted: CaseFilter) -> CaseList:
    """A page, and how many there are: from one walk through the cases, for whoever sees few of them has to ask about
    nearly all."""
    start = (wanted.page - 1) * PAGE_SIZE
    walked = select(Case.id, Case.opened_at).where(*_conditions(wanted)).order_by(*_NEWEST)
    walked_to = max(MOST_COUNTED, start + PAGE_SIZE) + 1
    seen = walked.limit(walked_to).cte("seen")
    page = select(seen.c.id).order_by(seen.c.opened_at.desc(), seen.c.id.desc()).offset(start).limit(PAGE_SIZE)
    counted = select(func.count()).select_from(seen).scalar_subquery()
    rows = select(Case, counted).where(Case.id.in_(page)).options(selectinload(Case.child)).order_by(*_NEWEST)
    found = session.execute(rows).all()
    total = found[0][1] if found else 0
    more = start + len(found) < total
    return CaseList(
        rows=_with_news(session, [case for case, _ in found]), total=min(total, MOST_COUNTED + 1), more=more
    )


def listed_after(session: Session, wanted: CaseFilter, after: tuple[Any, ...] | None, limit: int) -> CaseList:
    """The newest first, from behind a place in that order; nothing is counted."""
    rows = select(Case).where(*_conditions(wanted))
    if after is not None:
        rows = rows.where(tuple_(Case.opened_at, Case.id) < after)
    found = session.scalars(rows.order_by(*_NEWEST).limit(limit + 1)).all()
    return CaseList(rows=_with_news(session, found[:limit]), total=len(found), more=len(found) > limit)


def _conditions(wanted: CaseFilter) -> list[ColumnElement[bool]]:
    conditions = [visible_to(wanted.by, Case.child_id)]
    if wanted.state == "open":
        conditions.append(Case.state != "closed")
    elif wanted.state != "all":
        conditions.append(Case.state == wanted.state)
    if wanted.typed:
        conditions.append(Case.id.in_(_typed(wanted)))
    elif wanted.state not in ("all", "closed"):
        conditions.append(perhaps_here(wanted.by))
    return conditions


def _typed(wanted: CaseFilter) -> Select[int] | CompoundSelect[int]:
    """The cases meant, each way to mean one by its own index: asked with OR, every case would be."""
    cases, code = select(Case.id), canonical_code(wanted.typed)
    ways = [cases.where(Case.child_id.in_(wanted.named))]
    card = read_code(code)
    if is_case_number(code):
        ways.append(cases.where(Case.number == code))
    elif card is not None:
        ways.append(cases.join(Case.child).where(Child.code == card))
    elif any(map(str.isdigit, code)):  # of a piece of a number every case is asked
        ways.append(cases.where(Case.number.contains(code, autoescape=True)))
    return union(*ways) if len(ways) > 1 else ways[0]


def _with_news(session: Session, found: Sequence[Case]) -> tuple[CaseRow, ...]:
    ids = [case.id for case in found]
    last = select(func.max(CaseEvent.id)).where(CaseEvent.case_id.in_(ids)).group_by(CaseEvent.case_id)
    events = {event.case_id: event for event in session.scalars(select(CaseEvent).where(CaseEvent.id.in_(last)))}
    proposals = {
        proposal.case_id: proposal
        for proposal in session.scalars(select(Proposal).where(Proposal.case_id.in_(ids), Proposal.state == "open"))
    }
    return tuple(CaseRow(case=case, last_event=events.get(case.id), proposal=proposals.get(case.id)) for case in found)


def one(session: Session, case_id: int, *, by: int) -> CaseView | None:
    """None also for a case that is not theirs to see."""
    asked = select(Case).where(Case.id == case_id, visible_to(by, Case.child_id))
    case = session.scalar(asked.options(selectinload(Case.child), selectinload(Case.events)))
    if case is None:
        return None
    proposals = session.scalars(select(Proposal).where(Proposal.case_id == case_id).order_by(Proposal.id.desc())).all()
    slot_ids = [event.slot_id for event in case.events if event.slot_id] + [p.last_slot_id for p in proposals]
    if case.opened_by_slot_id:
        slot_ids.append(case.opened_by_slot_id)
    encounters = session.execute(
        select(Slot.id, Encounter).join(Encounter, Encounter.id == Slot.encounter_id).where(Slot.id.in_(slot_ids))
    ).all()
    joined = session.scalars(
        select(Case).where(or_(Case.joined_to_id == case.id, Case.id == case.joined_to_id)).order_by(Case.id)
    )
    return CaseView(case=case, encounters=dict(encounters), proposals=tuple(proposals), joined=tuple(joined))


_ORDER = (Proposal.due_at.nulls_last(), Proposal.opened_at, Proposal.id)
"""Reopenings first, by when they are due; then the county's list, which is not due, the longest waiting first."""


def _behind(place: tuple[Any, ...]) -> ColumnElement[bool]:
    """What comes after the proposal that a cursor names: whether of the county's list, due, opened, number."""
    in_county, due_at, opened_at, number = place
    county = Proposal.due_at.is_(None)
    if in_county:
        return and_(county, tuple_(Proposal.opened_at, Proposal.id) > (opened_at, number))
    return or_(county, tuple_(Proposal.due_at, Proposal.opened_at, Proposal.id) > (due_at, opened_at, number))


def open_proposals(
    session: Session, *, by: int, after: tuple[Any, ...] | None = None, limit: int = PAGE_SIZE
) -> ProposalPage:
    """From behind a place in the order of waiting."""
    rows = select(Proposal, Encounter, Slot).join(Slot, Slot.id == Proposal.last_slot_id)
    rows = rows.join(Encounter, Encounter.id == Slot.encounter_id)
    theirs = (Proposal.state == "open", visible_to(by, Proposal.child_id))
    counted = select(Proposal.id).where(*theirs).limit(MOST_COUNTED + 1).subquery()
    rows = rows.where(*theirs)
    if after is not None:
        rows = rows.where(_behind(after))
    loaded = (selectinload(Proposal.child), selectinload(Proposal.case), defer(Slot.evidence), defer(Encounter.models))
    found = session.execute(rows.options(*loaded).order_by(*_ORDER).limit(limit + 1)).all()
    shown = tuple(ProposalRow(proposal=p, encounter=e, slot=s) for p, e, s in found[:limit])
    total = session.scalar(select(func.count()).select_from(counted)) or 0
    return ProposalPage(rows=shown, more=len(found) > limit, total=total)


def waiting(session: Session) -> Waiting:
    counts = dict(
        session.execute(
            select(Proposal.kind, func.count()).where(Proposal.state == "open").group_by(Proposal.kind)
        ).all()
    )
    first_due = session.scalar(select(func.min(Proposal.due_at)).where(Proposal.state == "open"))
    reviews = session.execute(
        select(func.count(), func.min(ReviewItem.opened_at)).where(ReviewItem.state == "open")
    ).one()
    return Waiting(
        reopenings=counts.get("reopen", 0), county_list=counts.get("county_list", 0), reviews=reviews[0],
        first_due=first_due, first_review=reviews[1],
    )  # fmt: skip
