"""One act for one key: a request that is sent again gets the answer of the first time, and does nothing."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite

from registry.db import UnitOfWork
from registry.errors import KeyOfAnotherRequest
from registry.replies.tables import KeptReply

_NOT_YET = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    account_id: int
    text: str
    request: str
    """What the key stands for; see `fingerprint`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    body: dict[str, Any]
    status: int = 200
    etag: str | None = None


def fingerprint(*parts: bytes) -> str:
    whole = hashlib.sha256()
    for part in parts:
        whole.update(len(part).to_bytes(8, "big") + part)
    return whole.hexdigest()


def claim(work: UnitOfWork, key: Key, now: datetime) -> Reply | None:
    """Take the key for this transaction, or give the answer that is kept under it. A twin that runs at the same moment
    waits here until this one is committed or gone. Errors: KeyOfAnotherRequest."""
    insert = postgresql.insert if work.database.is_postgresql else sqlite.insert
    row = {"account_id": key.account_id, "key": key.text, "request": key.request, "status": _NOT_YET, "body": {}}
    claimed = work.session.execute(
        insert(KeptReply).values(**row, at=now).on_conflict_do_nothing().returning(KeptReply.key)
    ).one_or_none()
    if claimed is not None:
        return None
    kept = work.session.execute(
        select(KeptReply).where(KeptReply.account_id == key.account_id, KeptReply.key == key.text)
    ).scalar_one()
    if kept.request != key.request:
        raise KeyOfAnotherRequest
    return Reply(body=kept.body, status=kept.status, etag=kept.etag)


def keep(work: UnitOfWork, key: Key, reply: Reply) -> None:
    work.session.execute(
        update(KeptReply)
        .where(KeptReply.account_id == key.account_id, KeptReply.key == key.text)
        .values(status=reply.status, etag=reply.etag, body=reply.body)
    )
