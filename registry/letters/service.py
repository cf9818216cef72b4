"""Drafting, issuing and following a letter; in the caller's transaction, the commit is theirs.

What is issued is what was previewed: the caller names the version seen, and if the case says something else by now the
letter is refused, to be looked at again.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime

import jdatetime
from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from common.time import in_tehran
from registry.cases.casework import Desk
from registry.cases.forms.fields import Form
from registry.cases.history import record
from registry.cases.reading import Opened, take_up
from registry.cases.rules.facts import Actor, today
from registry.cases.tables import Case, Counter
from registry.children.sealing import visible_to
from registry.db import UnitOfWork
from registry.errors import LetterRefused, NotThere, ReasonNeeded
from registry.letters.content import Content
from registry.letters.forms import FORMS, CommitmentForm, DirectorateForm, Kind, ReferralForm
from registry.letters.knowing import known_of, notices
from registry.letters.paper import Stamp, draw, unprintable
from registry.letters.rules import (
    Refusal,
    answer_due,
    letter_number,
    why_not_notify,
    why_not_say,
    why_not_share,
    why_not_sign,
    why_not_write,
)
from registry.letters.tables import Letter
from registry.letters.wording import Known, write


@dataclass(frozen=True, slots=True, kw_only=True)
class Drafted:
    kind: Kind
    form: Form
    replaces_id: int | None = None
    because: str = ""


def draft(work: UnitOfWork, desk: Desk, *, case_id: int, drafted: Drafted, actor: Actor) -> Letter:
    """A letter that nobody has signed. Errors: NotThere, LetterRefused, ReasonNeeded (replacing without one)."""
    now = desk.clock.now()
    opened = take_up(work, case_id, now, by=actor.account_id)
    _refuse(why_not_write(drafted.kind, actor.roles))
    replaced = _replaced(work, case_id, drafted)
    letter = Letter(
        number=_next_number(work, now), case_id=case_id, kind=drafted.kind, state="draft", version=1,
        replaces_id=drafted.replaces_id, because=drafted.because.strip()[:500], drafted_at=now,
        drafted_by_id=actor.account_id, drafted_by=actor.name,
    )  # fmt: skip
    _fill(work, letter, opened, drafted.form, replaced, now)
    work.session.add(letter)
    work.session.flush()  # its number goes into the audit entry
    _tell(work, desk, letter, "drafted", actor)
    return letter


def rewrite(work: UnitOfWork, desk: Desk, *, letter_id: int, seen: int | None, form: Form, actor: Actor) -> Letter:
    """A draft written anew, under its number. Errors: NotThere, LetterRefused."""
    now = desk.clock.now()
    letter, opened = _taken_up(work, letter_id, actor, now)
    _refuse(why_not_write(Kind(letter.kind), actor.roles))
    if not isinstance(form, FORMS[Kind(letter.kind)]):
        raise NotThere("letter")
    _demand_draft(letter, seen)
    _fill(work, letter, opened, form, _by_id(work, letter.replaces_id), now)
    # Whoever wrote the words that stand now is the one who does not sign them.
    letter.drafted_at, letter.drafted_by_id, letter.drafted_by = now, actor.account_id, actor.name
    letter.version += 1
    _tell(work, desk, letter, "rewritten", actor)
    return letter


def withdraw(work: UnitOfWork, desk: Desk, *, letter_id: int, reason: str, actor: Actor) -> Letter:
    """A draft that nobody will issue. Errors: NotThere, LetterRefused."""
    now = desk.clock.now()
    letter, _ = _taken_up(work, letter_id, actor, now)
    if letter.state != "draft":
        raise LetterRefused(Refusal.NOT_A_DRAFT)
    letter.state, letter.withdrawn_at, letter.withdrawn_by = "withdrawn", now, actor.name
    letter.withdrawn_because, letter.version = reason.strip()[:500], letter.version + 1
    _tell(work, desk, letter, "withdrawn", actor)
    return letter


def issue(work: UnitOfWork, desk: Desk, *, letter_id: int, seen: int | None, actor: Actor, signed_by: str) -> Letter:
    """Sign it and freeze the copy that goes out. `signed_by`: name and post, as they stand under the line.

    The caller has asked for the password again. Errors: NotThere, LetterRefused.
    """
    now = desk.clock.now()
    letter, opened = _taken_up(work, letter_id, actor, now)
    kind = Kind(letter.kind)
    _refuse(why_not_sign(kind, actor.roles, account_id=actor.account_id, written_by=letter.drafted_by_id))
    _demand_draft(letter, seen)
    form = FORMS[kind].model_validate(letter.form)
    replaced = _by_id(work, letter.replaces_id)
    known = known_of(work, opened, number=letter.number, form=form, replaced=replaced, now=now)
    _demand_law(work, letter, opened, form, known, replaced)
    if write(kind, form, known) != content_of(letter):
        raise LetterRefused(Refusal.CHANGED_SINCE_PREVIEW)
    letter.pdf = draw(content_of(letter), Stamp(at=now, signed_by=signed_by))
    letter.sha256 = hashlib.sha256(letter.pdf).hexdigest()
    letter.state, letter.issued_at, letter.issued_by_id, letter.issued_by = "issued", now, actor.account_id, signed_by
    letter.answer_due_on = answer_due(kind, today(now), opened.facts.calendar)
    letter.version += 1
    detail: dict[str, object] = {"letter": letter.id, "number": letter.number, "kind": letter.kind}
    record(work, opened.case, "letter_issued", actor=actor, now=now, trail=desk.trail, detail=detail)
    _tell(work, desk, letter, "issued", actor, sha256=letter.sha256)
    return letter


def paper_of(letter: Letter) -> bytes:
    """The sent copy as it was frozen, or a draft as it would look. Errors: LetterRefused, if the copy was changed."""
    if letter.state == "issued":
        kept = letter.pdf or b""
        if hashlib.sha256(kept).hexdigest() != letter.sha256:
            raise LetterRefused(Refusal.COPY_DAMAGED, what=letter.number)
        return kept
    return draw(content_of(letter), Stamp(at=letter.drafted_at))


def content_of(letter: Letter) -> Content:
    return Content.model_validate(letter.content)


def find(work: UnitOfWork, letter_id: int, *, by: int, lock: bool = False) -> Letter:
    """Errors: NotThere, also for a sealed child's letters."""
    asked = select(Letter).join(Case).where(Letter.id == letter_id, visible_to(by, Case.child_id))
    letter = work.session.scalars(asked.with_for_update(of=Letter) if lock else asked).one_or_none()
    if letter is None:
        raise NotThere("letter")
    return letter


def _taken_up(work: UnitOfWork, letter_id: int, actor: Actor, now: datetime) -> tuple[Letter, Opened]:
    letter = find(work, letter_id, by=actor.account_id)
    opened = take_up(work, letter.case_id, now, by=actor.account_id)
    work.session.refresh(letter)  # the case's lock is held by now: nobody else writes this letter
    return letter, opened


def _by_id(work: UnitOfWork, letter_id: int | None) -> Letter | None:
    return work.session.get(Letter, letter_id) if letter_id is not None else None


def _replaced(work: UnitOfWork, case_id: int, drafted: Drafted) -> Letter | None:
    """The issued letter that this one takes the place of: of the same case and kind, and not replaced before."""
    if drafted.replaces_id is None:
        return None
    old = _by_id(work, drafted.replaces_id)
    if old is None or old.case_id != case_id:
        raise NotThere("letter")
    if not drafted.because.strip():
        raise ReasonNeeded
    if old.state != "issued":
        raise LetterRefused(Refusal.NOT_ISSUED, what=old.number)
    if old.kind != drafted.kind:
        raise LetterRefused(Refusal.REPLACES_ANOTHER_KIND, what=old.number)
    if followers(work, [old.id]):
        raise LetterRefused(Refusal.REPLACED_ALREADY, what=old.number)
    return old


def followers(work: UnitOfWork, letter_ids: list[int]) -> dict[int, Letter]:
    """By the letter replaced, the one that takes its place, drafted or issued."""
    asked = select(Letter).where(Letter.replaces_id.in_(letter_ids), Letter.state != "withdrawn")
    return {one.replaces_id: one for one in work.session.scalars(asked) if one.replaces_id is not None}


def _fill(work: UnitOfWork, letter: Letter, opened: Opened, form: Form, replaced: Letter | None, now: datetime) -> None:
    known = known_of(work, opened, number=letter.number, form=form, replaced=replaced, now=now)
    _demand_law(work, letter, opened, form, known, replaced, drafting=True)
    content = write(Kind(letter.kind), form, known)
    if holes := unprintable(_texts(content.model_dump(mode="json"))):
        raise LetterRefused(Refusal.CANNOT_BE_PRINTED, what=holes[:20])
    letter.form, letter.content = form.model_dump(mode="json"), content.model_dump(mode="json")


def _demand_law(
    work: UnitOfWork, letter: Letter, opened: Opened, form: Form, known: Known, replaced: Letter | None,
    *, drafting: bool = False,
) -> None:  # fmt: skip
    kind = Kind(letter.kind)
    _refuse(why_not_say(kind, _texts(form.model_dump(mode="json"))))
    if isinstance(form, DirectorateForm) and not drafting:
        numbers = {letter.number, *_chain(work, replaced)}
        _refuse(why_not_notify(form, notices(opened.facts), numbers=numbers))
    if isinstance(form, ReferralForm):
        _refuse(why_not_share(form, known.referral))
    if isinstance(form, CommitmentForm) and not known.commitments:
        raise LetterRefused(Refusal.NO_COMMITMENT)
    if kind is Kind.RECEIPT and known.discharge is None:
        raise LetterRefused(Refusal.NO_DISCHARGE)


def _chain(work: UnitOfWork, letter: Letter | None) -> list[str]:
    """The numbers of a letter and of all that it took the place of."""
    numbers: list[str] = []
    while letter is not None:
        numbers.append(letter.number)
        letter = _by_id(work, letter.replaces_id)
    return numbers


def _texts(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    children = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [text for child in children for text in _texts(child)]


def _demand_draft(letter: Letter, seen: int | None) -> None:
    if letter.state != "draft":
        raise LetterRefused(Refusal.NOT_A_DRAFT)
    if seen != letter.version:
        raise LetterRefused(Refusal.CHANGED_SINCE_PREVIEW)


def _refuse(why: Refusal | None) -> None:
    if why is not None:
        raise LetterRefused(why)


def _next_number(work: UnitOfWork, now: datetime) -> str:
    """Read and raised in one statement, so that two letters never get one number."""
    year = jdatetime.date.fromgregorian(date=in_tehran(now).date()).year
    insert = postgresql.insert if work.database.is_postgresql else sqlite.insert
    first = insert(Counter).values(name=f"letter:{year}", value=1)
    raised = first.on_conflict_do_update(index_elements=[Counter.name], set_={"value": Counter.value + 1})
    return letter_number(year, work.session.execute(raised.returning(Counter.value)).scalar_one())


def _tell(work: UnitOfWork, desk: Desk, letter: Letter, what: str, actor: Actor, **more: object) -> None:
    detail = {"number": letter.number, "kind": letter.kind, "case": letter.case_id, **more}
    desk.trail.append(work, actor=actor.name, action=f"letter.{what}", subject=f"letter:{letter.id}", detail=detail)
