"""The stream of one's own inbox over real HTTP: how much is unread, now and at once when it changes."""

import json
from collections.abc import Iterator

import httpx2
from fastapi import FastAPI

from tests.registry.inbox.conftest import Colleague, Team
from tests.registry.web.serving import serve


def counts(address: str, cookies: dict[str, str]) -> Iterator[dict[str, int]]:
    with (
        httpx2.Client(cookies=cookies, timeout=10) as client,
        client.stream("GET", f"{address}/live/inbox") as answer,
    ):
        assert answer.headers["content-type"].startswith("text/event-stream")
        for line in answer.iter_lines():
            if line.startswith("data: "):
                yield json.loads(line.removeprefix("data: "))


def test_a_call_is_counted_at_once_and_somebody_elses_is_not(
    app: FastAPI, team: Team, sara: Colleague, omid: Colleague
) -> None:
    case, mina = team.case(owner=sara), team.of("psychologist")
    with serve(app) as address:
        mine = counts(address, dict(sara.person.http.cookies))
        assert next(mine) == {"unread": 0, "urgent": 0}
        omid.post(f"/cases/{case}/notes", text=f"@{mina.name}")
        omid.post(f"/cases/{case}/notes", text=f"@{sara.name}")
        assert next(mine) == {"unread": 1, "urgent": 0}
        mine.close()
