"""Typing one's password again before an act that leaves the house: who holds somebody's open log-in cannot do it.

A proof is given for the password, holds for a few minutes and for one act of the same log-in. The password itself
never travels with the act, so that nothing made from the act's body (an Idempotency-Key's fingerprint) depends on it.
"""

import secrets
from datetime import datetime, timedelta
from typing import Annotated

from fastapi import Header
from sqlalchemy import delete, insert, update

from registry.access.sessions import Sessions, token_hash
from registry.access.tables import ReentryProof
from registry.db import Database, UnitOfWork
from registry.errors import ReentryNeeded

HOLDS = timedelta(minutes=5)
KEPT = timedelta(days=1)
"""A used or expired proof tells nothing that the audit trail does not."""
ReentryHeader = Annotated[
    str | None, Header(alias="Reentry", max_length=100, description="`proof` of POST /api/reentry; for one act")
]


def give_proof(
    sessions: Sessions, database: Database, *, session_id: int, name: str, password: str, address: str, now: datetime
) -> tuple[str, datetime]:
    """The proof and until when it holds. Wrong passwords count as failed log-ins do.

    Errors: LoginRefused, LoginPaused; both leave an audit entry.
    """
    sessions.confirm(name, password, address=address)
    proof, until = secrets.token_urlsafe(24), now + HOLDS
    with database.writing() as work:
        work.session.execute(delete(ReentryProof).where(ReentryProof.expires_at < now - KEPT))
        work.session.execute(
            insert(ReentryProof).values(
                token_hash=token_hash(proof), session_id=session_id, given_at=now, expires_at=until
            )
        )
        work.commit()
    return proof, until


def demand_proof(work: UnitOfWork, proof: str | None, *, session_id: int, now: datetime) -> None:
    """Uses the proof up, in the act's own transaction: an act that fails leaves it as it was. Errors: ReentryNeeded."""
    used = (
        update(ReentryProof)
        .where(
            ReentryProof.token_hash == token_hash(proof or ""),
            ReentryProof.session_id == session_id,
            ReentryProof.used_at.is_(None),
            ReentryProof.expires_at > now,
        )
        .values(used_at=now)
        .returning(ReentryProof.token_hash)
    )
    if work.session.execute(used).one_or_none() is None:
        raise ReentryNeeded
