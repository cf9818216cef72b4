"""One MQTT 5 session of one tablet, over paho: what the link needs of MQTT and nothing more.

paho calls back on its own thread, one callback at a time; `Events` is what it calls.
"""

import socket
import ssl
from contextlib import suppress
from typing import Any, Protocol

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode
from paho.mqtt.subscribeoptions import SubscribeOptions

from common.broker import BrokerAddress
from edge.link.models import LinkSettings, TlsFiles


class Events(Protocol):
    def subscribed(self) -> None:
        """Connected, and receipts and results can arrive."""

    def refused(self, reason: str) -> None:
        """The broker answered and said no."""

    def lost(self, reason: str) -> None: ...

    def confirmed(self, refusal: str | None) -> None:
        """The broker has one more of the published messages (PUBACK), or refused it."""

    def arrived(self, topic: str, payload: bytes, message: int) -> None:
        """Call `Session.acknowledge(message)` once it is durable."""


class Session:
    def __init__(
        self,
        broker: BrokerAddress,
        *,
        client_id: str,
        topics: tuple[str, ...],
        settings: LinkSettings,
        events: Events,
        tls: TlsFiles | None = None,
    ) -> None:
        self._broker, self._client_id, self._topics = broker, client_id, topics
        self._settings, self._events, self._tls = settings, events, tls
        self._client = self._new_client()

    def _new_client(self) -> mqtt.Client:
        client = mqtt.Client(
            CallbackAPIVersion.VERSION2,
            client_id=self._client_id,
            protocol=mqtt.MQTTv5,
            reconnect_on_failure=False,  # the link reconnects, with jitter
            manual_ack=True,
        )
        client.connect_timeout = self._settings.connect_timeout_s
        client.max_inflight_messages_set(self._settings.window)
        if self._broker.tls:
            client.tls_set_context(self._tls.context() if self._tls else ssl.create_default_context())
        if self._broker.username:
            client.username_pw_set(self._broker.username, self._broker.password)
        client.on_socket_open = _no_delay
        client.on_connect = self._on_connect
        client.on_subscribe = self._on_subscribe
        client.on_disconnect = self._on_disconnect
        client.on_publish = self._on_publish
        client.on_message = self._on_message
        return client

    def open(self) -> None:
        """Connect and start paho's thread; `subscribed`, `refused` or `lost` follows. Errors: OSError.

        The session is kept by the broker while the tablet is away (clean start off), so receipts wait there. The
        client is a new one each time: paho 2 leaks a pair of sockets when a client's thread is started again. What
        the old one had in flight is not resent by paho but by the outbox, after its back-off.
        """
        properties = Properties(PacketTypes.CONNECT)
        properties.SessionExpiryInterval = self._settings.session_s
        self._client = self._new_client()
        self._client.connect(
            self._broker.host,
            self._broker.port,
            keepalive=self._settings.keepalive_s,
            clean_start=False,
            properties=properties,
        )
        self._client.loop_start()

    def close(self) -> None:
        """Say goodbye and end paho's thread; the session stays with the broker."""
        self._client.disconnect()
        self._client.loop_stop()

    def end_thread(self) -> None:
        """After `lost`: wait for paho's thread, so that `open` can start another."""
        self._client.loop_stop()

    def drop(self) -> None:
        """Cut the wire without a goodbye, as a dying process does."""
        wire = self._client.socket()
        if isinstance(wire, socket.socket):
            with suppress(OSError):  # it may be gone already, which is what is wanted
                wire.shutdown(socket.SHUT_RDWR)

    def publish(self, topic: str, payload: bytes) -> None:
        """Queue one message with QoS 1 and no expiry; `confirmed` follows while the connection lasts."""
        self._client.publish(topic, payload, qos=1)

    def acknowledge(self, message: int) -> None:
        self._client.ack(message, 1)

    def _on_connect(self, client: mqtt.Client, _data: Any, _flags: Any, reason: ReasonCode, _properties: Any) -> None:
        if reason.is_failure:
            self._events.refused(str(reason))
            return
        client.subscribe([(topic, SubscribeOptions(qos=1)) for topic in self._topics])

    def _on_subscribe(
        self, client: mqtt.Client, _data: Any, _mid: int, reasons: list[ReasonCode], _properties: Any
    ) -> None:
        refusals = [str(reason) for reason in reasons if reason.is_failure]
        if refusals:
            self._events.refused(f"subscription: {refusals[0]}")
            client.disconnect()
        else:
            self._events.subscribed()

    def _on_disconnect(self, _client: Any, _data: Any, _flags: Any, reason: ReasonCode, _properties: Any) -> None:
        self._events.lost(str(reason))

    def _on_publish(self, client: mqtt.Client, _data: Any, _mid: int, reason: ReasonCode, _properties: Any) -> None:
        _acknowledge_at_once(client.socket())
        self._events.confirmed(str(reason) if reason.is_failure else None)

    def _on_message(self, client: mqtt.Client, _data: Any, message: mqtt.MQTTMessage) -> None:
        _acknowledge_at_once(client.socket())
        self._events.arrived(message.topic, bytes(message.payload), message.mid)


def _no_delay(_client: Any, _data: Any, wire: Any) -> None:
    """Send small packets at once. With Nagle's algorithm a capture's last bytes wait 40 ms for an acknowledgement."""
    wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


def _acknowledge_at_once(wire: Any) -> None:
    """TCP's own acknowledgement, now: a broker with Nagle's algorithm holds the receipt back until it has it (40 ms).

    Linux forgets the option after a while, so it is set again at each packet; elsewhere there is none.
    """
    option = getattr(socket, "TCP_QUICKACK", None)
    if option is not None and wire is not None:
        with suppress(OSError):  # the connection may be closing; then nobody waits
            wire.setsockopt(socket.IPPROTO_TCP, option, 1)


def answers(broker: BrokerAddress, *, timeout_s: float = 0.5) -> bool:
    """Does anything accept connections there? For messages to a person; the link itself just connects."""
    try:
        with socket.create_connection((broker.host, broker.port), timeout=timeout_s):
            return True
    except OSError:
        return False
