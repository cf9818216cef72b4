"""A registry of two dozen lines: a journal, receipts signed with a real key, over a real broker."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime
from uuid import UUID

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from common.broker import BrokerAddress
from edge.link.session import _no_delay
from edge.messages.keys import DevicePublic, RegistryKeys
from edge.messages.models import Receipt, Result, SlotOutcome, SlotResult
from edge.messages.seal import VerifiedCapture, open_capture, seal_receipt, seal_result
from edge.messages.topics import capture_topic, device_of, receipt_topic, result_topic


class RegistryDouble:
    """`silent` swallows captures without a receipt; `journal` is what it holds, every copy of each."""

    def __init__(self, broker: BrokerAddress, keys: RegistryKeys, devices: dict[str, DevicePublic]) -> None:
        self.keys, self.devices = keys, devices
        self.journal: dict[UUID, list[bytes]] = {}
        self.silent = False
        self.status = "held"
        self._changed = threading.Condition()
        self._subscribed = threading.Event()
        self._client = mqtt.Client(CallbackAPIVersion.VERSION2, protocol=mqtt.MQTTv5)
        self._client.on_message = self._on_message
        self._client.on_subscribe = lambda *_: self._subscribed.set()
        self._client.on_socket_open = _no_delay
        self._client.connect(broker.host, broker.port)
        self._client.loop_start()
        for device in devices:
            self._client.subscribe(capture_topic(device), qos=1)
        assert self._subscribed.wait(10)

    def _on_message(self, _client: object, _data: object, message: mqtt.MQTTMessage) -> None:
        device, payload = device_of(message.topic) or "", bytes(message.payload)
        capture = open_capture(
            payload,
            topic_device=device,
            lookup_device_public=lambda name: [self.devices[name]],
            registry_keys=[self.keys],
        )
        if not self.silent:
            self.send_receipt(capture)
            self.send_result(capture)
        with self._changed:
            self.journal.setdefault(capture.capture_id, []).append(payload)
            self._changed.notify_all()

    def send_receipt(self, capture: VerifiedCapture, *, digest: bytes | None = None) -> None:
        receipt = Receipt.model_validate(
            {
                "device": capture.device,
                "capture_id": capture.capture_id,
                "digest": digest or capture.digest,
                "status": self.status,
                "received_at": datetime.now(UTC),
            }
        )
        self.publish(receipt_topic(capture.device), seal_receipt(receipt, registry_keys=self.keys))

    def send_result(self, capture: VerifiedCapture) -> None:
        slots = tuple(SlotResult(number=slot.number, outcome=SlotOutcome.NEW) for slot in capture.report.slots)
        result = Result(device=capture.device, capture_id=capture.capture_id, decided_at=datetime.now(UTC), slots=slots)
        sealed = seal_result(result, registry_keys=self.keys, device_public=self.devices[capture.device])
        self.publish(result_topic(capture.device), sealed)

    def publish(self, topic: str, payload: bytes) -> None:
        self._client.publish(topic, payload, qos=1)

    def wait(self, until: Callable[[], bool], seconds: float = 15) -> bool:
        with self._changed:
            return self._changed.wait_for(until, seconds)

    def close(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()
