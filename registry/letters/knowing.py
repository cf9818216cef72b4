"""What the case says today: the facts that a letter is made of, in a fixed number of statements."""

import re
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from common.text import to_persian_digits
from common.time import in_tehran
from registry.cases.forms.deciding import Notice
from registry.cases.forms.leaving import Discharge, Referral
from registry.cases.reading import Opened
from registry.cases.records import Commitment, Promise
from registry.cases.rules.facts import Facts
from registry.children.record import ChildRecord
from registry.children.recording import newest
from registry.db import UnitOfWork
from registry.letters.forms import CommitmentForm
from registry.letters.tables import Letter
from registry.letters.wording import Known, Pledge
from registry.transfers import custody
from registry.transfers.tables import Office

# A name may have come in before its form could refuse it: what would turn a line around never reaches the paper.
_NOT_FOR_PAPER = re.compile("[\x00-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff]")


def bare(text: str | None) -> str:
    return _NOT_FOR_PAPER.sub("", text or "").strip()


def known_of(
    work: UnitOfWork, opened: Opened, *, number: str, form: object, replaced: Letter | None, now: datetime
) -> Known:
    case, child = opened.case, opened.case.child
    version = newest(work.session, child.id)
    record = ChildRecord.model_validate(version.record) if version else ChildRecord()
    pledges, promises = _pledges(work, case.id, form if isinstance(form, CommitmentForm) else None)
    said = (record.given_name or child.given_name, record.family_name)
    return Known(
        number=number, case_number=case.number, child_code=child.code, head=_head(work, case.id),
        child_name=" ".join(filter(None, map(bare, said))), fathers_name=bare(record.fathers_name),
        age=opened.facts.age, referral=latest_referral(opened.facts), discharge=latest_discharge(opened.facts),
        commitments=tuple(Pledge(what=p.what, by_whom="", on=p.review_on) for p in pledges),
        witness=bare(pledges[0].witness) if pledges else "",
        promises=tuple(Pledge(what=p.what, by_whom=bare(p.by_whom), on=p.due_on) for p in promises),
        replaces=(replaced.number, in_tehran(replaced.issued_at or now).date()) if replaced else None,
    )  # fmt: skip


def _head(work: UnitOfWork, case_id: int) -> tuple[str, ...]:
    """Of the office that has the case, as its record says it now."""
    held = custody.holder(work, case_id)
    office = work.session.get(Office, held) if held is not None else None
    if office is None:
        return ()
    telephone = f"تلفن: {to_persian_digits(office.telephone)}" if office.telephone else ""
    lines = (office.organisation or office.name, office.address, telephone)
    return tuple(line for line in map(bare, lines) if line)


def _pledges(
    work: UnitOfWork, case_id: int, form: CommitmentForm | None
) -> tuple[Sequence[Commitment], Sequence[Promise]]:
    """Of this guardian those that still hold, and ours that are still owed."""
    if form is None:
        return (), ()
    theirs = select(Commitment).where(
        Commitment.case_id == case_id, Commitment.ended.is_(None), Commitment.guardian == form.guardian
    )
    ours = select(Promise).where(Promise.case_id == case_id, Promise.ended.is_(None))
    session = work.session
    return session.scalars(theirs.order_by(Commitment.id)).all(), session.scalars(ours.order_by(Promise.id)).all()


def latest_referral(facts: Facts) -> Referral | None:
    return facts.latest(Referral)


def latest_discharge(facts: Facts) -> Discharge | None:
    return facts.latest(Discharge)


def notices(facts: Facts) -> list[Notice]:
    return [entry.form for entry in facts.of("notice") if isinstance(entry.form, Notice)]
