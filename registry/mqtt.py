"""One MQTT 5 connection of the registry, with acknowledgements given by hand."""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from common.broker import BrokerAddress
from registry.errors import BrokerUnavailable

log = logging.getLogger(__name__)

IN_FLIGHT = 400
"""Captures that the broker hands over before it has acknowledgements: the bound of what waits in memory."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """A message, and what is needed to acknowledge it on the connection that it came by."""

    topic: str
    payload: bytes
    packet_id: int
    qos: int
    connection: int


class MqttLink:
    """Connects, subscribes again after every reconnection, publishes, acknowledges.

    Messages go to `arrived`, called in the network thread: it must only put them somewhere. A message that is not
    acknowledged comes again after a reconnection, or from the tablet, which keeps it until it has a receipt.
    """

    def __init__(
        self,
        address: BrokerAddress,
        *,
        client_id: str,
        topic: str | None = None,
        arrived: Callable[[Arrival], None] = lambda _a: None,
    ) -> None:
        self._address, self._topic, self._arrived = address, topic, arrived
        self._connection = 0
        self._subscribed = threading.Event()
        self._client = mqtt.Client(
            CallbackAPIVersion.VERSION2, client_id=client_id, protocol=mqtt.MQTTv5, manual_ack=True
        )
        self._client.on_connect, self._client.on_disconnect = self._connected, self._disconnected
        self._client.on_message, self._client.on_subscribe = self._message, self._granted
        self._client.reconnect_delay_set(min_delay=1, max_delay=15)
        if address.username is not None:
            self._client.username_pw_set(address.username, address.password)
        if address.tls:
            self._client.tls_set()

    def start(self) -> None:
        """Go on in the background; a broker that is not there yet is tried again. See `wait_ready`."""
        properties = Properties(PacketTypes.CONNECT)
        properties.ReceiveMaximum = IN_FLIGHT
        self._client.connect_async(
            self._address.host, self._address.port, keepalive=30, clean_start=True, properties=properties
        )
        self._client.loop_start()

    def wait_ready(self, timeout_s: float) -> None:
        """Errors: BrokerUnavailable after `timeout_s` without a connection (and subscription, if there is a topic)."""
        if not self._subscribed.wait(timeout_s):
            raise BrokerUnavailable(self._address.url, f"no connection within {timeout_s:g} s")

    @property
    def is_ready(self) -> bool:
        return self._subscribed.is_set()

    def publish(self, topic: str, payload: bytes) -> mqtt.MQTTMessageInfo | None:
        """At QoS 1; None while there is no connection: the caller keeps what it could not send."""
        if not self._subscribed.is_set():
            return None
        info = self._client.publish(topic, payload, qos=1)
        return info if info.rc == mqtt.MQTT_ERR_SUCCESS else None

    def acknowledge(self, arrival: Arrival) -> None:
        """A number of an earlier connection may stand for another message on this one: such are left alone."""
        if arrival.connection == self._connection:
            self._client.ack(arrival.packet_id, arrival.qos)

    def stop(self) -> None:
        """Safe to call twice."""
        self._client.disconnect()
        self._client.loop_stop()
        self._subscribed.clear()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, exc: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _connected(self, client: mqtt.Client, _data: Any, _flags: Any, reason: Any, _properties: Any) -> None:
        if reason.is_failure:
            log.warning("The broker %s refuses us: %s", self._address.url, reason)
            return
        self._connection += 1
        log.info("Connected to the broker %s", self._address.url)
        if self._topic is None:
            self._subscribed.set()
        else:
            client.subscribe(self._topic, qos=1)

    def _granted(self, _client: mqtt.Client, _data: Any, _mid: int, reasons: Any, _properties: Any) -> None:
        if any(reason.is_failure for reason in reasons):
            log.error("The broker %s does not let us read %s: %s", self._address.url, self._topic, reasons)
            return
        self._subscribed.set()

    def _disconnected(self, _client: mqtt.Client, _data: Any, _flags: Any, reason: Any, _properties: Any) -> None:
        self._subscribed.clear()
        if reason.is_failure:
            log.warning("The broker %s is gone (%s); trying again", self._address.url, reason)

    def _message(self, _client: mqtt.Client, _data: Any, message: mqtt.MQTTMessage) -> None:
        self._arrived(Arrival(message.topic, bytes(message.payload), message.mid, message.qos, self._connection))
