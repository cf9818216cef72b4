"""From sealed bytes on a topic to a row in the journal and a signed receipt: the registry's promise to the tablet.

A batch is committed at once, so that many vans share one wait for the disk. Nothing is acknowledged here: the
caller does that after this returns, and only then.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from common.faults import FaultPoint
from common.time import Clock
from edge.messages.errors import MessageError, SchemaViolation
from edge.messages.keys import DevicePublic
from edge.messages.models import Receipt
from edge.messages.seal import digest as digest_of
from edge.messages.seal import open_capture, peek, seal_receipt
from registry import faults as points
from registry.audit.service import AuditTrail
from registry.db import Database, UnitOfWork
from registry.devices import service as devices
from registry.intake.rules import worth_an_entry
from registry.intake.tables import Journal, Quarantined, Refused
from registry.keys import Keyring
from registry.live.service import Happening, tell

_SEEN_EVERY = timedelta(minutes=1)
_OTHER_BYTES = "This capture id stands for other bytes already; a person must look at both."


class Disposition(StrEnum):
    HELD = "held"
    RESENT = "resent"
    """Held before; the stored receipt goes out again and nothing changes."""
    QUARANTINED = "quarantined"
    REFUSED = "refused"
    """Nothing about the sender is proved: no receipt, no trace but a count."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """What came: the device as the topic names it, and the sealed bytes."""

    device: str
    payload: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Admission:
    incoming: Incoming
    disposition: Disposition
    receipt: bytes | None
    """Sealed; None when refused."""
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Authentic:
    """An authenticated message. `unreadable` says why its content cannot be used by this registry."""

    incoming: Incoming
    capture_id: UUID
    digest: bytes
    unreadable: str | None = None


class Admitter:
    """Authenticates and journals. Safe in several processes on one database: the capture id is unique there."""

    def __init__(
        self, *, database: Database, keyring: Keyring, trail: AuditTrail, clock: Clock, fault: FaultPoint
    ) -> None:
        self._database, self._keyring, self._trail = database, keyring, trail
        self._clock, self._fault = clock, fault

    def admit(self, batch: Sequence[Incoming]) -> list[Admission]:
        """In the order given, all of it on disk when this returns. Errors: DatabaseUnavailable (nothing was kept)."""
        with self._database.reading() as work:
            keys = devices.public_keys(work, {incoming.device for incoming in batch})
        opened = [self._authenticate(incoming, keys) for incoming in batch]
        with self._database.writing() as work:
            admissions = self._journal(work, opened)
            self._fault(points.BEFORE_JOURNAL_COMMIT)
            work.commit()
        self._fault(points.JOURNAL_COMMITTED)
        return admissions

    def _authenticate(
        self, incoming: Incoming, keys: Mapping[str, tuple[DevicePublic, ...]]
    ) -> "_Authentic | tuple[Incoming, MessageError]":
        try:
            capture = open_capture(
                incoming.payload, topic_device=incoming.device, registry_keys=self._keyring.messages,
                lookup_device_public=lambda device: keys.get(device, ()),
            )  # fmt: skip
        except SchemaViolation as exc:
            # Signed by the device and opened with our key; only its content says something that we do not understand.
            header = peek(incoming.payload)
            return _Authentic(
                incoming=incoming, capture_id=header.capture_id, digest=digest_of(incoming.payload), unreadable=str(exc)
            )
        except MessageError as exc:
            return incoming, exc
        return _Authentic(incoming=incoming, capture_id=capture.capture_id, digest=capture.digest)

    def _journal(
        self, work: UnitOfWork, opened: Sequence["_Authentic | tuple[Incoming, MessageError]"]
    ) -> list[Admission]:
        now = self._clock.now()
        authentic = [item for item in opened if isinstance(item, _Authentic)]
        held = _held(work, {item.capture_id for item in authentic})
        apart = _quarantined(work, {item.capture_id for item in authentic})
        admissions = []
        for item in opened:
            if isinstance(item, _Authentic):
                admissions.append(self._place(work, item, held, apart, now))
            else:
                admissions.append(self._refuse(work, *item, now))
        names = {item.incoming.device for item in authentic}
        if names:
            devices.seen(work, names, at=now, unless_since=now - _SEEN_EVERY)
        return admissions

    def _place(
        self,
        work: UnitOfWork,
        item: _Authentic,
        held: dict[UUID, tuple[bytes, bytes]],
        apart: dict[tuple[UUID, bytes], bytes],
        now: datetime,
    ) -> Admission:
        if item.capture_id not in held:
            receipt = self._receipt(item, "held", None, now)
            if self._insert(work, item, receipt, now):
                held[item.capture_id] = (item.digest, receipt)
                return Admission(
                    incoming=item.incoming, disposition=Disposition.HELD, receipt=receipt, reason=item.unreadable
                )
            held |= _held(work, {item.capture_id})  # another process was first
        digest, stored = held[item.capture_id]
        if digest == item.digest:
            return Admission(incoming=item.incoming, disposition=Disposition.RESENT, receipt=stored)
        if (item.capture_id, item.digest) not in apart:
            apart[item.capture_id, item.digest] = self._set_apart(work, item, now)
        return Admission(
            incoming=item.incoming, disposition=Disposition.QUARANTINED, reason=_OTHER_BYTES,
            receipt=apart[item.capture_id, item.digest],
        )  # fmt: skip

    def _insert(self, work: UnitOfWork, item: _Authentic, receipt: bytes, now: datetime) -> bool:
        """False if the capture id was taken meanwhile."""
        values: dict[str, Any] = {
            "capture_id": item.capture_id, "device_id": item.incoming.device, "digest": item.digest,
            "payload": item.incoming.payload, "receipt": receipt, "received_at": now, "state": "waiting", "attempts": 0,
        }  # fmt: skip
        if item.unreadable:
            outcome = {"slots": [], "needs_attention": "unreadable"}
            values |= {"state": "attention", "outcome": outcome, "outcome_at": now, "reason": item.unreadable[:500]}
        done = work.session.execute(
            _insert_once(work, Journal).values(**values).returning(Journal.id)
        ).scalar_one_or_none()
        if done is not None and item.unreadable:
            self._call_for_attention(work, item, now)
        return done is not None

    def _call_for_attention(self, work: UnitOfWork, item: _Authentic, now: datetime) -> None:
        self._trail.append(
            work,
            actor=f"device:{item.incoming.device}",
            action="capture.unreadable",
            subject=f"capture:{item.capture_id}",
            detail={"reason": item.unreadable or ""},
        )
        tell(work, [Happening(kind="capture_needs_attention", data={"capture_id": str(item.capture_id)})], at=now)

    def _set_apart(self, work: UnitOfWork, item: _Authentic, now: datetime) -> bytes:
        receipt = self._receipt(item, "quarantined", _OTHER_BYTES, now)
        work.session.execute(
            insert(Quarantined).values(
                capture_id=item.capture_id, device_id=item.incoming.device, digest=item.digest,
                payload=item.incoming.payload, receipt=receipt, received_at=now, reason=_OTHER_BYTES,
            )
        )  # fmt: skip
        self._trail.append(
            work,
            actor=f"device:{item.incoming.device}",
            action="capture.quarantined",
            subject=f"capture:{item.capture_id}",
            detail={"digest": item.digest.hex()},
        )
        tell(work, [Happening(kind="capture_needs_attention", data={"capture_id": str(item.capture_id)})], at=now)
        return receipt

    def _receipt(
        self, item: _Authentic, status: Literal["held", "quarantined"], reason: str | None, now: datetime
    ) -> bytes:
        receipt = Receipt(
            device=item.incoming.device, capture_id=item.capture_id, digest=item.digest, status=status,
            reason=reason, received_at=now,
        )  # fmt: skip
        return seal_receipt(receipt, registry_keys=self._keyring.signing)

    def _refuse(self, work: UnitOfWork, incoming: Incoming, error: MessageError, now: datetime) -> Admission:
        hour = now.replace(minute=0, second=0, microsecond=0)
        name = incoming.device[:200]
        work.session.execute(
            _insert_once(work, Refused).values(device_name=name, reason=error.code, hour=hour, count=0, last_at=now)
        )
        count = work.session.execute(
            update(Refused)
            .where(Refused.device_name == name, Refused.reason == error.code, Refused.hour == hour)
            .values(count=Refused.count + 1, last_at=now)
            .returning(Refused.count)
        ).scalar_one()
        if worth_an_entry(count):
            self._trail.append(
                work, actor="unauthenticated", action="capture.refused", subject=f"device:{name}",
                detail={"reason": error.code, "count_this_hour": count},
            )  # fmt: skip
        return Admission(incoming=incoming, disposition=Disposition.REFUSED, receipt=None, reason=error.code)


def _insert_once(work: UnitOfWork, table: type[Journal] | type[Refused]) -> "sqlite.Insert | postgresql.Insert":
    """INSERT … ON CONFLICT DO NOTHING in the words of this database."""
    if work.database.is_postgresql:
        return postgresql.insert(table).on_conflict_do_nothing()
    return sqlite.insert(table).on_conflict_do_nothing()


def _held(work: UnitOfWork, ids: set[UUID]) -> dict[UUID, tuple[bytes, bytes]]:
    rows = work.session.execute(
        select(Journal.capture_id, Journal.digest, Journal.receipt).where(Journal.capture_id.in_(ids))
    )
    return {row.capture_id: (row.digest, row.receipt) for row in rows}


def _quarantined(work: UnitOfWork, ids: set[UUID]) -> dict[tuple[UUID, bytes], bytes]:
    rows = work.session.execute(
        select(Quarantined.capture_id, Quarantined.digest, Quarantined.receipt).where(Quarantined.capture_id.in_(ids))
    )
    return {(row.capture_id, row.digest): row.receipt for row in rows}
