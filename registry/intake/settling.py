"""Deciding captures and writing all that follows from them, or nothing.

Search (no lock) → bring the engine up to the log → take the gallery's lock → compare with the log's rows beyond what
was searched → decide → write → commit. Captures that are settled together share one lock and one commit; each sees
what those before it enrolled, as if it had come alone.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import insert, update

from common.faults import FaultPoint
from common.time import Clock
from edge.messages.models import EncounterOutcome, SlotOutcome, SlotResult
from edge.messages.seal import VerifiedCapture
from matching import Template
from matching.interfaces import Engine, GalleryChange
from registry import faults as points
from registry.audit.service import AuditTrail
from registry.cases import service as cases
from registry.children import service as children
from registry.children.gallery import added_and_removed, changes_since, follow
from registry.children.tables import Child
from registry.db import Database, UnitOfWork
from registry.devices.service import public_keys
from registry.encounters import service as encounters
from registry.encounters.tables import Encounter, Slot
from registry.errors import ClaimLost
from registry.intake import rules
from registry.intake.answer import sealed_answer, slot_answer
from registry.intake.deciding import Decided, Weigher
from registry.intake.probing import Probe, probe
from registry.intake.rules import Verdict
from registry.intake.tables import Journal, Outgoing
from registry.keys import Keyring
from registry.live.service import Happening, tell
from registry.review import service as review


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """A journal row that this worker may settle, opened."""

    journal_id: int
    claim: str
    capture: VerifiedCapture
    received_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    capture_id: UUID
    encounter_id: int
    outcomes: tuple[SlotOutcome, ...]


@dataclass(slots=True, kw_only=True)
class _Gallery:
    """What stands in the log beyond the engine, grown by what this transaction enrols."""

    changes: list[GalleryChange]

    def beyond(self, seq: int) -> tuple[dict[int, Template], set[int]]:
        return added_and_removed(change for change in self.changes if change.seq > seq)

    def added(self, seq: int, template_id: int, template: Template) -> None:
        self.changes.append(GalleryChange(seq=seq, op="add", template_id=template_id, template=template))


@dataclass(slots=True, kw_only=True)
class _Seen:
    """The slots of one encounter so far: templates, and the children that they stand under."""

    templates: dict[int, Template] = field(default_factory=dict)
    """By minus the slot's number: gallery ids are positive."""
    children: dict[int, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Written:
    slot: Slot
    child: Child
    answer: SlotResult
    happenings: list[Happening]


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

    def settle(self, batch: Sequence[Claimed]) -> list[Settled]:
        """Errors: EngineIncomplete, DatabaseUnavailable, ClaimLost: nothing of the batch was written."""
        follow(self._engine, self._database)
        probes = [[probe(s, engine=self._engine, weigher=self._weigher) for s in c.capture.report.slots] for c in batch]
        self._fault(points.SEARCHED)
        follow(self._engine, self._database)
        searched = [p.result.seq for capture in probes for p in capture if p.result is not None]
        with self._database.locking_gallery() as work:
            changes = changes_since(work, min(searched)) if searched else []
            gallery = _Gallery(changes=changes)
            settled = [self._settle_one(work, c, p, gallery) for c, p in zip(batch, probes, strict=True)]
            self._fault(points.BEFORE_SETTLE_COMMIT)
            work.commit()
        self._fault(points.SETTLED)
        return settled

    def _settle_one(self, work: UnitOfWork, claimed: Claimed, probes: Sequence[Probe], gallery: _Gallery) -> Settled:
        now, report = self._clock.now(), claimed.capture.report
        encounter = encounters.record(work, report, received_at=claimed.received_at, decided_at=now)
        seen, written = _Seen(), []
        for one in probes:
            written.append(self._settle_slot(work, encounter, one, gallery, seen, now))
        self._close_journal(work, claimed, probes, written, now)
        self._send_result(work, claimed, encounter, written, now)
        self._tell(work, encounter, written, now)
        outcomes = tuple(w.answer.outcome for w in written)
        return Settled(capture_id=report.capture_id, encounter_id=encounter.id, outcomes=outcomes)

    def _settle_slot(
        self, work: UnitOfWork, encounter: Encounter, one: Probe, gallery: _Gallery, seen: _Seen, now: datetime
    ) -> _Written:
        verdict, decided = self._verdict(work, one, gallery, seen)
        evidence = decided.evidence if decided else ({"problem": one.problem} if one.problem else None)
        slot = encounters.record_slot(
            work, encounter, one.slot, outcome=verdict.outcome, reason=verdict.reason, evidence=evidence
        )
        child = self._child(work, slot, verdict, decided, encounter, now)
        last_met = child.last_met_on if verdict.child is rules.Child.MATCHED else None
        if verdict.child is rules.Child.MATCHED:
            children.met_again(child, slot, met_on=encounter.shift_date)
        children.link(work, slot, child, by=children.MATCHING, now=now)
        if verdict.enrol and one.template is not None:
            seq, template_id = children.add_template(work, slot, one.template, now=now)
            gallery.added(seq, template_id, one.template)
        if one.template is not None:
            seen.templates[-one.slot.number] = one.template
            seen.children[-one.slot.number] = child.id
        happenings = self._consequences(work, child, slot, verdict, decided, encounter, now)
        answer = slot_answer(child, slot, verdict, last_met_on=last_met, today=encounter.shift_date)
        return _Written(slot=slot, child=child, answer=answer, happenings=happenings)

    def _verdict(self, work: UnitOfWork, one: Probe, gallery: _Gallery, seen: _Seen) -> tuple[Verdict, Decided | None]:
        if one.problem is not None:
            return rules.cannot_tell("template_unreadable"), None
        if one.template is None:
            return rules.NO_IRIS, None
        decided = self._decided(work, one, one.template, gallery, seen)
        match decided.outcome:
            case "known":
                child = work.session.get_one(Child, decided.identity)
                return rules.known(
                    reason=decided.reason,
                    provisional=child.standing == "provisional",
                    same_encounter=child.id in seen.children.values(),
                    adds_template=decided.sure_of_each_eye and children.may_add_template(work, child.id, one.template),
                ), decided
            case "review":
                return rules.unsure(decided.reason), decided
            case "new":
                return rules.first_met(decided.reason), decided
            case "cannot_tell":
                return rules.cannot_tell(decided.reason), decided

    def _decided(self, work: UnitOfWork, one: Probe, template: Template, gallery: _Gallery, seen: _Seen) -> Decided:
        """The candidates of the search, of the log beyond it, and of this encounter's other slots, weighed as one list."""
        assert one.result is not None
        added, removed = gallery.beyond(one.result.seq)
        candidates = [c for c in one.result.candidates if c.id not in removed]
        candidates += self._engine.compare(template, [*added.items(), *seen.templates.items()])
        late = None if one.late is None else [hit for hit in one.late if hit.candidate.id not in removed]
        asked = {c.id for c in candidates if c.id > 0} | {hit.candidate.id for hit in late or ()}
        owners = children.owners(work, asked)
        return self._weigher.weigh(
            template, candidates, late=late, gallery_size=one.result.gallery_size + len(added) - len(removed),
            children={template_id: owner.child_id for template_id, owner in owners.items()} | seen.children,
            context={
                "engine_seq": one.result.seq,
                "log_seq": gallery.changes[-1].seq if gallery.changes else one.result.seq,
                "engine": type(self._engine).__name__,
            },
        )  # fmt: skip

    def _child(
        self,
        work: UnitOfWork,
        slot: Slot,
        verdict: Verdict,
        decided: Decided | None,
        encounter: Encounter,
        now: datetime,
    ) -> Child:
        if verdict.child is rules.Child.MATCHED:
            assert decided is not None
            return work.session.get_one(Child, decided.identity)
        return children.enrol(
            work, slot, standing=str(verdict.child), met_on=encounter.shift_date, now=now, draw=self._draw
        )

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
        happenings = []
        if verdict.review:
            suspects = decided.suspects if decided else ()
            happenings += review.ask(work, slot=slot, child=child, suspects=suspects, reason=verdict.reason, now=now)
        happenings += cases.after_encounter(
            work, child=child, slot=slot, outcome=EncounterOutcome(encounter.outcome), actor=children.MATCHING, now=now
        )
        return happenings

    def _close_journal(
        self, work: UnitOfWork, claimed: Claimed, probes: Sequence[Probe], written: Sequence[_Written], now: datetime
    ) -> None:
        """The payload goes, unless a template in it waits for a registry that can read it."""
        problem = next((p.problem for p in probes if p.problem is not None), None)
        outcome: dict[str, Any] = {"slots": [str(w.answer.outcome) for w in written]}
        values: dict[str, Any] = {"state": "settled", "payload": None}
        if problem is not None:
            outcome["needs_attention"] = "template_unreadable"
            values = {"state": "attention", "reason": problem[:500]}
        closed = work.session.execute(
            update(Journal)
            .where(Journal.id == claimed.journal_id, Journal.state == "waiting", Journal.claimed_by == claimed.claim)
            .values(**values, outcome=outcome, outcome_at=now, claimed_by=None, claimed_until=None)
        )
        if closed.rowcount != 1:  # type: ignore[attr-defined]
            raise ClaimLost(claimed.capture.capture_id)

    def _send_result(
        self, work: UnitOfWork, claimed: Claimed, encounter: Encounter, written: Sequence[_Written], now: datetime
    ) -> None:
        device = claimed.capture.device
        keys = public_keys(work, {device}).get(device)
        if not keys:
            return  # revoked since: what it captured counts, but it is told nothing
        sealed = sealed_answer(
            encounter, [w.answer for w in written], device_public=keys[0], registry_keys=self._keyring.signing
        )
        work.session.execute(
            insert(Outgoing).values(
                device_id=device, capture_id=encounter.capture_id, topic=f"panah/v1/{device}/result", payload=sealed,
                created_at=now, attempts=0,
            )
        )  # fmt: skip

    def _tell(self, work: UnitOfWork, encounter: Encounter, written: Sequence[_Written], now: datetime) -> None:
        slots = [{"outcome": str(w.answer.outcome), "child": w.child.id} for w in written]
        self._trail.append(
            work, actor=f"device:{encounter.device_id}", action="capture.settled", subject=f"encounter:{encounter.id}",
            detail={"capture": str(encounter.capture_id), "slots": slots},
        )  # fmt: skip
        own = Happening(kind="encounter_settled", encounter_id=encounter.id, data={"slots": slots})
        tell(work, [own, *(h for w in written for h in w.happenings)], at=now)
