"""Every GET of the registry, from its own route table, asked over and over: how long, how many statements."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from fastapi import FastAPI

from panah.bench.registry.asking import Answered, Asker
from panah.bench.registry.samples import PREFERRED, Ask, Samples
from panah.bench.registry.typed import Query
from registry.access.rules import Role
from registry.web.permissions import PERMISSIONS, STRANGER, Roles

_GOOD = 200
GOAL_MS = 100.0
_TRIPLED_FROM_MS = GOAL_MS / 2
"""Where an answer took so long, three times as many are asked for: of twenty, the slowest alone would be the p95."""
LIMITS = ("10", "50")
NO_READS = {"/login": "a form without rows; whoever has a session is led on from it"}
"""Routes that are no list, search or case, and why not."""
BOTH = {"/reviews": (Role.REVIEWER, Role.CASE_MANAGER)}
"""Where another role sees another page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    route: str
    what: str
    role: str
    n: int
    first_ms: float
    """The first answer compiles templates and statements, and is in no other figure."""
    p50_ms: float
    p95_ms: float
    cpu_ms: float
    """Of the server's process, the median."""
    sql_ms: float
    kilobytes: float
    statements: int
    """The most of any request."""
    statements_least: int
    failed: dict[int, int]
    """Answers other than the page, by status: a redirection to the log-in is none."""

    @property
    def name(self) -> str:
        return f"{self.route} {self.what}".strip()

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def routes(app: FastAPI) -> list[str]:
    """The templates of all GET routes that the application has, as OpenAPI tells them."""
    return sorted(path for path, methods in app.openapi()["paths"].items() if "get" in methods)


def asks(app: FastAPI, samples: Samples) -> Iterator[Ask]:
    """Every way to ask every route but NO_READS. One without rows to be asked for has no paths."""
    parameters = {path: _parameters(app, path) for path in routes(app) if path not in NO_READS}
    for route, names in parameters.items():
        for role in BOTH.get(route) or (asking(PERMISSIONS.get(("GET", route), STRANGER)),):
            paths, who = samples.paths(route), f"as {role}" if route in BOTH else ""
            for what, queries in samples.words(route):
                for limit in LIMITS if "limit" in names else ("",):
                    told = " ".join(part for part in (who, what, f"limit {limit}" if limit else "") if part)
                    given = [query | ({"limit": limit} if limit else {}) for query in queries]
                    yield Ask(route=route, what=told, role=role, paths=paths, queries=given)


def asking(roles: Roles) -> Role:
    return next((role for role in PREFERRED if role in roles), PREFERRED[0])


def _parameters(app: FastAPI, path: str) -> set[str]:
    return {one["name"] for one in app.openapi()["paths"][path]["get"].get("parameters", ())}


async def measure(asker: Asker, ask: Ask, tokens: Mapping[Role, str], count: int, most: int) -> Iterator[Measured]:
    """This way to ask, and where it leads on, the next page. `most`: so many answers where they are slow."""
    found, following = await _ask(asker, ask, tokens[ask.role], count, most)
    measured = [_measured(ask, ask.what, found)]
    if following:
        further, _ = await _ask(asker, ask, tokens[ask.role], count, most, following)
        measured.append(_measured(ask, f"{ask.what}, next page".lstrip(", "), further))
    return iter(measured)


async def _ask(
    asker: Asker, ask: Ask, token: str, count: int, most: int, following: list[Query] | None = None
) -> tuple[list[Answered], list[Query]]:
    found: list[Answered] = []
    leads: list[Query] = []
    while ask.paths and (len(found) < count or (len(found) < most and _is_slow(found))):
        path, query = ask.paths[len(found) % len(ask.paths)], (following or ask.queries)
        asked = query[len(found) % len(query)]
        found.append(await asker.get(path, asked, token))
        after = _next(found[-1])
        if following is None and after is not None:
            leads.append(asked | {"after": after})
    return found, leads


def _is_slow(found: list[Answered]) -> bool:
    return any(one.ms >= _TRIPLED_FROM_MS for one in found[1:])


def _next(answer: Answered) -> str | None:
    if not answer.body.startswith(b"{"):
        return None
    after = json.loads(answer.body).get("next")
    return str(after) if after else None


def _measured(ask: Ask, what: str, asked: list[Answered]) -> Measured:
    found = asked[1:] or asked
    good = [one for one in found if one.status == _GOOD]
    failed = [one.status for one in found if one not in good]
    p50, p95 = np.percentile([one.ms for one in good], (50, 95)) if good else (float("nan"),) * 2
    return Measured(
        route=ask.route, what=what, role=str(ask.role), n=len(good), first_ms=_median([one.ms for one in asked[:1]]),
        p50_ms=round(float(p50), 1), p95_ms=round(float(p95), 1), cpu_ms=_median([one.cpu_ms for one in good]),
        sql_ms=_median([one.sql_ms for one in good]), kilobytes=_median([len(one.body) / 1024 for one in good]),
        statements=max((one.statements for one in good), default=0),
        statements_least=min((one.statements for one in good), default=0),
        failed={status: failed.count(status) for status in set(failed)},
    )  # fmt: skip


def _median(values: list[float]) -> float:
    return round(float(np.median(values)), 1) if values else float("nan")
