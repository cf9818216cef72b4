"""Appending to the trail, and proving that it is whole."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field

from sqlalchemy import insert, select, update

from common.time import Clock
from registry.audit.rules import BEFORE_THE_FIRST, Line, canonical, same, seal_head
from registry.audit.tables import AuditEntry, AuditHead
from registry.db import Database, UnitOfWork
from registry.errors import AuditBroken

_HEAD = 1
_PAGE = 500
NOTHING: Mapping[str, object] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """Who did what to what. `subject` is kind and id ("case:12"); `detail` holds no name, template or password."""

    actor: str
    action: str
    subject: str = ""
    detail: Mapping[str, object] = field(default_factory=dict)


class AuditTrail:
    """Writes into the caller's transaction: an act and its entry are committed together or not at all."""

    def __init__(self, *, key: bytes, clock: Clock) -> None:
        self._key, self._clock = key, clock

    def append(
        self,
        work: UnitOfWork,
        *,
        actor: str,
        action: str,
        subject: str = "",
        detail: Mapping[str, object] = NOTHING,
    ) -> int:
        """Returns the entry's number."""
        return self.append_all(work, [Entry(actor=actor, action=action, subject=subject, detail=detail)])

    def append_all(self, work: UnitOfWork, entries: Sequence[Entry]) -> int:
        """Returns the last number. The trail stays locked to the end of the transaction: the numbers have no gap."""
        work.lock_trail()
        head = work.session.execute(select(AuditHead.seq, AuditHead.last).where(AuditHead.id == _HEAD)).one_or_none()
        seq, last = (head.seq, head.last) if head else (0, BEFORE_THE_FIRST)
        rows, at = [], self._clock.now().isoformat(timespec="milliseconds")
        for entry in entries:
            seq += 1
            line = _line(entry, seq=seq, at=at, previous=last)
            last = line.seal(self._key)
            rows.append({**asdict(line), "seal": last})
        work.session.execute(insert(AuditEntry), rows)
        values = {"seq": seq, "last": last, "seal": seal_head(self._key, seq=seq, last=last)}
        if head is None:
            work.session.execute(insert(AuditHead).values(id=_HEAD, **values))
        else:
            work.session.execute(update(AuditHead).where(AuditHead.id == _HEAD).values(**values))
        return seq

    def record(
        self, database: Database, *, actor: str, action: str, subject: str = "", detail: Mapping[str, object] = NOTHING
    ) -> None:
        """An entry of its own, for what has no other transaction: a start, a refused request, a page seen."""
        with database.writing() as work:
            self.append(work, actor=actor, action=action, subject=subject, detail=detail)
            work.commit()

    def verify(self, database: Database) -> int:
        """How many entries hold. Safe beside writers. Errors: AuditBroken at the first entry that does not."""
        with database.snapshot() as work:
            head = work.session.execute(select(AuditHead).where(AuditHead.id == _HEAD)).scalar_one_or_none()
            if head and not same(head.seal, seal_head(self._key, seq=head.seq, last=head.last)):
                raise AuditBroken(head.seq, "the mark of the trail's end was changed")
            seq, previous = 0, BEFORE_THE_FIRST
            for entry in _entries(work):
                self._check(entry, seq + 1, previous)
                seq, previous = entry.seq, entry.seal
        if seq != (head.seq if head else 0):
            raise AuditBroken(seq + 1, "entries are missing at the end, or stand there without the mark")
        if head and not same(previous, head.last):
            raise AuditBroken(seq, "it is not the entry that was written last")
        return seq

    def _check(self, entry: AuditEntry, seq: int, previous: str) -> None:
        if entry.seq != seq:
            raise AuditBroken(seq, "it is missing")
        if not same(entry.previous, previous):
            raise AuditBroken(seq, "it does not follow from the entry before")
        line = Line(
            seq=entry.seq, at=entry.at, actor=entry.actor, action=entry.action, subject=entry.subject,
            detail=entry.detail, previous=entry.previous,
        )  # fmt: skip
        if not same(entry.seal, line.seal(self._key)):
            raise AuditBroken(seq, "it was changed after it was written")


def _line(entry: Entry, *, seq: int, at: str, previous: str) -> Line:
    return Line(
        seq=seq, at=at, actor=entry.actor[:200], action=entry.action[:64], subject=entry.subject[:200],
        detail=canonical(entry.detail), previous=previous,
    )  # fmt: skip


def _entries(work: UnitOfWork) -> Iterator[AuditEntry]:
    """All of them in order, a page at a time, so that a long trail is not held in memory."""
    after = -1
    while True:
        page = (
            work.session.execute(select(AuditEntry).where(AuditEntry.seq > after).order_by(AuditEntry.seq).limit(_PAGE))
            .scalars()
            .all()
        )
        yield from page
        if len(page) < _PAGE:
            return
        after = page[-1].seq
        work.session.expunge_all()
