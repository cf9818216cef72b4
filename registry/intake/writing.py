"""What every settled capture leaves beside its encounter: written for a batch at once, in the same transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import CursorResult, bindparam, insert, null, update

from edge.messages.models import SlotResult
from edge.messages.seal import VerifiedCapture
from edge.messages.topics import result_topic
from registry.audit.service import AuditTrail, Entry
from registry.children.tables import Child
from registry.db import UnitOfWork
from registry.devices.service import public_keys
from registry.encounters.tables import Encounter
from registry.errors import ClaimLost
from registry.intake.answer import sealed_answer
from registry.intake.tables import Journal, Outgoing
from registry.keys import Keyring
from registry.live.service import Happening, tell


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """A journal row that this worker may settle, opened."""

    journal_id: int
    claim: str
    capture: VerifiedCapture
    received_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenSlot:
    child: Child
    answer: SlotResult
    happenings: Sequence[Happening]


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """One capture as it now stands in the tables of encounters, children, cases and reviews."""

    claimed: Claimed
    encounter: Encounter
    slots: Sequence[WrittenSlot]
    problem: str | None
    """Why a template of it could not be compared."""


def close_batch(
    work: UnitOfWork, batch: Sequence[Written], *, keyring: Keyring, trail: AuditTrail, now: datetime
) -> None:
    """Outcomes, results to send, audit entries, live events. Errors: ClaimLost, and nothing may be committed."""
    _close_journal(work, [one for one in batch if one.problem is None], now, keep_payload=False)
    _close_journal(work, [one for one in batch if one.problem is not None], now, keep_payload=True)
    _queue_results(work, batch, keyring, now)
    trail.append_all(work, [_entry(one) for one in batch])
    tell(work, [happening for one in batch for happening in _happenings(one)], at=now)


def _close_journal(work: UnitOfWork, batch: Sequence[Written], now: datetime, *, keep_payload: bool) -> None:
    """The payload goes, unless a template in it waits for a registry that can read it."""
    if not batch:
        return
    values: dict[str, Any] = {"claimed_by": null(), "claimed_until": null(), "outcome_at": now}
    values |= {"state": "attention"} if keep_payload else {"state": "settled", "payload": null()}
    rows = [
        {"journal": one.claimed.journal_id, "claim": one.claimed.claim, "outcome": _outcome(one), "reason": one.problem}
        for one in batch
    ]
    closed: CursorResult[Any] = work.session.connection().execute(
        update(Journal)
        .where(Journal.id == bindparam("journal"), Journal.state == "waiting", Journal.claimed_by == bindparam("claim"))
        .values(outcome=bindparam("outcome"), reason=bindparam("reason"), **values),
        rows,
    )
    if closed.rowcount != len(batch):
        raise ClaimLost([one.claimed.capture.capture_id for one in batch])


def _outcome(one: Written) -> dict[str, Any]:
    outcome: dict[str, Any] = {"slots": [str(slot.answer.outcome) for slot in one.slots]}
    return outcome | ({"needs_attention": "template_unreadable"} if one.problem else {})


def _queue_results(work: UnitOfWork, batch: Sequence[Written], keyring: Keyring, now: datetime) -> None:
    """A device revoked since is told nothing, though what it captured counts."""
    keys = public_keys(work, {one.claimed.capture.device for one in batch})
    rows = []
    for one in batch:
        device = one.claimed.capture.device
        if device in keys:
            answers = [slot.answer for slot in one.slots]
            sealed = sealed_answer(one.encounter, answers, device_public=keys[device][0], registry_keys=keyring.signing)
            rows.append(
                {
                    "device_id": device, "capture_id": one.encounter.capture_id, "topic": result_topic(device),
                    "payload": sealed, "created_at": now, "attempts": 0,
                }
            )  # fmt: skip
    if rows:
        work.session.execute(insert(Outgoing), rows)


def _entry(one: Written) -> Entry:
    return Entry(
        actor=f"device:{one.encounter.device_id}",
        action="capture.settled",
        subject=f"encounter:{one.encounter.id}",
        detail={"capture": str(one.encounter.capture_id), "slots": _slots(one)},
    )


def _happenings(one: Written) -> list[Happening]:
    settled = Happening(kind="encounter_settled", encounter_id=one.encounter.id, data={"slots": _slots(one)})
    return [settled, *(happening for slot in one.slots for happening in slot.happenings)]


def _slots(one: Written) -> list[dict[str, object]]:
    return [{"outcome": str(slot.answer.outcome), "child": slot.child.id} for slot in one.slots]
