"""Works off the journal: claims rows without an outcome, settles them, sets aside what cannot be settled."""

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select, update

from common.faults import FaultPoint
from common.time import Clock
from edge.messages.errors import MessageError
from edge.messages.keys import DevicePublic
from edge.messages.seal import open_capture
from registry import faults as points
from registry.audit.service import AuditTrail
from registry.db import Database
from registry.devices.service import all_public_keys
from registry.errors import ClaimLost, DatabaseUnavailable
from registry.intake.settling import Settled, Settler
from registry.intake.tables import Journal
from registry.intake.writing import Claimed
from registry.keys import Keyring
from registry.live.service import Happening, tell

log = logging.getLogger(__name__)

BATCH = 16
CLAIM_FOR = timedelta(seconds=10)
MAX_FAILURES = 5
_PAUSES_S = (0.2, 0.5, 1.0, 2.0, 5.0)


@dataclass(frozen=True, slots=True)
class _Row:
    id: int
    capture_id: UUID
    device_id: str
    payload: bytes
    received_at: datetime


class Worker:
    """One of perhaps several. `name` is unlike any other worker's, in this and in every other process."""

    def __init__(
        self,
        *,
        name: str,
        settler: Settler,
        database: Database,
        keyring: Keyring,
        trail: AuditTrail,
        clock: Clock,
        fault: FaultPoint,
        settled: Callable[[], None] = lambda: None,
        batch: int = BATCH,
    ) -> None:
        """`settled` is called after each commit: results wait to be sent."""
        self._name, self._settler, self._database, self._keyring = name, settler, database, keyring
        self._trail, self._clock, self._fault, self._settled, self._batch = trail, clock, fault, settled, batch

    def run(self, stop: threading.Event, wake: threading.Event, *, poll_s: float = 0.25) -> None:
        """Until `stop`. `wake` says that there is something; without it the journal is looked at every `poll_s`,
        for rows of other processes and claims that have run out."""
        troubles = 0
        while not stop.is_set():
            wake.clear()
            try:
                busy = self.run_once() > 0
                troubles = 0
            except DatabaseUnavailable as exc:
                log.warning("Settling waits: %s", exc)
                troubles, busy = troubles + 1, False
                stop.wait(_PAUSES_S[min(troubles, len(_PAUSES_S)) - 1])
            if not busy:
                wake.wait(poll_s)

    def run_once(self) -> int:
        """Claim some rows and settle them; how many were claimed. Errors: DatabaseUnavailable (claims run out)."""
        rows = self._claim()
        if not rows:
            return 0
        self._fault(points.CLAIMED)
        keys = self._keys({row.device_id for row in rows})
        claimed = [item for row in rows if (item := self._open(row, keys)) is not None]
        self._settle(claimed)
        return len(rows)

    def _claim(self) -> list[_Row]:
        now = self._clock.now()
        with self._database.reading() as work:
            if work.session.execute(_claimable(now).limit(1)).first() is None:
                return []  # looked without the write lock: an idle registry disturbs nobody
        with self._database.writing() as work:
            found = work.session.execute(_claimable(now).limit(self._batch).with_for_update(skip_locked=True)).all()
            rows = [_Row(r.id, r.capture_id, r.device_id, r.payload, r.received_at) for r in found]
            work.session.execute(
                update(Journal)
                .where(Journal.id.in_([row.id for row in rows]))
                .values(claimed_by=self._name, claimed_until=now + CLAIM_FOR)
            )
            work.commit()
        return rows

    def _keys(self, devices: set[str]) -> dict[str, tuple[DevicePublic, ...]]:
        with self._database.reading() as work:
            return all_public_keys(work, devices)

    def _open(self, row: _Row, keys: dict[str, tuple[DevicePublic, ...]]) -> Claimed | None:
        """Authenticated once more, from the bytes on disk; the key that signed them may have been revoked since."""
        try:
            capture = open_capture(
                row.payload,
                topic_device=row.device_id,
                registry_keys=self._keyring.messages,
                lookup_device_public=lambda device: keys.get(device, ()),
            )
        except MessageError as exc:
            self._set_aside(row.id, row.capture_id, f"The journalled bytes do not open: {exc}")
            return None
        return Claimed(journal_id=row.id, claim=self._name, capture=capture, received_at=row.received_at)

    def _settle(self, claimed: Sequence[Claimed]) -> None:
        """All in one commit; if that fails for a reason of one of them, each by itself."""
        if not claimed:
            return
        try:
            self._report(self._settler.settle(claimed))
        except DatabaseUnavailable:
            raise
        except Exception as exc:  # noqa: BLE001 - whatever one capture does to us, the others must go on
            if len(claimed) == 1:
                self._failed(claimed[0], exc)
                return
            log.info("A batch of %d is settled one by one: %s", len(claimed), exc)
            for one in claimed:
                self._settle([one])

    def _report(self, settled: Sequence[Settled]) -> None:
        for one in settled:
            log.info("Capture %s settled: %s", one.capture_id, ", ".join(one.outcomes) or "no slots")
        self._settled()

    def _failed(self, claimed: Claimed, exc: Exception) -> None:
        if isinstance(exc, ClaimLost):
            log.info("%s", exc)
            return
        capture_id = claimed.capture.capture_id
        log.error("Capture %s could not be settled", capture_id, exc_info=exc)
        with self._database.writing() as work:
            failures = work.session.execute(
                update(Journal)
                .where(Journal.id == claimed.journal_id, Journal.claimed_by == self._name)
                .values(attempts=Journal.attempts + 1, claimed_until=self._clock.now() + timedelta(seconds=2))
                .returning(Journal.attempts)
            ).scalar_one_or_none()
            work.commit()
        if failures is not None and failures >= MAX_FAILURES:
            self._set_aside(
                claimed.journal_id, capture_id, f"Settling failed {failures} times: {type(exc).__name__}: {exc}"
            )

    def _set_aside(self, journal_id: int, capture_id: UUID, reason: str) -> None:
        """Out of the way of the others, with its bytes, for a person to look at."""
        now = self._clock.now()
        with self._database.writing() as work:
            work.session.execute(
                update(Journal)
                .where(Journal.id == journal_id, Journal.claimed_by == self._name, Journal.state == "waiting")
                .values(
                    state="attention",
                    reason=reason[:500],
                    claimed_by=None,
                    claimed_until=None,
                    outcome={"slots": [], "needs_attention": "failed"},
                    outcome_at=now,
                )
            )
            self._trail.append(
                work,
                actor="intake",
                action="capture.set_aside",
                subject=f"capture:{capture_id}",
                detail={"reason": reason},
            )
            tell(work, [Happening(kind="capture_needs_attention", data={"capture_id": str(capture_id)})], at=now)
            work.commit()


def _claimable(now: datetime):  # type: ignore[no-untyped-def]
    return (
        select(Journal.id, Journal.capture_id, Journal.device_id, Journal.payload, Journal.received_at)
        .where(
            Journal.state == "waiting",
            Journal.claimed_by.is_(None) | (Journal.claimed_until < now),
        )
        .order_by(Journal.id)
    )
