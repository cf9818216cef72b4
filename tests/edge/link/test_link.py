"""Outbox and link over real brokers: nothing is lost, nothing is let go before the receipt, resends are the same."""

import contextlib
import socket
import threading
import time
from pathlib import Path

import pytest

from common.broker import BrokerAddress
from edge.faults import LINK_FAULT_POINTS, OUTBOX_FAULT_POINTS
from edge.link.models import LinkState
from edge.messages.keys import RegistryKeys
from edge.messages.seal import digest, open_capture
from edge.messages.topics import receipt_topic
from edge.outbox.models import ReceiptStatus
from registry.broker import embedded_broker, free_port
from tests.edge.link.conftest import Tablet, eventually
from tests.edge.link.registry_double import RegistryDouble
from tests.edge.reports import capture_report


def save(tablet: Tablet, count: int = 1) -> list[bytes]:
    digests = []
    for _ in range(count):
        digests.append(tablet.outbox.save(capture_report(tablet.device)).digest)
        tablet.link.kick()
    return digests


def test_a_saved_capture_reaches_the_registry_and_its_result_the_screen(
    tablet: Tablet, registry: RegistryDouble
) -> None:
    tablet.start()
    save(tablet)
    assert eventually(lambda: tablet.outbox.recent(limit=1)[0].result is not None)
    memo = tablet.outbox.recent(limit=1)[0]
    assert (memo.receipt, memo.state) == (ReceiptStatus.HELD, None)
    counts = tablet.outbox.counts()
    assert (counts.queued, counts.resent_ever) == (0, 0)
    assert tablet.link.status.state is LinkState.ONLINE


def test_without_a_receipt_the_capture_stays_and_the_same_bytes_are_sent_again(
    tablet: Tablet, registry: RegistryDouble
) -> None:
    registry.silent = True
    tablet.start()
    (sent,) = save(tablet)
    assert registry.wait(lambda: any(len(copies) >= 3 for copies in registry.journal.values()))
    assert tablet.outbox.counts().queued == 1
    (copies,) = registry.journal.values()
    assert {digest(copy) for copy in copies} == {sent}
    registry.silent = False
    assert eventually(lambda: tablet.outbox.counts().queued == 0)


def test_many_captures_saved_offline_arrive_each_once_or_more_and_all_are_let_go(
    tablet: Tablet, registry: RegistryDouble
) -> None:
    tablet.start(connect=False)
    sent = save(tablet, 60)
    tablet.link.start()
    assert eventually(lambda: tablet.outbox.counts().queued == 0, 30)
    assert {digest(copy) for copies in registry.journal.values() for copy in copies} == set(sent)
    assert len(registry.journal) == 60


def test_a_receipt_of_another_registry_or_for_other_bytes_lets_nothing_go(
    tablet: Tablet, registry: RegistryDouble
) -> None:
    registry.silent = True
    tablet.start()
    save(tablet)
    assert registry.wait(lambda: len(registry.journal) == 1)
    copy = next(iter(registry.journal.values()))[0]
    capture = open_capture(
        copy,
        topic_device=tablet.device,
        lookup_device_public=lambda _: [tablet.keys.public],
        registry_keys=[registry.keys],
    )
    true_keys = registry.keys
    registry.keys = RegistryKeys.generate()
    registry.send_receipt(capture)
    registry.keys = true_keys
    registry.send_receipt(capture, digest=b"\0" * 32)
    registry.publish(receipt_topic(tablet.device), b"no receipt at all")
    assert eventually(lambda: tablet.link.status.refused_messages == 2)
    assert tablet.outbox.counts().queued == 1


def test_a_quarantined_capture_is_let_go_with_a_note(tablet: Tablet, registry: RegistryDouble) -> None:
    registry.status = "quarantined"
    tablet.start()
    save(tablet)
    assert eventually(lambda: tablet.outbox.counts().quarantined_ever == 1)
    assert tablet.outbox.recent(limit=1)[0].receipt is ReceiptStatus.QUARANTINED


def test_receipts_sent_while_the_tablet_was_off_are_waiting_when_it_starts(
    tablet: Tablet, registry: RegistryDouble
) -> None:
    registry.silent = True
    tablet.start()
    save(tablet)
    assert registry.wait(lambda: len(registry.journal) == 1)
    tablet.stop()
    capture = open_capture(
        next(iter(registry.journal.values()))[0],
        topic_device=tablet.device,
        lookup_device_public=lambda _: [tablet.keys.public],
        registry_keys=[registry.keys],
    )
    registry.send_receipt(capture)
    time.sleep(0.2)
    tablet.start()
    assert eventually(lambda: tablet.outbox.counts().queued == 0)


class StallingWire:
    """A relay on the way to the broker that can stop carrying anything without closing, as a dead zone does."""

    def __init__(self, broker: BrokerAddress) -> None:
        self._broker, self.stalled = broker, threading.Event()
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port = self._server.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, _ = self._server.accept()
                far = socket.create_connection((self._broker.host, self._broker.port))
                for ends in ((near, far), (far, near)):
                    threading.Thread(target=self._carry, args=ends, daemon=True).start()

    def _carry(self, source: socket.socket, target: socket.socket) -> None:
        with contextlib.suppress(OSError), source, target:
            while data := source.recv(65536):
                if not self.stalled.is_set():
                    target.sendall(data)

    def close(self) -> None:
        self._server.close()


def test_a_network_that_dies_without_a_word_is_noticed_and_everything_sent_afterwards(
    tmp_path: Path, iotcore: BrokerAddress
) -> None:
    keys, wire = RegistryKeys.generate(), StallingWire(iotcore)
    tablet = Tablet(tmp_path, BrokerAddress(host="127.0.0.1", port=wire.port), keys)
    registry = RegistryDouble(iotcore, keys, {tablet.device: tablet.keys.public})
    tablet.start()
    assert eventually(lambda: tablet.link.status.state is LinkState.ONLINE)
    wire.stalled.set()
    save(tablet, 2)
    assert eventually(lambda: tablet.link.status.state is LinkState.OFFLINE, 8)
    wire.stalled.clear()
    assert eventually(lambda: tablet.outbox.counts().queued == 0)
    tablet.stop()
    registry.close()
    wire.close()


class Killed(BaseException):
    """The process ended here."""


@pytest.mark.parametrize("point", LINK_FAULT_POINTS + OUTBOX_FAULT_POINTS[2:])
def test_killed_at_any_point_of_the_way_everything_arrives_after_the_next_start(
    tablet: Tablet, registry: RegistryDouble, point: str
) -> None:
    def die(name: str) -> None:
        if name == point:
            raise Killed(name)

    tablet.start(faults=die)
    sent = save(tablet, 3)
    assert eventually(lambda: isinstance(tablet.link.failure, Killed))
    tablet.stop()
    tablet.start()
    assert eventually(lambda: tablet.outbox.counts().queued == 0)
    assert {digest(copy) for copies in registry.journal.values() for copy in copies} == set(sent)
    counts = tablet.outbox.counts()
    assert counts.saved_ever == counts.receipts_ever == 3
    assert eventually(lambda: all(memo.result for memo in tablet.outbox.recent(limit=5)))


def test_every_fault_point_of_the_link_is_passed(tablet: Tablet, registry: RegistryDouble) -> None:
    passed: set[str] = set()
    tablet.start(faults=passed.add)
    save(tablet)
    assert eventually(lambda: passed >= set(LINK_FAULT_POINTS))
    assert passed == set(LINK_FAULT_POINTS) | set(OUTBOX_FAULT_POINTS)


def test_a_broker_that_is_away_is_a_state_and_all_is_sent_when_it_comes(tmp_path: Path) -> None:
    keys, port = RegistryKeys.generate(), free_port()
    tablet = Tablet(tmp_path, BrokerAddress(host="127.0.0.1", port=port), keys)
    tablet.start()
    save(tablet, 2)
    assert eventually(lambda: tablet.link.status.state is LinkState.OFFLINE)
    assert tablet.outbox.counts().waiting == 2
    for _ in range(2):  # it comes, goes, and comes again, with another memory
        with embedded_broker(port=port):
            registry = RegistryDouble(tablet.broker, keys, {tablet.device: tablet.keys.public})
            assert eventually(lambda: tablet.outbox.counts().queued == 0)
            registry.close()
        assert eventually(lambda: tablet.link.status.state is LinkState.OFFLINE)
        save(tablet)
    assert tablet.link.failure is None
    assert tablet.outbox.counts().queued == 1
    tablet.stop()


def test_a_port_where_no_broker_speaks_is_offline_too(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute:
        tablet = Tablet(tmp_path, BrokerAddress(host="127.0.0.1", port=mute.getsockname()[1]), RegistryKeys.generate())
        tablet.start()
        save(tablet)
        time.sleep(0.3)
        assert tablet.link.status.state in {LinkState.CONNECTING, LinkState.OFFLINE}
        started = time.monotonic()
        tablet.stop()
        assert time.monotonic() - started < 5
