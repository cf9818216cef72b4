"""The intake over a real broker: from a published capture to a receipt and a result."""

import queue
import socket
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from common.broker import BrokerAddress
from edge.messages.topics import capture_topic, receipt_topic, result_topic
from registry.bootstrap import Registry, build_intake, make_home
from registry.broker import embedded_broker
from registry.config import RegistrySettings
from registry.db import Database
from registry.errors import BrokerUnavailable
from registry.migrations.run import migrate
from tests.registry.house import Centre, Eyes, Sent, StillClock, Tablet, slot


@pytest.fixture(scope="session")
def embedded() -> Iterator[BrokerAddress]:
    with embedded_broker() as address:
        yield address


@pytest.fixture(scope="session")
def mosquitto() -> BrokerAddress:
    try:
        socket.create_connection(("127.0.0.1", 1883), timeout=1).close()
    except OSError as exc:
        pytest.skip(f"Mosquitto does not answer on 127.0.0.1:1883, so nothing is tried on it: {exc}")
    return BrokerAddress(host="127.0.0.1", port=1883)


@pytest.fixture(params=["embedded", "mosquitto"])
def address(request: pytest.FixtureRequest) -> BrokerAddress:
    found: BrokerAddress = request.getfixturevalue(request.param)
    return found


@dataclass
class Van:
    """A tablet's connection to the broker."""

    client: mqtt.Client
    device: str
    receipts: "queue.Queue[bytes]" = field(default_factory=queue.Queue)
    results: "queue.Queue[bytes]" = field(default_factory=queue.Queue)

    def publish(self, sent: Sent) -> None:
        self.client.publish(capture_topic(self.device), sent.sealed, qos=1).wait_for_publish(5)


@contextmanager
def connected(address: BrokerAddress, device: str) -> Iterator[Van]:
    client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id=f"test-{uuid.uuid4().hex}", protocol=mqtt.MQTTv5)
    van, subscribed = Van(client, device), threading.Event()
    boxes = {receipt_topic(device): van.receipts, result_topic(device): van.results}
    client.on_message = lambda _client, _data, message: boxes[message.topic].put(message.payload)
    client.on_subscribe = lambda *_: subscribed.set()
    client.on_connect = lambda *_: client.subscribe([(topic, 1) for topic in boxes])
    client.connect(address.host, address.port)
    client.loop_start()
    assert subscribed.wait(5)
    try:
        yield van
    finally:
        client.disconnect()
        client.loop_stop()


@pytest.fixture
def van(tablet: object) -> Tablet:
    return tablet(f"van-{uuid.uuid4().hex[:12]}")  # type: ignore[operator,no-any-return]


def test_a_published_capture_is_answered_with_a_receipt_and_a_result(
    centre: Centre, van: Tablet, eyes: Eyes, address: BrokerAddress
) -> None:
    with (
        connected(address, van.name) as line,
        build_intake(centre.registry, centre.matching, address=address) as intake,
    ):
        intake.wait_ready()
        sent = van.meet(slot(eyes.of(0)))
        line.publish(sent)
        assert van.receipt_status(line.receipts.get(timeout=10)) == "held"
        assert line.results.get(timeout=10)
        assert [told.outcome for told in van.result(sent)] == ["new"]


def test_captures_published_while_no_intake_ran_are_taken_when_the_tablet_sends_again(
    centre: Centre, van: Tablet, eyes: Eyes, address: BrokerAddress
) -> None:
    with connected(address, van.name) as line:
        sent = van.meet(slot(eyes.of(0)))
        line.publish(sent)
        with build_intake(centre.registry, centre.matching, address=address) as intake:
            intake.wait_ready()
            line.publish(sent)
            assert van.receipt_status(line.receipts.get(timeout=10)) == "held"
            line.results.get(timeout=10)
    assert centre.one("select count(*) from encounter") == 1


def test_what_was_journalled_before_the_start_is_settled_at_the_start(
    centre: Centre, van: Tablet, eyes: Eyes, address: BrokerAddress
) -> None:
    centre.admit(van.meet(slot(eyes.of(0))))
    with connected(address, van.name) as line, build_intake(centre.registry, centre.matching, address=address):
        assert line.results.get(timeout=10)


def test_two_intakes_share_the_captures_and_no_child_becomes_two(
    centre: Centre, van: Tablet, eyes: Eyes, address: BrokerAddress
) -> None:
    other = Centre(centre.registry, centre.weigher)
    with (
        connected(address, van.name) as line,
        build_intake(centre.registry, centre.matching, address=address) as first,
        build_intake(other.registry, other.matching, address=address) as second,
    ):
        first.wait_ready()
        second.wait_ready()
        for child in range(8):
            for shot in range(2):
                line.publish(van.meet(slot(eyes.of(child, shot))))
        for _ in range(16):
            line.receipts.get(timeout=10)
        deadline = time.monotonic() + 20
        while centre.one("select count(*) from journal where outcome is null") and time.monotonic() < deadline:
            time.sleep(0.05)
    assert centre.one("select count(*) from encounter") == 16
    assert centre.one("select count(*) from child") == 8


def test_two_registries_on_one_broker_do_not_take_captures_from_each_other(
    centre: Centre, van: Tablet, eyes: Eyes, address: BrokerAddress, tmp_path: Path
) -> None:
    stranger_settings = RegistrySettings(home=tmp_path / "other")
    make_home(stranger_settings.home)
    database = Database.open(stranger_settings.database)
    migrate(database)
    database.close()
    stranger = Registry.open(stranger_settings)
    with (
        connected(address, van.name) as line,
        build_intake(stranger, Centre(stranger, centre.weigher).matching, address=address) as other,
        build_intake(centre.registry, centre.matching, address=address) as intake,
    ):
        other.wait_ready()
        intake.wait_ready()
        for child in range(6):
            line.publish(van.meet(slot(eyes.of(child))))
        for _ in range(6):
            assert van.receipt_status(line.receipts.get(timeout=10)) == "held"
    stranger.close()


def test_the_intake_starts_before_its_broker_and_takes_captures_once_it_is_there(
    centre: Centre, van: Tablet, eyes: Eyes
) -> None:
    from registry.broker import free_port

    port = free_port()
    absent = BrokerAddress(host="127.0.0.1", port=port)
    with build_intake(centre.registry, centre.matching, address=absent) as intake:
        with pytest.raises(BrokerUnavailable, match="does not answer"):
            intake.wait_ready(0.5)
        with embedded_broker(port=port) as address, connected(address, van.name) as line:
            intake.wait_ready(20)
            line.publish(van.meet(slot(eyes.of(0))))
            assert van.receipt_status(line.receipts.get(timeout=10)) == "held"


def test_a_message_that_is_no_capture_is_acknowledged_and_does_not_come_again(
    centre: Centre, van: Tablet, eyes: Eyes, address: BrokerAddress, clock: StillClock
) -> None:
    with (
        connected(address, van.name) as line,
        build_intake(centre.registry, centre.matching, address=address) as intake,
    ):
        intake.wait_ready()
        line.client.publish(capture_topic(van.name), b"hello", qos=1).wait_for_publish(5)
        line.publish(van.meet(slot(eyes.of(0))))
        assert van.receipt_status(line.receipts.get(timeout=10)) == "held"
        assert line.receipts.empty()
    assert centre.one("select sum(count) from refused where device_name = :name", name=van.name) == 1
