"""Searches among some of the enrolled, with what real decisions among simulated irises leave behind."""

from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy import select

from matching.decision import redecide
from matching.facts import Narrowed
from panah.bench.registry.loading import Rows
from panah.bench.registry.population import NOW, Population
from panah.bench.registry.street import irises
from registry.children.tables import IrisTemplate
from registry.db import UnitOfWork
from registry.searches.rules import Narrowing

_EVERY, _LEAST = 20, 6
"""One child in question in so many was searched for once more by hand."""


def narrowed(world: Population, work: UnitOfWork) -> Iterator[Rows]:
    """Whoever comes near is a template of the load that has the number of a simulated one."""
    probes = list(work.session.scalars(select(IrisTemplate.id).order_by(IrisTemplate.id)))
    asker, narrowing = world.with_role("case_manager")[0], Narrowing(sex="boy", age_low=8, age_high=14)
    evidence, _ = irises(world.size.seed, narrowed=Narrowed(enrolled=len(probes), by=narrowing.said()))
    told = [(one, redecide(one).outcome) for one in evidence]
    chosen = probes[:: max(1, min(_EVERY, len(probes) // _LEAST))]
    yield Rows(
        table="narrowed_search",
        columns=(
            "id", "state", "asked_by", "account_id", "asked_at", "reason", "template_id", "narrowing", "attempts",
            "answered_at", "outcome", "searched", "enrolled", "evidence",
        ),
        values=[
            (number, "answered", asker.name, asker.account_id, NOW - timedelta(hours=number), "مادر او را می‌جوید",
             probe, narrowing.stored(), 1, NOW - timedelta(hours=number), told[number % len(told)][1], len(probes) // 2,
             len(probes), told[number % len(told)][0])
            for number, probe in enumerate(chosen, start=1)
        ],
    )  # fmt: skip
