"""A person's inbox for programs."""

from datetime import datetime
from typing import Self

from pydantic import BaseModel

from registry.inbox.queries import Item
from registry.inbox.rules.causes import Kind
from registry.inbox.tables import Cause
from registry.web.strings import LANGUAGES
from registry.web.wording import Wording


class NoticeOut(BaseModel):
    """`what` is the task or alarm; `say` the whole of it in both languages. `ended_at`: it no longer stands."""

    id: int
    kind: str
    what: str
    level: str
    say: dict[str, str]
    by: str
    at: datetime
    due_at: datetime | None
    days: int | None
    read_at: datetime | None
    ended_at: datetime | None
    case_id: int | None
    case_number: str | None
    child_id: int | None
    note_id: int | None
    flag_id: int | None
    task_id: int | None
    entry_id: int | None
    promise_id: int | None
    commitment_id: int | None
    proposal_id: int | None
    question_id: int | None
    merge_id: int | None
    match_id: int | None
    letter_id: int | None
    transfer_id: int | None
    report_id: int | None
    referral_id: int | None
    referral_number: str | None

    @classmethod
    def of(cls, item: Item, now: datetime) -> Self:
        cause = item.notice.cause
        theirs = {"id", "say", "read_at", "case_number", "child_id", "referral_number"}
        shown = {name: getattr(cause, name) for name in cls.model_fields if name not in theirs}
        return cls(
            id=item.notice.id, say={language: said(cause, language, now) for language in LANGUAGES},
            read_at=item.notice.read_at, case_number=item.case_number, child_id=item.child_id,
            referral_number=item.referral_number, **shown,
        )  # fmt: skip


class InboxPage(BaseModel):
    notices: list[NoticeOut]
    next: str | None


class CountOut(BaseModel):
    """Of the newest five hundred."""

    unread: int
    urgent: int


class ReadOut(BaseModel):
    read: int


def said(cause: Cause, language: str, now: datetime) -> str:
    """One sentence. No child is named in it."""
    say = Wording(language=language, now=now)
    if cause.kind == Kind.ALARM:
        return say.t(f"alarm.{cause.what}", n=cause.days) if cause.days is not None else say.t(f"alarm.{cause.what}")
    task = say.t(f"task.{cause.what}") if cause.what else ""
    return say.t(f"inbox.{cause.kind}", task=task, by=cause.by)
