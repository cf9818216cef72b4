"""Colleagues and a look round, on both databases."""

from collections.abc import Callable

import pytest
from sqlalchemy import event

from registry.bootstrap import Registry
from registry.cases.dues import table_of
from registry.inbox.sweeping import Sweeper
from tests.registry.house import StillClock
from tests.registry.notes.conftest import (
    Colleague,
    Team,
    app,
    log_in,
    office,
    omid,
    passwords,
    sara,
    stranger,
    team,
    templates,
)

__all__ = [
    "Colleague", "Team", "app", "log_in", "office", "omid", "passwords", "sara", "stranger", "team", "templates",
]  # fmt: skip


@pytest.fixture
def sweeper(registry: Registry, clock: StillClock) -> Sweeper:
    return Sweeper(database=registry.database, clock=clock, table=table_of)


@pytest.fixture
def statements(registry: Registry) -> Callable[[Callable[[], object]], int]:
    """How many statements something takes."""

    def counted(act: Callable[[], object]) -> int:
        seen: list[str] = []

        def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
            seen.append(statement)

        event.listen(registry.database.engine, "before_cursor_execute", note)
        try:
            act()
        finally:
            event.remove(registry.database.engine, "before_cursor_execute", note)
        return len(seen)

    return counted
