"""Marking what one has read, and as unread again. One's own only; nobody else sees whether somebody has read."""

from datetime import datetime

from sqlalchemy import update

from registry.children.people import Person
from registry.db import UnitOfWork
from registry.errors import NotThere
from registry.inbox.queries import Item, one, shown_ids
from registry.inbox.tables import Notice


def mark(work: UnitOfWork, notice_id: int, *, by: Person, read_at: datetime | None) -> Item:
    """`read_at` None: unread again. Errors: NotThere."""
    item = one(work.session, notice_id, by)
    if item is None:
        raise NotThere("notice")
    if read_at is None or item.notice.read_at is None:
        item.notice.read_at = read_at
    return item


def mark_all(work: UnitOfWork, up_to: int, *, by: Person, now: datetime) -> int:
    """Everything unread up to a notice that one has seen, and nothing that came since. How many."""
    ids = shown_ids(work.session, by, up_to=up_to)
    work.session.execute(update(Notice).where(Notice.id.in_(ids)).values(read_at=now))
    return len(ids)
