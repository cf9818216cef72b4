"""Writing notes, calling colleagues in them, putting them right. Every function leaves the commit to its caller."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import aliased

from common.time import Clock
from registry.access.tables import Account
from registry.audit.service import AuditTrail
from registry.cases.about import About, about_row, passed_on_since
from registry.cases.tables import Case
from registry.children.people import Person
from registry.db import UnitOfWork
from registry.errors import NoteChanged, NotThere, RuleForbids
from registry.inbox.service import tell_called
from registry.notes import rules
from registry.notes.forms import CorrectionForm, NoteForm
from registry.notes.rules import Refusal
from registry.notes.tables import NoteMention, NoteReader, WrittenNote


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """`unknown`: names after an @ that no colleague has; whoever wrote them is told, so that no call is lost."""

    note: WrittenNote
    unknown: tuple[str, ...]


def write(work: UnitOfWork, about: About, form: NoteForm, *, by: Person, trail: AuditTrail, clock: Clock) -> Written:
    """Errors: RuleForbids."""
    demand_may_write(work, about, by)
    refuse(rules.why_not_read_by(sealed=form.sealed, readers=form.readers))
    now = clock.now()
    note = WrittenNote(
        **about.columns, text=form.text, sealed=form.sealed, written_at=now, written_by_id=by.account_id,
        written_by=by.name,
    )  # fmt: skip
    readers = {by.account_id, *_colleagues(work, form.readers)} if form.sealed else set()
    return _put_down(work, note, about, readers, called_before=(), by=by, trail=trail, now=now)


def correct(
    work: UnitOfWork, note_id: int, form: CorrectionForm, *, by: Person, trail: AuditTrail, clock: Clock
) -> Written:
    """A new note in the place of the old, which stays. Sealed stays sealed, for the same people.

    Errors: NotThere, RuleForbids (somebody else's note), NoteChanged (corrected before).
    """
    old, about = taken_up(work, note_id, by)
    refuse(rules.why_not_correct(old.written_by_id, by.account_id))
    newest = newest_of(work, old.id)
    if newest != old.id:
        raise NoteChanged(note_id=old.id, newest=newest)
    now = clock.now()
    note = WrittenNote(
        **about.columns, text=form.text, sealed=old.sealed, written_at=now, written_by_id=by.account_id,
        written_by=by.name, corrects_id=old.id, because=form.because,
    )  # fmt: skip
    readers = set(_readers(work, old.id))
    before = list(work.session.scalars(select(NoteMention.account_id).where(NoteMention.note_id == old.id)))
    return _put_down(work, note, about, readers, called_before=before, by=by, trail=trail, now=now)


def add_readers(
    work: UnitOfWork, note_id: int, readers: Collection[int], *, by: Person, trail: AuditTrail, clock: Clock
) -> WrittenNote:
    """One who reads a sealed note lets others read it. Errors: NotThere, RuleForbids."""
    note, about = taken_up(work, note_id, by)
    if not note.sealed:
        refuse(Refusal.NOT_SEALED)
    new = _colleagues(work, readers) - set(_readers(work, note_id))
    now = clock.now()
    _name(work, note, new, by, now)
    trail.append(
        work, actor=by.name, action="note.readers_named", subject=f"note:{note_id}", detail={"named": sorted(new)}
    )
    tell_called(work, note, about, new, by=by.name, now=now)
    return note


def taken_up(work: UnitOfWork, note_id: int, by: Person) -> tuple[WrittenNote, About]:
    """A note that this person may read, with nobody else writing on it until the end. Errors: NotThere."""
    asked = select(WrittenNote).where(WrittenNote.id == note_id, readable_by(by.account_id))
    note = work.session.scalars(asked.with_for_update(of=WrittenNote)).one_or_none()
    if note is None:
        raise NotThere("note")
    try:
        return note, about_row(work, note, by, on_cases=rules.ON_CASES, on_children=rules.ON_CHILDREN)
    except NotThere as unseen:
        raise NotThere("note") from unseen


def newest_of(work: UnitOfWork, note_id: int) -> int:
    """The last correction in the chain, or the note itself."""
    while True:
        follower = work.session.scalar(select(WrittenNote.id).where(WrittenNote.corrects_id == note_id))
        if follower is None:
            return note_id
        note_id = follower


def readable_by(account_id: int) -> ColumnElement[bool]:
    """The condition that every list of notes carries: open, or sealed with this person among its readers. A sealed note
    whose readers have all left falls to the child's case manager: it must not be lost with them. It goes to no other
    office."""
    of_it = NoteReader.note_id == WrittenNote.id
    mine = exists().where(of_it, NoteReader.account_id == account_id)
    somebody = exists().where(of_it, Account.id == NoteReader.account_id, Account.disabled_at.is_(None))
    its_case = aliased(Case)  # a list may have a case of its own beside the note
    about = or_(
        its_case.id == WrittenNote.case_id,
        and_(its_case.child_id == WrittenNote.child_id, its_case.state != "closed"),
    )
    heir = exists().where(about, its_case.owner_id == account_id)
    passed_on = passed_on_since(WrittenNote.case_id, WrittenNote.child_id, WrittenNote.written_at)
    return or_(WrittenNote.sealed.is_(False), mine, and_(~somebody, heir, ~passed_on))


def demand_may_write(work: UnitOfWork, about: About, by: Person) -> None:
    """Errors: RuleForbids."""
    refuse(
        rules.why_not_write(
            by.roles, by.account_id, owner=about.owner, called_here=_is_called(work, about, by.account_id)
        )
    )


def refuse(refusal: Refusal | None, *, field: str | None = None) -> None:
    """Errors: RuleForbids."""
    if refusal is not None:
        raise RuleForbids(f"notes.{refusal}", field=field)


def _put_down(
    work: UnitOfWork, note: WrittenNote, about: About, readers: set[int], *, called_before: Collection[int],
    by: Person, trail: AuditTrail, now: datetime,
) -> Written:  # fmt: skip
    names = rules.called(note.text)
    if len(names) > rules.MOST_CALLED:
        refuse(Refusal.TOO_MANY_CALLED)
    called = _by_name(work, names)
    work.session.add(note)
    work.session.flush()  # its number goes into its readers, whom it calls, and the audit entry
    if note.sealed:
        _name(work, note, readers | set(called.values()), by, now)
    work.session.add_all(NoteMention(note_id=note.id, account_id=one) for one in sorted(called.values()))
    work.session.flush()
    detail: dict[str, object] = {"sealed": True} if note.sealed else {"about": about.subject}
    action = "note.written" if note.corrects_id is None else "note.corrected"
    trail.append(work, actor=by.name, action=action, subject=f"note:{note.id}", detail=detail)
    told = ((set(called.values()) | readers) if note.corrects_id is None else set(called.values())) - set(called_before)
    tell_called(work, note, about, told - {by.account_id}, by=by.name, now=now)
    return Written(note=note, unknown=tuple(name for name in names if name not in called))


def _by_name(work: UnitOfWork, names: Iterable[str]) -> dict[str, int]:
    rows = work.session.execute(
        select(Account.name, Account.id).where(Account.name.in_(list(names)), Account.disabled_at.is_(None))
    )
    return {row.name: row.id for row in rows}


def _colleagues(work: UnitOfWork, accounts: Collection[int]) -> set[int]:
    """Errors: RuleForbids (no such colleague)."""
    asked = select(Account.id).where(Account.id.in_(sorted(accounts)), Account.disabled_at.is_(None))
    found = set(work.session.scalars(asked))
    if found != set(accounts):
        refuse(Refusal.NO_SUCH_COLLEAGUE, field="readers")
    return found


def _readers(work: UnitOfWork, note_id: int) -> list[int]:
    return list(work.session.scalars(select(NoteReader.account_id).where(NoteReader.note_id == note_id)))


def _name(work: UnitOfWork, note: WrittenNote, accounts: Iterable[int], by: Person, now: datetime) -> None:
    work.session.add_all(
        NoteReader(note_id=note.id, account_id=one, given_at=now, given_by=by.name) for one in sorted(accounts)
    )
    work.session.flush()


def _is_called(work: UnitOfWork, about: About, account_id: int) -> bool:
    """Whether a colleague's note on this very case or child calls this person."""
    of_it = WrittenNote.case_id == about.case_id if about.case_id else WrittenNote.child_id == about.child_id
    asked = select(NoteMention.note_id).join(WrittenNote, WrittenNote.id == NoteMention.note_id)
    return work.session.execute(asked.where(of_it, NoteMention.account_id == account_id).limit(1)).first() is not None
