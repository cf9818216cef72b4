"""ABIS over a queue: requests on one MQTT 5 topic, answers on another, nothing acknowledged before it is answered.

QoS 1 and a session that the broker keeps: a request is acknowledged, by hand, when the broker has the answer. A
process killed before that gets the request again, marked as redelivered. So an answer may come twice, with the same
requestId, and never not at all. Acknowledgements leave in the order of the requests, as MQTT asks (4.6).
"""

import logging
import threading
from collections import deque
from concurrent.futures import Future
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from abis.desk import Desk
from common.broker import BrokerAddress

log = logging.getLogger(__name__)

_IN_FLIGHT = 200
"""Requests that the broker hands over before it has acknowledgements: the bound of what waits in memory."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueSettings:
    requests: str = "mosip-to-abis"
    answers: str = "abis-to-mosip"
    client_id: str = "panah-abis"
    session_s: int = 7 * 24 * 3600
    """How long the broker keeps requests for a service that is away."""


@dataclass(slots=True, eq=False)
class _Arrival:
    packet: int
    connection: int
    answered: bool = field(default=False)


class QueueLink:
    """Start once, stop once; in between it connects again by itself."""

    def __init__(self, broker: BrokerAddress, desk: Desk, settings: QueueSettings) -> None:
        self._broker, self._desk, self._settings = broker, desk, settings
        self._lock = threading.Lock()
        self._arrivals: deque[_Arrival] = deque()
        self._sent: dict[int, _Arrival] = {}
        self._early: set[int] = set()  # the broker was quicker than the thread that published
        self._publishing = 0
        self._connection = 0
        self._subscribed = threading.Event()
        self._client = self._new_client()

    def __enter__(self) -> Self:
        """Go on in the background; a broker that is not there yet is tried again."""
        properties = Properties(PacketTypes.CONNECT)
        properties.SessionExpiryInterval = self._settings.session_s
        properties.ReceiveMaximum = _IN_FLIGHT
        self._client.connect_async(
            self._broker.host, self._broker.port, keepalive=30, clean_start=False, properties=properties
        )
        self._client.loop_start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, exc: BaseException | None, trace: TracebackType | None
    ) -> None:
        """What is unanswered stays with the broker."""
        self._client.disconnect()
        self._client.loop_stop()

    def wait_ready(self, timeout_s: float) -> bool:
        return self._subscribed.wait(timeout_s)

    def _new_client(self) -> mqtt.Client:
        client = mqtt.Client(
            CallbackAPIVersion.VERSION2,
            client_id=self._settings.client_id,
            protocol=mqtt.MQTTv5,
            manual_ack=True,
        )
        client.on_connect, client.on_disconnect = self._connected, self._disconnected
        client.on_subscribe, client.on_message, client.on_publish = self._granted, self._message, self._published
        client.reconnect_delay_set(min_delay=1, max_delay=15)
        if self._broker.username is not None:
            client.username_pw_set(self._broker.username, self._broker.password)
        if self._broker.tls:
            client.tls_set()
        return client

    def _message(self, _client: mqtt.Client, _data: Any, message: mqtt.MQTTMessage) -> None:
        with self._lock:
            arrival = _Arrival(message.mid, self._connection)
            self._arrivals.append(arrival)
        waiting = self._desk.receive(bytes(message.payload), redelivered=message.dup)
        waiting.add_done_callback(lambda done: self._answer(arrival, done))

    def _answer(self, arrival: _Arrival, done: Future[bytes]) -> None:
        """Not served: neither answered nor acknowledged, so that it comes again."""
        if done.cancelled():
            return
        with self._lock:
            if arrival.connection != self._connection:
                return
            self._publishing += 1
        # Outside of our lock: paho calls `_published` with its own lock held, and publishing takes that one too.
        info = self._client.publish(self._settings.answers, done.result(), qos=1)
        with self._lock:
            self._publishing -= 1
            if info.mid in self._early:
                self._settle(arrival)
            else:
                self._sent[info.mid] = arrival
            if not self._publishing:
                self._early.clear()

    def _published(self, _client: mqtt.Client, _data: Any, mid: int, reason: Any, _properties: Any) -> None:
        if reason.is_failure:
            log.error("The broker does not take answers on %s: %s", self._settings.answers, reason)
            return
        with self._lock:
            arrival = self._sent.pop(mid, None)
            if arrival is not None:
                self._settle(arrival)
            elif self._publishing:
                self._early.add(mid)

    def _settle(self, arrival: _Arrival) -> None:
        arrival.answered = True
        while self._arrivals and self._arrivals[0].answered:
            self._client.ack(self._arrivals.popleft().packet, 1)

    def _connected(self, client: mqtt.Client, _data: Any, _flags: Any, reason: Any, _properties: Any) -> None:
        if reason.is_failure:
            log.warning("The broker %s refuses us: %s", self._broker.url, reason)
            return
        with self._lock:
            # what came by the old connection and was not acknowledged comes again by this one
            self._connection += 1
            self._arrivals.clear()
            self._sent.clear()
        client.subscribe(self._settings.requests, qos=1)

    def _granted(self, _client: mqtt.Client, _data: Any, _mid: int, reasons: Any, _properties: Any) -> None:
        if any(reason.is_failure for reason in reasons):
            log.error("The broker %s does not let us read %s: %s", self._broker.url, self._settings.requests, reasons)
            return
        self._subscribed.set()

    def _disconnected(self, _client: mqtt.Client, _data: Any, _flags: Any, reason: Any, _properties: Any) -> None:
        self._subscribed.clear()
        if reason.is_failure:
            log.warning("The broker %s is gone (%s); trying again", self._broker.url, reason)
