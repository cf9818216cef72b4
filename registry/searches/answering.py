"""Answers narrowed searches where the gallery is. Web workers have none: they write down what is asked, and wait."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import func, or_, select, update

from common.time import Clock, in_tehran
from edge.messages.errors import MessageError
from edge.messages.seal import open_capture
from matching import Template
from matching.errors import EngineIncomplete, MatchingError
from matching.facts import UNTOLD, Narrowed, Sensors
from matching.interfaces import Engine, SearchResult
from matching.last_chance import LateHit, last_chance
from registry.audit.service import AuditTrail
from registry.children import service as children
from registry.children.gallery import follow, last_seq
from registry.children.tables import ChildSlotLink, IrisTemplate
from registry.db import Database, UnitOfWork
from registry.devices.service import all_public_keys
from registry.encounters.tables import Slot
from registry.intake.deciding import Decided, Weigher
from registry.intake.probing import template_of
from registry.intake.tables import Journal
from registry.keys import Keyring
from registry.review.service import raise_found
from registry.searches.narrowing import template_ids
from registry.searches.rules import Narrowing
from registry.searches.tables import NarrowedSearch

log = logging.getLogger(__name__)

REASON = "alike_in_narrowed_search"
_CLAIM = timedelta(minutes=1)
_MOST_ATTEMPTS = 5
_LIMIT = 20


class _Refused(Exception):
    """The probe cannot be searched for; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Probe:
    template: Template
    frames: int
    sensor: str | None
    slot_id: int | None
    child_id: int | None
    """Whose template it is; None for a held capture, which stands under nobody yet."""


class NarrowedAnswers:
    """Safe in several processes: each search is claimed by one of them."""

    def __init__(
        self, *, engine: Engine, weigher: Weigher, database: Database, keyring: Keyring, trail: AuditTrail, clock: Clock
    ) -> None:
        self._engine, self._weigher = engine, weigher
        self._database, self._keyring = database, keyring
        self._trail, self._clock = trail, clock

    def run_once(self) -> int:
        """How many were answered or refused. Errors: DatabaseUnavailable."""
        done = 0
        while (search := self._claim()) is not None:
            try:
                self._answer(search)
            except (_Refused, MatchingError) as exc:
                if isinstance(exc, EngineIncomplete) and search.attempts < _MOST_ATTEMPTS:
                    log.info("narrowed search %d is tried again: %s", search.id, exc)
                    return done
                self._refuse(search.id, str(exc))
            done += 1
        return done

    def _claim(self) -> NarrowedSearch | None:
        now = self._clock.now()
        claimable = (
            select(NarrowedSearch)
            .where(
                NarrowedSearch.state == "waiting",
                or_(NarrowedSearch.claimed_until.is_(None), NarrowedSearch.claimed_until < now),
            )
            .order_by(NarrowedSearch.id)
            .limit(1)
        )
        with self._database.reading() as work:
            if work.session.scalars(claimable).one_or_none() is None:
                return None
        with self._database.writing() as work:
            search = work.session.scalars(claimable.with_for_update(skip_locked=True)).one_or_none()
            if search is None:
                return None
            search.claimed_until, search.attempts = now + _CLAIM, search.attempts + 1
            work.commit()
        return search

    def _answer(self, search: NarrowedSearch) -> None:
        follow(self._engine, self._database)
        narrowing, today = Narrowing.restored(search.narrowing), in_tehran(self._clock.now()).date()
        with self._database.reading() as work:
            probe = self._probe(work, search)
            among = template_ids(work, narrowing, encoder=self._weigher.encoder, today=today)
            own = _templates_of(work, probe.child_id)
            before = _compared_before(work, search)
        others = sorted(set(among) - own)
        found = self._engine.search(probe.template, limit=_LIMIT, among=others)
        late = last_chance(probe.template, self._engine, limit=_LIMIT, among=others)
        by = Narrowed(enrolled=found.enrolled or 0, by=narrowing.said(), compared_before=before)
        with self._database.locking_gallery() as work:
            decided = self._decided(work, search, probe, found, late, by)
            raised = self._raise(work, probe, decided)
            self._write(work, search, found, decided)
            detail = {"searched": found.gallery_size, "of": by.enrolled, "outcome": decided.outcome, "asked": raised}
            self._trail.append(
                work, actor="matching", action="search.answered", subject=f"search:{search.id}", detail=detail
            )
            work.commit()

    def _probe(self, work: UnitOfWork, search: NarrowedSearch) -> _Probe:
        if search.template_id is not None:
            return self._stored(work, search.template_id)
        return self._held(work, search)

    def _stored(self, work: UnitOfWork, template_id: int) -> _Probe:
        row = work.session.get_one(IrisTemplate, template_id)
        child = children.owners(work, [template_id]).get(template_id)
        if row.removed_at is not None or child is None:
            raise _Refused("the template is not enrolled any more")
        slot = work.session.get_one(Slot, row.slot_id)
        facts = (slot.evidence or {}).get("facts", {})
        return _Probe(
            template=Template.from_bytes(row.data), frames=int(facts.get("frames", 1)), sensor=slot.encounter.sensor,
            slot_id=slot.id, child_id=child,
        )  # fmt: skip

    def _held(self, work: UnitOfWork, search: NarrowedSearch) -> _Probe:
        """Authenticated once more, from the bytes on disk."""
        row = work.session.scalars(select(Journal).where(Journal.capture_id == search.capture_id)).one()
        if row.payload is None:
            raise _Refused("the capture is not held any more")
        keys = all_public_keys(work, {row.device_id})
        try:
            capture = open_capture(
                row.payload, topic_device=row.device_id, registry_keys=self._keyring.messages,
                lookup_device_public=lambda device: keys.get(device, ()),
            )  # fmt: skip
        except MessageError as exc:
            raise _Refused(f"the held bytes do not open: {exc}") from exc
        slot = next((slot for slot in capture.report.slots if slot.number == search.slot_number), None)
        template = template_of(slot, encoder=self._weigher.encoder) if slot is not None else None
        if slot is None or template is None:
            raise _Refused("the capture has no iris in this slot")
        frames = min(eye.frames for eye in (slot.left, slot.right) if eye.template is not None)
        return _Probe(template=template, frames=frames, sensor=capture.report.sensor, slot_id=None, child_id=None)

    def _decided(
        self,
        work: UnitOfWork,
        search: NarrowedSearch,
        probe: _Probe,
        found: SearchResult,
        late: tuple[LateHit, ...],
        by: Narrowed,
    ) -> Decided:
        asked = {c.id for c in found.candidates} | {hit.candidate.id for hit in late}
        owners = {number: child for number, child in children.owners(work, asked).items() if child != probe.child_id}
        sensors = UNTOLD
        if self._weigher.asks_for_sensors:
            sensors = Sensors(probe=probe.sensor, of=children.sensors(work, asked).get)
        context: Mapping[str, str | int] = {
            "look": "narrowed", "search": search.id, "engine_seq": found.seq, "log_seq": last_seq(work),
            "engine": type(self._engine).__name__,
        }  # fmt: skip
        return self._weigher.weigh(
            probe.template, found.candidates, late=late, gallery_size=found.gallery_size, frames=probe.frames,
            codes_per_eye=found.codes_per_eye, children=owners, context=context, sensors=sensors, narrowed=by,
        )  # fmt: skip

    def _raise(self, work: UnitOfWork, probe: _Probe, decided: Decided) -> int:
        """Whoever came close is for reviewers: the person who searched decides nothing by it."""
        if probe.child_id is None:
            return 0
        raised = [
            raise_found(
                work, child_id=probe.child_id, other_id=suspect.child_id, slot_id=probe.slot_id, reason=REASON,
                trail=self._trail, now=self._clock.now(),
            )
            for suspect in decided.suspects
        ]  # fmt: skip
        return sum(question is not None for question in raised)

    def _write(self, work: UnitOfWork, search: NarrowedSearch, found: SearchResult, decided: Decided) -> None:
        work.session.execute(
            update(NarrowedSearch)
            .where(NarrowedSearch.id == search.id)
            .values(
                state="answered", answered_at=self._clock.now(), outcome=decided.outcome, searched=found.gallery_size,
                enrolled=found.enrolled, evidence=decided.evidence,
            )
        )  # fmt: skip

    def _refuse(self, search_id: int, why: str) -> None:
        with self._database.writing() as work:
            work.session.execute(
                update(NarrowedSearch)
                .where(NarrowedSearch.id == search_id)
                .values(state="refused", refusal=why[:500], answered_at=self._clock.now())
            )
            self._trail.append(
                work, actor="matching", action="search.refused", subject=f"search:{search_id}", detail={"why": why}
            )
            work.commit()


def _templates_of(work: UnitOfWork, child_id: int | None) -> set[int]:
    rows = (
        select(IrisTemplate.id)
        .join(ChildSlotLink, ChildSlotLink.slot_id == IrisTemplate.slot_id)
        .where(ChildSlotLink.child_id == child_id, ChildSlotLink.unlinked_at.is_(None))
    )
    return set() if child_id is None else set(work.session.scalars(rows))


def _compared_before(work: UnitOfWork, search: NarrowedSearch) -> int:
    """Templates compared in earlier narrowed searches for the same probe: whoever tries again tries his luck."""
    same = (
        NarrowedSearch.template_id == search.template_id
        if search.template_id is not None
        else (NarrowedSearch.capture_id == search.capture_id) & (NarrowedSearch.slot_number == search.slot_number)
    )
    compared = select(func.coalesce(func.sum(NarrowedSearch.searched), 0)).where(
        same, NarrowedSearch.state == "answered"
    )
    return int(work.session.scalar(compared) or 0)
