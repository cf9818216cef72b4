"""The outbox in a SQLite file."""

import sqlite3
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, TypeVar
from uuid import UUID

from common.faults import FaultPoint, no_faults
from common.time import Clock
from edge.messages.models import CaptureReport
from edge.messages.seal import VerifiedReceipt, VerifiedResult, digest
from edge.outbox import memos
from edge.outbox.backoff import Retry, Uniform
from edge.outbox.database import Database, is_full
from edge.outbox.errors import CaptureAlreadySaved, DiskFull, SpaceLow
from edge.outbox.models import Counts, EncounterMemo, Outgoing, ReceiptEffect, Saved
from edge.outbox.reserve import Reserve

RESERVE_BYTES: Final = 1024 * 1024
T = TypeVar("T")


class SqliteOutbox:
    """Implements `edge.outbox.interfaces.Outbox`."""

    def __init__(
        self,
        path: Path,
        *,
        seal: Callable[[CaptureReport], bytes],
        clock: Clock,
        uniform: Uniform,
        retry: Retry | None = None,
        reserve_bytes: int = RESERVE_BYTES,
        faults: FaultPoint = no_faults,
    ) -> None:
        """Open or make the file. Errors: OutboxUnreadable, DiskFull."""
        self._seal, self._clock, self._uniform = seal, clock, uniform
        self._retry = retry or Retry()
        self._reserve = Reserve(path.with_name(path.name + ".reserve"), reserve_bytes)
        self._reserve.lay_aside()
        self._database = Database(path, faults=faults)

    def require_space(self) -> None:
        if not self._reserve.lay_aside():
            raise SpaceLow(self._database.path, self._reserve.size)

    def save(self, report: CaptureReport) -> Saved:
        sealed = self._seal(report)
        saved = Saved(capture_id=report.capture_id, digest=digest(sealed), saved_at=self._clock.now())
        reserve_left = self._with_reserve(lambda: self._insert(saved, sealed, report))[1]
        return saved if reserve_left else replace(saved, space_low=True)

    def _with_reserve(self, write: Callable[[], T]) -> tuple[T, bool]:
        """The write's result, and whether the reserve is whole afterwards. Errors: DiskFull.

        Sending is what makes room, so the writes of sending may spend the reserve too.
        """
        try:
            return write(), True
        except sqlite3.Error as exc:
            if not is_full(exc):
                raise
        self._reserve.spend()
        try:
            done = write()
        except sqlite3.Error as exc:
            if is_full(exc):
                raise DiskFull(self._database.path) from exc
            raise
        return done, self._reserve.lay_aside()

    def _insert(self, saved: Saved, sealed: bytes, report: CaptureReport) -> None:
        key, at = saved.capture_id.bytes, saved.saved_at.timestamp()
        with self._database.write("save") as db:
            if db.execute("SELECT 1 FROM encounter WHERE capture_id = ?", (key,)).fetchone():
                raise CaptureAlreadySaved(saved.capture_id)
            db.execute(
                "INSERT INTO outgoing (capture_id, digest, sealed, saved_at, next_attempt_at) VALUES (?, ?, ?, ?, ?)",
                (key, saved.digest, sealed, at, at),
            )
            db.execute(
                "INSERT INTO encounter (capture_id, saved_at, slots) VALUES (?, ?, ?)",
                (key, at, memos.slots_to_text(report)),
            )
            _add(db, "saved")

    def claim_due(self, *, limit: int) -> list[Outgoing]:
        return self._with_reserve(lambda: self._claim(limit))[0]

    def _claim(self, limit: int) -> list[Outgoing]:
        now = self._clock.now().timestamp()
        with self._database.write("claim") as db:
            rows = db.execute(
                # A row due further ahead than any delay was written by a clock that was ahead: it is due now.
                "SELECT capture_id, sealed, attempts FROM outgoing WHERE next_attempt_at <= ? OR next_attempt_at > ? "
                "ORDER BY saved_at LIMIT ?",
                (now, now + 2 * self._retry.aside_s, limit),
            ).fetchall()
            for capture_id, _, attempts in rows:
                self._count_attempt(db, capture_id, attempts + 1, now)
        return [Outgoing(capture_id=UUID(bytes=key), sealed=sealed, attempt=n + 1) for key, sealed, n in rows]

    def _count_attempt(self, db: sqlite3.Connection, capture_id: bytes, attempt: int, now: float) -> None:
        state = "set_aside" if attempt >= self._retry.tries else "published"
        db.execute(
            "UPDATE outgoing SET attempts = ?, state = ?, next_attempt_at = ? WHERE capture_id = ?",
            (attempt, state, now + self._retry.delay(attempt, self._uniform), capture_id),
        )
        _add(db, "publications")
        if attempt > 1:
            _add(db, "resent")

    def next_due_in(self) -> float | None:
        with self._database.read() as db:
            (soonest,) = db.execute("SELECT min(next_attempt_at) FROM outgoing").fetchone()
        if soonest is None:
            return None
        wait = float(soonest) - self._clock.now().timestamp()
        return 0.0 if wait > 2 * self._retry.aside_s else max(0.0, wait)

    def settle(self, receipt: VerifiedReceipt) -> ReceiptEffect:
        return self._with_reserve(lambda: self._settle(receipt))[0]

    def _settle(self, receipt: VerifiedReceipt) -> ReceiptEffect:
        key = receipt.capture_id.bytes
        with self._database.write("receipt") as db:
            row = db.execute("SELECT digest FROM outgoing WHERE capture_id = ?", (key,)).fetchone()
            if row is None:
                return ReceiptEffect.UNKNOWN_CAPTURE
            if row[0] != receipt.digest:
                return ReceiptEffect.OTHER_DIGEST
            db.execute("DELETE FROM outgoing WHERE capture_id = ?", (key,))
            db.execute(
                "UPDATE encounter SET receipt = ?, reason = ? WHERE capture_id = ?",
                (receipt.status, receipt.reason, key),
            )
            _add(db, "receipts")
            if receipt.status == "quarantined":
                _add(db, "quarantined")
        return ReceiptEffect.RELEASED

    def keep_result(self, result: VerifiedResult) -> None:
        self._with_reserve(lambda: self._keep_result(result))

    def _keep_result(self, result: VerifiedResult) -> None:
        with self._database.write("result") as db:
            db.execute(
                "UPDATE encounter SET result = ?, result_at = ? WHERE capture_id = ?",
                (result.model_dump_json(), self._clock.now().timestamp(), result.capture_id.bytes),
            )

    def dismiss(self, capture_id: UUID) -> None:
        with self._database.write("dismiss") as db:
            db.execute("UPDATE encounter SET dismissed = 1 WHERE capture_id = ?", (capture_id.bytes,))

    def counts(self) -> Counts:
        with self._database.read() as db:
            states = dict(db.execute("SELECT state, count(*) FROM outgoing GROUP BY state").fetchall())
            (oldest,) = db.execute("SELECT min(saved_at) FROM outgoing").fetchone()
            totals = dict(db.execute("SELECT name, value FROM total").fetchall())
        return Counts(
            waiting=states.get("waiting", 0),
            published=states.get("published", 0),
            set_aside=states.get("set_aside", 0),
            oldest=None if oldest is None else datetime.fromtimestamp(oldest, UTC),
            saved_ever=totals["saved"],
            publications_ever=totals["publications"],
            resent_ever=totals["resent"],
            receipts_ever=totals["receipts"],
            quarantined_ever=totals["quarantined"],
        )

    def recent(self, *, limit: int) -> list[EncounterMemo]:
        with self._database.read() as db:
            rows = db.execute(memos.RECENT, (limit,)).fetchall()
        return [memos.from_row(row) for row in rows]

    def forget_before(self, instant: datetime) -> None:
        with self._database.write("forget") as db:
            db.execute(
                "DELETE FROM encounter WHERE saved_at < ? AND capture_id NOT IN (SELECT capture_id FROM outgoing) "
                "AND NOT (receipt = 'quarantined' AND dismissed = 0)",
                (instant.timestamp(),),
            )

    def close(self) -> None:
        self._database.close()


def _add(db: sqlite3.Connection, total: str) -> None:
    db.execute("UPDATE total SET value = value + 1 WHERE name = ?", (total,))
