"""After a letter has gone: the secretariat's number, the answer, and which letters still wait for one."""

from datetime import date

from sqlalchemy import exists, select
from sqlalchemy.orm import aliased

from common.time import in_tehran
from registry.attachments.tables import Attachment
from registry.cases.casework import Desk
from registry.cases.history import record
from registry.cases.reading import take_up
from registry.cases.rules.facts import Actor, today
from registry.cases.tables import Case
from registry.children.sealing import visible_to
from registry.db import UnitOfWork
from registry.errors import LetterRefused
from registry.letters.forms import Answered, Kind, Registered
from registry.letters.rules import LAWS, Refusal
from registry.letters.service import find
from registry.letters.tables import Letter, LetterLater


def register(work: UnitOfWork, desk: Desk, *, letter_id: int, said: Registered, actor: Actor) -> Letter:
    """The secretariat's number, beside ours. Entered again it corrects: both stay. Errors: NotThere, LetterRefused."""
    return _add(work, desk, letter_id, "registered", said, actor)


def answer(work: UnitOfWork, desk: Desk, *, letter_id: int, said: Answered, actor: Actor) -> Letter:
    """Errors: NotThere, LetterRefused."""
    return _add(work, desk, letter_id, "answered", said, actor)


def _add(work: UnitOfWork, desk: Desk, letter_id: int, kind: str, said: Registered | Answered, actor: Actor) -> Letter:
    now = desk.clock.now()
    letter = find(work, letter_id, by=actor.account_id)
    opened = take_up(work, letter.case_id, now, by=actor.account_id)
    if letter.state != "issued" or letter.issued_at is None:
        raise LetterRefused(Refusal.NOT_ISSUED, what=letter.number)
    if said.on > today(now):
        raise LetterRefused(Refusal.IN_THE_FUTURE)
    if said.on < in_tehran(letter.issued_at).date():
        raise LetterRefused(Refusal.BEFORE_THE_LETTER)
    words, attached = ("", None) if isinstance(said, Registered) else (said.words, said.attachment_id)
    if kind == "answered":
        _demand_answerable(work, letter, attached)
    row = LetterLater(
        kind=kind, number=said.number, on_day=said.on, words=words, attachment_id=attached, at=now, by=actor.name
    )
    letter.later.append(row)
    letter.version += 1
    work.session.flush()  # its number goes into the history
    if kind == "answered":
        detail: dict[str, object] = {"letter": letter.id, "number": letter.number, "kind": letter.kind}
        record(work, opened.case, "letter_answered", actor=actor, now=now, trail=desk.trail, detail=detail)
    desk.trail.append(
        work, actor=actor.name, action=f"letter.{kind}", subject=f"letter:{letter.id}", detail={"later": row.id}
    )
    return letter


def _demand_answerable(work: UnitOfWork, letter: Letter, attachment_id: int | None) -> None:
    if LAWS[Kind(letter.kind)].answer_in is None:
        raise LetterRefused(Refusal.NO_ANSWER_ASKED)
    if attachment_id is not None:
        attached = work.session.get(Attachment, attachment_id)
        if attached is None or attached.case_id != letter.case_id or attached.withdrawn_at is not None:
            raise LetterRefused(Refusal.ATTACHED_ELSEWHERE)


def of_case(work: UnitOfWork, case_id: int, *, by: int, before: int | None, limit: int) -> list[Letter]:
    """The newest first; one more than `limit`, to say whether there are more. Errors: none: nothing is nothing."""
    asked = select(Letter).join(Case).where(Letter.case_id == case_id, visible_to(by, Case.child_id))
    if before is not None:
        asked = asked.where(Letter.id < before)
    return list(work.session.scalars(asked.order_by(Letter.id.desc()).limit(limit + 1)))


def waiting(work: UnitOfWork, *, by: int, after: tuple[date, int] | None, limit: int) -> list[Letter]:
    """Issued, asking for an answer, with none yet, and not replaced by a newer one: the longest overdue first."""
    newer = aliased(Letter)
    answered = exists().where(LetterLater.letter_id == Letter.id, LetterLater.kind == "answered")
    replaced = exists().where(newer.replaces_id == Letter.id, newer.state == "issued")
    asked = (
        select(Letter).join(Case)
        .where(Letter.state == "issued", Letter.answer_due_on.is_not(None), ~answered, ~replaced,
               visible_to(by, Case.child_id))
    )  # fmt: skip
    if after is not None:
        day, letter_id = after
        asked = asked.where((Letter.answer_due_on > day) | ((Letter.answer_due_on == day) & (Letter.id > letter_id)))
    return list(work.session.scalars(asked.order_by(Letter.answer_due_on, Letter.id).limit(limit + 1)))
