"""ABIS over a queue, on two real brokers: nothing asked is lost, whenever the service dies."""

import json
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from abis.mqtt import QueueLink, QueueSettings
from common.broker import BrokerAddress
from registry.broker import embedded_broker
from tests.abis.conftest import ShareServer, Start
from tests.abis.makers import as_bytes, message, person

MOSQUITTO = BrokerAddress(host="127.0.0.1", port=1883)


@pytest.fixture(scope="module")
def iotcore() -> Iterator[BrokerAddress]:
    with embedded_broker() as address:
        yield address


@pytest.fixture
def mosquitto() -> BrokerAddress:
    try:
        socket.create_connection((MOSQUITTO.host, MOSQUITTO.port), timeout=1).close()
    except OSError:
        pytest.skip("no Mosquitto answers on 127.0.0.1:1883")
    return MOSQUITTO


@pytest.fixture(params=["iotcore", "mosquitto"])
def broker(request: pytest.FixtureRequest) -> BrokerAddress:
    found: BrokerAddress = request.getfixturevalue(request.param)
    return found


@pytest.fixture
def topics() -> QueueSettings:
    """Of this test alone; the broker forgets them soon afterwards."""
    name = uuid4().hex[:12]
    return QueueSettings(
        requests=f"test/{name}/to-abis", answers=f"test/{name}/from-abis", client_id=f"abis-{name}", session_s=60
    )


class Mosip:
    """The other end: sends requests, keeps answers."""

    def __init__(self, broker: BrokerAddress, topics: QueueSettings) -> None:
        self.answers: list[dict[str, Any]] = []
        self._topics, self._news, self._ready = topics, threading.Condition(), threading.Event()
        self._client = mqtt.Client(CallbackAPIVersion.VERSION2, protocol=mqtt.MQTTv5)
        self._client.on_message = self._came
        self._client.on_connect = lambda client, *_: client.subscribe(topics.answers, qos=1)
        self._client.on_subscribe = lambda *_: self._ready.set()
        self._client.connect(broker.host, broker.port)
        self._client.loop_start()
        assert self._ready.wait(10)

    def send(self, *messages: dict[str, Any]) -> None:
        for one in messages:
            self._client.publish(self._topics.requests, as_bytes(one), qos=1).wait_for_publish(10)

    def wait(self, count: int) -> list[dict[str, Any]]:
        with self._news:
            assert self._news.wait_for(lambda: len(self.answers) >= count, 15), self.answers
            return list(self.answers)

    def close(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()

    def _came(self, _client: mqtt.Client, _data: Any, arrived: mqtt.MQTTMessage) -> None:
        with self._news:
            self.answers.append(json.loads(arrived.payload))
            self._news.notify_all()


Connect = Callable[[BrokerAddress], Mosip]


@pytest.fixture
def mosip(topics: QueueSettings) -> Iterator[Connect]:
    made: list[Mosip] = []

    def connect(broker: BrokerAddress) -> Mosip:
        made.append(Mosip(broker, topics))
        return made[-1]

    yield connect
    for one in made:
        one.close()


def test_answers_come_on_their_topic_in_order(
    broker: BrokerAddress, topics: QueueSettings, mosip: Connect, start: Start, share: ShareServer
) -> None:
    with QueueLink(broker, start().desk, topics) as link:
        assert link.wait_ready(10)
        wanted = [
            message("insert", referenceId="a", referenceURL=share.put(person(1))),
            message("insert", referenceId="b", referenceURL=share.put(person(1, shot=5))),
            message("identify", referenceId="b"),
            message("delete", referenceId="nobody"),
        ]
        other_end = mosip(broker)
        other_end.send(*wanted)
        answers = other_end.wait(4)
    assert [answer["requestId"] for answer in answers] == [asked["requestId"] for asked in wanted]
    assert [answer["returnValue"] for answer in answers] == ["1", "1", "1", "2"]
    assert answers[2]["candidateList"]["count"] == "1"


def test_requests_of_the_time_when_the_service_was_away_are_served_when_it_comes(
    mosquitto: BrokerAddress, topics: QueueSettings, mosip: Connect, start: Start, share: ShareServer
) -> None:
    abis = start()
    with QueueLink(mosquitto, abis.desk, topics) as link:
        assert link.wait_ready(10)
    other_end = mosip(mosquitto)
    other_end.send(message("insert", referenceId="a", referenceURL=share.put(person(1))))
    with QueueLink(mosquitto, abis.desk, topics):
        assert other_end.wait(1)[0]["returnValue"] == "1"


def test_an_insert_whose_answer_was_lost_is_told_again_that_it_succeeded(
    mosquitto: BrokerAddress,
    topics: QueueSettings,
    mosip: Connect,
    start: Start,
    share: ShareServer,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    first = start()
    stored = threading.Event()
    dying = QueueLink(mosquitto, first.desk, topics)
    # the process dies after the commit, before the answer
    monkeypatch.setattr(dying, "_answer", lambda *_: stored.set())
    other_end = mosip(mosquitto)
    with dying:
        assert dying.wait_ready(10)
        other_end.send(message("insert", referenceId="a", referenceURL=share.put(person(1))))
        assert stored.wait(15)
    first.close()
    again = start()
    assert again.ask("referenceCount")["count"] == "1"
    with QueueLink(mosquitto, again.desk, topics):
        answer = other_end.wait(1)[0]
    assert answer["returnValue"] == "1", answer
    assert again.ask("referenceCount")["count"] == "1"


def test_a_request_that_was_not_served_before_the_stop_is_not_answered_and_comes_again(
    mosquitto: BrokerAddress, topics: QueueSettings, mosip: Connect, start: Start, share: ShareServer
) -> None:
    first = start()
    first.desk.close()
    other_end = mosip(mosquitto)
    with QueueLink(mosquitto, first.desk, topics) as link:
        assert link.wait_ready(10)
        other_end.send(message("insert", referenceId="a", referenceURL=share.put(person(1))))
        other_end.send(message("ping"))
        assert [answer["id"] for answer in other_end.wait(1)] == ["mosip.abis.ping"]
    first.close()
    with QueueLink(mosquitto, start().desk, topics):
        answers = other_end.wait(3)
    # the ping is answered twice: it could not be acknowledged before the insert that came first
    told = sorted((answer["id"], answer["returnValue"]) for answer in answers)
    assert told == [("mosip.abis.insert", "1"), ("mosip.abis.ping", "1"), ("mosip.abis.ping", "1")]
