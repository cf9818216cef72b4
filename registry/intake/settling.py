"""Deciding captures and writing all that follows from them, or nothing.

Search (no lock) → bring the engine up to the log → take the gallery's lock → compare with the log's rows beyond what
was searched → decide → write → commit. Captures that are settled together share one lock and one commit; each sees
what those before it enrolled, as if it had come alone.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from uuid import UUID

from common.faults import FaultPoint
from common.time import Clock
from edge.messages.models import CaptureReport, EncounterOutcome, SlotOutcome
from edge.messages.models import Slot as ReportedSlot
from matching import Template
from matching.facts import UNTOLD, Sensors
from matching.interfaces import Engine, GalleryChange
from registry import faults as points
from registry.audit.service import AuditTrail
from registry.cases import service as cases
from registry.children import service as children
from registry.children.gallery import added_and_removed, changes_since, follow, last_seq
from registry.children.recording import mark_slot
from registry.children.sealing import is_sealed
from registry.children.tables import Child
from registry.db import Database, UnitOfWork
from registry.encounters import service as encounters
from registry.encounters.tables import Encounter, Slot
from registry.intake import rules
from registry.intake.answer import slot_answer
from registry.intake.deciding import Decided, Weigher
from registry.intake.probing import Probe, probe
from registry.intake.rules import Verdict
from registry.intake.writing import Claimed, Written, WrittenSlot, close_batch
from registry.keys import Keyring
from registry.live.service import Happening
from registry.names.tokens import NameMarks
from registry.review import service as review
from registry.review import suspicion


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    capture_id: UUID
    encounter_id: int
    outcomes: tuple[SlotOutcome, ...]


@dataclass(slots=True, kw_only=True)
class _Gallery:
    """What stands in the log beyond the engine, grown by what this transaction enrols."""

    changes: list[GalleryChange]
    seq: int
    """The log's last number."""
    owners: dict[int, int] = field(default_factory=dict)
    """The children of the templates that this transaction enrolled."""

    def beyond(self, seq: int) -> tuple[dict[int, Template], set[int]]:
        return added_and_removed(change for change in self.changes if change.seq > seq)

    def add(self, work: UnitOfWork, slot: Slot, child: Child, template: Template, now: datetime) -> None:
        self.seq += 1
        template_id = children.add_template(work, slot, template, seq=self.seq, now=now)
        self.changes.append(GalleryChange(seq=self.seq, op="add", template_id=template_id, template=template))
        self.owners[template_id] = child.id


@dataclass(slots=True, kw_only=True)
class _Seen:
    """The slots of one encounter so far, by minus their numbers: gallery ids are positive."""

    templates: dict[int, Template] = field(default_factory=dict)
    children: dict[int, int] = field(default_factory=dict)


class Settler:
    """Safe from several threads and processes: all that must not be done twice at once is done under the lock."""

    def __init__(
        self,
        *,
        engine: Engine,
        weigher: Weigher,
        database: Database,
        keyring: Keyring,
        trail: AuditTrail,
        clock: Clock,
        draw: Callable[[int], int],
        fault: FaultPoint,
    ) -> None:
        self._engine, self._weigher = engine, weigher
        self._database, self._keyring, self._trail = database, keyring, trail
        self._clock, self._draw, self._fault = clock, draw, fault
        self._marks = NameMarks(keyring.names)

    def settle(self, batch: Sequence[Claimed]) -> list[Settled]:
        """Errors: EngineIncomplete, DatabaseUnavailable, ClaimLost: nothing of the batch was written."""
        follow(self._engine, self._database)
        probes = [self._probed(c.capture.report) for c in batch]
        self._fault(points.SEARCHED)
        follow(self._engine, self._database)
        with self._database.locking_gallery() as work:
            written = self._write(work, batch, probes)
            close_batch(work, written, keyring=self._keyring, trail=self._trail, now=self._clock.now())
            self._fault(points.BEFORE_SETTLE_COMMIT)
            work.commit()
        self._fault(points.SETTLED)
        return [_settled(one) for one in written]

    def _probed(self, report: CaptureReport) -> list[Probe]:
        ask = partial(probe, engine=self._engine, weigher=self._weigher, sensor=report.sensor)
        return [ask(slot) for slot in report.slots]

    def _write(self, work: UnitOfWork, batch: Sequence[Claimed], probes: Sequence[Sequence[Probe]]) -> list[Written]:
        searched = [one.result.seq for capture in probes for one in capture if one.result is not None]
        changes = changes_since(work, min(searched)) if searched else []
        gallery = _Gallery(changes=changes, seq=changes[-1].seq if changes else last_seq(work))
        return [self._write_one(work, claimed, of_it, gallery) for claimed, of_it in zip(batch, probes, strict=True)]

    def _write_one(self, work: UnitOfWork, claimed: Claimed, probes: Sequence[Probe], gallery: _Gallery) -> Written:
        now = self._clock.now()
        encounter = encounters.record(work, claimed.capture.report, received_at=claimed.received_at, decided_at=now)
        seen = _Seen()
        slots = [self._write_slot(work, encounter, one, gallery, seen, now) for one in probes]
        problem = next((one.problem for one in probes if one.problem is not None), None)
        return Written(claimed=claimed, encounter=encounter, slots=slots, problem=problem and problem[:500])

    def _write_slot(
        self, work: UnitOfWork, encounter: Encounter, one: Probe, gallery: _Gallery, seen: _Seen, now: datetime
    ) -> WrittenSlot:
        verdict, decided = self._verdict(work, one, gallery, seen)
        evidence = decided.evidence if decided else ({"problem": one.problem} if one.problem else None)
        slot = encounters.record_slot(
            work, encounter, one.slot, outcome=verdict.outcome, reason=verdict.reason, evidence=evidence
        )
        child, last_met_on = self._child(work, slot, verdict, decided, encounter, now)
        children.link(work, slot, child, by=children.MATCHING, now=now)
        mark_slot(work, slot, child, self._marks)
        if one.template is not None:
            if verdict.enrol:
                gallery.add(work, slot, child, one.template, now)
            seen.templates[-slot.number] = one.template
            seen.children[-slot.number] = child.id
        happenings = self._consequences(work, child, slot, verdict, decided, encounter, now)
        answer = slot_answer(
            child, slot, verdict, last_met_on=last_met_on, today=encounter.shift_date,
            sealed=is_sealed(work, child.id),
        )  # fmt: skip
        return WrittenSlot(child=child, answer=answer, happenings=happenings)

    def _verdict(self, work: UnitOfWork, one: Probe, gallery: _Gallery, seen: _Seen) -> tuple[Verdict, Decided | None]:
        if one.problem is not None:
            return rules.cannot_tell("template_unreadable"), None
        if one.template is None:
            return rules.NO_IRIS, None
        decided = self._decided(work, one, one.template, gallery, seen)
        verdict = self._by_matching(work, one.slot, one.template, decided, seen)
        return rules.looked_forged(verdict, rules.suspected_of(one.slot)), decided

    def _by_matching(
        self, work: UnitOfWork, slot: ReportedSlot, template: Template, decided: Decided, seen: _Seen
    ) -> Verdict:
        match decided.outcome:
            case "known":
                child = work.session.get_one(Child, decided.identity)
                lifted = rules.looked_alive(slot) and suspicion.waits_for_a_living_eye(work, child.id)
                return rules.known(
                    reason=decided.reason,
                    provisional=child.standing == "provisional" and not lifted,
                    same_encounter=child.id in seen.children.values(),
                    adds_template=decided.sure_of_each_eye and children.may_add_template(work, child.id, template),
                )
            case "review":
                return rules.unsure(decided.reason)
            case "new":
                return rules.first_met(decided.reason)
            case "cannot_tell":
                return rules.cannot_tell(decided.reason)

    def _decided(self, work: UnitOfWork, one: Probe, template: Template, gallery: _Gallery, seen: _Seen) -> Decided:
        """Candidates of the search, of the log beyond it and of this encounter's other slots, weighed as one list."""
        assert one.result is not None
        added, removed = gallery.beyond(one.result.seq)
        candidates = [c for c in one.result.candidates if c.id not in removed]
        candidates += self._engine.compare(template, [*added.items(), *seen.templates.items()])
        late = None if one.late is None else [hit for hit in one.late if hit.candidate.id not in removed]
        asked = {c.id for c in candidates if c.id > 0} | {hit.candidate.id for hit in late or ()}
        owners = children.owners(work, asked - gallery.owners.keys())
        return self._weigher.weigh(
            template, candidates, late=late, gallery_size=one.result.gallery_size + len(added) - len(removed),
            frames=one.frames, codes_per_eye=one.result.codes_per_eye, children=owners | gallery.owners | seen.children,
            thresholds=one.thresholds, sensors=self._sensors(work, one, asked),
            context={"engine_seq": one.result.seq, "log_seq": gallery.seq, "engine": type(self._engine).__name__},
        )  # fmt: skip

    def _sensors(self, work: UnitOfWork, one: Probe, template_ids: Collection[int]) -> Sensors:
        """Templates of this very encounter have ids below nought, and its sensor."""
        if not self._weigher.asks_for_sensors:
            return UNTOLD
        enrolled_by = children.sensors(work, template_ids)
        return Sensors(probe=one.sensor, of=lambda number: one.sensor if number < 0 else enrolled_by.get(number))

    def _child(
        self,
        work: UnitOfWork,
        slot: Slot,
        verdict: Verdict,
        decided: Decided | None,
        encounter: Encounter,
        now: datetime,
    ) -> tuple[Child, date | None]:
        """The slot's child, and the day on which it was met before this."""
        met_on = encounter.shift_date
        if verdict.child is not rules.Child.MATCHED or decided is None:
            standing = str(verdict.child)
            return children.enrol(work, slot, standing=standing, met_on=met_on, now=now, draw=self._draw), None
        child = work.session.get_one(Child, decided.identity)
        last_met_on = child.last_met_on
        children.met_again(child, slot, met_on=met_on)
        return child, last_met_on

    def _consequences(
        self,
        work: UnitOfWork,
        child: Child,
        slot: Slot,
        verdict: Verdict,
        decided: Decided | None,
        encounter: Encounter,
        now: datetime,
    ) -> list[Happening]:
        happenings: list[Happening] = []
        if verdict.outcome is SlotOutcome.KNOWN and child.standing == "provisional":
            suspicion.lift(work, child, now)
        if verdict.outcome is SlotOutcome.KNOWN:
            happenings += review.met_again(work, slot=slot, child=child, now=now)
        if verdict.review:
            suspects = decided.suspects if decided else ()
            happenings += review.ask(work, slot=slot, child=child, suspects=suspects, reason=verdict.reason, now=now)
        happenings += cases.after_encounter(
            work, child=child, slot=slot, outcome=EncounterOutcome(encounter.outcome), actor=children.MATCHING, now=now
        )
        return happenings


def _settled(one: Written) -> Settled:
    return Settled(
        capture_id=one.encounter.capture_id,
        encounter_id=one.encounter.id,
        outcomes=tuple(slot.answer.outcome for slot in one.slots),
    )
