"""The board's stream over real HTTP: at once, in order, from several web workers, resumed where it was cut."""

import time

import httpx2
import pytest
from fastapi import FastAPI

from registry.app import create_app
from registry.bootstrap import Registry
from tests.registry.web.conftest import LogIn
from tests.registry.web.scene import Scene, Seen
from tests.registry.web.serving import serve

both_databases = pytest.mark.parametrize("settings", ["sqlite", "postgresql"], indirect=True)


class Listener:
    """One browser's event stream; `next()` gives the next message that carries something."""

    def __init__(self, address: str, cookies: dict[str, str], **headers: str) -> None:
        self._client = httpx2.Client(cookies=cookies, timeout=5)
        request = self._client.build_request("GET", f"{address}/live/encounters", headers=headers)
        self._answer = self._client.send(request, stream=True)
        self.status = self._answer.status_code
        self._lines = self._answer.iter_lines() if self.status == 200 else iter(())

    def next(self) -> dict[str, str]:
        message: dict[str, str] = {}
        for line in self._lines:
            if not line and "event" in message:
                return message
            key, _, value = line.partition(": ")
            message[key] = message.get(key, "") + value
        raise AssertionError("the stream ended")

    def until(self, kind: str) -> dict[str, str]:
        while True:
            message = self.next()
            if message["event"] == kind:
                return message

    def close(self) -> None:
        self._answer.close()
        self._client.close()


@both_databases
def test_a_new_encounter_is_told_within_a_second_of_its_commit(app: FastAPI, scene: Scene, log_in: LogIn) -> None:
    cookies = dict(log_in("screening").http.cookies)
    with serve(app) as address:
        listener = Listener(address, cookies)
        time.sleep(0.5)  # the stream stands before the encounter comes
        scene.meet(Seen(name="ستاره"), place="پل مدیریت")
        committed = time.monotonic()
        told = listener.until("encounter")
        waited = time.monotonic() - committed
        listener.close()
    assert "ستاره" in told["data"]
    assert "پل مدیریت" in told["data"]
    assert waited < 1


@both_databases
def test_two_web_workers_tell_of_the_same_encounter(
    app: FastAPI, registry: Registry, scene: Scene, log_in: LogIn
) -> None:
    cookies = dict(log_in("screening").http.cookies)
    with serve(app) as one, serve(create_app(registry)) as other:
        listeners = [Listener(one, cookies), Listener(other, cookies)]
        scene.meet(Seen(name="ستاره"))
        told = [listener.until("encounter") for listener in listeners]
        for listener in listeners:
            listener.close()
    assert told[0]["id"] == told[1]["id"]


def test_a_stream_that_was_cut_resumes_where_it_was(app: FastAPI, scene: Scene, log_in: LogIn) -> None:
    cookies = dict(log_in("screening").http.cookies)
    with serve(app) as address:
        first = Listener(address, cookies)
        scene.meet(Seen(name="ستاره"))
        seen = first.until("encounter")["id"]
        first.close()
        scene.meet(Seen(name="شکیبا"))
        scene.meet(Seen(name="امید"))
        again = Listener(address, cookies, **{"last-event-id": seen})
        names = [again.until("encounter")["data"] for _ in range(2)]
        again.close()
    assert "شکیبا" in names[0]
    assert "امید" in names[1]


def test_what_waits_for_a_decision_is_told_too(app: FastAPI, scene: Scene, log_in: LogIn) -> None:
    cookies = dict(log_in("case_manager").http.cookies)
    with serve(app) as address:
        listener = Listener(address, cookies)
        scene.meet(Seen(name="نورآقا"), outcome="aid_only")
        assert listener.until("changed")["data"] == "proposal_opened"
        listener.close()


@pytest.mark.parametrize("role", ["outreach", "administrator"])
def test_the_stream_is_for_those_who_care_for_children(app: FastAPI, log_in: LogIn, role: str) -> None:
    cookies = dict(log_in(role).http.cookies)
    with serve(app) as address:
        refused = Listener(address, cookies)
        stranger = Listener(address, {})
        assert (refused.status, stranger.status) == (404, 401)
        refused.close()
        stranger.close()


def test_the_streams_end_when_the_feed_is_closed(app: FastAPI, log_in: LogIn) -> None:
    """A page that listens must not hold up the centre's stop."""
    cookies = dict(log_in("screening").http.cookies)
    with serve(app) as address:
        listener = Listener(address, cookies)
        ended = time.monotonic()
    assert time.monotonic() - ended < 5
    listener.close()
