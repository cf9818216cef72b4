"""What pages read about encounters. Nothing is written here, and no template bytes are ever loaded."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, func, select, tuple_
from sqlalchemy.orm import Session, defer, selectinload

from registry.cases.tables import Case, Proposal
from registry.children.sealing import sealed_from
from registry.children.tables import Child, ChildSlotLink
from registry.encounters.next_steps import NextStep, next_step
from registry.encounters.tables import Encounter, Slot
from registry.live.tables import LiveEvent

PAGE_SIZE = 60
_SHOWN = (defer(Encounter.models), selectinload(Encounter.slots).defer(Slot.evidence))
"""The numbers behind a decision, kilobytes of each slot, are on no page of encounters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotView:
    """One child of an encounter, with the record it stands under now."""

    slot: Slot
    child_id: int | None = None
    child_code: str | None = None
    standing: str | None = None
    case_id: int | None = None
    case_number: str | None = None
    case_state: str | None = None
    proposal_id: int | None = None
    proposal_kind: str | None = None

    @property
    def next_step(self) -> NextStep:
        return next_step(outcome=self.slot.outcome, case_state=self.case_state, proposal=self.proposal_kind)


@dataclass(frozen=True, slots=True, kw_only=True)
class EncounterView:
    encounter: Encounter
    slots: tuple[SlotView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """Slots by outcome word, of one shift."""

    encounters: int
    outcomes: dict[str, int]

    @property
    def children(self) -> int:
        return sum(self.outcomes.values())


def latest_event(session: Session) -> int:
    """The live feed's position. Read before the rows of a page, so that nothing falls between the two."""
    return session.scalar(select(func.coalesce(func.max(LiveEvent.id), 0))) or 0


def of_shift(session: Session, day: date, *, by: int, limit: int = PAGE_SIZE, offset: int = 0) -> list[EncounterView]:
    """The encounters of one shift, the latest received first."""
    rows = select(Encounter).where(Encounter.shift_date == day)
    rows = rows.order_by(Encounter.received_at.desc(), Encounter.id.desc()).limit(limit).offset(offset)
    return _views(session, rows, by)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftPage:
    views: tuple[EncounterView, ...]
    last: tuple[datetime, int] | None
    """Where the next page goes on; None: there is none."""


def of_shift_after(
    session: Session, day: date, *, by: int, after: tuple[datetime, int] | None, limit: int
) -> ShiftPage:
    """As `of_shift`, from behind the encounter received then."""
    rows = select(Encounter).where(Encounter.shift_date == day)
    if after is not None:
        rows = rows.where(tuple_(Encounter.received_at, Encounter.id) < after)
    rows = rows.order_by(Encounter.received_at.desc(), Encounter.id.desc()).limit(limit + 1)
    found = session.scalars(rows.options(*_SHOWN)).all()
    last = found[limit - 1] if len(found) > limit else None
    views = tuple(_seen_by(session, found[:limit], by))
    return ShiftPage(views=views, last=(last.received_at, last.id) if last else None)


def recent(session: Session, since: datetime, *, by: int, limit: int = PAGE_SIZE) -> list[EncounterView]:
    """What reached us since an instant, whatever shift it belongs to: late ones of earlier nights are news too."""
    rows = select(Encounter).where(Encounter.received_at >= since)
    return _views(session, rows.order_by(Encounter.received_at.desc(), Encounter.id.desc()).limit(limit), by)


def one(session: Session, encounter_id: int, *, by: int) -> EncounterView | None:
    found = _views(session, select(Encounter).where(Encounter.id == encounter_id), by)
    return found[0] if found else None


def by_ids(session: Session, ids: Iterable[int], *, by: int) -> dict[int, EncounterView]:
    views = _views(session, select(Encounter).where(Encounter.id.in_(list(ids))), by)
    return {view.encounter.id: view for view in views}


def tally(session: Session, day: date) -> Tally:
    outcomes = session.execute(
        select(Slot.outcome, func.count())
        .join(Encounter, Encounter.id == Slot.encounter_id)
        .where(Encounter.shift_date == day)
        .group_by(Slot.outcome)
    ).all()
    encounters = session.scalar(select(func.count()).select_from(Encounter).where(Encounter.shift_date == day)) or 0
    return Tally(encounters=encounters, outcomes=dict(outcomes))


def _views(session: Session, rows: Select[Any], by: int) -> list[EncounterView]:
    """Five queries, however many encounters: rows, slots, whom this account (`by`) may not see, whose the slots are,
    cases and proposals. An encounter with nobody left to see is not there."""
    return _seen_by(session, session.scalars(rows.options(*_SHOWN)).all(), by)


def _seen_by(session: Session, encounters: Sequence[Encounter], by: int) -> list[EncounterView]:
    hidden = _hidden_slots(session, [encounter.id for encounter in encounters], by)
    shown = {e.id: [slot for slot in e.slots if slot.id not in hidden] for e in encounters}
    views = slot_views(session, [slot for slots in shown.values() for slot in slots])
    return [
        EncounterView(encounter=e, slots=tuple(views[slot.id] for slot in shown[e.id]))
        for e in encounters
        if shown[e.id] or not e.slots
    ]


def _hidden_slots(session: Session, encounter_ids: Sequence[int], by: int) -> set[int]:
    """The slots of sealed children whom this person may not see."""
    links = select(ChildSlotLink.slot_id).join(Slot, Slot.id == ChildSlotLink.slot_id)
    links = links.where(Slot.encounter_id.in_(encounter_ids), ChildSlotLink.unlinked_at.is_(None))
    return set(session.scalars(links.where(ChildSlotLink.child_id.in_(sealed_from(by)))))


def slot_views(session: Session, slots: Sequence[Slot]) -> dict[int, SlotView]:
    """Each slot with its child, case and open proposal; a slot without a child record stands alone."""
    stands_under = select(ChildSlotLink.slot_id, Child).join(Child, Child.id == ChildSlotLink.child_id)
    stands_under = stands_under.where(
        ChildSlotLink.slot_id.in_([slot.id for slot in slots]), ChildSlotLink.unlinked_at.is_(None)
    )
    children = dict(session.execute(stands_under).all())
    ids = {child.id for child in children.values()}
    cases, proposals = _latest_cases(session, ids), _open_proposals(session, ids)
    return {slot.id: _slot_view(slot, children.get(slot.id), cases, proposals) for slot in slots}


def _slot_view(slot: Slot, child: Child | None, cases: dict[int, Case], proposals: dict[int, Proposal]) -> SlotView:
    if child is None:
        return SlotView(slot=slot)
    case, proposal = cases.get(child.id), proposals.get(child.id)
    return SlotView(
        slot=slot, child_id=child.id, child_code=child.code, standing=child.standing,
        case_id=case.id if case else None, case_number=case.number if case else None,
        case_state=case.state if case else None, proposal_id=proposal.id if proposal else None,
        proposal_kind=proposal.kind if proposal else None,
    )  # fmt: skip


def _latest_cases(session: Session, child_ids: set[int]) -> dict[int, Case]:
    """The open case of each child, else the one closed last."""
    found: dict[int, list[Case]] = defaultdict(list)
    for case in session.scalars(select(Case).where(Case.child_id.in_(child_ids))):
        found[case.child_id].append(case)
    return {child: max(cases, key=lambda c: (c.state != "closed", c.opened_at)) for child, cases in found.items()}


def _open_proposals(session: Session, child_ids: set[int]) -> dict[int, Proposal]:
    """The open proposal of each child; a reopening goes before the county's list."""
    rows = session.scalars(select(Proposal).where(Proposal.child_id.in_(child_ids), Proposal.state == "open"))
    return {proposal.child_id: proposal for proposal in sorted(rows, key=lambda p: p.kind == "reopen")}
