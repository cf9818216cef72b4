"""At night, whoever was called new is searched for once more, among everybody enrolled by then and as widely as can be:
every code, the head turned far, eyes exchanged, the scanner upside down. A child found to have two records becomes a
question for reviewers; nothing is merged by it.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from common.time import Clock
from matching import Template
from matching.errors import MatchingError
from matching.facts import UNTOLD, Sensors
from matching.interfaces import Engine, SearchResult
from matching.last_chance import LateHit, last_chance
from registry.audit.service import AuditTrail
from registry.children import service as children
from registry.children.gallery import follow, last_seq
from registry.children.tables import ChildSlotLink, IrisTemplate
from registry.db import Database, UnitOfWork
from registry.encounters.tables import Encounter, Slot
from registry.intake.deciding import Decided, Weigher
from registry.review.service import raise_found
from registry.searches.rules import LOOKED_BACK, night_of
from registry.searches.tables import NightlyRun, SecondLook

log = logging.getLogger(__name__)

REASON = "alike_at_night"
_CLAIM = timedelta(minutes=10)
_MORE = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    slots: int
    questions: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Called:
    """A slot that was called new, with what was enrolled of it."""

    slot_id: int
    template: Template
    frames: int
    sensor: str | None
    own: frozenset[int]
    """The templates of its child."""


class SecondLooks:
    """Where the engine is. Done twice, or in two processes, it changes nothing more."""

    def __init__(
        self, *, engine: Engine, weigher: Weigher, database: Database, trail: AuditTrail, clock: Clock
    ) -> None:
        self._engine, self._weigher = engine, weigher
        self._database, self._trail, self._clock = database, trail, clock

    def run_due(self) -> Looked | None:
        """This night's, unless they were done or another process does them; None then, and by day.

        Errors: DatabaseUnavailable, EngineIncomplete: the night stays to be done.
        """
        night = night_of(self._clock.now())
        if night is None or not self._claim(night):
            return None
        looked = self.run(lambda _: self._hold(night))
        with self._database.writing() as work:
            values = {"ended_at": self._clock.now(), "looked": looked.slots, "found": looked.questions}
            work.session.execute(update(NightlyRun).where(NightlyRun.night == night).values(**values))
            if looked.slots:
                self._audit(work, night, looked)
            work.commit()
        return looked

    def run(self, progress: Callable[[int], None] = lambda _slot: None) -> Looked:
        """Look at everybody called new within the last fortnight who was not looked at again.

        Errors: DatabaseUnavailable, EngineIncomplete; what was looked at until then stays.
        """
        slots = questions = 0
        for slot_id in self._waiting():
            raised = self._look(slot_id)
            if raised is not None:
                slots, questions = slots + 1, questions + raised
            progress(slot_id)
        return Looked(slots=slots, questions=questions)

    def _claim(self, night: date) -> bool:
        now = self._clock.now()
        with self._database.writing() as work:
            dialect = postgresql if self._database.is_postgresql else sqlite
            row = {"night": night, "started_at": now, "claimed_until": now + _CLAIM, "looked": 0, "found": 0}
            made = work.session.execute(
                dialect.insert(NightlyRun).values(row).on_conflict_do_nothing().returning(NightlyRun.night)
            ).one_or_none()
            if made is None:
                made = work.session.execute(
                    update(NightlyRun)
                    .where(
                        NightlyRun.night == night, NightlyRun.ended_at.is_(None), NightlyRun.claimed_until < now
                    )
                    .values(claimed_until=now + _CLAIM)
                    .returning(NightlyRun.night)
                ).one_or_none()  # fmt: skip
            work.commit()
        return made is not None

    def _hold(self, night: date) -> None:
        """While it goes on, nobody takes it for a run that was killed."""
        with self._database.writing() as work:
            until = self._clock.now() + _CLAIM
            work.session.execute(update(NightlyRun).where(NightlyRun.night == night).values(claimed_until=until))
            work.commit()

    def _audit(self, work: UnitOfWork, night: date, looked: Looked) -> None:
        detail = {"slots": looked.slots, "questions": looked.questions}
        self._trail.append(work, actor="matching", action="night.looked", subject=f"night:{night}", detail=detail)

    def _waiting(self) -> list[int]:
        since = self._clock.now() - LOOKED_BACK
        with self._database.reading() as work:
            rows = (
                select(Slot.id)
                .join(Encounter, Encounter.id == Slot.encounter_id)
                .join(IrisTemplate, IrisTemplate.slot_id == Slot.id)
                .outerjoin(SecondLook, SecondLook.slot_id == Slot.id)
                .where(
                    Slot.outcome == "new", Encounter.decided_at >= since, SecondLook.slot_id.is_(None),
                    IrisTemplate.removed_at.is_(None), IrisTemplate.encoder == self._weigher.encoder,
                )
                .distinct()
                .order_by(Slot.id)
            )  # fmt: skip
            return list(work.session.scalars(rows))

    def _look(self, slot_id: int) -> int | None:
        """How many questions it raised; None where there is nothing to look at any more."""
        follow(self._engine, self._database)
        with self._database.reading() as work:
            called = _called(work, slot_id, self._weigher.encoder)
        if called is None:
            return None
        within = self._weigher.within(called.template, self._engine, frames=called.frames, sensor=called.sensor)
        limit = _MORE + len(called.own)
        found = self._engine.search(called.template, limit=limit, within=within.usual)
        late = last_chance(called.template, self._engine, limit=limit, within=within.late, thorough=True)
        with self._database.locking_gallery() as work:
            if work.session.get(SecondLook, slot_id) is not None:
                return None
            decided = self._decided(work, called, found, late)
            raised = self._raise(work, called, decided)
            look = {"slot_id": slot_id, "looked_at": self._clock.now(), "outcome": decided.outcome}
            work.session.execute(insert(SecondLook).values(**look, questions=raised, evidence=decided.evidence))
            work.commit()
        return raised

    def _decided(self, work: UnitOfWork, called: _Called, found: SearchResult, late: tuple[LateHit, ...]) -> Decided:
        """As at a capture, without the child's own templates."""
        asked = {c.id for c in found.candidates} | {hit.candidate.id for hit in late}
        own = _child_of(work, called.slot_id)
        owners = {number: child for number, child in children.owners(work, asked).items() if child != own}
        return self._weigher.weigh(
            called.template, found.candidates, late=late, frames=called.frames,
            gallery_size=max(0, found.gallery_size - len(called.own)), codes_per_eye=found.codes_per_eye,
            children=owners, sensors=self._sensors(work, called, asked),
            context={
                "look": "second", "engine_seq": found.seq, "log_seq": last_seq(work),
                "engine": type(self._engine).__name__,
            },
        )  # fmt: skip

    def _sensors(self, work: UnitOfWork, called: _Called, template_ids: set[int]) -> Sensors:
        if not self._weigher.asks_for_sensors:
            return UNTOLD
        return Sensors(probe=called.sensor, of=children.sensors(work, template_ids).get)

    def _raise(self, work: UnitOfWork, called: _Called, decided: Decided) -> int:
        child = _child_of(work, called.slot_id)
        if child is None:
            return 0
        raised = [
            raise_found(
                work,
                child_id=child,
                other_id=suspect.child_id,
                slot_id=called.slot_id,
                reason=REASON,
                trail=self._trail,
                now=self._clock.now(),
            )
            for suspect in decided.suspects
        ]
        return sum(question is not None for question in raised)


def _called(work: UnitOfWork, slot_id: int, encoder: str) -> _Called | None:
    slot, child = work.session.get_one(Slot, slot_id), _child_of(work, slot_id)
    data = work.session.scalars(
        select(IrisTemplate.data)
        .where(
            IrisTemplate.slot_id == slot_id, IrisTemplate.removed_at.is_(None), IrisTemplate.encoder == encoder
        )
        .order_by(IrisTemplate.id)
        .limit(1)
    ).one_or_none()  # fmt: skip
    if data is None or child is None:
        return None
    own = (
        select(IrisTemplate.id)
        .join(ChildSlotLink, ChildSlotLink.slot_id == IrisTemplate.slot_id)
        .where(ChildSlotLink.child_id == child, ChildSlotLink.unlinked_at.is_(None), IrisTemplate.removed_at.is_(None))
    )
    try:
        template = Template.from_bytes(data)
    except MatchingError as exc:
        log.warning("slot %d is not looked at again: %s", slot_id, exc)
        return None
    return _Called(
        slot_id=slot_id, template=template, frames=_frames(slot.evidence), sensor=slot.encounter.sensor,
        own=frozenset(work.session.scalars(own)),
    )  # fmt: skip


def _child_of(work: UnitOfWork, slot_id: int) -> int | None:
    link = select(ChildSlotLink.child_id).where(ChildSlotLink.slot_id == slot_id, ChildSlotLink.unlinked_at.is_(None))
    return work.session.scalars(link).one_or_none()


def _frames(evidence: Mapping[str, object] | None) -> int:
    facts = evidence.get("facts") if evidence else None
    return int(facts.get("frames", 1)) if isinstance(facts, dict) else 1
