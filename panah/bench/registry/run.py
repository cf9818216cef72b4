"""Load twice, small and large; ask every read of both; say what is slow and whose statements grow with its rows."""

import asyncio
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from time import monotonic
from typing import Any

from argon2 import PasswordHasher
from fastapi import FastAPI

from panah.bench.registry import (
    casework,
    concerns,
    elsewhere,
    files,
    narrowed,
    notes,
    notices,
    papers,
    questions,
    street,
)
from panah.bench.registry.asking import Asker
from panah.bench.registry.loading import Rows, load
from panah.bench.registry.population import NOW, Population, Size, Staff, populate
from panah.bench.registry.reads import GOAL_MS, Measured, asks, measure
from panah.bench.registry.samples import Samples
from panah.demo.house import house
from registry.access.passwords import Passwords
from registry.access.rules import Role
from registry.app import create_app
from registry.attachments.vault import Vault
from registry.bootstrap import Registry
from registry.db import UnitOfWork
from registry.serve import settled

WHERE_THERE_IS_SOMETHING = 4
"""So many statements are made only where there is something to load, as of the slots of two children who are compared.
What grows with the rows grows by tens: a page has fifty."""
_COLLEAGUES = 4
_FEW = 15
"""Requests a way of the small load: only its statements are looked at."""
_MORE = 3
"""Times as many requests where answers are slow."""
_PASSWORD = "four words for benches"  # noqa: S105 - of a registry that is gone in minutes
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Evening:
    """Time stands still: lists of today's shift are the same whenever the bench runs."""

    at: datetime = NOW

    def now(self) -> datetime:
        return self.at


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """A route as asked of the large load, beside the small one."""

    large: Measured
    small: Measured

    @property
    def is_fast(self) -> bool:
        return self.large.p95_ms <= GOAL_MS

    @property
    def is_constant(self) -> bool:
        return self.large.statements <= self.small.statements + WHERE_THERE_IS_SOMETHING

    def as_json(self) -> dict[str, Any]:
        return self.large.as_json() | {
            "statements_small": self.small.statements, "fast": self.is_fast, "constant": self.is_constant,
        }  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    database: str
    size: Size
    small: Size
    rows: Mapping[str, int]
    load_seconds: float
    routes: tuple[Compared, ...]
    unasked: tuple[str, ...]
    """Ways to ask without rows to be asked for, or without a good answer."""

    @property
    def met(self) -> bool:
        return not self.unasked and all(one.is_fast and one.is_constant for one in self.routes)

    def as_json(self) -> dict[str, Any]:
        return {
            "database": self.database, "children": self.size.children, "encounters": self.size.encounters,
            "small_children": self.small.children, "rows": sum(self.rows.values()),
            "load_seconds": round(self.load_seconds, 1), "goal_p95_ms": GOAL_MS,
            "routes": {one.large.name: one.as_json() for one in self.routes}, "unasked": list(self.unasked),
            "slow": [one.large.name for one in self.routes if not one.is_fast],
            "growing": [one.large.name for one in self.routes if not one.is_constant], "met": self.met,
        }  # fmt: skip


def run(home: Path, size: Size, small: Size, *, database_url: str | None, samples: int, say: Say) -> Figures:
    """Each load stands in a schema of its own, which is gone afterwards. Errors: DatabaseUnavailable."""
    with loaded(home / "small", small, database_url=database_url, say=say) as (registry, _, _, tokens):
        few = min(_MORE * samples, _FEW)
        less = {one.name: one for one in _measured(registry, tokens, small, few, few)}
    with loaded(home / "large", size, database_url=database_url, say=say) as (registry, rows, seconds, tokens):
        more = _measured(registry, tokens, size, samples, _MORE * samples)
        database = registry.database.engine.dialect.name
    compared = tuple(
        Compared(large=one, small=less[one.name]) for one in more if one.n and one.name in less and less[one.name].n
    )
    named = {one.large.name for one in compared}
    return Figures(
        database=database, size=size, small=small, rows=rows, load_seconds=seconds, routes=compared,
        unasked=tuple(one.name for one in more if one.name not in named and not one.what.endswith("next page")),
    )  # fmt: skip


Loaded = tuple[Registry, Mapping[str, int], float, Mapping[Role, str]]


@contextmanager
def loaded(home: Path, size: Size, *, database_url: str | None, say: Say) -> Iterator[Loaded]:
    """A registry with the load in it, how many rows of each table, how long that took, and a log-in of each role."""
    with house(home, database_url=database_url, broker_url=None) as standing:
        registry = Registry.open(standing.settings, clock=Evening())
        try:
            app = application(registry)
            staff, tokens = _staff(app)
            began = monotonic()
            rows = _filled(registry, size, staff)
            took = monotonic() - began
            say(f"{size.children} children, {size.encounters} encounters: {sum(rows.values())} rows in {took:.0f} s")
            yield registry, rows, took, tokens
        finally:
            registry.close()


def _filled(registry: Registry, size: Size, staff: list[Staff]) -> dict[str, int]:
    """The population is held in memory no longer than this: a registry's process has none."""
    world = populate(size, staff)
    return load(registry.database, lambda work: _parts(world, registry, work))


def application(registry: Registry) -> FastAPI:
    """argon2 as weak as it goes: its strength is not what is measured."""
    return create_app(registry, passwords=Passwords(PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)))


def _staff(app: FastAPI) -> tuple[list[Staff], dict[Role, str]]:
    """A few colleagues of each role; the first of them looks at everything that the role may see."""
    staff, tokens = [], {}
    for role in Role:
        for number in range(1, _COLLEAGUES + 1):
            name = f"{role.replace('_', '-')}-{number}"
            account = app.state.web.accounts.add(name=name, password=_PASSWORD, roles=[role], actor="bench")
            staff.append(Staff(account_id=account, name=name, role=str(role)))
        tokens[role] = app.state.web.sessions.log_in(f"{role.replace('_', '-')}-1", _PASSWORD, address="bench")[0]
    return staff, tokens


def _parts(world: Population, registry: Registry, work: UnitOfWork) -> Iterator[Rows]:
    yield from street.street(world)
    yield from files.files(world, registry.names)
    yield from casework.casework(world)
    yield from elsewhere.elsewhere(world, work)
    yield from notes.notes(world)
    yield from papers.papers(world, Vault(registry.keyring.attachments))
    yield from concerns.concerns(world)
    yield from questions.questions(world)
    yield from narrowed.narrowed(world, work)
    yield from notices.notices(world, work)
    yield from questions.trail(world, work, registry.keyring.audit)


def _measured(registry: Registry, tokens: Mapping[Role, str], size: Size, count: int, most: int) -> list[Measured]:
    return asyncio.run(_all(registry, tokens, size, count, most))


async def _all(registry: Registry, tokens: Mapping[Role, str], size: Size, count: int, most: int) -> list[Measured]:
    app = application(registry)
    asker = Asker(app, registry.database.engine)
    with registry.database.reading() as work:
        wanted = list(asks(app, Samples(work.session, size.seed, most)))
    found: list[Measured] = []
    with settled():  # as `registry serve` does
        async with asker.running():
            for ask in wanted:
                found += await measure(asker, ask, tokens, count, most)
    return found
