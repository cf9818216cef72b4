"""Kept answers are forgotten after their time, and not before; on both databases."""

import datetime as dt

import pytest
from sqlalchemy import select

from registry.access.rules import Role
from registry.audit.tables import AuditEntry
from registry.bootstrap import Registry
from registry.replies import purging
from registry.replies.purging import KEPT_FOR, purge
from registry.replies.service import Key, Reply, claim, keep
from registry.replies.tables import KeptReply
from tests.registry.cases.people import hire
from tests.registry.house import StillClock


def answered(registry: Registry, account_id: int, *keys: str) -> None:
    with registry.database.writing() as work:
        for text in keys:
            key = Key(account_id=account_id, text=text, request="x")
            assert claim(work, key, registry.clock.now()) is None
            keep(work, key, Reply(body={"given_name": "ستاره"}))
        work.commit()


def kept(registry: Registry) -> set[str]:
    with registry.database.reading() as work:
        return set(work.session.scalars(select(KeptReply.key)))


def test_an_answer_is_kept_for_a_week_and_then_forgotten(
    registry: Registry, clock: StillClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(purging, "BATCH", 3)
    sara, omid = (hire(registry, name, Role.CASE_MANAGER).account_id for name in ("sara", "omid"))
    answered(registry, sara, *(f"old-{n}" for n in range(7)))
    answered(registry, omid, "old-0")
    clock.forward(days=3)
    answered(registry, sara, "young")
    assert purge(registry.database, trail=registry.trail, clock=clock) == 0
    clock.forward(seconds=(KEPT_FOR - dt.timedelta(days=3)).total_seconds())
    assert purge(registry.database, trail=registry.trail, clock=clock) == 0, "a week is not over before it is over"
    clock.forward(seconds=1)
    assert purge(registry.database, trail=registry.trail, clock=clock) == 8
    assert kept(registry) == {"young"}
    with registry.database.reading() as work:
        (entry,) = work.session.scalars(select(AuditEntry).where(AuditEntry.action == "replies.purged"))
    assert (entry.actor, entry.detail) == ("registry", '{"gone":8}')
