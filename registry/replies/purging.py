"""Answers kept under keys are forgotten after a while: they hold what was written about children."""

from datetime import datetime, timedelta

from sqlalchemy import delete, select, tuple_

from common.time import Clock
from registry.audit.service import AuditTrail
from registry.db import Database
from registry.replies.tables import KeptReply

KEPT_FOR = timedelta(days=7)
"""A phone without a network sends again within a day or two; afterwards the same key would do the act once more."""
BATCH = 500


def purge(database: Database, *, trail: AuditTrail, clock: Clock) -> int:
    """How many were forgotten; in small commits, so that nobody waits. Errors: DatabaseUnavailable."""
    before, gone = clock.now() - KEPT_FOR, 0
    while batch := _purge_some(database, before):
        gone += batch
    if gone:
        trail.record(database, actor="registry", action="replies.purged", detail={"gone": gone})
    return gone


def _purge_some(database: Database, before: datetime) -> int:
    old = select(KeptReply.account_id, KeptReply.key).where(KeptReply.at < before).limit(BATCH)
    with database.reading() as work:  # an idle registry takes no write lock
        if work.session.execute(old.limit(1)).first() is None:
            return 0
    with database.writing() as work:
        keys = [tuple(row) for row in work.session.execute(old)]
        work.session.execute(delete(KeptReply).where(tuple_(KeptReply.account_id, KeptReply.key).in_(keys)))
        work.commit()
    return len(keys)
